"""The fast policy kernel on drawings, one for each thing that it could get wrong.

The drawings are answered by the general kernel too: one contract, two ways.
"""

from itertools import pairwise

import numpy as np
import pytest
from tests.twins.arrays import graph_of, kernel_says, starts_of
from tests.twins.case import CUSTOMER, OWN, PEER, Case, Entry, Peer, Provider

from catchment.simulate.kernels import propagate as kernel
from catchment.simulate.propagate import Propagator, propagate, propagate_general

Short = tuple[str, int, int, int] | None
FIRST_PRIVATE = 4_200_000_000  # RFC 6996: where documentation numbers do not suffice
NAMES = ("own", "customer", "peer", "provider")


def told(case: Case) -> dict[int, Short]:
    """{AS number: (class, length, next hop, routes as good)}, None without a route; by both kernels."""
    graph = graph_of(case)
    starts = starts_of(case, graph)
    answers = [
        {
            asn: one and (NAMES[one.route_class], one.length, one.next_hop, one.tied)
            for asn, one in kernel_says(case, graph, run(graph, starts)).items()
        }
        for run in (propagate, propagate_general)
    ]
    assert answers[0] == answers[1], "the two kernels differ"
    return answers[0]


def entry(at: int, site: int = 0, **changes: object) -> Entry:
    return Entry(site=site, origin=65536, at=at)._replace(**changes)  # type: ignore[arg-type]


def test_the_lesser_word_is_the_better_route() -> None:
    """Class before length before the next hop's rank before the start."""
    own, customer, longer, higher, later, peer = (
        np.uint64(c << 62 | length << 52 | rank << 32 | start)
        for c, length, rank, start in [
            (0, 900, 9, 9), (1, 3, 4, 7), (1, 4, 1, 0), (1, 3, 5, 0), (1, 3, 4, 8), (2, 1, 0, 0),
        ]
    )  # fmt: skip
    assert own < customer < later < higher < longer < peer < kernel.NONE


def test_a_route_is_told_one_as_longer_with_the_teller_as_next_hop() -> None:
    word = np.uint64(1 << 62 | 5 << 52 | 8 << 32 | 3 << 16 | 42)
    said = int(kernel.exported(word, kernel.PROVIDER, np.uint32(1000)))
    assert (said >> 62, said >> 52 & 0x3FF, said >> 32 & 0xFFFFF, said >> 16 & 0xFFFF, said & 0xFFFF) == (
        3, 6, 2 * 1000 + 1, 0, 42,
    )  # fmt: skip


def test_a_customer_is_preferred_to_a_shorter_way_over_a_peer_or_provider() -> None:
    """64496 sells to 64497, who peers with 64498; the session three prepends away is a customer's."""
    case = Case(
        links=(Provider(64496, 64497), Peer(64497, 64498), Provider(64497, 64499)),
        entries=(entry(64499, prepend=3), entry(64498), entry(64496)),
    )
    assert told(case)[64497] == ("customer", 6, 64499, 1)


def test_of_equal_routes_the_lowest_as_number_wins_and_all_are_counted() -> None:
    """Three customers of 64496 with a session each; the order of sessions is the other way round."""
    customers = (64503, 64502, 64501)
    case = Case(links=tuple(Provider(64496, asn) for asn in customers), entries=tuple(map(entry, customers)))
    assert told(case)[64496] == ("customer", 3, 64501, 3)


def test_a_session_is_as_good_as_a_neighbour_of_the_same_length_and_its_origin_decides() -> None:
    """64497 hears of a site from its peer 64500, and over a session with one prepend."""
    links = (Peer(64497, 64500),)
    through = entry(64500)
    for origin, next_hop in ((64499, 64499), (64501, 64500)):
        straight = entry(64497, relation=PEER, prepend=1, origin=origin)
        assert told(Case(links=links, entries=(through, straight)))[64497] == ("peer", 3, next_hop, 2)


def test_an_own_route_is_never_given_up() -> None:
    case = Case(
        links=(Provider(64496, 64497), Provider(64497, 64498)),
        entries=(entry(64497, origin=64497, relation=OWN, prepend=5), entry(64498)),
    )
    answer = told(case)
    assert answer[64497] == ("own", 6, 64497, 1)
    assert answer[64496] == ("customer", 7, 64497, 1)


def test_a_peer_route_is_not_given_to_peers_or_providers() -> None:
    """64496 above 64497 = 64498 = 64499; the session is at 64499: 64498 hears of it, and tells nobody."""
    case = Case(
        links=(Provider(64496, 64498), Peer(64497, 64498), Peer(64498, 64499), Provider(64498, 64500)),
        entries=(entry(64499),),
    )
    assert told(case) == {
        64496: None,
        64497: None,
        64498: ("peer", 3, 64499, 1),
        64499: ("customer", 2, 65536, 1),
        64500: ("provider", 4, 64498, 1),
    }


