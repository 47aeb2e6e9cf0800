"""Small insides for tests: two ASes with a border each, and a tunnel over a third."""

from ipaddress import ip_address, ip_interface, ip_network

from catchment.model.address import Asn
from catchment.model.inside import Announcement, Inside
from catchment.model.network import Igp, Link, LinkEnd, Network, Router, Server, StaticRoute, Tunnel
from catchment.model.speakers import BgpNetwork, NextHopSelf, Origination, Peering, Side, Speaker

SERVICE = ip_address("203.0.113.53")
PREFIX = ip_network("203.0.113.0/24")


def wire(first: str, second: str, number: int, cost: int = 10, **other: object) -> Link:
    """A link with addresses 198.51.100.2n and 2n+1."""
    ends = tuple(
        LinkEnd(router=router, cost=cost, addresses=(ip_interface(f"198.51.100.{2 * number + side}/31"),))
        for side, router in enumerate((first, second))
    )
    return Link(name=f"{first}-{second}", ends=(ends[0], ends[1]), **other)  # type: ignore[arg-type]


def router(name: str, number: int, *statics: StaticRoute) -> Router:
    return Router(name=name, loopbacks=(ip_address(f"192.0.2.{number}"),), statics=statics)


def speaker(name: str, asn: int, number: int) -> Speaker:
    return Speaker(name=name, asn=Asn(asn), router_id=ip_address(f"192.0.2.{number}"))  # type: ignore[arg-type]


def over(link: Link) -> Peering:
    """A session between the two ends of a link."""
    a, b = (Side(speaker=end.router, address=end.addresses[0].ip) for end in link.ends)
    return Peering(a=a, b=b)


def inner(first: str, second: str, numbers: tuple[int, int]) -> Peering:
    """An iBGP session between loopbacks; both put themselves as NEXT_HOP."""
    a, b = (
        Side(speaker=name, address=ip_address(f"192.0.2.{number}"), next_hop_self=NextHopSelf.EXTERNAL)
        for name, number in zip((first, second), numbers, strict=True)
    )
    return Peering(a=a, b=b)


def two_exits() -> Inside:
    """AS64500 is west - core - east, with the server at an AS64501 router that both borders peer with; west is dearer.

    core -- 10 -- west ---- far (AS64501, the server)
       `--- 5 --- east -----'
    """
    west, east = wire("core", "west", 0, 10), wire("core", "east", 1, 5)
    out = wire("west", "far", 2), wire("east", "far", 3)
    ours = Network(
        name="ours",
        igp=Igp.OSPF,
        routers=(router("core", 1), router("west", 2), router("east", 3)),
        links=(west, east),
    )
    theirs = Network(
        name="theirs",
        igp=Igp.STATIC,
        routers=(router("far", 4),),
        servers=(Server(service="dns", router="far", addresses=(SERVICE,)),),
    )
    numbers = {"core": 1, "west": 2, "east": 3}
    mesh = [("core", "west"), ("core", "east"), ("west", "east")]
    return Inside(
        networks=(ours, theirs),
        links=out,
        bgp=BgpNetwork(
            speakers=(*(speaker(name, 64500, number) for name, number in numbers.items()), speaker("far", 64501, 4)),
            peerings=(*(inner(a, b, (numbers[a], numbers[b])) for a, b in mesh), *map(over, out)),
        ),
        announcements=(Announcement(router="far", origination=Origination(prefix=PREFIX), servers=("dns@far",)),),
    )


def through_gre(*, ttl: int | None = 64, office_route: str = "isp") -> Inside:
    """A cloud router sends the service's prefix through GRE to an office, over the router of an Internet provider."""
    under = wire("cloud", "isp", 0, mtu=1500, delay_ms=1.0), wire("isp", "office", 1, delay_ms=2.0)
    tunnel = Link(
        name="gre",
        ends=(
            LinkEnd(router="cloud", cost=10, addresses=(ip_interface("10.99.1.1/30"),)),
            LinkEnd(router="office", cost=10, addresses=(ip_interface("10.99.1.2/30"),)),
        ),
        mtu=1476,
        tunnel=Tunnel(outer=(ip_address("198.51.100.0"), ip_address("198.51.100.3")), ttl=ttl),
    )
    default = ip_network("0.0.0.0/0")
    return Inside(
        networks=(
            Network(
                name="cloud",
                igp=Igp.STATIC,
                routers=(
                    router("cloud", 1, StaticRoute(to=PREFIX, via="office"), StaticRoute(to=default, via="isp")),
                ),
            ),
            Network(name="isp", igp=Igp.STATIC, routers=(router("isp", 2),)),
            Network(
                name="office",
                igp=Igp.STATIC,
                routers=(router("office", 3, StaticRoute(to=default, via=office_route)),),
                servers=(Server(service="dns", router="office", addresses=(SERVICE,)),),
            ),
        ),
        links=(*under, tunnel),
    )
