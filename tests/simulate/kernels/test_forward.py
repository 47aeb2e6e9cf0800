"""The forwarding kernels by themselves: order, splitting, the walk's choices, and paths."""

from itertools import pairwise

import numpy as np
import pytest
from tests.twins.arrays import graph_of, starts_of
from tests.twins.case import Case, Entry, Peer, Provider

from catchment.simulate.kernels import forward as kernel
from catchment.simulate.kernels.propagate import NONE
from catchment.simulate.propagate import entering, propagate

N = 4
F32, U32 = np.float32, np.uint32


def word(route_class: int, length: int) -> int:
    return route_class << 62 | length << 52


def test_nodes_are_ordered_by_class_and_length_and_those_without_a_route_left_out() -> None:
    routes = [word(3, 5), int(NONE), word(1, 9), word(3, 4), word(1, 2), word(0, 1)]
    words = np.array([part for route in routes for part in (route, 0)], np.uint64)
    order = np.empty(len(routes), np.uint32)
    found = kernel.settled_order(words, order)
    assert order[:found].tolist() == [5, 4, 2, 3, 0]


def test_candidates_are_as_many_as_the_ties_that_were_counted() -> None:
    """Two carriers and a session tie at 64499, all peers, and 64498's customer hears of the best of them."""
    case = Case(
        links=(Peer(64496, 64499), Peer(64497, 64499), Provider(64499, 64500)),
        entries=(
            Entry(site=0, origin=65536, at=64496),
            Entry(site=1, origin=65536, at=64497),
            Entry(site=2, origin=65536, at=64499, relation="peer", prepend=1),
        ),
    )
    graph = graph_of(case)
    columns = entering(starts_of(case, graph))
    routes = propagate(graph, starts_of(case, graph))
    n = len(graph)
    pointer, candidate = kernel.candidates(
        graph.provider_ptr, graph.provider, graph.peer_ptr, graph.peer,
        columns.at, columns.route, columns.route_class, columns.no_export, np.zeros(n, np.uint8), columns.invalid,
        routes.words, np.empty(n, np.uint32),
    )  # fmt: skip
    assert np.diff(pointer.astype(int)).tolist() == routes.tied.tolist()
    node = graph.node(64499)
    assert node is not None
    mine = candidate[pointer[node] : pointer[node + 1]].tolist()
    assert mine[0] == n + 2, "starts come first"
    assert sorted(int(graph.asn[c]) for c in mine[1:]) == [64496, 64497]


E = {degrees: (np.cos(np.radians(degrees)), np.sin(np.radians(degrees)), 0) for degrees in range(0, 181, 10)}
"""Points on the equator, by their longitude."""
NOWHERE = (np.nan, np.nan, np.nan)


def walked(
    places: list[list[tuple[float, float, float]]],
    candidates: list[list[int]],
    start_places: list[tuple[float, float, float]],
    meets: dict[tuple[int, int], list[tuple[float, float, float]]] | None = None,
    asn: list[int] | None = None,
) -> dict[str, np.ndarray]:
    """Walk from the first place of each node. A candidate c >= number of nodes is a start."""
    n, starts = len(places), len(start_places)
    sizes = [max(1, len(of)) for of in places]
    state_ptr = np.cumsum([0, *sizes]).astype(U32)
    place = np.array([point for of in places for point in (of or [NOWHERE])], F32)
    keys = sorted((max(pair), min(pair)) for pair in meets or {})
    met_ptr = np.searchsorted([high for high, _ in keys], np.arange(n + 1)).astype(U32)
    met = [(meets or {})[low, high] for high, low in keys]
    out = {
        "following": np.empty(len(place), np.int64), "start": np.empty(len(place), np.uint16),
        "km": np.empty(len(place), F32), "how": np.zeros(len(place), np.uint8), "exit": np.zeros(len(place), U32),
    }  # fmt: skip
    kernel.walk(
        n, np.cumsum([0, *map(len, candidates)]).astype(U32), np.array([c for of in candidates for c in of], U32),
        np.array(asn or range(64496, 64496 + n + starts), U32), state_ptr, place,
        np.array(start_places, F32).reshape(-1, 3), met_ptr, np.array([low for _, low in keys], U32),
        np.cumsum([0, *map(len, met)]).astype(U32), np.array([p for of in met for p in of], F32).reshape(-1, 3),
        state_ptr[:-1].copy(), *out.values(), np.empty(1100, np.int64),
    )  # fmt: skip
    home = state_ptr[:-1]
    return {name: column[home] for name, column in out.items()} | {"following_all": out["following"]}


