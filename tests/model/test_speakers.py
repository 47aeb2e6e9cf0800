"""Speakers and peerings: what makes a network impossible to run."""

from ipaddress import IPv4Address, ip_address, ip_network

from catchment.model.address import Asn
from catchment.model.speakers import BgpNetwork, Peering, PrefixRange, Side, Speaker, problems_of


def speaker(name: str, asn: int, router_id: str) -> Speaker:
    return Speaker(name=name, asn=Asn(asn), router_id=IPv4Address(router_id))


def side(name: str, address: str, client: bool = False) -> Side:
    return Side(speaker=name, address=ip_address(address), client=client)


def test_every_problem_of_a_network_is_told_at_once() -> None:
    one, two, twin = speaker("a", 64496, "10.0.0.1"), speaker("b", 64497, "10.0.0.1"), speaker("c", 64496, "10.0.0.1")
    peerings = (
        Peering(a=side("a", "192.0.2.1"), b=side("z", "192.0.2.2")),
        Peering(a=side("a", "192.0.2.1"), b=side("a", "192.0.2.2")),
        Peering(a=side("a", "192.0.2.1"), b=side("b", "2001:db8::1"), families=frozenset({4})),
        Peering(a=side("a", "192.0.2.1", client=True), b=side("b", "192.0.2.2")),
        Peering(a=side("a", "192.0.2.1"), b=side("b", "192.0.2.2"), families=frozenset({4, 6})),
    )
    found = problems_of(BgpNetwork(speakers=(one, two, twin, one), peerings=peerings))
    rules = ["B002", "B001", "B003", "B004", "B005", "B007", "B006", "B007", "B007", "B008", "B008", "B008"]
    assert [problem.rule for problem in found] == rules
    assert all(problem.todo for problem in found)


def test_a_neighbour_is_known_by_its_address() -> None:
    """Two sessions to one address are one for every daemon, and nothing could tell their routes apart."""
    one, two = speaker("a", 64496, "10.0.0.1"), speaker("b", 64497, "10.0.0.1")
    first = Peering(a=side("a", "192.0.2.1"), b=side("b", "192.0.2.2"))
    for ends, rules in (("192.0.2.1", "192.0.2.2"), ["B008"]), (("198.51.100.1", "198.51.100.2"), []):
        second = Peering(a=side("a", ends[0]), b=side("b", ends[1]))
        found = problems_of(BgpNetwork(speakers=(one, two), peerings=(first, second)))
        assert [problem.rule for problem in found] == rules
    six = Peering(a=side("a", "192.0.2.1"), b=side("b", "192.0.2.2"), families=frozenset({6}))
    found = problems_of(BgpNetwork(speakers=(one, two), peerings=(first, six)))
    assert {problem.rule for problem in found} == {"B007"}, "another family is another session"


def test_a_sound_network_has_no_problems() -> None:
    one, two = speaker("a", 64496, "10.0.0.1"), speaker("b", 64497, "10.0.0.1")
    net = BgpNetwork(speakers=(one, two), peerings=(Peering(a=side("a", "192.0.2.1"), b=side("b", "192.0.2.2")),))
    assert problems_of(net) == ()
    assert net.is_external(net.peerings[0])


def test_the_cluster_is_the_router_id_unless_given() -> None:
    assert str(speaker("a", 64496, "10.0.0.1").cluster) == "10.0.0.1"


def test_a_range_never_crosses_families() -> None:
    assert not PrefixRange(within=ip_network("0.0.0.0/0"), shortest=0).holds(ip_network("2001:db8::/32"))
