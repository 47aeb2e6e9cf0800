"""Forwarding on a page: equally good next hops, probabilities, the nearest exit, and paths from place to place."""

import numpy as np
import pytest
from tests.twins.arrays import candidates_said, geography_of, graph_of, shares_said, starts_of, walks_said
from tests.twins.case import Case, Entry, Peer, Provider
from tests.twins.question import internet_of

from catchment.internet.graph import Graph
from catchment.simulate import forward
from catchment.simulate.forward import Terrain, chosen_only
from catchment.simulate.propagate import entering, propagate
from catchment.simulate.starts import Starts

SEOUL, TOKYO, OSLO, PARIS = (37.57, 126.98), (35.68, 139.69), (59.91, 10.75), (48.86, 2.35)

FORK = Case(
    links=(Provider(64496, 64498), Provider(64497, 64498), Provider(64498, 64499)),
    entries=(Entry(site=0, origin=65536, at=64496, point=SEOUL), Entry(site=1, origin=65536, at=64497, point=OSLO)),
    stands=((64496, (SEOUL,)), (64497, (OSLO,)), (64498, (PARIS, TOKYO)), (64499, (TOKYO,))),
)
"""
 site 0, Seoul   site 1, Oslo
    |               |
  64496           64497        64498 buys from both, and is in Paris and in Tokyo; its customer 64499 is in Tokyo
       \\         /
          64498
            |
          64499
"""


def asked(case: Case) -> tuple[Graph, Starts, forward.Choices]:
    graph = graph_of(case)
    starts = starts_of(case, graph)
    return graph, starts, forward.choices(graph, [(entering(starts), propagate(graph, starts))], None)


def walks(case: Case, *, lowest_asn: bool = False) -> dict[int, tuple[int | None, tuple[int, ...], float | None]]:
    graph, starts, choices = asked(case)
    terrain = Terrain(geography_of(case, graph))
    taken = chosen_only(graph, choices) if lowest_asn else choices
    return walks_said(case, graph, forward.walks(terrain, forward.states(graph, terrain, taken, starts)))


def test_candidates_are_all_equally_good_next_hops() -> None:
    graph, _, choices = asked(FORK)
    assert candidates_said(FORK, graph, choices) == {
        64496: [(True, 0)],
        64497: [(True, 1)],
        64498: [(False, 64496), (False, 64497)],
        64499: [(False, 64498)],
    }


def test_chosen_only_keeps_the_lowest_as_number() -> None:
    graph, _, choices = asked(FORK)
    said = candidates_said(FORK, graph, chosen_only(graph, choices))
    assert said[64498] == [(False, 64496)]
    assert [len(one) for one in said.values()] == [1, 1, 1, 1]


def test_candidates_come_before_whom_they_serve() -> None:
    _, _, choices = asked(FORK)
    place = {int(v): i for i, v in enumerate(choices.order)}
    n = len(choices.pointer) - 1
    for v, mine in place.items():
        for c in choices.candidate[choices.pointer[v] : choices.pointer[v + 1]].tolist():
            assert c >= n or place[c] < mine


def test_ties_are_split_evenly_at_each_as() -> None:
    """64500 hears of 64498, which is torn, and of 64501, which goes to site 0: three quarters and one quarter."""
    more = FORK._replace(links=(*FORK.links, Provider(64496, 64501), Provider(64498, 64500), Provider(64501, 64500)))
    graph, starts, choices = asked(more)
    said = shares_said(more, graph, forward.shares(choices, starts, 2))
    assert said[64498] == {0: 0.5, 1: 0.5}
    assert said[64500] == {0: 0.75, 1: 0.25}


@pytest.mark.parametrize("sites", [31, 32, 33, 100])
def test_probabilities_are_the_same_however_many_sites_there_are(sites: int) -> None:
    """Every site has a session with the only carrier: its customer is torn among all of them."""
    entries = tuple(Entry(site=i, origin=65536, at=64496) for i in range(sites))
    case = Case(links=(Provider(64496, 64497), Peer(64498, 64499)), entries=entries)
    graph, starts, choices = asked(case)
    pointer, target, share = forward.shares(choices, starts, sites)
    for asn, count in ((64496, sites), (64497, sites), (64498, 0)):
        node = graph.node(asn)
        assert node is not None
        row = slice(int(pointer[node]), int(pointer[node + 1]))
        assert target[row].tolist() == list(range(count))
        np.testing.assert_allclose(share[row], 1 / sites, rtol=1e-5)


