"""A network of our own: routers, the links between them, servers of anycast services, clients, and its IGP.

One network is one IGP domain inside one AS. What joins networks (links between them, BGP sessions) is in `inside`.
"""

from dataclasses import dataclass
from enum import StrEnum
from ipaddress import IPv4Address, IPv4Interface, IPv6Interface, ip_interface

from catchment.model.address import Address, Asn, Prefix
from catchment.model.place import Place
from catchment.model.provider import Provider

Interface = IPv4Interface | IPv6Interface

ECMP_OFF = 1
MOST_ECMP = 256  # what FRR of Debian is built with; BIRD goes to 255


class Igp(StrEnum):
    """How the routers of a network learn each other's prefixes.

    OSPF   RFC 2328, RFC 5340: areas; cost of a link 1 to 65535
    ISIS   ISO 10589, RFC 1195, wide metrics of RFC 5305: levels 1 and 2; metric of a link 1 to 16777214
    EIGRP  RFC 7868, classic or wide metric with K1 = K3 = 1
    STATIC nobody tells anybody: connected prefixes and the static routes of the design
    """

    OSPF = "ospf"
    ISIS = "isis"
    EIGRP = "eigrp"
    STATIC = "static"


MOST_COST = {
    Igp.OSPF: 65535,  # RFC 2328 A.4.2: 16 bits, and 0 is not for routers' links (C.3)
    Igp.ISIS: 2**24 - 2,  # RFC 5305 3: 24 bits; 2^24 - 1 keeps a link out of the shortest paths
}
"""The largest cost of a link that the protocol carries; none for protocols that have no such cost."""


BACKBONE = "0"
"""The area of OSPF that joins the others (RFC 2328 3.1); an area is its number, in decimal."""


class Level(StrEnum):
    """The levels of IS-IS that a router or a link takes part in."""

    ONE = "1"
    TWO = "2"
    BOTH = "1-2"

    def has(self, level: int) -> bool:
        """Whether level 1 or 2 is among them."""
        return str(level) in self.value.split("-")

    def both(self, other: "Level") -> "Level | None":
        """The levels that this one and `other` have in common."""
        if self is Level.BOTH or self is other:
            return other
        return self if other is Level.BOTH else None


class Told(StrEnum):
    """How an IGP tells a prefix: as its own, or as one from outside that it only carries.

    E1, E2   OSPF (RFC 2328 2.3): with E1 the way inside counts, with E2 only when what is told outside is equal
    EXTERNAL EIGRP: after every internal route
    """

    INTERNAL = "internal"
    E1 = "e1"
    E2 = "e2"
    EXTERNAL = "external"


class Kept(StrEnum):
    """What a router has without the IGP and may tell it (redistribution)."""

    STATIC = "static"
    CONNECTED = "connected"
    DEFAULT = "default"


@dataclass(frozen=True, slots=True, kw_only=True)
class Redistribution:
    """A router tells the IGP what it has otherwise.

    what : static routes but the default route; connected prefixes that the IGP does not tell anyway; or the default
           route, while a static one is used
    cost : EIGRP takes the numbers of the interface instead
    """

    what: Kept
    told: Told
    cost: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StaticRoute:
    """A route that an operator wrote.

    via      : the neighbour router it goes to, over every link there is to it; "" drops the packets (discard)
    distance : administrative distance; the lowest among the routes for one prefix counts
    """

    to: Prefix
    via: str
    distance: int = 1


class Daemon(StrEnum):
    """What runs on a router: whose administrative distances and decision process it has."""

    BIRD = "bird"
    FRR = "frr"
    OTHER = "other"


class Device(StrEnum):
    """What machine a router is: who makes its interfaces.

    LINUX    Linux, by plain commands
    NETPLAN  Ubuntu, by netplan
    NETWORKD Linux, by systemd-networkd
    PFSENSE  pfSense, whose FRR package has BGP and OSPF
    IOS      Cisco IOS
    """

    LINUX = "linux"
    NETPLAN = "netplan"
    NETWORKD = "networkd"
    PFSENSE = "pfsense"
    IOS = "ios"


LINUX = frozenset({Device.LINUX, Device.NETPLAN, Device.NETWORKD})
"""Machines that load files of BIRD, FRR, nftables and sysctl."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Router:
    """One router. `loopbacks` are its own addresses, at most one of each family.

    router_id    : of its BGP and OSPF; None: the IPv4 loopback
    provider     : the company at which it stands and announces; None: not said
    area         : OSPF: that of its loopback and servers, "" as Network.home_areas says; IS-IS: routers of one area
                   are neighbours in level 1
    level        : of IS-IS
    redistributes: in the order of the design
    leaks        : IS-IS, a router of both levels: what lies in these is told from level 2 into level 1 (RFC 5302)
    """

    name: str
    place: Place | None = None
    loopbacks: tuple[Address, ...] = ()
    statics: tuple[StaticRoute, ...] = ()
    router_id: IPv4Address | None = None
    daemon: Daemon = Daemon.OTHER
    device: Device = Device.LINUX
    provider: Provider | None = None
    area: str = ""
    level: Level = Level.TWO
    redistributes: tuple[Redistribution, ...] = ()
    leaks: tuple[Prefix, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkEnd:
    """One router's interface on a link; `cost` is that of leaving the router here."""

    router: str
    cost: int
    addresses: tuple[Interface, ...] = ()


