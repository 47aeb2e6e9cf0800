"""Fates of flows: what counts for datagrams and what for streams."""

import pytest

from catchment.results.flows import Fates


def test_datagrams_are_answered_by_any_server_and_streams_break_without_theirs() -> None:
    some = Fates(kept=60, moved=10, lost=10, cut=5, back=10, without=5, rerouted=4)
    assert (some.flows, some.had, some.unserved) == (100, 85, 10)
    assert some.answered == pytest.approx(0.90)
    assert some.broken == pytest.approx(25 / 85)


def test_fates_of_two_protocols_add_up() -> None:
    one = Fates(kept=1, moved=2, lost=3, cut=4, back=5, without=6, rerouted=1)
    assert one + one == Fates(kept=2, moved=4, lost=6, cut=8, back=10, without=12, rerouted=2)
    assert one + Fates() == one


def test_no_flows_are_neither_unanswered_nor_broken() -> None:
    assert (Fates().answered, Fates().broken) == (1.0, 0.0)
    assert Fates(back=3).broken == 0.0
