"""Tables: the lowest distance among routes for one prefix, the longest prefix among those for one address."""

from ipaddress import ip_address, ip_network

import pytest
from hypothesis import given, settings
from tests.simulate.network.draw import ADDRESS, network_of, networks

from catchment.model.network import Igp, Network
from catchment.results.trace import Belief, Entry
from catchment.simulate.network.rib import FEW, Ribs
from catchment.simulate.network.topology import Down, topology

TWO = """
networks:
  corp:
    igp: {igp}
    routers: {{seoul: {seoul}, busan: {{}}}}
    links: {{between: [seoul, busan]{cost}}}
services: {{dns: {{address: 203.0.113.53, at: {at}}}}}
"""


def two(igp: str = "ospf", seoul: str = "{}", at: str = "[seoul, busan]") -> Ribs:
    cost = ", cost: 10" if igp in ("ospf", "isis") else ""
    return Ribs(topology(network_of(TWO.format(igp=igp, seoul=seoul, cost=cost, at=at))))


def entry(ribs: Ribs, address: str = str(ADDRESS)) -> Entry | None:
    return ribs.match(0, ip_address(address))


def test_at_home_the_service_costs_1_and_away_1_and_the_link() -> None:
    """Product system 2."""
    ribs = two()
    servers = ribs.topology.servers
    assert ribs.beliefs(0, servers) == (Belief(server="dns@seoul", cost=1), Belief(server="dns@busan", cost=11))
    assert ribs.beliefs(1, servers) == (Belief(server="dns@seoul", cost=11), Belief(server="dns@busan", cost=1))


@pytest.mark.parametrize(("igp", "distance"), [("ospf", 110), ("isis", 115), ("eigrp", 90)])
def test_the_distance_is_that_of_the_protocol(igp: str, distance: int) -> None:
    found = entry(two(igp, at="[busan]"))
    assert found is not None
    assert (found.protocol, found.distance) == (igp, distance)
    assert [hop.router for hop in found.next_hops] == ["busan"]


def test_a_connected_route_beats_everything() -> None:
    found = entry(two(seoul="{static: {to: dns, via: busan}}"))
    assert found is not None
    assert (found.protocol, found.distance, found.end) == ("connected", 0, "server dns@seoul")


@pytest.mark.parametrize(("distance", "wins"), [(1, "static"), (109, "static"), (111, "ospf"), (255, "ospf")])
def test_a_static_route_wins_or_floats_by_its_distance(distance: int, wins: str) -> None:
    found = entry(two(seoul=f"{{static: {{to: dns, via: busan, distance: {distance}}}}}", at="[busan]"))
    assert found is not None
    assert found.protocol == wins


def test_a_longer_prefix_wins_whatever_its_distance() -> None:
    found = entry(two(seoul="{static: {to: 203.0.113.0/24, via: discard}}", at="[busan]"))
    assert found is not None
    assert (found.prefix, found.protocol) == (ip_network("203.0.113.53/32"), "ospf")
    other = entry(two(seoul="{static: {to: 203.0.113.0/24, via: discard}}", at="[busan]"), "203.0.113.54")
    assert other is not None
    assert other.end == "discard"


def test_a_static_network_knows_what_is_connected_or_written_and_no_more() -> None:
    assert entry(two("static", at="[busan]")) is None
    found = entry(two("static", seoul="{static: {to: default, via: busan}}", at="[busan]"))
    assert found is not None
    assert (str(found.prefix), found.protocol, found.distance) == ("0.0.0.0/0", "static", 1)


def test_a_static_route_goes_with_its_last_link() -> None:
    network = network_of(TWO.format(igp="static", seoul="{static: {to: dns, via: busan}}", cost="", at="[busan]"))
    assert Ribs(topology(network)).match(0, ADDRESS) is not None
    assert Ribs(topology(network, Down(links=frozenset({"seoul-busan"})))).match(0, ADDRESS) is None


def test_two_static_routes_of_one_distance_share() -> None:
    network = network_of(
        """
networks:
  n:
    igp: static
    routers:
      a: {static: [{to: dns, via: b}, {to: dns, via: c}, {to: dns, via: d, distance: 2}]}
      b: {}
      c: {}
      d: {}
    links: [{between: [a, b]}, {between: [a, c]}, {between: [a, d]}]
services: {dns: {address: 203.0.113.53, at: [b, c, d]}}
"""
    )
    found = Ribs(topology(network)).match(0, ADDRESS)
    assert found is not None
    assert [hop.router for hop in found.next_hops] == ["b", "c"]


def test_ecmp_is_cut_at_its_width_and_off_means_one() -> None:
    for width, expected in (("off", ["b"]), ("2", ["b", "c"]), ("16", ["b", "c", "d"])):
        network = network_of(f"""
networks:
  n:
    igp: ospf
    ecmp: {width}
    routers: [a, b, c, d]
    links: [{{between: [a, b]}}, {{between: [a, c]}}, {{between: [a, d]}}]
services: {{dns: {{address: 203.0.113.53, at: [b, c, d]}}}}
""")
        found = Ribs(topology(network)).match(0, ADDRESS)
        assert found is not None
        assert [hop.router for hop in found.next_hops] == expected


@settings(max_examples=60, deadline=None)
@given(networks((Igp.OSPF, Igp.ISIS, Igp.EIGRP)))
def test_the_whole_table_has_the_same_entries_as_asking_one_by_one(network: Network) -> None:
    ribs = Ribs(topology(network))
    for router in range(len(network.routers)):
        alone = [ribs.entry(router, prefix) for prefix in ribs.prefixes]
        assert list(ribs.table(router)) == [one for one in alone if one is not None]


@settings(max_examples=60, deadline=None)
@given(networks((Igp.OSPF, Igp.ISIS, Igp.EIGRP)))
def test_many_servers_are_believed_to_cost_what_each_does_alone(network: Network) -> None:
    """Past FEW they are asked for in another way; the same servers three times over are many."""
    ribs = Ribs(topology(network))
    for router in range(len(network.routers)):
        few = [ribs.beliefs(router, [server])[0] for server in network.servers]
        many = ribs.beliefs(router, network.servers * (FEW + 1))
        assert many == tuple(few) * (FEW + 1)
