"""Findings: each rule is told where it is so, with its evidence, and nowhere else."""

from hypothesis import given, settings
from tests.simulate.network.draw import ADDRESS, network_of, networks, settled_of
from tests.simulate.network.ground import SERVICE, through_gre

from catchment.model.network import Igp, Network
from catchment.results.trace import RULES, TraceFinding
from catchment.simulate.network.findings import findings
from catchment.simulate.network.follow import Packet, follow
from catchment.simulate.network.topology import Down
from catchment.simulate.network.tunnels import settled

LINE = """
networks:
  n:
    igp: {igp}
    routers: {{a: {a}, b: {b}, c: {{}}}}
    links: [{{between: [a, b]}}, {{between: [b, c], mtu: 1400}}]
services: {{dns: {{address: 203.0.113.53, at: {at}}}}}
"""


def told(network: Network, down: Down | None = None, **packet: int) -> tuple[TraceFinding, ...]:
    known = settled_of(network, down or Down())
    asked = Packet(to=ADDRESS, **packet)
    return findings(known, follow(known.tables, "a", asked), asked, one_flow=False)


def line(igp: str = "ospf", a: str = "{}", b: str = "{}", at: str = "[c]") -> Network:
    return network_of(LINE.format(igp=igp, a=a, b=b, at=at))


def test_nothing_is_told_of_a_way_that_is_right() -> None:
    assert told(line()) == ()


def test_a_loop_shows_what_each_router_on_it_matched() -> None:
    back = "{static: {to: default, via: a}}"
    (finding,) = told(line("static", a="{static: {to: default, via: b}}", b=back))
    assert (finding.rule, finding.what) == ("N001", "a loop: a > b > a")
    assert finding.evidence == ("a: 0.0.0.0/0 static [1/0] -> b", "b: 0.0.0.0/0 static [1/0] -> a")


def test_a_black_hole_says_which_servers_there_would_be() -> None:
    (finding,) = told(line("static", a="{static: {to: dns, via: b}}"))
    assert (finding.rule, finding.what) == ("N002", "b has no route to 203.0.113.53 and drops the packet")
    assert finding.evidence == ("b: no route", "servers of it that are up: dns@c of 1")
    assert "a static route does not notice" in finding.todo
    (finding,) = told(line(), Down(servers=frozenset({"dns@c"})))
    assert (finding.rule, finding.evidence[1]) == ("N002", "servers of it that are up: none of 1")


def test_a_discard_route_a_short_ttl_and_a_small_mtu_are_told() -> None:
    (discard,) = told(line(a="{static: {to: dns, via: discard}}"))
    assert (discard.rule, discard.evidence) == ("N003", ("a: 203.0.113.53/32 static [1/0] -> discard",))
    (ttl,) = told(line(), ttl=2)
    assert (ttl.rule, ttl.what) == ("N004", "the TTL of 2 runs out at b")
    (big,) = told(line(), size=1401)
    assert (big.rule, big.what) == ("N005", "a packet of 1401 bytes does not fit at b, link b-c")


def test_flows_that_are_split_between_servers_are_told() -> None:
    star = network_of("""
networks: {n: {igp: ospf, routers: [a, b, c], links: [{between: [a, b]}, {between: [a, c]}]}}
services: {dns: {address: 203.0.113.53, at: [b, c]}}
""")
    (finding,) = told(star)
    assert (finding.rule, finding.what) == ("N006", "the flows are split between dns@b 50%, dns@c 50%")


def test_a_router_that_prefers_its_own_dear_server_is_told() -> None:
    """a counts on c's server at 10 + 10 + 1; b has an own one of cost 50, which is connected and so wins at b."""
    network = line(at="[b, c]")
    dear = [server if server.router == "c" else type(server)(
        service="dns", router="b", addresses=server.addresses, cost=50) for server in network.servers]  # fmt: skip
    network = type(network)(
        name="n", igp=network.igp, routers=network.routers, links=network.links, servers=tuple(dear)
    )
    (finding,) = told(network)
    assert finding.rule == "N008"
    assert finding.what == "a counts on dns@c at cost 21, and the packet ends at dns@b"
    assert finding.evidence[0] == "b: 203.0.113.53/32 connected [0/0] -> server dns@b"


@settings(max_examples=100, deadline=None)
@given(networks((Igp.OSPF, Igp.ISIS, Igp.EIGRP)))
def test_with_an_igp_only_splits_and_surprises_are_found(network: Network) -> None:
    known = settled_of(network)
    packet = Packet(to=ADDRESS)
    found = findings(known, follow(known.tables, "r0", packet), packet, one_flow=False)
    assert {finding.rule for finding in found} <= {"N006", "N008"} <= set(RULES)


def test_a_tunnel_that_loses_packets_is_named_with_the_reason() -> None:
    known = settled(through_gre(), Down(links=frozenset({"isp-office"})))
    packet = Packet(to=SERVICE)
    found = findings(known, follow(known.tables, "cloud", packet), packet, one_flow=False)
    assert [one.rule for one in found] == ["N002", "N011"]
    assert found[0].what == "isp has no route to 198.51.100.3 and drops the packet"
    assert found[1].evidence == ("from cloud to office: dropped: no route (isp)",)
