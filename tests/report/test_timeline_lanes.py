"""The lanes of a timeline's page."""

import re
from dataclasses import replace
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.results.seoul import TIMELINE

from catchment.report.timeline_lanes import BINS, act_lines, key, lanes, scale_of, ticks
from catchment.results.timeline import RouteMove


def drawn(timeline: object = TIMELINE) -> ElementTree.Element:
    """Well-formed as XML, which is more than HTML asks for."""
    return ElementTree.fromstring(f"<all>{''.join(lanes(timeline))}</all>")  # type: ignore[arg-type]


def titles(timeline: object = TIMELINE) -> list[str]:
    return [one.text or "" for one in drawn(timeline).iter("title")]


def test_each_flow_has_a_lane_and_each_mark_says_what_it_is() -> None:
    rows = [one for one in drawn() if one.get("class", "").startswith("row")]
    assert len(rows) == 3 + 3  # steps, time, routes
    told = titles()
    assert "korea (IPv4)\n2.00 to 2.20 s: 2 lost\nconnection refused" in told
    assert "korea (IPv6)\n2.25 to 8.00 s: dns@tokyo answers 58 questions\n1.5 to 4.0 ms" in told
    assert "korea (IPv4)\n2.05 s: the TCP stream to dns@seoul was reset" in told
    assert any(one.startswith("2.01 s: ") and "seoul: 203.0.113.0/24: via kt" in one for one in told)


def test_marks_stand_where_their_time_is() -> None:
    scale = scale_of(TIMELINE)
    assert (scale(-2.0), scale(8.0), scale(3.0)) == ("0.000%", "100.000%", "50.000%")
    assert (scale(-9.0), scale(99.0)) == ("0.000%", "100.000%")
    lost = next(one for one in drawn().iter("rect") if one.get("class") == "lost small")
    assert (lost.get("x"), lost.get("width")) == ("40.000%", "2.000%")


def test_each_port_has_a_strip_of_its_own() -> None:
    spans = tuple(replace(TIMELINE.spans[0], port=port) for port in range(4))
    timeline = replace(TIMELINE, spans=spans, streams=(), asking=replace(TIMELINE.asking, ports=4))
    strips = [one for one in drawn(timeline).iter("svg") if one.get("height") == "3.75"]
    assert [one.get("y") for one in strips] == ["1", "4.75", "8.5", "12.25"]
    assert "korea (IPv4), port 4 of 4" in titles(timeline)[-1]


def test_a_line_for_each_step_and_grey_before_the_first() -> None:
    lines = list(act_lines(TIMELINE))
    assert 'width="20.000%"' in lines[0]
    assert [re.search(r'x1="([\d.]+)%"', one)[1] for one in lines[1:]] == ["20.000", "40.000"]  # type: ignore[index]


def test_a_hundred_thousand_moves_stay_a_small_drawing() -> None:
    moves = tuple(
        RouteMove(at_s=place / 10_000, router=f"r{place % 7}", prefix="198.51.100.0/24", vias=())
        for place in range(20_000)
    )
    found = "".join(lanes(replace(TIMELINE, moves=moves)))
    assert len(found) < 8 * BINS * 700
    assert any("routes moved" in one and "and " in one for one in titles(replace(TIMELINE, moves=moves)))


def test_the_key_names_every_server() -> None:
    text = "".join(key(TIMELINE))
    assert "dns@seoul" in text
    assert "dns@tokyo" in text


@pytest.mark.parametrize("end_s", [0.5, 3.0, 17.3, 3600.0])
def test_time_has_round_marks(end_s: float) -> None:
    found = ticks(-2.0, end_s)
    assert 3 <= len(found) <= 11
    assert all(-2.0 <= one <= end_s for one in found)


@given(st.floats(-100, 100), st.floats(0.001, 5000))
def test_there_are_never_too_many_marks(from_s: float, long_s: float) -> None:
    assert len(ticks(from_s, from_s + long_s)) <= 11
