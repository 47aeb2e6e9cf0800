"""OSPF, IS-IS and EIGRP as FRR writes them: what each interface speaks and costs, and what the router tells.

An area is said at the interface, never by `network` statements: the two must not be mixed in FRR.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address

from catchment.model.address import Address
from catchment.model.network import Igp, Kept, Level, Link, Told
from catchment.render.frr_outside import METRIC_TYPE, outside, route_maps, told_default
from catchment.render.frr_parts import FAMILY_WORD, Part, Section, router_id
from catchment.render.timers import OSPF_DEAD_S, OSPF_HELLO_S, OSPF_RETRANSMIT_S
from catchment.render.view import LOOPBACK, View

EIGRP_RATE_KBPS, EIGRP_DELAY = 1_000_000, 1  # of a link that says nothing: 1 Gbps, 10 us
EIGRP_LOOPBACK = 8_000_000, 500
MOST_EIGRP_KBPS = 10_000_000  # what `eigrp bandwidth` takes
EIGRP_AS = 1  # a label that the routers of a network share; that of BGP has more bits than EIGRP's
OSPF_SPOKEN = (
    "network point-to-point",
    f"hello-interval {OSPF_HELLO_S}",
    f"dead-interval {OSPF_DEAD_S}",
    f"retransmit-interval {OSPF_RETRANSMIT_S}",
)
ISIS_WAIT_S = 1  # FRR's own 30 s between two LSPs is how long a dead service would stay told
PORT_COST = 1  # of the subnet of clients, as predicted
LEAST_OSPF6_COST = 1  # so a loopback costs 1 in OSPFv3, where it costs 0 in OSPFv2 and in BIRD

CIRCUIT = {Level.ONE: "level-1", Level.TWO: "level-2-only", Level.BOTH: "level-1-2"}
IS_TYPE = {Level.ONE: "level-1", Level.TWO: "level-2-only", Level.BOTH: "level-1-2"}


@dataclass(frozen=True, slots=True)
class Circuit:
    """An interface that the IGP tells.

    link   : None for the loopback and services
    spoken : whether routers meet there
    """

    name: str
    addresses: tuple[Address, ...]
    cost: int
    area: str
    link: Link | None = None
    spoken: bool = False

    @property
    def versions(self) -> tuple[int, ...]:
        """The families of its addresses."""
        return tuple(sorted({one.version for one in self.addresses}))


def igp(view: View) -> Part:
    """What the router's IGP adds; nothing where routes are static."""
    return IGPS[view.network.igp](view) if view.network.igp in IGPS else Part()


def circuits(view: View) -> tuple[Circuit, ...]:
    """The interfaces that the IGP tells: the loopback, the links in their order, services told as its own."""
    found = [Circuit(LOOPBACK, view.router.loopbacks, 0, view.area)] if view.router.loopbacks else []
    for one in view.interfaces:
        if one.told:
            addresses = tuple(address.ip for address in one.own.addresses)
            area = one.link.area if one.spoken else view.area
            found.append(Circuit(one.name, addresses, one.own.cost, area, one.link, one.spoken))
    for service in view.services:
        if service.server.told is Told.INTERNAL:
            found.append(Circuit(service.name, service.server.addresses, service.server.cost, view.area))
    for port in view.ports:
        gateways = tuple(one.ip for one in port.client.gateways)
        found.append(Circuit(port.name, gateways, PORT_COST, view.area))
    return tuple(found)


def _ospf(view: View) -> Part:
    told = circuits(view)
    versions = sorted({version for one in told for version in one.versions})
    parts = [_ospf_of(view, told, version) for version in versions]
    lines = {one.name: [line for part in parts for line in part.interfaces.get(one.name, ())] for one in told}
    return Part(
        daemons=tuple(daemon for part in parts for daemon in part.daemons),
        interfaces=lines,
        sections=tuple(section for part in parts for section in part.sections),
    )


def _ospf_of(view: View, told: tuple[Circuit, ...], version: int) -> Part:
    word, protocol = ("ip ospf", "ospf") if version == 4 else ("ipv6 ospf6", "ospf6")
    interfaces = {}
    for one in told:
        if version in one.versions:
            lines = [f"{word} area {IPv4Address(int(one.area))}"]
            lines += [f"{word} {line}" for line in (OSPF_SPOKEN if one.spoken else ["passive"])]
            if one.cost or version == 6:
                lines.append(
                    f"{word} cost {max(one.cost, LEAST_OSPF6_COST)}"
                )  # 0, of OSPFv2's loopback, goes without saying
            interfaces[one.name] = lines
    names, maps = route_maps(view, version)
    lines = [f"{protocol} router-id {router_id(view)}", f"maximum-paths {view.network.ecmp}"]
    lines += [f"redistribute {source} route-map {name}" for source, name in names]
    default = told_default(view, version)
    if default:
        metric = f"metric {default.cost} metric-type {METRIC_TYPE[default.told][-1]}"
        lines.append(f"default-information originate {metric}")
    return Part(
        daemons=(f"{protocol}d",),
        interfaces=interfaces,
        sections=(*maps, Section(f"router {protocol}", tuple(lines))),
    )


