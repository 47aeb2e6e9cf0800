"""Waiting for rest; looking is tested where there is something to look at: tests/workflows/lab/test_up.py."""

from collections.abc import Iterable
from ipaddress import ip_network

from catchment.lab.watching import Patience, until_at_rest
from catchment.results.lab import Routes

GOOD: dict[str, Routes] = {"r1": {ip_network("192.0.2.1/32"): frozenset({"a"})}}
BAD: dict[str, Routes] = {"r1": {}}


def rest(seen: Iterable[dict[str, Routes]], patience: Patience) -> tuple[bool, bool, list[tuple[int, int | None]]]:
    told: list[tuple[int, int | None]] = []
    held = iter(seen)
    last = BAD

    def read() -> dict[str, Routes]:
        nonlocal last
        last = next(held, last)
        return last

    found = until_at_rest(
        read, lambda now: (len(now["r1"]), 1), patience, lambda done, total: told.append((done, total))
    )
    return found.as_predicted, found.quiet, told


def test_it_ends_at_once_when_everything_is_as_predicted() -> None:
    assert rest([GOOD], Patience(hold_s=0)) == (True, True, [(1, 1)])


def test_it_waits_while_something_is_missing() -> None:
    assert rest([BAD, BAD, GOOD], Patience(limit_s=5, hold_s=0)) == (True, True, [(0, 1), (0, 1), (1, 1)])


def test_what_only_passes_by_is_no_rest() -> None:
    as_predicted, quiet, told = rest([GOOD, BAD, GOOD, BAD], Patience(limit_s=5, quiet_s=0.6, hold_s=0.4))
    assert (as_predicted, quiet) == (False, True)
    assert told[:4] == [(1, 1), (0, 1), (1, 1), (0, 1)]


def test_it_ends_when_nothing_moves() -> None:
    as_predicted, quiet, told = rest([BAD], Patience(limit_s=5, quiet_s=0.3))
    assert (as_predicted, quiet) == (False, True)
    assert len(told) >= 2


def test_it_ends_when_the_time_is_over() -> None:
    moving = [{"r1": {ip_network(f"192.0.2.{n % 9}/32"): frozenset[str]()} if n % 2 else {}} for n in range(99)]
    found = until_at_rest(
        iter(moving).__next__, lambda now: (0, 1), Patience(limit_s=0.6, quiet_s=5), lambda done, total: None
    )
    assert not found.as_predicted
    assert not found.quiet
    assert found.took_s < 2