def test_a_route_from_a_provider_goes_down_only() -> None:
    case = Case(
        links=(Provider(64496, 64497), Provider(64498, 64497), Peer(64497, 64499), Provider(64497, 64500)),
        entries=(entry(64496),),
    )
    answer = told(case)
    assert (answer[64498], answer[64499]) == (None, None)
    assert answer[64500] == ("provider", 4, 64497, 1)


def test_no_export_stays_where_it_entered_and_hides_a_worse_route_behind_it() -> None:
    """64497 uses the session that it may not tell of; so 64496 and 64498 hear nothing of the customer below either."""
    case = Case(
        links=(Provider(64496, 64497), Peer(64497, 64498), Provider(64497, 64499)),
        entries=(entry(64497, no_export=True), entry(64499)),
    )
    answer = told(case)
    assert answer[64497] == ("customer", 2, 65536, 1)
    assert (answer[64496], answer[64498]) == (None, None)
    assert answer[64499] == ("customer", 2, 65536, 1)


@pytest.mark.parametrize("providers", [1, 2, 3, 5])
def test_stubs_take_the_best_of_one_two_or_many_providers(providers: int) -> None:
    """Stubs that share their providers are decided together: sets of one, of two and of more by different code."""
    sellers = [64500 + i for i in range(providers)]
    links = [Provider(seller, stub) for seller in sellers for stub in (64496, 64497)]
    links += [Provider(64510, seller) for seller in sellers]
    everywhere = told(Case(links=tuple(links), entries=(entry(64510),)))
    assert everywhere[64496] == everywhere[64497] == ("provider", 4, 64500, providers)
    last = told(Case(links=tuple(links), entries=(entry(64510), entry(sellers[-1]))))
    assert last[64496] == ("provider", 3, sellers[-1], 1)


def test_a_stub_with_a_session_or_a_peer_takes_the_better_one_and_adds_up_equal_ones() -> None:
    """Stubs 64496 and 64497 share a provider; 64497 has a customer session as long as what that says."""
    links = (Provider(64500, 64496), Provider(64500, 64497), Peer(64498, 64501), Provider(64500, 64498))
    straight = entry(64497, relation=CUSTOMER, prepend=1, site=1)
    answer = told(Case(links=links, entries=(entry(64500), straight, entry(64501))))
    assert answer[64496] == ("provider", 3, 64500, 1)
    assert answer[64497] == ("provider", 3, 64500, 2)
    assert answer[64498] == ("peer", 3, 64501, 1)
    longer = told(Case(links=links, entries=(entry(64500), straight._replace(prepend=2))))
    assert longer[64497] == ("provider", 3, 64500, 1)


def test_a_closed_origin_neither_takes_nor_gives_over_its_links_in_the_graph() -> None:
    """64497 is the origin; its session is at 64499. Its provider and its customer hear of it only from there."""
    case = Case(
        links=(Provider(64496, 64497), Provider(64497, 64498), Peer(64497, 64500), Provider(64496, 64499)),
        entries=(entry(64499, origin=64497),),
    )
    answer = told(case)
    assert answer[64497] is None
    assert answer[64498] is None
    assert answer[64500] is None
    assert answer[64496] == ("customer", 3, 64499, 1)


def test_the_deepest_hierarchy_is_climbed_and_descended() -> None:
    """31 ASes in a chain of customers, and 200 more customers of the top: more than one word of pending nodes."""
    left = [*range(64496, 64512), *range(65537, 65552)]
    deep = [Provider(a, b) for a, b in pairwise(left)]
    wide = [Provider(left[0], FIRST_PRIVATE + i) for i in range(200)]
    answer = told(Case(links=(*deep, *wide), entries=(entry(left[-1]),)))
    assert answer[left[0]] == ("customer", len(left) + 1, left[1], 1)
    assert answer[FIRST_PRIVATE + 199] == ("provider", len(left) + 2, left[0], 1)


def test_the_room_to_work_in_is_left_as_it_was() -> None:
    case = Case(links=(Provider(64496, 64497), Peer(64496, 64498)), entries=(entry(64497),))
    graph = graph_of(case)
    propagator = Propagator(graph)
    first = propagator(starts_of(case, graph)).words.copy()
    assert not propagator._pending.any()
    assert np.array_equal(first, propagator(starts_of(case, graph)).words)
