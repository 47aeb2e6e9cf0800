"""The policy stage on graphs that fit on a page: class, length, next hop, ties, MED, and which kernel answers."""

import numpy as np
import pytest
from tests.twins.arrays import graph_of, starts_of, validation_of
from tests.twins.case import CUSTOMER, FROM_ALL, OWN, PEER, Case, Entry, Peer, Provider

from catchment.internet.graph import Graph
from catchment.simulate.propagate import NONE, Propagator, Routes, entering, heard, propagate, propagate_general
from catchment.simulate.starts import LONGEST

BORDER = Case(
    links=(Provider(64496, 64498), Provider(64496, 64499), Peer(64496, 64497), Provider(64497, 64500)),
    entries=(Entry(site=0, origin=65536, at=64498), Entry(site=1, origin=65536, at=64500, prepend=1)),
)
"""Two carriers that peer, and below them

    64496 ===== 64497
    /    \\         |
 64498  64499   64500
   |               |
 site 0         site 1, prepended once
"""


def routes_of(case: Case) -> tuple[Graph, Routes]:
    graph = graph_of(case)
    return graph, propagate(graph, starts_of(case, graph))


def told(case: Case) -> dict[int, tuple[int, int, int, int]]:
    """{AS number: (class, length, routes as good, start)}"""
    graph, routes = routes_of(case)
    columns = (routes.route_class, routes.length, routes.tied, routes.start)
    return dict(zip(graph.asn.tolist(), zip(*(c.tolist() for c in columns), strict=True), strict=True))


def test_routes_go_up_across_and_down() -> None:
    assert told(BORDER) == {
        64498: (1, 2, 1, 0),
        64496: (1, 3, 1, 0),
        64499: (3, 4, 1, 0),
        64500: (1, 3, 1, 1),
        64497: (1, 4, 1, 1),
    }


def test_where_nothing_arrives_there_is_no_route_and_no_number() -> None:
    graph, routes = routes_of(BORDER._replace(entries=(Entry(site=0, origin=65536, at=64499, relation=CUSTOMER),)))
    there = graph.asn[routes.reached].tolist()
    assert there == [64499]
    nowhere = ~routes.reached
    assert set(routes.route_class[nowhere].tolist()) == {255}
    for column in (routes.length, routes.tie_rank, routes.tied):
        assert not column[nowhere].any()
    assert set(routes.start[nowhere].tolist()) == {0xFFFF}


