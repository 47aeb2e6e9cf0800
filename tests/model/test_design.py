"""A design: who originates it, and which sites announce which prefix."""

from ipaddress import ip_network

from catchment.model.address import Asn, Prefix
from catchment.model.design import Design
from catchment.model.place import Place
from catchment.model.site import Site

FOUR, SIX = ip_network("203.0.113.0/24"), ip_network("2001:db8:53::/48")


def site(name: str, asn: int, *prefixes: Prefix) -> Site:
    return Site(name=name, place=Place(latitude_deg=0, longitude_deg=0), asn=Asn(asn), prefixes=prefixes)


DESIGN = Design(
    name="demo",
    prefixes=(FOUR, SIX),
    sites=(site("seoul", 64511, FOUR, SIX), site("oslo", 64500, FOUR), site("lima", 64511, SIX)),
)


def test_origins_are_named_once_each_and_ascend() -> None:
    assert DESIGN.origins == (64500, 64511)


def test_sites_that_announce_a_prefix_come_in_the_order_of_the_design() -> None:
    assert [site.name for site in DESIGN.announcing(FOUR)] == ["seoul", "oslo"]
    assert [site.name for site in DESIGN.announcing(SIX)] == ["seoul", "lima"]
    assert DESIGN.announcing(ip_network("198.51.100.0/24")) == ()