def _isis(view: View) -> Part:
    tag, level = view.network.name, view.router.level
    interfaces = {}
    told = circuits(view)
    for one in told:
        lines = [f"{FAMILY_WORD[version]} router isis {tag}" for version in one.versions]
        lines += ["isis network point-to-point"] if one.spoken else ["isis passive"]
        common = one.link.level.both(level) if one.link else level
        lines += [f"isis circuit-type {CIRCUIT[common]}"] if common else []
        lines.append(f"isis metric {one.cost}")
        interfaces[one.name] = lines
    body = [f"net {_net(view)}", f"is-type {IS_TYPE[level]}", "metric-style wide", "log-adjacency-changes"]
    body += [f"lsp-gen-interval {ISIS_WAIT_S}", f"spf-interval {ISIS_WAIT_S}"]
    into = "level-2" if level.has(2) else "level-1"
    maps: list[Section] = []
    for version in (4, 6):
        family = f"ipv{version}"
        names, found = route_maps(view, version)
        maps += found
        body += [f"redistribute {family} {source} {into} route-map {name}" for source, name in names]
        default = told_default(view, version)
        body += [f"default-information originate {family} {into} metric {default.cost}"] if default else []
    lacking = ["IS-IS of FRR 8.4 leaks nothing from level 2 into level 1"] if view.router.leaks else []
    if level is Level.BOTH and _has_level_one(view):
        lacking.append("IS-IS of FRR 8.4 tells level 2 nothing of what is in level 1 only")
    return Part(
        daemons=("isisd",),
        interfaces=interfaces,
        sections=(*maps, Section(f"router isis {tag}", tuple(body))),
        lacking=tuple(lacking),
    )


def _has_level_one(view: View) -> bool:
    """Whether anything in the network is in level 1 alone; where all is in both, level 2 knows it by itself."""
    levels = [*(router.level for router in view.network.routers), *(link.level for link in view.network.links)]
    return Level.ONE in levels


def _net(view: View) -> str:
    """The area and a system id: the router id in decimal, twelve digits, as operators write it."""
    digits = "".join(f"{part:03}" for part in router_id(view).packed)
    return f"{view.router.area}.{digits[:4]}.{digits[4:8]}.{digits[8:]}.00"


def _eigrp(view: View) -> Part:
    told = [one for one in circuits(view) if 4 in one.versions]
    interfaces = {
        one.name: [f"eigrp bandwidth {kbps}", f"delay {delay}"]
        for one in told
        for kbps, delay in [_eigrp_numbers(one)]
    }
    body = [f"eigrp router-id {router_id(view)}"]
    body += [f"passive-interface {one.name}" for one in told if not one.spoken]
    body += [f"network {net}" for net in _networks(view)]
    body += [f"variance {view.network.variance}"] if view.network.variance > 1 else []
    body.append(f"maximum-paths {view.network.ecmp}")
    sources = {one.source for one in outside(view, 4)}
    body += [f"redistribute {source}" for source in sorted(sources)]
    return Part(
        daemons=("eigrpd",),
        interfaces=interfaces,
        sections=(Section(f"router eigrp {EIGRP_AS}", tuple(body)),),
        lacking=tuple(_eigrp_lacking(view, told)),
    )


def _eigrp_numbers(one: Circuit) -> tuple[int, int]:
    """Bandwidth in kbit/s and delay in tens of microseconds, as simulate counts them."""
    if one.name == LOOPBACK:
        return EIGRP_LOOPBACK
    if one.link is None:
        return EIGRP_RATE_KBPS, EIGRP_DELAY
    rate, delay = one.link.rate_bps, one.link.delay_ms
    kbps = EIGRP_RATE_KBPS if rate is None else max(1, int(rate // 1000))
    return kbps, EIGRP_DELAY if delay is None else max(1, round(delay * 100))


def _networks(view: View) -> Iterator[str]:
    """EIGRP has no word at the interface: it runs where an address is in one of these."""
    yield from (f"{one}/32" for one in view.router.loopbacks if one.version == 4)
    for one in view.interfaces:
        if one.told:
            yield from (str(address.network) for address in one.own.addresses if address.version == 4)
    for service in view.services:
        if service.server.told is Told.INTERNAL:
            yield from (f"{one}/32" for one in service.server.addresses if one.version == 4)
    for port in view.ports:
        yield from (str(one.network) for one in port.client.gateways if one.version == 4)


def _eigrp_lacking(view: View, told: list[Circuit]) -> Iterator[str]:
    if any(6 in one.versions for one in circuits(view)):
        yield "EIGRP of FRR 8.4 speaks IPv4 only"
    if view.network.wide:
        yield "EIGRP of FRR 8.4 has no wide metrics"
    for one in told:
        if _eigrp_numbers(one)[0] > MOST_EIGRP_KBPS:
            yield f"EIGRP of FRR 8.4 takes 10 Gbps at most, and {one.name} has more"
    if any(one.what is Kept.DEFAULT for one in view.router.redistributes):
        yield "EIGRP of FRR 8.4 does not originate a default route"


IGPS: dict[Igp, Callable[[View], Part]] = {Igp.OSPF: _ospf, Igp.ISIS: _isis, Igp.EIGRP: _eigrp}
