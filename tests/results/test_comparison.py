"""Two catchments side by side: who moved from where to where, by weight, and who is not compared."""

from dataclasses import replace

import pytest
from tests.results.small import OSLO, ROWS, SEOUL, small

from catchment.results.comparison import UNREACHABLE, compare


def changed(number: int, **columns: object) -> list[tuple[object, ...]]:
    names = ["asn", "weight", "target", "route_class", "length", "tied", "decided_by", "shares", "path"]
    rows = [list(row) for row in ROWS]
    for name, value in columns.items():
        rows[number][names.index(name)] = value
    return [tuple(row) for row in rows]


def test_a_catchment_compared_with_itself_has_no_moves() -> None:
    change = compare(small(), small())
    assert (change.compared, change.moved_clients, change.rerouted_clients, change.moves) == (5, 0, 0, ())
    assert (change.only_before, change.only_after, change.weights_differ) == (0, 0, False)


def test_who_moved_is_counted_by_weight_and_named() -> None:
    change = compare(small(), small(changed(0, target=1, shares={1: 1.0})))
    assert (change.moved_clients, change.moved_share) == (1, pytest.approx(0.4))
    (move,) = change.moves
    assert (move.before, move.after, move.clients, move.weight, move.share) == ("seoul", "oslo", 1, 4.0, 0.4)
    (mover,) = change.movers
    assert (mover.asn, mover.country, mover.before, mover.after) == (64496, "KR", "seoul", "oslo")
    assert (change.before.rows[0].share, change.after.rows[0].share) == (pytest.approx(0.7), pytest.approx(0.3))


def test_to_lose_the_service_is_a_move_too() -> None:
    change = compare(small(), small(changed(2, target=-1, shares={}, path=())))
    assert [(move.before, move.after) for move in change.moves] == [("oslo", UNREACHABLE)]
    back = compare(small(changed(2, target=-1, shares={}, path=())), small())
    assert [(move.before, move.after) for move in back.moves] == [(UNREACHABLE, "oslo")]


def test_moves_and_movers_come_with_the_greatest_weight_first() -> None:
    swapped = [(*row[:2], 1 - row[2] if row[2] >= 0 else row[2], *row[3:]) for row in ROWS]
    change = compare(small(), small(swapped), most=3)
    assert [(move.before, move.after, move.weight) for move in change.moves] == [
        ("seoul", "oslo", 7.0),
        ("oslo", "seoul", 2.0),
    ]
    assert [mover.asn for mover in change.movers] == [64496, 64497, 64498]


def test_another_way_to_the_same_site_is_no_move() -> None:
    change = compare(small(), small(changed(0, path=(64496, 64497, 65536))))
    assert (change.moved_clients, change.rerouted_clients) == (0, 1)


def test_sites_are_the_same_when_their_names_are_whatever_their_order() -> None:
    turned = [(*row[:2], {0: 1, 1: 0, -1: -1}[row[2]], *row[3:]) for row in ROWS]
    assert compare(small(), small(turned, targets=(OSLO, SEOUL))).moved_clients == 0
    renamed = replace(SEOUL, name="incheon")
    assert compare(small(), small(targets=(renamed, OSLO))).moved_clients == 2


def test_clients_that_only_one_has_are_counted_and_compared_no_further() -> None:
    change = compare(small(ROWS[:4]), small(ROWS[1:]))
    assert (change.compared, change.only_before, change.only_after, change.moved_clients) == (3, 1, 1, 0)


def test_other_weights_are_said_and_the_later_ones_count() -> None:
    change = compare(small(), small(changed(0, weight=14, target=1)))
    assert change.weights_differ
    assert change.moved_share == pytest.approx(14 / 20)


def test_the_median_is_over_the_clients_that_both_have() -> None:
    assert compare(small(ROWS[2:]), small()).median_rtt_ms == (21.0, 21.0)


def test_nothing_can_be_compared_with_nothing() -> None:
    change = compare(small([]), small([]))
    assert (change.compared, change.moved_share, change.moves) == (0, 0.0, ())
    assert compare(small([]), small()).only_after == 5
