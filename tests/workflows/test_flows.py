"""Flows asked for in words: events in their order, their slips, and what is drawn."""

from collections import Counter
from dataclasses import replace
from ipaddress import ip_address
from pathlib import Path

import numpy as np
import pytest

from catchment.errors import UsageError
from catchment.results.flows import FlowReport, Mechanism
from catchment.simulate.network.flows import crowd
from catchment.workflows.flows import Asked, flows
from catchment.workflows.trace import Asked as Traced
from catchment.workflows.trace import trace

EXAMPLES = Path(__file__).parents[2] / "examples"
RACK = EXAMPLES / "ecmp-servers" / "design.yaml"
TWO = EXAMPLES / "two-cities" / "design.yaml"
SEOUL_BUSAN = EXAMPLES / "seoul-busan" / "design.yaml"


def told(*events: str, path: Path = RACK, **options: object) -> FlowReport:
    return flows(path, Asked(**{"events": events, "flows": 2000, **options}))  # type: ignore[arg-type]


def slips(*events: str, **options: object) -> list[tuple[str, str]]:
    with pytest.raises(UsageError) as raised:
        told(*events, **options)
    return [(problem.where, problem.what) for problem in raised.value.problems]


def test_events_follow_each_other_and_each_is_told_under_all_three() -> None:
    report = told("down dns@s2", "up dns@s2")
    assert [(effect.event, effect.at_s, effect.mechanism) for effect in report.effects] == [
        (event, at_s, mechanism)
        for event, at_s in (("down dns@s2", 600.0), ("up dns@s2", 1200.0))
        for mechanism in Mechanism
    ]
    assert all(effect.all.flows == 2000 for effect in report.effects)
    assert report.title == "ecmp-servers: 2,000 flows through 2 events"


def test_an_event_names_routers_links_and_servers_several_at_once() -> None:
    together = told("down s1 edge-s2, dns@s3", "up s1, edge-s2")
    first, second = together.of(Mechanism.THRESHOLD)
    assert {server for server, count in first.load if count} == {"dns@s4"}
    assert dict(first.load) == {"dns@s2": 0, "dns@s4": 2000}  # s2 is up and cut off
    assert {server for server, count in second.load if count} == {"dns@s1", "dns@s2", "dns@s4"}


def test_what_is_down_at_the_start_can_come_up() -> None:
    report = told("up dns@s4", down=("dns@s4",))
    assert dict(dict(report.load)[Mechanism.THRESHOLD]).keys() == {"dns@s1", "dns@s2", "dns@s3"}
    (effect,) = report.of(Mechanism.THRESHOLD)
    assert dict(effect.load)["dns@s4"] > 400
    assert report.title.endswith(", dns@s4 down")


def test_all_slips_are_told_at_once_each_with_its_event() -> None:
    assert slips("stop s1", "down s9", "down", "up s1", "down s2", "down s2") == [
        ('--event "stop s1"', "this is no event"),
        ("--event s9", 'the design has no router, link or server "s9"'),
        ('--event "down"', "this is no event"),
        ('--event "up s1"', "s1 is up already at that time"),
        ('--event "down s2"', "s2 is down already at that time"),
    ]
    assert slips() == [("--event", "no event was named")]
    assert slips("up s1 s2", down=("s3",)) == [('--event "up s1 s2"', "s1, s2 are up already at that time")]
    assert slips("") == [('--event ""', "this is no event")]
    assert slips("down s1", down=("s7",))[0][0] == "--down s7"


def test_flows_are_shared_out_over_addresses_to_the_last_one() -> None:
    report = told("down dns@s2", flows=1001)
    assert {effect.all.flows for effect in report.effects} == {1001}
    assert {effect.all.flows for effect in told("down dns@s2", flows=1).effects} == {1}


def test_the_same_seeds_give_the_same_answer_and_others_another() -> None:
    first = told("down dns@s2")
    assert told("down dns@s2").effects == first.effects
    assert told("down dns@s2", draw=2).effects != first.effects
    known = told("down dns@s2", hash_seed=7)
    assert known.effects != first.effects
    assert (known.exact, first.exact) == (True, False)


def test_with_the_hash_seed_each_flow_has_the_server_that_trace_names() -> None:
    """The same draw by hand, each of its flows traced by itself, before and after the event."""
    to, many = ip_address("203.0.113.53"), 40
    drawn = crowd(np.random.default_rng(1), many, to, 53, ("edge",)).flows
    report = told("down dns@s1", hash_seed=99, flows=many, targets=(str(to),))
    (effect,) = report.of(Mechanism.THRESHOLD)
    for load, down in ((dict(report.load)[Mechanism.THRESHOLD], ()), (effect.load, ("dns@s1",))):
        servers = []
        for source, port, protocol in zip(drawn.source, drawn.source_port, drawn.protocol, strict=True):
            kind = "udp" if protocol == 17 else "tcp"
            word = f"{ip_address(source.tobytes())}:{port}-{to}:53/{kind}"
            (one,) = trace(RACK, Traced(flow=word, seed=99, down=down))
            servers.append(one.ends[0].where)
        assert {server: count for server, count in load if count} == Counter(servers)


def test_a_flow_without_a_server_has_none_in_its_track() -> None:
    report = told("down resolver@seoul resolver@busan", path=TWO, each=True, flows=10)
    for track in report.tracks:
        assert {moments[0] for moments in track.servers} == {f"resolver@{track.router}"}
        assert {moments[1] for moments in track.servers} == {""}
    assert len(report.tracks) == 10
    assert told("down resolver@seoul", path=TWO, flows=10).tracks == ()


def test_a_link_that_fails_moves_streams_between_sites_that_live() -> None:
    """Without its short link to seoul suwon is nearer to busan, over daegu; seoul lives, and long ways lead to it."""
    one = told("down seoul-suwon", path=SEOUL_BUSAN, sources=("suwon-office",), targets=("10.0.0.1",))
    for effect in one.effects:
        assert effect.all.moved == effect.all.rerouted == 2000
        assert effect.tcp.broken == 1.0
        assert effect.udp.answered == 1.0


def test_nothing_is_unserved_unless_no_server_is_left() -> None:
    report = told("down resolver@seoul", "down resolver@busan", path=TWO)
    first, second = report.of(Mechanism.RESILIENT)
    assert first.all.unserved == 0
    assert second.all.unserved == second.all.cut == 2000
    assert sum(count for _, count in second.dropped) == 2000


def test_what_changed_the_answer_stands_in_its_provenance() -> None:
    report = told("down s2", "up s2", sources=("campus",), hash_seed=9)
    options = report.provenance.options
    assert [value for name, value in options if name == "event"] == ["down s2", "up s2"]
    assert {("from", "campus"), ("hash-seed", "9"), ("flows", "2000"), ("seed", "1")} <= set(options)
    assert replace(report, notes=()).notes == ()
    assert "stand-in" in told("down s2").notes[0]
    assert "stand-in" not in " ".join(report.notes)
