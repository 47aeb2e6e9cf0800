"""A network of our own: routers, the links between them, servers of anycast services, clients, and its IGP.

One network is one IGP domain inside one AS. What runs over it (BGP sessions, tunnels, multicast groups) names its
routers and is not part of it.
"""

from dataclasses import dataclass
from enum import StrEnum
from ipaddress import IPv4Interface, IPv6Interface

from catchment.model.address import Address, Asn, Prefix
from catchment.model.place import Place

Interface = IPv4Interface | IPv6Interface

ECMP_OFF = 1
MOST_ECMP = 256  # what FRR of Debian is built with; BIRD goes to 255


class Igp(StrEnum):
    """How the routers of a network learn each other's prefixes.

    OSPF   RFC 2328, RFC 5340: one area; cost of a link 1 to 65535
    ISIS   ISO 10589, RFC 1195, wide metrics of RFC 5305: level 2 only; metric of a link 1 to 16777214
    EIGRP  RFC 7868, classic metric with K1 = K3 = 1
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


@dataclass(frozen=True, slots=True, kw_only=True)
class StaticRoute:
    """A route that an operator wrote.

    via      : the neighbour router it goes to, over every link there is to it; "" drops the packets (discard)
    distance : administrative distance; the lowest among the routes for one prefix counts
    """

    to: Prefix
    via: str
    distance: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Router:
    """One router. `loopbacks` are its own addresses, at most one of each family."""

    name: str
    place: Place | None = None
    loopbacks: tuple[Address, ...] = ()
    statics: tuple[StaticRoute, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkEnd:
    """One router's interface on a link; `cost` is that of leaving the router here."""

    router: str
    cost: int
    addresses: tuple[Interface, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A link between two routers, point to point: when it or a router at one end fails, the other end notices.

    delay_ms : one way; None when not stated
    rate_bps : bits per second; None when not stated
    mtu      : the largest IP packet, bytes
    """

    name: str
    ends: tuple[LinkEnd, LinkEnd]
    delay_ms: float | None = None
    rate_bps: float | None = None
    mtu: int = 1500

    def end(self, router: str) -> LinkEnd:
        """The end at `router`, which must be one of the two."""
        return self.ends[0] if self.ends[0].router == router else self.ends[1]

    def far(self, router: str) -> LinkEnd:
        """The end that is not at `router`."""
        return self.ends[1] if self.ends[0].router == router else self.ends[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A server of an anycast service, attached to a router: there its addresses are a connected route.

    cost : what the IGP counts for the connected route; 1 in the two-city example. EIGRP computes it from an
           interface of 1 Gbps and 10 microseconds instead
    """

    service: str
    router: str
    addresses: tuple[Address, ...]
    cost: int = 1

    @property
    def name(self) -> str:
        """`resolver@seoul`: how scenarios and tables call it."""
        return f"{self.service}@{self.router}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientSite:
    """Clients behind a router: an office, a campus."""

    name: str
    router: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """One IGP domain. All in the order of the design file, which is also the order of tables and of the last tie-break.

    ecmp : how many equally good next hops a router uses at once; ECMP_OFF: one
    """

    name: str
    igp: Igp
    routers: tuple[Router, ...]
    links: tuple[Link, ...] = ()
    servers: tuple[Server, ...] = ()
    clients: tuple[ClientSite, ...] = ()
    asn: Asn | None = None
    ecmp: int = 16
