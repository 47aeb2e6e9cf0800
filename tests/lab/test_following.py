"""What has changed between two looks, and that a lab that is gone ends the following."""

import os
import time
from collections.abc import Iterator
from itertools import chain, islice
from pathlib import Path

import pytest
from tests.lab.small import lacking

from catchment.lab import processes
from catchment.lab.following import follow, program_changes, session_changes
from catchment.lab.spaces import NETNS, batch, make, remove
from catchment.lab.steps import Alive
from catchment.results.lab import Session
from catchment.results.lab_changes import Change, LinkChange, ProgramChange, SessionChange

SPACE = f"cm-test-{os.getpid()}-following"
UP = Session(name="seoul", protocol="bgp", up=True, words="Established")
DOWN = Session(name="seoul", protocol="bgp", up=False, words="Connect")


def test_a_session_is_news_when_it_comes_up_or_goes_down() -> None:
    def words(before: list[Session], now: list[Session]) -> list[tuple[bool, str]]:
        found = session_changes({"r1": tuple(before)}, {"r1": tuple(now)}, 3.0)
        return [(one.up, one.words) for one in found]

    assert words([UP], [UP]) == []
    assert words([UP], [DOWN]) == [(False, "Connect")]
    assert words([DOWN], [UP]) == [(True, "Established")]
    assert words([UP], []) == [(False, "gone")]
    assert words([], [UP]) == [(True, "Established")]
    assert words([DOWN], []) == words([], [DOWN]) == []
    assert list(session_changes({}, {"r1": (UP,)}, 3.0)) == [
        SessionChange(at_s=3.0, node="r1", name="seoul", protocol="bgp", up=True, words="Established")
    ]


def test_a_program_is_news_when_it_ends_runs_or_is_another_one() -> None:
    def words(before: int | None, now: int | None) -> list[bool]:
        found = program_changes({("r1", "bird"): before}, {("r1", "bird"): now}, 1.0)
        return [one.runs for one in found]

    assert words(7, 7) == words(None, None) == []
    assert words(7, None) == [False]
    assert words(None, 8) == [True]
    assert words(7, 8) == [False, True]
    assert [one.runs for one in program_changes({}, {("r1", "bird"): 9}, 1.0)] == [True]


@pytest.fixture
def space() -> Iterator[Path]:
    make([SPACE])
    yield NETNS / SPACE
    remove([SPACE])


@pytest.mark.skipif(bool(why := lacking()), reason=why or "a namespace can be made")
def test_links_programs_and_the_end_of_a_lab_are_seen(space: Path) -> None:
    sleeper = processes.start(("sleep", "60"), "r1", "sleeper", Path(os.devnull))
    there: list[tuple[Alive, ...] | None] = [(sleeper,)]
    start = time.monotonic()
    found: list[Change] = []
    changes = follow({"r1": space}, dict, lambda: there[0], lambda: time.monotonic() - start)
    next(changes)
    batch("ip", SPACE, ["link add v type veth peer w", "link set v up", "link set w up"])
    processes.end([sleeper])
    found += chain.from_iterable(islice(changes, 8))
    there[0] = None
    found += chain.from_iterable(changes)
    assert [one.runs for one in found if isinstance(one, ProgramChange)] == [False]
    assert {one.interface for one in found if isinstance(one, LinkChange) and one.up} == {"v", "w"}
    assert [one.at_s for one in found] == sorted(one.at_s for one in found)
    assert found[0].at_s >= 0
