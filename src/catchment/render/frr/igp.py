"""OSPF and IS-IS as FRR writes them, and why EIGRP is not: what each interface speaks and costs.

An area is said at the interface, never by `network` statements: the two must not be mixed in FRR.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address

from catchment.model.address import Address
from catchment.model.network import Daemon, Igp, Level, Link, Told
from catchment.render.frr.outside import METRIC_TYPE, route_maps, told_default
from catchment.render.frr.parts import FAMILY_WORD, Part, Section, router_id
from catchment.render.passwords import KEY_ID, has_key, key_notes, stand_in
from catchment.render.timers import OSPF_DEAD_S, OSPF_HELLO_S, OSPF_RETRANSMIT_S
from catchment.render.view import LOOPBACK, View

OSPF_SPOKEN = (
    "network point-to-point",
    f"hello-interval {OSPF_HELLO_S}",
    f"dead-interval {OSPF_DEAD_S}",
    f"retransmit-interval {OSPF_RETRANSMIT_S}",
)
ISIS_WAIT_S = 1  # FRR's own 30 s between two LSPs is how long a dead service would stay told
PORT_COST = 1  # of the subnet of clients, as predicted
LEAST_OSPF6_COST = 1  # so a loopback costs 1 in OSPFv3, where it costs 0 in OSPFv2 and in BIRD

LEVELS = {Level.ONE: "level-1", Level.TWO: "level-2-only", Level.BOTH: "level-1-2"}


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
        notes=tuple(_ospf6_notes(view)) if 6 in versions else (),
    )


def _ospf6_notes(view: View) -> Iterator[str]:
    yield from key_notes(view.network)
    if any(one.version == 6 for one in view.router.loopbacks):
        yield "OSPFv3 of FRR tells the loopback with cost 1, where the design counts 0"
    areas = {area for held in view.network.areas().values() for area in held}
    if len(areas) > 1 and any(one.daemon is not Daemon.FRR for one in view.network.routers):
        # ospf6d up to 8.4 takes the LA-bit of such a prefix for the NU-bit (FRR pull request 12935)
        yield "OSPFv3 of FRR before 8.5 does not see the loopbacks and services of BIRD's routers in other areas"


def _ospf_of(view: View, told: tuple[Circuit, ...], version: int) -> Part:
    word, protocol = ("ip ospf", "ospf") if version == 4 else ("ipv6 ospf6", "ospf6")
    interfaces = {}
    for one in told:
        if version in one.versions:
            lines = [f"{word} area {IPv4Address(int(one.area))}"]
            lines += [f"{word} {line}" for line in (OSPF_SPOKEN if one.spoken else ["passive"])]
            lines += _ospf_key(view, version) if one.spoken else []
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


def _ospf_key(view: View, version: int) -> list[str]:
    """MD5 in OSPFv2, HMAC-SHA-256 in OSPFv3 (RFC 7166)."""
    if not has_key(view.network, version):
        return []
    key = stand_in(view.network.password)
    if version == 6:
        return [f"ipv6 ospf6 authentication key-id {KEY_ID} hash-algo hmac-sha-256 key {key}"]
    return ["ip ospf authentication message-digest", f"ip ospf message-digest-key {KEY_ID} md5 {key}"]


def _isis(view: View) -> Part:
    tag, level = view.network.name, view.router.level
    interfaces = {}
    told = circuits(view)
    for one in told:
        lines = [f"{FAMILY_WORD[version]} router isis {tag}" for version in one.versions]
        lines += ["isis network point-to-point"] if one.spoken else ["isis passive"]
        common = one.link.level.both(level) if one.link else level
        lines += [f"isis circuit-type {LEVELS[common]}"] if common else []
        lines.append(f"isis metric {one.cost}")
        if view.network.password and one.spoken:
            lines.append(f"isis password md5 {stand_in(view.network.password)}")
        interfaces[one.name] = lines
    body = [f"net {_net(view)}", f"is-type {LEVELS[level]}", "metric-style wide", "log-adjacency-changes"]
    body += [f"lsp-gen-interval {ISIS_WAIT_S}", f"spf-interval {ISIS_WAIT_S}"]
    if view.network.password:  # RFC 5304: of hellos at each link, of everything else for each level
        key = stand_in(view.network.password)
        body += [f"area-password md5 {key}"] if level.has(1) else []
        body += [f"domain-password md5 {key}"] if level.has(2) else []
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
    """Not written: measured with 8.4.4, on a network of four routers.

    `eigrp bandwidth` and `delay` are refused where EIGRP does not run yet, kill eigrpd where a neighbour is there, and
    are not counted in what it tells in between (FRR issues 3460 and 3702); what a lost neighbour told stays (3709).
    """
    return Part(lacking=(f"eigrpd of FRR 8.4 dies when it is told the bandwidth of {view.network.name}'s links",))


IGPS: dict[Igp, Callable[[View], Part]] = {Igp.OSPF: _ospf, Igp.ISIS: _isis, Igp.EIGRP: _eigrp}