def test_the_next_hop_is_the_rank_of_an_as_or_even_for_a_session() -> None:
    graph, routes = routes_of(BORDER)
    ranks = dict(zip(graph.asn.tolist(), routes.tie_rank.tolist(), strict=True))
    assert ranks[64498] % 2 == 0
    assert ranks[64496] % 2 == 1
    assert graph.asn[graph.by_rank[ranks[64496] // 2]] == 64498


def test_the_mask_names_the_sites_in_reach_over_equally_good_routes() -> None:
    tied = BORDER._replace(entries=(*BORDER.entries, Entry(site=2, origin=65537, at=64498)))
    graph, routes = routes_of(tied)
    masks = dict(zip(graph.asn.tolist(), routes.mask.tolist(), strict=True))
    assert masks[64498] == masks[64499] == 0b101
    assert masks[64500] == 0b010


MED = (
    Entry(site=0, origin=65536, at=64498, med=20),
    Entry(site=1, origin=65536, at=64498, med=10),
    Entry(site=2, origin=65536, at=64498, med=10),
    Entry(site=3, origin=65537, at=64498, med=99),
    Entry(site=4, origin=65536, at=64498, med=5, prepend=1),
    Entry(site=5, origin=65536, at=64498, med=5, relation=PEER),
    Entry(site=6, origin=65536, at=64500, med=50),
    Entry(site=7, origin=65536, at=64498, med=1, down=True),
)


def test_med_is_compared_among_equal_routes_of_one_neighbour_only() -> None:
    """Start 0 loses to 1 and 2. Others differ in origin, length, class or place; what is down speaks for nobody."""
    graph = graph_of(BORDER)
    starts = starts_of(BORDER._replace(entries=MED), graph)
    order = sorted(range(len(MED)), key=lambda i: (MED[i].origin, i))
    assert {order[i]: bool(h) for i, h in enumerate(heard(starts))} == {
        0: False, 1: True, 2: True, 3: True, 4: True, 5: True, 6: True, 7: False,
    }  # fmt: skip


def test_without_any_med_all_that_is_up_is_heard() -> None:
    graph = graph_of(BORDER)
    plain = BORDER._replace(entries=tuple(entry._replace(med=0) for entry in MED))
    starts = starts_of(plain, graph)
    assert heard(starts).sum() == len(MED) - 1


def test_what_enters_keeps_its_start_number() -> None:
    graph = graph_of(BORDER)
    starts = starts_of(BORDER._replace(entries=MED), graph)
    columns = entering(starts)
    kept = (columns.route & np.uint64(0xFFFF)).astype(int)
    assert kept.tolist() == np.flatnonzero(heard(starts)).tolist()
    assert graph.asn[columns.at].tolist() == graph.asn[starts.node[kept]].tolist()


def test_more_prepends_than_the_word_counts_are_our_bug() -> None:
    graph = graph_of(BORDER)
    long = BORDER._replace(entries=(Entry(site=0, origin=65536, at=64498, prepend=LONGEST),))
    with pytest.raises(AssertionError):
        entering(starts_of(long, graph))


def test_the_longest_path_is_still_counted() -> None:
    long = BORDER._replace(entries=(Entry(site=0, origin=65536, at=64498, prepend=LONGEST - 2),))
    assert told(long)[64500] == (3, LONGEST + 3, 1, 0)


def test_a_provider_cycle_is_answered_by_the_general_kernel() -> None:
    """64496 > 64497 > 64498 > 64496, each the provider of the next; the session is at 64497."""
    cycle = Case(
        links=(Provider(64496, 64497), Provider(64497, 64498), Provider(64498, 64496)),
        entries=(Entry(site=0, origin=65536, at=64497),),
    )
    assert told(cycle) == {64497: (1, 2, 1, 0), 64496: (1, 3, 1, 0), 64498: (1, 4, 1, 0)}


def test_who_validates_refuses_an_invalid_origin_and_asks_elsewhere() -> None:
    """Site 1 is origin-invalid. Carrier 64497 refuses it, and hears of site 0 from its peer; 64500 holds it still."""
    invalid = (BORDER.entries[0], BORDER.entries[1]._replace(origin=65537, invalid=True))
    case = BORDER._replace(entries=invalid, validating=((64497, FROM_ALL),))
    graph = graph_of(case)
    starts, validation = starts_of(case, graph), validation_of(case, graph)
    routes = propagate(graph, starts, validation)
    site = dict(zip(graph.asn.tolist(), starts.target[routes.start].tolist(), strict=True))
    classes = dict(zip(graph.asn.tolist(), routes.route_class.tolist(), strict=True))
    assert (site[64497], classes[64497]) == (0, 2)
    assert site[64500] == 1
    plain = propagate(graph, starts, None)
    assert starts.target[plain.start[graph.node(64497)]] == 1


def test_an_own_route_at_home_is_told_to_nobody() -> None:
    """64498 is the origin and closed: its own clients are served, and no neighbour hears of it over the graph."""
    home = Entry(site=0, origin=64498, at=64498, relation=OWN, no_export=True)
    closed = BORDER._replace(entries=(home, Entry(site=0, origin=64498, at=64499)))
    answer = told(closed)
    assert answer[64498][:2] == (0, 1)
    assert answer[64499][:2] == (1, 2)
    assert answer[64496][:2] == (1, 3)


def test_a_propagator_answers_again_in_the_same_room() -> None:
    graph = graph_of(BORDER)
    again = Propagator(graph)
    first = again(starts_of(BORDER, graph))
    kept = first.words.copy()
    second = again(starts_of(BORDER._replace(entries=BORDER.entries[:1]), graph))
    assert second.words is first.words
    assert not np.array_equal(kept, second.words)


def test_without_any_start_nobody_has_a_route() -> None:
    graph = graph_of(BORDER)
    nothing = starts_of(BORDER._replace(entries=()), graph)
    for kernel in (propagate, propagate_general):
        assert (kernel(graph, nothing).words[::2] == NONE).all()
