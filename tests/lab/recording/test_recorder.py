"""A recorder in a lab of a client, a router and a server without any daemon: what it says of what is done to them."""

import os
import sys
import time
from collections.abc import Iterator
from dataclasses import replace

import pytest
from tests.lab.small import MEANS, SERVICE, lacking, left_of, small

from catchment.lab.building import Builder
from catchment.lab.plan import plan
from catchment.lab.recording.orders import SILENT_S, Caller, Orders, Watched
from catchment.lab.recording.recorded import Recording
from catchment.lab.spaces import NETNS, batch, run
from catchment.lab.state import Keeper, State, boot_id
from catchment.model.rehearsal import Asking
from catchment.results.timeline import Flow

pytestmark = pytest.mark.skipif(bool(why := lacking()), reason=why or "a lab can be made")
NAME = f"record-{os.getpid()}"
ASKING = Asking(every_s=0.02, wait_s=0.3, ports=3)


@pytest.fixture(scope="module")
def builder() -> Iterator[Builder]:
    state = State(name=NAME, design="", digest="", daemon="", boot=boot_id())
    keeper = Keeper(NAME)
    keeper.claim(state)
    made = Builder(keeper, state)
    try:
        made.build(plan(small(NAME), replace(MEANS, python=sys.executable)))
        limit = time.monotonic() + 10
        while len(run(["ip", "netns", "exec", f"cm-{NAME}-dns@r1", "ss", "-Hlnut"]).stdout.splitlines()) < 4:
            assert time.monotonic() < limit, "the server does not listen"
            time.sleep(0.02)
        yield made
    finally:
        made.undo()
    assert left_of(NAME) == []


@pytest.fixture
def recording(builder: Builder) -> Iterator[Recording]:
    callers = tuple(
        Caller(
            flow=Flow(client="office", service="dns", address=str(address)), space=str(NETNS / f"cm-{NAME}-office")
        )
        for address in SERVICE
    )
    watched = Watched(router="r1", space=str(NETNS / f"cm-{NAME}-r1"), behind=(("svc-dns", "dns@r1"),))
    made = Recording(Orders(zero_s=time.monotonic(), asking=ASKING, callers=callers, routers=(watched,)))
    made.begin()
    yield made
    made.end()


def test_answers_and_streams_of_both_families_are_recorded_at_the_rate_asked_for(recording: Recording) -> None:
    time.sleep(1.0)
    assert recording.end() == ""
    for flow in (0, 1):
        found = [one for one in recording.questions if one.flow == flow]
        assert 35 <= len(found) <= 60
        assert {one.server for one in found} == {"dns@r1"}
        assert sorted(one.sent_s for one in found) == pytest.approx([one.sent_s for one in found])
    assert sorted((one.flow, one.server, one.how) for one in recording.streams) == [
        (0, "dns@r1", ""),
        (1, "dns@r1", ""),
    ]
    assert 0 < recording.late_ms < 100


def test_what_is_lost_while_an_interface_is_down_is_counted_and_a_short_silence_breaks_no_stream(
    recording: Recording,
) -> None:
    time.sleep(0.3)
    batch("ip", f"cm-{NAME}-r1", ["link set dev office down"])
    time.sleep(0.5)
    batch("ip", f"cm-{NAME}-r1", ["link set dev office up"])
    time.sleep(1.2)
    recording.end()
    lost = [one for one in recording.questions if one.flow == 0 and one.server is None]
    assert 15 <= len(lost) <= 45
    assert max(one.sent_s for one in lost) - min(one.sent_s for one in lost) < 1.0
    assert [one.server for one in sorted(recording.questions, key=lambda one: one.sent_s)][-1] == "dns@r1"
    assert [one.how for one in recording.streams if one.flow == 0] == [""]
    assert (recording.streams[0].most_ms or 0) > 300


def test_what_is_under_way_is_waited_for_unless_told_to_go_at_once(builder: Builder) -> None:
    flow = Flow(client="office", service="dns", address="192.0.2.99")  # nobody has it
    caller = Caller(flow=flow, space=str(NETNS / f"cm-{NAME}-office"))
    found = []
    for at_once in (False, True):
        asking = Asking(every_s=0.05, wait_s=0.5)
        made = Recording(Orders(zero_s=time.monotonic(), asking=asking, callers=(caller,), routers=()))
        made.begin()
        time.sleep(0.2)
        began = time.monotonic()
        made.end(at_once=at_once)
        found.append((len(made.questions), time.monotonic() - began))
    (waited, _), (hurried, took_s) = found
    assert waited >= 3
    assert hurried == 0
    assert took_s < 0.45


def test_routes_that_move_are_recorded_with_where_they_lead(recording: Recording) -> None:
    batch("ip", f"cm-{NAME}-r1", ["route add 192.0.2.0/24 dev svc-dns proto static"])
    batch("ip", f"cm-{NAME}-r1", ["route del 192.0.2.0/24 dev svc-dns proto static"])
    time.sleep(0.3)
    recording.end()
    assert [(one.router, one.prefix, one.vias) for one in recording.moves] == [
        ("r1", "192.0.2.0/24", ("dns@r1",)),
        ("r1", "192.0.2.0/24", None),
    ]


def test_a_server_that_is_killed_resets_its_streams_and_a_new_one_is_found(
    builder: Builder, recording: Recording
) -> None:
    time.sleep(0.3)
    builder.stop("dns@r1")
    time.sleep(0.4)
    builder.build([step for step in plan(small(NAME), replace(MEANS, python=sys.executable)) if _starts(step)])
    time.sleep(1.5)
    recording.end()
    broken = [one for one in recording.streams if one.to_s is not None]
    assert {one.flow for one in broken} == {0, 1}
    assert {one.how for one in broken} <= {"reset", "closed"}
    again = [one for one in recording.streams if one.to_s is None]
    assert {one.flow for one in again} == {0, 1}
    assert all(one.tries > 0 for one in again)
    words = {one.words for one in recording.questions if one.server is None}
    assert "connection refused" in words


def _starts(step: object) -> bool:
    return type(step).__name__ == "Start"


def test_a_stream_that_is_silent_for_too_long_is_broken_from_when_it_fell_silent(
    builder: Builder, recording: Recording
) -> None:
    time.sleep(0.3)
    began = time.monotonic() - recording.orders.zero_s
    batch("ip", f"cm-{NAME}-office", ["link set dev eth0 down"])
    try:
        time.sleep(SILENT_S + 0.4)
        recording.end()
    finally:
        batch("ip", f"cm-{NAME}-office", ["link set dev eth0 up"])
    broken = [one for one in recording.streams if one.to_s is not None]
    assert {one.flow for one in broken} == {0, 1}
    assert all(abs((one.to_s or 0) - began) < 0.4 for one in broken), broken
    assert {one.how for one in broken} <= {"silent", "unreachable"}
