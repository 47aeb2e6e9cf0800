"""Links between networks and tunnels: where they go, what addresses they get."""

from ipaddress import ip_address, ip_interface

from catchment.designfile.load import load
from catchment.model.inside import Inside
from catchment.model.network import Medium

TEXT = """
name: demo
asn: 64500
networks:
  ours: {{igp: ospf, routers: [a, b], links: [{{between: [a, b]}}]}}
  far: {{asn: 64501, routers: {{x: {{loopback: [192.0.2.77, "2001:db8::77"]}}}}}}
links:
  - {{between: [b, x], delay: 3 ms, medium: ppp}}
  - {{between: [b, x], addresses: [10.0.0.0/31, 10.0.0.1/31]}}
tunnels:
  gre: {tunnel}
"""


def inside(tunnel: str = "{ends: [a, x], inner: [10.99.1.1/24, 10.99.1.2/24], key: 42}") -> Inside:
    loaded = load(TEXT.format(tunnel=tunnel), "design.yaml")
    assert loaded.problems == ()
    assert loaded.design is not None
    return loaded.design.inside


def test_links_between_networks_are_numbered_and_addressed() -> None:
    first, second, _ = inside().links
    assert (first.name, first.delay_ms, first.medium) == ("b-x", 3.0, Medium.PPP)
    assert first.ends[0].addresses == (ip_interface("198.51.100.2/31"),)
    assert (second.name, second.ends[1].addresses) == ("b-x-2", (ip_interface("10.0.0.1/31"),))


def test_a_tunnel_goes_between_loopbacks_with_room_for_its_header() -> None:
    gre = inside().links[2]
    assert gre.tunnel is not None
    assert gre.tunnel.outer == (ip_address("192.0.2.1"), ip_address("192.0.2.77"))
    assert (gre.mtu, gre.tunnel.overhead, gre.tunnel.ttl) == (1472, 28, 64)
    assert gre.ends[0].addresses == (ip_interface("10.99.1.1/24"),)


def test_everything_of_a_tunnel_can_be_said() -> None:
    whole = "{ends: [a, x], outer: [192.0.2.1, 192.0.2.77], checksum: true, sequence: true, ttl: inherit, mtu: 1400}"
    gre = inside(whole).links[2]
    assert gre.tunnel is not None
    assert (gre.tunnel.checksum, gre.tunnel.sequence, gre.tunnel.ttl, gre.mtu) == (True, True, None, 1400)
    assert gre.tunnel.overhead == 32
    assert [len(end.addresses) for end in gre.ends] == [1, 1]  # inner ones from the pool


def test_the_igp_runs_over_a_tunnel_with_a_cost() -> None:
    found = inside("{ends: [a, b], cost: 100}")
    assert [link.name for link in found.networks[0].links] == ["a-b", "gre"]
    assert found.networks[0].links[1].ends[0].cost == 100
    assert [link.name for link in found.links] == ["b-x", "b-x-2"]


def test_a_tunnel_alone_may_hold_a_network_together() -> None:
    text = """
name: demo
networks:
  ours: {igp: ospf, routers: [a, b]}
  isp: {routers: [p]}
links: [{between: [a, p]}, {between: [b, p]}]
tunnels: {gre: {ends: [a, b], cost: 10, outer: [198.51.100.0, 198.51.100.2]}}
"""
    assert load(text, "design.yaml").problems == ()
