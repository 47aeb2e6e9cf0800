"""Links become a graph whose order of nodes is a promise: providers first, stubs by kind, rows by AS number."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.internet.drawing import Row, links, peers, sells

from catchment.errors import DataError
from catchment.internet.graph import Graph
from catchment.internet.links import PEER_TO_PEER, PROVIDER_TO_CUSTOMER, Links
from catchment.internet.prepare import MOST_ASES, MOST_LINKS_OF_ONE, prepare

ASNS = list(range(64496, 64512))


def row(graph: Graph, what: str, asn: int) -> list[int]:
    """The AS numbers of the neighbours of one kind."""
    node = graph.node(asn)
    assert node is not None
    pointer, column = getattr(graph, f"{what}_ptr"), getattr(graph, what)
    return [int(graph.asn[v]) for v in column[pointer[node] : pointer[node + 1]]]


@st.composite
def drawings(draw: st.DrawFn, cycles: bool = False) -> list[Row]:
    """Links between 2 to 10 ASes in any order; without cycles the earlier AS of a random deal is the provider."""
    deal = draw(st.lists(st.sampled_from(ASNS), min_size=2, max_size=10, unique=True))
    pairs = draw(st.lists(st.sampled_from(list(combinations(deal, 2))), min_size=1, unique=True))
    rows = []
    for a, b in pairs:
        relation = draw(st.sampled_from([PROVIDER_TO_CUSTOMER, PROVIDER_TO_CUSTOMER, PEER_TO_PEER]))
        turned = draw(st.booleans()) and (cycles or relation == PEER_TO_PEER)
        rows.append((b, a, relation) if turned else (a, b, relation))
    return rows


def test_a_small_internet_stands_in_the_promised_order() -> None:
    """
       64510           the tallest first: 64510 (height 2), then 64500 and 64499 (height 1), by number of
       /    \\          providers, then AS number; then the stub with a peer, then the others
    64500  64499 =
      |   /   |    = 64496
    64498   64497
    """
    graph = prepare(
        links(*sells(64510, 64500, 64499), *sells(64500, 64498), *sells(64499, 64498, 64497), *peers(64496, 64499))
    )
    assert graph.asn.tolist() == [64510, 64499, 64500, 64496, 64497, 64498]
    assert (graph.core, graph.peering_stubs_end) == (3, 4)
    assert row(graph, "provider", 64498) == [64499, 64500]
    assert row(graph, "customer", 64499) == [64497, 64498]
    assert row(graph, "peer", 64499) == [64496]
    assert row(graph, "peer", 64496) == [64499]
    assert graph.group_end.tolist() == [1, 2, 3]  # sets of stubs: none, {64499}, {64499, 64500}
    assert graph.cycles == ()


@given(drawings(), st.randoms(use_true_random=False))
def test_the_order_of_links_changes_nothing(rows: list[Row], random: object) -> None:
    shuffled = list(rows)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    turned = [(b, a, r) if r == PEER_TO_PEER else (a, b, r) for a, b, r in shuffled]
    graph, again = prepare(links(*rows)), prepare(links(*turned))
    for name in Graph.__dataclass_fields__:
        assert np.array_equal(getattr(graph, name), getattr(again, name)), name


@given(drawings())
def test_providers_have_lower_numbers_than_their_customers(rows: list[Row]) -> None:
    graph = prepare(links(*rows))
    assert graph.cycles == ()
    for a, b, relation in rows:
        if relation == PROVIDER_TO_CUSTOMER:
            above, below = graph.node(a), graph.node(b)
            assert above is not None
            assert below is not None
            assert above < below


@given(drawings(cycles=True))
def test_rows_are_the_links_and_ascend_by_as_number(rows: list[Row]) -> None:
    graph = prepare(links(*rows))
    for asn in graph.asn.tolist():
        assert row(graph, "provider", asn) == sorted(a for a, b, r in rows if b == asn and r == PROVIDER_TO_CUSTOMER)
        assert row(graph, "customer", asn) == sorted(b for a, b, r in rows if a == asn and r == PROVIDER_TO_CUSTOMER)
        assert row(graph, "peer", asn) == sorted(
            {a, b}.difference({asn}).pop() for a, b, r in rows if asn in (a, b) and r == PEER_TO_PEER
        )


@given(drawings(cycles=True))
def test_ranks_are_positions_among_all_as_numbers(rows: list[Row]) -> None:
    graph = prepare(links(*rows))
    assert graph.asn[graph.by_rank].tolist() == sorted(graph.asn.tolist())
    assert graph.by_rank[graph.rank].tolist() == list(range(len(graph)))


@given(drawings(cycles=True))
def test_the_core_has_customers_and_stubs_with_peers_come_before_those_without(rows: list[Row]) -> None:
    graph = prepare(links(*rows))
    for node, asn in enumerate(graph.asn.tolist()):
        assert (node < graph.core) == bool(row(graph, "customer", asn)), f"AS{asn}"
        if node >= graph.core:
            assert (node < graph.peering_stubs_end) == bool(row(graph, "peer", asn)), f"AS{asn}"


@given(drawings(cycles=True))
def test_stubs_share_a_group_when_and_only_when_their_providers_are_the_same(rows: list[Row]) -> None:
    graph = prepare(links(*rows))
    sizes = np.diff(graph.group_ptr.astype(int)).tolist()
    groups = [graph.group_provider[a:b].tolist() for a, b in zip(graph.group_ptr, graph.group_ptr[1:], strict=False)]
    assert len({tuple(group) for group in groups}) == len(groups)
    assert sizes == sorted(sizes)
    assert graph.group_end.tolist() == [sum(size <= most for size in sizes) for most in (0, 1, 2)]
    for node in range(graph.core, len(graph)):
        mine = graph.provider[graph.provider_ptr[node] : graph.provider_ptr[node + 1]].tolist()
        assert groups[graph.group[node - graph.core]] == mine


def test_a_provider_cycle_is_named_each_as_the_provider_of_the_next() -> None:
    graph = prepare(links((64496, 64497, -1), (64497, 64498, -1), (64498, 64496, -1), (64498, 64499, -1)))
    (cycle,) = graph.cycles
    turns = [cycle[i:] + cycle[:i] for i in range(3)]
    assert (64496, 64497, 64498) in turns


@settings(max_examples=200)
@given(drawings(cycles=True))
def test_cycles_are_named_when_there_are_any_and_are_real(rows: list[Row]) -> None:
    sold = {(a, b) for a, b, relation in rows if relation == PROVIDER_TO_CUSTOMER}
    graph = prepare(links(*rows))
    for cycle in graph.cycles:
        assert len(set(cycle)) == len(cycle) > 1
        assert {(a, b) for a, b in zip(cycle, (*cycle[1:], cycle[0]), strict=True)} <= sold
    left = set(sold)
    while removable := {(a, b) for a, b in left if b not in {x for x, _ in left}}:
        left -= removable
    assert bool(graph.cycles) == bool(left)


def test_arrays_cannot_be_written() -> None:
    graph = prepare(links(*sells(64496, 64497)))
    for name in Graph.__dataclass_fields__:
        value = getattr(graph, name)
        assert not isinstance(value, np.ndarray) or not value.flags.writeable, name


def test_no_link_at_all_is_refused() -> None:
    with pytest.raises(DataError, match="there is not one link"):
        prepare(links())


def test_what_the_kernels_cannot_count_is_refused() -> None:
    many = np.arange(1, MOST_ASES + 2, dtype=np.uint32)
    with pytest.raises(DataError, match=f"{MOST_ASES + 1:,} ASes"):
        prepare(Links(a=many[:-1], b=many[1:], relation=np.zeros(len(many) - 1, np.int8)))
    hub = np.full(MOST_LINKS_OF_ONE + 1, 64496, np.uint32)
    with pytest.raises(DataError, match="AS64496 has 65,536 links"):
        prepare(Links(a=hub, b=many[: len(hub)] + 100_000, relation=np.zeros(len(hub), np.int8)))
