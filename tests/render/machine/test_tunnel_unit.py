"""A tunnel made by `ip`: every option of GRE has its word."""

from tests.render.golden import CASES, views_of

from catchment.render.machine.tunnel_unit import add_tunnel, tunnel_unit

VIEW = views_of(CASES / "machines" / "design.yaml")["office"]
TUNNELS = {one.name: one for one in VIEW.interfaces if one.link.tunnel}


def test_every_option_has_its_word() -> None:
    head = "type gre local 192.0.2.20 remote"
    assert add_tunnel(VIEW, TUNNELS["plain"]) == f"link add plain mtu 1472 {head} 192.0.2.1 key 7 ttl 64"
    assert add_tunnel(VIEW, TUNNELS["summed"]) == f"link add summed mtu 1468 {head} 192.0.2.2 csum seq ttl 64"
    assert add_tunnel(VIEW, TUNNELS["counted"]) == f"link add counted mtu 1468 {head} 192.0.2.3 key 9 seq ttl inherit"


def test_the_unit_makes_it_before_networkd_looks() -> None:
    text = tunnel_unit(VIEW, TUNNELS["summed"]).text
    assert "Before=systemd-networkd.service" in text
    assert "ExecStart=/sbin/ip link add summed" in text
