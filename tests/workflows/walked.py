"""Traces through insides that are built by hand, for what a design file need not say."""

from dataclasses import replace
from ipaddress import ip_address, ip_interface, ip_network
from itertools import combinations
from typing import Any

from hypothesis import strategies as st

from catchment.model.design import Design
from catchment.model.inside import Inside
from catchment.model.network import Igp, Link, LinkEnd, Medium, Network, Router, Server, StaticRoute, Tunnel
from catchment.model.service import HealthCheck, Service
from catchment.results.provenance import Provenance, Source
from catchment.results.trace import Trace
from catchment.simulate.network.follow import Packet, follow
from catchment.simulate.network.tunnels import settled

SERVICE4, SERVICE6 = ip_address("203.0.113.53"), ip_address("2001:db8:53::53")
SERVICE = {4: SERVICE4, 6: SERVICE6}
OUTER = {
    4: (ip_address("198.51.100.0"), ip_address("198.51.100.3")),
    6: (ip_address("2001:db8:1::"), ip_address("2001:db8:1::3")),
}
EVERYWHERE = ip_network("0.0.0.0/0"), ip_network("::/0")
MADE = Provenance(
    program="catchment 0", made_at="2026-01-01", sources=(Source(what="design", name="d.yaml", sha256="ab"),)
)


def wire(first: str, second: str, number: int, **other: Any) -> Link:
    """A link with addresses 198.51.100.2n and 2001:db8:1::2n, and the ones after them."""
    a, b = (
        LinkEnd(
            router=router, cost=10,
            addresses=(ip_interface(f"198.51.100.{2 * number + side}/31"),
                       ip_interface(f"2001:db8:1::{2 * number + side:x}/127")),
        )
        for side, router in enumerate((first, second))
    )  # fmt: skip
    return Link(name=f"{first}-{second}", ends=(a, b), **other)


def router(name: str, number: int, *statics: StaticRoute) -> Router:
    """A router with a loopback of either family."""
    loopbacks = ip_address(f"192.0.2.{number}"), ip_address(f"2001:db8::{number}")
    return Router(name=name, loopbacks=loopbacks, statics=statics)


def gre(outer: int = 4, **form: Any) -> Tunnel:
    """A tunnel between cloud and office, over a family."""
    return Tunnel(outer=OUTER[outer], **form)


def over_gre(tunnel: Tunnel | None = None, under: Link | None = None) -> Inside:
    """cloud == gre == office, where the server is; the tunnel goes by isp: cloud -- isp -- office."""
    tunnel = tunnel or gre()
    inner = "10.99.1", "2001:db8:99:"
    a, b = (
        LinkEnd(router=name, cost=10, addresses=tuple(ip_interface(one) for one in addresses))
        for name, addresses in (
            ("cloud", (f"{inner[0]}.1/30", f"{inner[1]}:1/64")),
            ("office", (f"{inner[0]}.2/30", f"{inner[1]}:2/64")),
        )
    )
    link = Link(name="gre", ends=(a, b), mtu=1500 - tunnel.overhead, tunnel=tunnel)
    to_service = [StaticRoute(to=ip_network(f"{one}/{one.max_prefixlen}"), via="office") for one in SERVICE.values()]
    by_isp = [StaticRoute(to=one, via="isp") for one in EVERYWHERE]
    served = Server(service="dns", router="office", addresses=tuple(SERVICE.values()))
    return Inside(
        networks=(
            Network(name="cloud", igp=Igp.STATIC, routers=(router("cloud", 1, *to_service, *by_isp),)),
            Network(name="isp", igp=Igp.STATIC, routers=(router("isp", 2),)),
            Network(name="office", igp=Igp.STATIC, routers=(router("office", 3, *by_isp),), servers=(served,)),
        ),
        links=(wire("cloud", "isp", 0, delay_ms=1.0), under or wire("isp", "office", 1, delay_ms=2.0), link),
    )


def design_of(inside: Inside, check: str = "dns", argument: str = "corp.example A") -> Design:
    """A design whose one service is `dns`, checked so."""
    checks = (HealthCheck(kind=check, argument=argument),)
    service = Service(name="dns", addresses=tuple(SERVICE.values()), checks=checks)
    return Design(name="hand-made", prefixes=(), sites=(), services=(service,), inside=inside)


def walked(inside: Inside, start: str = "cloud", family: int = 4, **packet: Any) -> Trace:
    """The trace of a packet to the service."""
    to = SERVICE[family]
    way = follow(settled(inside).tables, start, Packet(to=to, **packet))
    return Trace(
        title=f"hand-made: router {start} to dns {to}", network="", client="", start=start, to=to, service="dns",
        hops=way.hops, ends=way.ends, was=(), mtu=way.mtu, findings=(), notes=(), provenance=MADE, legs=way.legs,
    )  # fmt: skip


def without_loopbacks(inside: Inside) -> Inside:
    """The same with routers that have no address but on links."""
    return replace(
        inside,
        networks=tuple(
            replace(network, routers=tuple(replace(one, loopbacks=()) for one in network.routers))
            for network in inside.networks
        ),
    )


@st.composite
def insides(draw: st.DrawFn) -> Inside:
    """Four routers with some wires, some tunnels over them, and static routes that may lead anywhere."""
    names = "abcd"
    pairs = draw(st.lists(st.sampled_from(list(combinations(names, 2))), min_size=2, max_size=5))
    links = [
        replace(
            wire(*pair, number, delay_ms=draw(st.sampled_from([None, 0.5, 2.0])), medium=draw(st.sampled_from(Medium))),
            name=f"wire{number}",
        )
        for number, pair in enumerate(pairs)
    ]  # fmt: skip
    for number in range(draw(st.integers(0, 3))):
        a, b = draw(st.sampled_from(links)).ends
        other = draw(st.sampled_from(links)).ends[draw(st.integers(0, 1))]
        ends = (a, other) if other.router != a.router else (a, b)
        outer = tuple(end.addresses[0].ip for end in ends)
        tunnel = Tunnel(
            outer=(outer[0], outer[1]), key=draw(st.none() | st.just(7)), checksum=draw(st.booleans()),
            sequence=draw(st.booleans()), ttl=draw(st.none() | st.integers(1, 9)),
        )  # fmt: skip
        addressed = wire(ends[0].router, ends[1].router, 50 + number).ends
        links.append(Link(name=f"tunnel{number}", ends=addressed, tunnel=tunnel))
    routers = []
    for number, name in enumerate(names, 1):
        near = sorted({link.far(name).router for link in links if name in {end.router for end in link.ends}})
        statics = [
            StaticRoute(to=ip_network(to), via=draw(st.sampled_from(near)))
            for to in ("0.0.0.0/0", "::/0", "203.0.113.53/32", "198.51.100.0/28")
            if near and (to.endswith("/0") or draw(st.booleans()))
        ]
        routers.append(router(name, number, *statics))
    served = Server(service="dns", router="d", addresses=tuple(SERVICE.values()))
    network = Network(name="n", igp=Igp.STATIC, routers=tuple(routers), links=tuple(links), servers=(served,))
    return Inside(networks=(network,))