class Medium(StrEnum):
    """What frames of a link are: Ethernet II, or PPP in HDLC-like framing (RFC 1662)."""

    ETHERNET = "ethernet"
    PPP = "ppp"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tunnel:
    """GRE (RFC 2784, RFC 2890): what a link is made of that is no wire.

    outer    : addresses of the two ends, in the order of Link.ends; one family
    key      : 32 bits; None without
    ttl      : of the outer packet, 1 to 255; None: that of the inner one ("inherit")
    """

    outer: tuple[Address, Address]
    key: int | None = None
    checksum: bool = False
    sequence: bool = False
    ttl: int | None = 64

    @property
    def overhead(self) -> int:
        """Bytes that it puts before an IP packet: the outer header and GRE's, 24 for plain GRE over IPv4."""
        outer = 20 if self.outer[0].version == 4 else 40
        return outer + 4 + 4 * ((self.key is not None) + self.checksum + self.sequence)


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A link between two routers, point to point: when it or a router at one end fails, the other end notices.

    A tunnel has no such signal: protocols that say hello over it notice, static routes over it do not.

    delay_ms : one way; None when not stated. A tunnel's is that of the links under it
    rate_bps : bits per second; None when not stated
    mtu      : the largest IP packet, bytes
    tunnel   : None for a wire
    area     : of OSPF
    level    : of IS-IS; less only when both ends could do more
    """

    name: str
    ends: tuple[LinkEnd, LinkEnd]
    delay_ms: float | None = None
    rate_bps: float | None = None
    mtu: int = 1500
    medium: Medium = Medium.ETHERNET
    tunnel: Tunnel | None = None
    area: str = BACKBONE
    level: Level = Level.BOTH

    def end(self, router: str) -> LinkEnd:
        """The end at `router`, which must be one of the two."""
        return self.ends[0] if self.ends[0].router == router else self.ends[1]

    def far(self, router: str) -> LinkEnd:
        """The end that is not at `router`."""
        return self.ends[1] if self.ends[0].router == router else self.ends[0]

    def outer(self, router: str) -> Address:
        """The outer address of the end of a tunnel that is at `router`."""
        assert self.tunnel is not None
        return self.tunnel.outer[0 if self.ends[0].router == router else 1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A server of an anycast service, attached to a router: there its addresses are a connected route.

    cost : what the IGP counts for the connected route; 1 in the two-city example. EIGRP computes it from an
           interface of 1 Gbps and 10 microseconds instead
    told : how its router tells it
    """

    service: str
    router: str
    addresses: tuple[Address, ...]
    cost: int = 1
    told: Told = Told.INTERNAL

    @property
    def name(self) -> str:
        """`resolver@seoul`: how scenarios and tables call it."""
        return f"{self.service}@{self.router}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientSite:
    """Clients behind a router: an office, a campus.

    addresses : of a host there, at most one of each family, with the length of its subnet; () when not stated
    """

    name: str
    router: str
    addresses: tuple[Interface, ...] = ()

    @property
    def gateways(self) -> tuple[Interface, ...]:
        """The router's addresses on these subnets: the first of each that is not the host's."""
        return tuple(map(_gateway, self.addresses))


def _gateway(host: Interface) -> Interface:
    network = host.network
    first = network.network_address + (0 if network.prefixlen >= network.max_prefixlen - 1 else 1)
    return ip_interface(f"{first + 1 if first == host.ip else first}/{network.prefixlen}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """One IGP domain. All in the order of the design file, which is also the order of tables and of the last tie-break.

    ecmp          : how many equally good next hops a router uses at once; ECMP_OFF: one
    tells_borders : the IGP also tells the prefixes of links that leave the network (passive interfaces), which a
                    NEXT_HOP needs that borders do not replace by themselves
    variance      : EIGRP: ways up to so many times the best metric are used too, when they are surely free of loops
    wide          : EIGRP: the metric of 64 bits (RFC 7868 5.6.2)
    password      : the file that holds the key of its IGP, as the design names it; "" without
    """

    name: str
    igp: Igp
    routers: tuple[Router, ...]
    links: tuple[Link, ...] = ()
    servers: tuple[Server, ...] = ()
    clients: tuple[ClientSite, ...] = ()
    asn: Asn | None = None
    ecmp: int = 16
    tells_borders: bool = False
    variance: int = 1
    wide: bool = False
    password: str = ""

    def runs(self, router: Router, otherwise: Daemon | None = None) -> Daemon:
        """The routing daemon of a router of this network, which renders as it does and predicts as it does.

        Where the design does not say: `otherwise`, what the user chose; else BIRD on Linux, or FRR where BIRD does not
        speak the IGP. Other machines have no daemon that we know, and FRR's distances.
        """
        if router.daemon is not Daemon.OTHER or router.device not in LINUX:
            return router.daemon
        if otherwise is not None:
            return otherwise
        return Daemon.FRR if self.igp in (Igp.ISIS, Igp.EIGRP) else Daemon.BIRD

    def areas(self) -> dict[str, tuple[str, ...]]:
        """OSPF: router -> the areas that it is in, sorted by number; also those where all its links are down."""
        found: dict[str, set[str]] = {router.name: {router.area} - {""} for router in self.routers}
        for link in self.links:
            for end in link.ends:
                found[end.router].add(link.area)
        return {name: tuple(sorted(areas or {BACKBONE}, key=int)) for name, areas in found.items()}

    def home_areas(self) -> dict[str, str]:
        """OSPF: router -> the area of its loopback and servers: what it says, else the lowest that it is in."""
        areas = self.areas()
        return {router.name: router.area or areas[router.name][0] for router in self.routers}
