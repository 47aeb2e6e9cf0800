"""Shortest paths of whole networks: distances and first links are those of networkx and of our own IGP."""

import zipfile
from pathlib import Path

import networkx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.simulate.network.igp.test_speaking import read_graph, topology_of

from catchment.simulate.kernels.spf import FAR, distances, first_links
from catchment.simulate.network.igp import parts
from catchment.simulate.network.igp.parts import Part, nearer

ZOO = Path(__file__).parents[4] / "shared/data/igp/topology-zoo.zip"

Edge = tuple[int, int, int]
Rows = tuple[np.ndarray, np.ndarray, np.ndarray]


def rows_of(count: int, edges: list[Edge]) -> Rows:
    """Compressed rows of (from, to, cost), the links of a router in the order given."""
    order = sorted(range(len(edges)), key=lambda e: edges[e][0])
    ptr = np.zeros(count + 1, np.int64)
    np.add.at(ptr, [a + 1 for a, _, _ in edges], 1)
    to = np.array([edges[e][1] for e in order], np.int32)
    return np.cumsum(ptr), to, np.array([edges[e][2] for e in order], np.int64)


def all_of(count: int, edges: list[Edge]) -> tuple[Rows, np.ndarray, np.ndarray]:
    rows = rows_of(count, edges)
    far = distances(*rows, np.arange(count))
    return rows, far, first_links(*rows, far)


def next_hops(rows: Rows, first: np.ndarray, router: int, target: int) -> list[int]:
    ptr, to, _ = rows
    return sorted(int(to[link]) for link in range(ptr[router], ptr[router + 1]) if first[link, target])


def test_a_square_has_two_ways_across() -> None:
    """0 -1- 1, 0 -1- 2, 1 -1- 3, 2 -1- 3; and a link of cost 2 from 0 to 3, which is as good; 4 is alone."""
    ends = [(0, 1, 1), (0, 2, 1), (1, 3, 1), (2, 3, 1), (0, 3, 2)]
    rows, far, first = all_of(5, ends + [(b, a, cost) for a, b, cost in ends])
    assert far[0].tolist() == [0, 1, 1, 2, FAR]
    assert next_hops(rows, first, 0, 3) == [1, 2, 3]
    assert next_hops(rows, first, 1, 2) == [0, 3]
    assert not first[:, 4].any()
    assert [next_hops(rows, first, router, router) for router in range(5)] == [[]] * 5


def test_each_direction_has_its_cost_and_sources_may_be_some() -> None:
    rows = rows_of(3, [(0, 1, 5), (1, 0, 7), (1, 2, 0), (2, 1, 1)])
    assert distances(*rows, np.array([2, 0])).tolist() == [[8, 1, 0], [0, 5, 5]]


def test_large_costs_do_not_run_over() -> None:
    """Wide metrics of IS-IS, 2^24 - 2 each, over a line of a thousand routers."""
    wide, count = 2**24 - 2, 1000
    ends = [(n, n + 1, wide) for n in range(count - 1)]
    far = distances(*rows_of(count, ends + [(b, a, cost) for a, b, cost in ends]), np.array([0]))
    assert far[0, -1] == wide * (count - 1)


@st.composite
def graphs(draw: st.DrawFn) -> tuple[int, list[Edge]]:
    """Few routers, small costs that tie often, some 0, parallel links and links of one direction."""
    count = draw(st.integers(1, 7))
    router = st.integers(0, count - 1)
    edges = draw(st.lists(st.tuples(router, router, st.integers(0, 3)), max_size=20))
    return count, [(a, b, cost) for a, b, cost in edges if a != b]


@pytest.mark.parametrize("seed", range(10))
def test_no_router_is_left_twice(seed: int) -> None:
    """Else links are pushed more often than the heap has room for, which the compiled code does not notice."""
    rng, count = np.random.default_rng(seed), 12
    rows = rows_of(count, [(a, b, int(rng.integers(1, 50))) for a in range(count) for b in range(count) if a != b])
    reads = Reads(rows[2])
    plain = getattr(distances, "py_func", distances)  # an index too far raises there
    far = plain(rows[0], rows[1], reads, np.array([0]))
    assert far.tolist() == distances(*rows, np.array([0])).tolist()
    assert max(reads.times.values()) == 1


class Reads:
    """Costs that count how often each is read."""

    def __init__(self, costs: np.ndarray) -> None:
        self.costs, self.times = costs, dict.fromkeys(range(len(costs)), 0)

    def __getitem__(self, link: int) -> np.int64:
        self.times[link] += 1
        return self.costs[link]  # type: ignore[no-any-return]


@settings(max_examples=300, deadline=None)
@given(graphs())
def test_any_graph_is_as_bellman_and_ford_have_it(graph: tuple[int, list[Edge]]) -> None:
    """The twin: prices are lowered along links until none can be; a first link is one that loses nothing."""
    count, edges = graph
    rows, far, first = all_of(count, edges)
    for source in range(count):
        price = {source: 0}
        for _ in range(count):
            for a, b, cost in edges:
                if a in price and price[a] + cost < price.get(b, FAR):
                    price[b] = price[a] + cost
        assert {n: int(far[source, n]) for n in range(count) if far[source, n] < FAR} == price
    for router in range(count):
        for target in range(count):
            good = [
                b for a, b, cost in edges if a == router and cost + int(far[b, target]) == int(far[router, target])
            ]
            reached = router != target and far[router, target] < FAR
            assert next_hops(rows, first, router, target) == (sorted(good) if reached else [])


@pytest.mark.skipif(not ZOO.exists(), reason="../shared/data/igp is not there")
def test_the_topology_zoo_is_as_networkx_and_our_own_igp_have_it() -> None:
    """Every graph of the archive, all routers as sources; the two others are asked towards two targets of each."""
    seen = 0
    with zipfile.ZipFile(ZOO) as archive:
        for name in sorted(name for name in archive.namelist() if name.endswith(".graph")):
            count, edges = read_graph(archive.read(name).decode())
            rows, far, first = all_of(count, edges)
            backwards = networkx.MultiDiGraph()
            backwards.add_nodes_from(range(count))
            backwards.add_weighted_edges_from((b, a, cost) for a, b, cost in edges)
            part = Part("", dict(enumerate(topology_of(count, edges).ways)))
            for target in (0, count // 2):
                before, expected = networkx.dijkstra_predecessor_and_distance(backwards, target)
                costs = parts.far(part, {target: 0})
                for router in range(count):
                    pays = None if far[router, target] == FAR else int(far[router, target])
                    assert pays == costs(router) == expected.get(router), (name, router)
                    hops = set(next_hops(rows, first, router, target))
                    assert hops == set(before[router]), (name, router)
                    assert hops == {way.to for way in nearer(part, costs, router) if router != target}, (name, router)
            seen += 1
    assert seen > 500
