"""The general policy kernel where the fast one does not go: provider cycles, and networks that validate origins."""

import pytest
from tests.twins.arrays import Verdict, graph_of, kernel_says, starts_of, validation_of
from tests.twins.case import CUSTOMER, FROM_ALL, FROM_PEERS, OWN, PEER, Case, Entry, Peer, Provider

from catchment.simulate.propagate import propagate_general


def told(case: Case) -> dict[int, Verdict | None]:
    graph = graph_of(case)
    return kernel_says(case, graph, propagate_general(graph, starts_of(case, graph), validation_of(case, graph)))


def site_of(case: Case) -> dict[int, int | None]:
    """{AS number: the site of the entry that its route comes from}"""
    return {asn: None if one is None else case.entries[one.entry].site for asn, one in told(case).items()}


CYCLE = (Provider(64496, 64497), Provider(64497, 64498), Provider(64498, 64496))


@pytest.mark.parametrize("at", [64496, 64497, 64498])
def test_round_a_provider_cycle_everybody_is_reached_the_shorter_way(at: int) -> None:
    """Each is the provider of the next: up the cycle as a customer route, which is better than any from above."""
    up = {64496: 64498, 64497: 64496, 64498: 64497}
    answer = told(Case(links=CYCLE, entries=(Entry(site=0, origin=65536, at=at),)))
    first, second = up[at], up[up[at]]
    said = {asn: one and (one.route_class, one.length, one.next_hop) for asn, one in answer.items()}
    assert said == {at: (1, 2, 65536), first: (1, 3, at), second: (1, 4, first)}


def test_two_in_a_cycle_of_their_own_come_to_rest() -> None:
    """64496 and 64497 each sell to a third that sells to the other; a peer route enters at one of them."""
    entries = (Entry(site=0, origin=65536, at=64496, relation=PEER),)
    answer = told(Case(links=(*CYCLE, Provider(64498, 64499)), entries=entries))
    said = {asn: one and (one.route_class, one.length) for asn, one in answer.items()}
    assert said == {64496: (2, 2), 64497: (3, 3), 64498: (3, 4), 64499: (3, 5)}


VALLEY = (Provider(64496, 64498), Provider(64497, 64498), Provider(64498, 64499), Peer(64498, 64500))
INVALID = Entry(site=0, origin=65537, at=64496, invalid=True)
VALID = Entry(site=1, origin=65536, at=64497, prepend=2)


def test_who_validates_takes_the_longer_route_of_a_valid_origin_and_so_does_who_hears_of_it() -> None:
    case = Case(links=VALLEY, entries=(INVALID, VALID))
    assert site_of(case) == {64496: 0, 64497: 1, 64498: 0, 64499: 0, 64500: None}
    validating = case._replace(validating=((64498, FROM_ALL),))
    assert site_of(validating) == {64496: 0, 64497: 1, 64498: 1, 64499: 1, 64500: None}


def test_without_another_route_it_has_none() -> None:
    case = Case(links=VALLEY, entries=(INVALID,), validating=((64498, FROM_ALL),))
    assert site_of(case) == {64496: 0, 64497: None, 64498: None, 64499: None, 64500: None}


@pytest.mark.parametrize(
    ("whose", "relation", "refused"),
    [
        (FROM_PEERS, PEER, True),
        (FROM_PEERS, CUSTOMER, False),
        (frozenset({"providers"}), CUSTOMER, True),
        (frozenset({"customers"}), "transit", True),
        (frozenset({"customers"}), PEER, False),
    ],
)
def test_a_session_is_validated_by_what_we_are_to_the_neighbour(
    whose: frozenset[str], relation: str, refused: bool
) -> None:
    entry = Entry(site=0, origin=65537, at=64498, relation=relation, invalid=True)
    case = Case(links=VALLEY, entries=(entry,), validating=((64498, whose),))
    assert (told(case)[64498] is None) == refused


def test_who_validates_peers_only_believes_its_customers() -> None:
    """64500 peers with 64498, where the invalid route came from a customer; 64498's provider 64496 hears it too."""
    entry = Entry(site=0, origin=65537, at=64499, invalid=True)
    validating = ((64500, FROM_PEERS), (64496, FROM_PEERS), (64497, FROM_ALL))
    answer = site_of(Case(links=VALLEY, entries=(entry,), validating=validating))
    assert answer == {64496: 0, 64497: None, 64498: 0, 64499: 0, 64500: None}


def test_nobody_refuses_what_they_say_themselves() -> None:
    entry = Entry(site=0, origin=64498, at=64498, relation=OWN, invalid=True)
    validating = tuple((asn, FROM_ALL) for asn in range(64496, 64501))
    answer = site_of(Case(links=VALLEY, entries=(entry,), validating=validating))
    assert answer == {64496: None, 64497: None, 64498: 0, 64499: None, 64500: None}
