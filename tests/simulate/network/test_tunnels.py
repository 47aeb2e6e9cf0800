"""Packets through GRE, headers and TTLs on each link, and tunnels that carry nothing."""

from dataclasses import replace
from ipaddress import ip_address, ip_network

from tests.simulate.network.ground import SERVICE, through_gre

from catchment.model.inside import Inside
from catchment.model.network import StaticRoute
from catchment.results.trace import Outcome
from catchment.simulate.network.follow import Packet, follow
from catchment.simulate.network.topology import Down
from catchment.simulate.network.tunnels import settled


def test_a_packet_goes_into_the_tunnel_and_comes_out_whole() -> None:
    way = follow(settled(through_gre()).tables, "cloud", Packet(to=SERVICE))
    assert [(hop.router, hop.inside, hop.ttl) for hop in way.hops] == [
        ("cloud", (), 64),
        ("cloud", ("gre",), 64),
        ("isp", ("gre",), 64),  # the router that put the header on took nothing from its TTL
        ("office", ("gre",), 63),
        ("office", (), 63),  # of the packet itself one was taken, where it was routed into the tunnel
    ]
    assert [(leg.link, leg.ttls) for leg in way.legs] == [("cloud-isp", (63, 64)), ("isp-office", (63, 63))]
    assert {leg.far_ends for leg in way.legs} == {(ip_address("198.51.100.3"),)}
    assert (way.ends[0].where, way.ends[0].delay_ms, way.mtu) == ("dns@office", 3.0, 1476)


def test_a_router_under_the_tunnel_tells_its_two_directions_apart() -> None:
    """The office sends the packet back, through the tunnel and by the same provider."""
    inside = through_gre()
    office = inside.networks[2]
    statics = StaticRoute(to=ip_network("203.0.113.0/24"), via="cloud"), *office.routers[0].statics
    back = replace(office, servers=(), routers=(replace(office.routers[0], statics=statics),))
    there_and_back = replace(inside, networks=(*inside.networks[:2], back))
    way = follow(settled(there_and_back).tables, "cloud", Packet(to=SERVICE, ttl=3))
    assert [(leg.sender, leg.receiver, leg.ttls) for leg in way.legs] == [
        ("cloud", "isp", (2, 64)), ("isp", "office", (2, 63)), ("office", "isp", (1, 64)), ("isp", "cloud", (1, 63)),
    ]  # fmt: skip
    assert [(hop.router, str(hop.to)) for hop in way.hops if hop.router == "isp"] == [
        ("isp", "198.51.100.3"),
        ("isp", "198.51.100.0"),
    ]
    assert (way.ends[0].outcome, way.ends[0].where) == (Outcome.TTL, "cloud")


def test_an_inherited_ttl_is_that_of_the_packet() -> None:
    way = follow(settled(through_gre(ttl=None)).tables, "cloud", Packet(to=SERVICE, ttl=10))
    assert [leg.ttls for leg in way.legs] == [(9, 9), (9, 8)]


def test_the_outer_ttl_can_run_out() -> None:
    way = follow(settled(through_gre(ttl=1)).tables, "cloud", Packet(to=SERVICE))
    assert [(end.outcome, end.where) for end in way.ends] == [(Outcome.TTL, "isp")]
    assert settled(through_gre(ttl=1)).lost[0].end.outcome is Outcome.TTL


def test_a_packet_that_fits_no_more_with_its_header_is_too_big() -> None:
    tables = settled(through_gre()).tables
    assert follow(tables, "cloud", Packet(to=SERVICE, size=1476)).ends[0].outcome is Outcome.SERVER
    assert follow(tables, "cloud", Packet(to=SERVICE, size=1477)).ends[0].outcome is Outcome.TOO_BIG


def test_a_small_link_under_a_tunnel_is_found() -> None:
    inside = through_gre()
    small = replace(inside, links=(replace(inside.links[0], mtu=1400), *inside.links[1:]))
    way = follow(settled(small).tables, "cloud", Packet(to=SERVICE, size=1400))
    assert (way.ends[0].outcome, way.ends[0].where) == (Outcome.TOO_BIG, "cloud, link cloud-isp")
    assert follow(settled(small).tables, "cloud", Packet(to=SERVICE)).mtu == 1376


def test_a_tunnel_whose_path_is_down_still_takes_packets_and_loses_them() -> None:
    known = settled(through_gre(), Down(links=frozenset({"isp-office"})))
    (end,) = follow(known.tables, "cloud", Packet(to=SERVICE)).ends
    assert (end.outcome, end.where) == (Outcome.NO_ROUTE, "isp")
    (lost,) = known.lost
    assert (lost.tunnel, lost.start, lost.end.outcome, lost.end.where) == ("gre", "cloud", Outcome.NO_ROUTE, "isp")


def test_a_tunnel_that_leads_into_itself_is_found() -> None:
    inside: Inside = through_gre()
    cloud, *others = inside.networks
    bad = StaticRoute(to=ip_network("198.51.100.3/32"), via="office")
    router = replace(cloud.routers[0], statics=(*cloud.routers[0].statics, bad))
    wrong = replace(inside, networks=(replace(cloud, routers=(router,)), *others))
    (lost,) = settled(wrong).lost
    assert lost.end.outcome is Outcome.RECURSION


def test_the_far_end_of_a_tunnel_answers_for_its_inner_address() -> None:
    (end,) = follow(settled(through_gre()).tables, "cloud", Packet(to=ip_address("10.99.1.2"))).ends
    assert (end.outcome, end.where) == (Outcome.ROUTER, "office")
