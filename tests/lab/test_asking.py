"""Questions from namespaces: a client, a router and a server without any daemon."""

import os
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from tests.lab.small import MEANS, SERVICE, lacking, left_of, small

from catchment.errors import MachineError
from catchment.lab.asking import Asked, ask, in_space
from catchment.lab.building import Builder
from catchment.lab.plan import plan
from catchment.lab.spaces import NETNS, batch, run
from catchment.lab.state import Keeper, State, boot_id
from catchment.results.lab import Transport

pytestmark = pytest.mark.skipif(bool(why := lacking()), reason=why or "a lab can be made")
NAME = f"asking-{os.getpid()}"


@pytest.fixture(scope="module")
def builder() -> Iterator[Builder]:
    state = State(name=NAME, design="", digest="", daemon="", boot=boot_id())
    keeper = Keeper(NAME)
    keeper.claim(state)
    made = Builder(keeper, state)
    try:
        made.build(plan(small(NAME), replace(MEANS, python=sys.executable)))
        _until_listening()
        yield made
    finally:
        made.undo()
    assert left_of(NAME) == []


def _until_listening() -> None:
    """Until the server has all its sockets: two addresses, two transports."""
    limit = time.monotonic() + 10
    while len(run(["ip", "netns", "exec", f"cm-{NAME}-dns@r1", "ss", "-Hlnut"]).stdout.splitlines()) < 4:
        assert time.monotonic() < limit, "the server does not listen"
        time.sleep(0.02)


def questions() -> list[Asked]:
    space = NETNS / f"cm-{NAME}-office"
    return [
        Asked(client="office", space=space, service="dns", address=address, transport=transport)
        for address in SERVICE
        for transport in (Transport.UDP, Transport.TCP)
    ]


def test_the_server_behind_the_router_answers_in_both_families(builder: Builder) -> None:
    answers = ask(questions())
    assert [one.server for one in answers] == ["dns@r1"] * 4
    assert all(one.rtt_ms is not None and 0 < one.rtt_ms < 500 for one in answers)


def test_nobody_answers_when_the_interface_is_down(builder: Builder) -> None:
    space = f"cm-{NAME}-r1"
    batch("ip", space, ["link set dev svc-dns down"])
    try:
        answers = ask(questions(), limit_s=0.4)
        assert [one.server for one in answers] == [None] * 4
        assert all(one.words for one in answers)
    finally:
        batch("ip", space, ["link set dev svc-dns up"])
        builder.build([step for step in plan(small(NAME), MEANS) if type(step).__name__ == "Lend"])
    assert [one.server for one in ask(questions())] == ["dns@r1"] * 4


def test_we_are_back_home_after_a_look_into_a_namespace(builder: Builder) -> None:
    home = Path("/proc/thread-self/ns/net").readlink()
    with in_space(NETNS / f"cm-{NAME}-office"):
        assert Path("/proc/thread-self/ns/net").readlink() != home
    assert Path("/proc/thread-self/ns/net").readlink() == home
    with pytest.raises(MachineError, match="gone"), in_space(NETNS / "cm-no-such"):
        pass
    assert Path("/proc/thread-self/ns/net").readlink() == home