def test_traffic_leaves_by_the_exit_nearest_to_where_it_is() -> None:
    """The clients of 64498 are in Paris and leave for Oslo; 64499's traffic enters it in Tokyo and leaves for Seoul."""
    said = walks(FORK)
    assert said[64498][:2] == (1, (64498, 64497))
    assert said[64499][:2] == (0, (64499, 64498, 64496))


def test_a_walk_is_as_long_as_its_legs() -> None:
    said = walks(FORK)
    assert said[64498][2] == pytest.approx(1342, rel=0.01)  # Paris to Oslo, and the site is there
    assert said[64499][2] == pytest.approx(1157, rel=0.01)  # Tokyo to Seoul
    assert said[64496][2] == pytest.approx(0, abs=1)


def test_by_the_lowest_as_number_it_does_not_matter_where_traffic_is() -> None:
    said = walks(FORK, lowest_asn=True)
    assert said[64498][:2] == (0, (64498, 64496))
    assert said[64498][2] == pytest.approx(9000, rel=0.05)  # Paris to Seoul


def test_where_two_networks_meet_is_where_traffic_leaves() -> None:
    """64498 meets 64497 in Tokyo too: then that is the exit for who is there, by 100 km of haul to nobody's harm."""
    met = FORK._replace(meets=(((64497, 64498), (TOKYO,)), ((64496, 64498), (SEOUL,))))
    said = walks(met)
    assert said[64499][:2] == (1, (64499, 64498, 64497))
    assert said[64499][2] == pytest.approx(8420, rel=0.03)  # on to 64497 in Oslo


def test_an_exit_whose_place_is_unknown_loses_and_the_way_through_it_has_no_length() -> None:
    unknown = FORK._replace(stands=tuple(row for row in FORK.stands if row[0] != 64496))
    assert walks(unknown)[64499][:2] == (1, (64499, 64498, 64497))
    only = unknown._replace(entries=FORK.entries[:1])
    assert walks(only)[64499] == (0, (64499, 64498, 64496), None)


def test_with_no_place_known_at_all_the_lowest_as_number_decides() -> None:
    said = walks(FORK._replace(stands=()))
    assert said[64498] == (0, (64498, 64496), None)


def test_how_the_exit_was_chosen_is_told() -> None:
    def how(case: Case) -> list[int]:
        graph, starts, choices = asked(case)
        terrain = Terrain(geography_of(case, graph))
        told = forward.walks(terrain, forward.states(graph, terrain, choices, starts)).how.tolist()
        return [told[graph.node(asn) or 0] for asn in (64496, 64498)]

    twice = FORK._replace(entries=(*FORK.entries, FORK.entries[0]._replace(site=2)))
    assert how(FORK) == [0, 1]
    assert how(FORK._replace(stands=())) == [0, 2]
    assert how(twice) == [3, 1]


def test_lanes_are_laid_over_each_other_the_first_one_on_top() -> None:
    graph = graph_of(FORK)
    lanes = []
    for entries in (FORK.entries[1:], FORK.entries[:1]):  # site 1 alone above site 0 alone
        starts = starts_of(FORK._replace(entries=entries), graph)
        lanes.append((entering(starts), propagate(graph, starts)))
    choices = forward.choices(graph, lanes, None)
    above = forward.choices(graph, lanes[:1], None)
    reached = above.words[::2] != np.uint64(2**64 - 1)
    assert np.array_equal(choices.words[::2][reached], above.words[::2][reached])
    node = graph.node(64496)
    assert node is not None
    assert not reached[node]  # its customer tells it nothing of a provider's route
    assert choices.words[2 * node] != np.uint64(2**64 - 1)
    assert sorted(choices.order.tolist()) == list(range(len(graph)))


def test_a_network_of_unknown_place_still_has_a_state_to_walk_from() -> None:
    terrain = Terrain(internet_of(FORK._replace(stands=FORK.stands[:1])).geography)
    assert np.diff(terrain.state_ptr.astype(int)).tolist() == [1] * 4
    assert np.isnan(terrain.place[:, 0]).sum() == 3
    assert terrain.home.tolist() == [0, 1, 2, 3]