KM = 6371 * np.pi / 180
"""Kilometres of a degree on the equator."""


def test_the_nearer_of_two_exits_is_taken() -> None:
    """Node 0 at 0 E; node 1 at 30 E, node 2 at 20 E, each with a start where it stands."""
    said = walked([[E[0]], [E[30]], [E[20]]], [[1, 2], [3], [4]], [E[30], E[20]])
    assert (said["start"][0], said["exit"][0], said["how"][0]) == (1, 2, 1)
    assert said["km"].tolist() == pytest.approx([20 * KM, 0, 0], rel=1e-5)


def test_a_place_that_is_not_known_loses_against_any_that_is() -> None:
    said = walked([[E[0]], [], [E[180]]], [[1, 2], [3], [4]], [E[0], E[180]])
    assert (said["exit"][0], said["how"][0]) == (2, 1)
    assert said["km"][0] == pytest.approx(180 * KM, rel=1e-3)


@pytest.mark.parametrize(("asn", "winner"), [([9, 7, 8, 1, 1], 1), ([9, 8, 7, 1, 1], 2)])
def test_of_equally_near_exits_the_lower_as_number_wins(asn: list[int], winner: int) -> None:
    said = walked([[E[20]], [E[0]], [E[0]]], [[1, 2], [3], [4]], [E[0], E[0]], asn=asn)
    assert (said["exit"][0], said["how"][0]) == (winner, 2)


def test_of_two_sessions_of_one_origin_in_one_place_the_first_wins() -> None:
    said = walked([[E[0]]], [[2, 1]], [E[10], E[10]], asn=[1, 5, 5])
    assert (said["start"][0], said["how"][0], said["following"][0]) == (0, 3, -1)


def test_the_next_as_is_entered_where_it_is_nearest_to_the_meeting_place() -> None:
    """They meet at 60 E; node 1 stands at 0 E and at 70 E and goes on from there to the start at 90 E."""
    said = walked([[E[10]], [E[0], E[70]]], [[1], [2]], [E[90]], meets={(0, 1): [E[60]]})
    assert said["following"][0] == 2
    assert said["km"][0] == pytest.approx((60 + 20) * KM, rel=1e-5)
    unknown = walked([[E[10]], [E[0], E[70]]], [[1], [2]], [E[90]])
    assert unknown["following"][0] == 1


def test_the_exit_is_as_far_as_the_nearest_meeting_place_not_as_the_neighbour() -> None:
    """Node 1 stands right here but is met at 50 E only; node 2 is 30 degrees away."""
    meets = {(0, 1): [E[180], E[50]]}
    said = walked([[E[0]], [E[0]], [E[30]]], [[1, 2], [3], [4]], [E[0], E[30]], meets=meets)
    assert said["exit"][0] == 2


def test_who_has_no_candidate_goes_nowhere() -> None:
    said = walked([[E[0]], [E[0]]], [[], [2]], [E[0]])
    assert (said["start"][0], said["following"][0], np.isnan(said["km"][0])) == (0xFFFF, -1, True)


def test_states_that_nobody_comes_through_are_not_visited() -> None:
    said = walked([[E[0]], [E[10], E[90]]], [[1], [2]], [E[10]])
    assert said["following_all"].tolist() == [1, -1, -2]


def test_paths_are_the_nodes_that_the_walks_pass() -> None:
    """Node 0 goes through 1 and 2 into start 0; node 3 goes nowhere. One state a node."""
    following = np.array([1, 2, -1, -1], np.int64)
    exits = np.array([1, 2, 4, 0], U32)
    start = np.array([0, 0, 0, 0xFFFF], np.uint16)
    pointer, node = kernel.paths(np.arange(4, dtype=U32), following, exits, start)
    rows = [node[a:b].tolist() for a, b in pairwise(pointer)]
    assert rows == [[0, 1, 2], [1, 2], [2], []]
