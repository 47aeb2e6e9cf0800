"""What routers inside a network believe, and where a packet goes that asks each of them in turn."""

from dataclasses import dataclass
from enum import StrEnum

from catchment.model.address import Address, Prefix
from catchment.results.provenance import Provenance

RULES = {
    "N001": "a loop: the packet comes back to a router that it has left",
    "N002": "a black hole: a router has no route and drops the packet",
    "N003": "a discard route drops the packet",
    "N004": "the TTL runs out on the way",
    "N005": "the packet is larger than a link on its way takes",
    "N006": "the flows of one client fall on several servers",
    "N007": "a client, router or server that is asked for is down",
    "N008": "a router hands the packet to another server than the one its neighbour counted on",
    "N009": "a flow is moved to another server although its own is up",
    "N010": "a tunnel's own packets are routed into the tunnel",
    "N011": "a link that looks up loses what is sent over it",
    "N012": "BGP never settles",
    "N020": "a site announces to the Internet and cannot serve: a black hole",
    "N021": "what enters from the Internet goes round in a circle",
    "N022": "what enters from the Internet at one router falls on several servers",
    "N030": "a nearer server is passed over: the IGP prefers another kind of route, whatever the cost",
}
"""Findings on the way of a packet. A number never changes its meaning."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NextHop:
    """One way out of a router.

    address : the far end's on that link, None where it has none of that family
    weight  : its part of the traffic beside the others'; less than 1 for the longer ways of EIGRP's variance
    """

    router: str
    link: str
    address: Address | None = None
    weight: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One route in a router's table.

    protocol  : connected, static, ospf, isis, eigrp or bgp
    distance  : administrative distance; among routes for one prefix the lowest is used
    metric    : in the unit of the protocol; 0 for connected and static
    next_hops : all used at once, in the order of the design's links; () when the packet ends here
    end       : what holds the prefix here: `server NAME`, `own address`, or `discard`; "" when it goes on
    via       : of bgp: the NEXT_HOP that was looked up to find next_hops; None for the router's own
    kind      : by what the protocol prefers routes before it looks at metrics, `inter-area`, `E1`, `E2`, `L1`, `L2`,
                `L2>L1`, `attached`, `external`; "" for the kind that comes first, or where there is one only
    """

    prefix: Prefix
    protocol: str
    distance: int
    metric: int
    next_hops: tuple[NextHop, ...] = ()
    end: str = ""
    via: Address | None = None
    kind: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Belief:
    """What a router believes a server of a service costs: its own connected route, or through the network.

    cost : None when it has no way there
    kind : of the route there, as Entry.kind
    """

    server: str
    cost: int | None
    kind: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceView:
    """How one router sees one anycast address.

    entry  : what it uses; None: nothing
    leads  : (server, share) where its packets end when every router on the way splits evenly; may sum to less than 1
    """

    service: str
    address: Address
    entry: Entry | None
    beliefs: tuple[Belief, ...]
    leads: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RouterTable:
    """The table of one router: what it uses, longest prefix last within a family, and its view of the services."""

    network: str
    router: str
    entries: tuple[Entry, ...]
    services: tuple[ServiceView, ...]


class Outcome(StrEnum):
    """How the way of a packet ends."""

    SERVER = "reaches server"
    ROUTER = "reaches router"
    CLIENT = "reaches client"
    NO_ROUTE = "dropped: no route"
    DISCARD = "dropped: discard route"
    TTL = "dropped: TTL"
    TOO_BIG = "dropped: larger than the MTU"
    DOWN = "not sent: its router is down"
    RECURSION = "dropped: a tunnel inside itself"
    LOST = "lost: the link carries nothing"


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """One end of the way.

    where    : the server that is reached, else the router where it ends
    share    : of the packets, 0 to 1
    delay_ms : one way, mean over the ways that end here; None where a link's delay is not stated
    """

    outcome: Outcome
    where: str
    share: float
    delay_ms: float | None = None

    @property
    def arrived(self) -> bool:
        """Whether the packet comes to whoever has the address."""
        return self.outcome in (Outcome.SERVER, Outcome.ROUTER, Outcome.CLIENT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hop:
    """One router on the way.

    step   : links crossed before it, the least
    inside : names of the tunnels that the packet is in, the outermost last; () when it is bare
    to     : the address that is looked up: where the packet goes, or the far end of the outermost tunnel
    share  : of the packets that come by, 0 to 1; each time they come, so a loop passes 1
    ttl    : what is left of it when the packet arrives, at the first time; of the outermost header
    entry  : what matched; None: nothing
    chosen : (next hop, share of what comes by here)
    beliefs: what this router thinks of each server of the address
    """

    router: str
    step: int
    share: float
    ttl: int
    entry: Entry | None
    chosen: tuple[tuple[NextHop, float], ...]
    beliefs: tuple[Belief, ...]
    to: Address
    inside: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Leg:
    """A packet on one link, once: as a capture there would show it.

    tunnels  : names of the tunnels it is in, the outermost last
    far_ends : where the header of each tunnel leads
    ttls     : of its IP headers on the wire: the packet's own first, then of each tunnel
    share    : of the packets that cross here, 0 to 1
    """

    step: int
    link: str
    sender: str
    receiver: str
    ttls: tuple[int, ...]
    share: float
    tunnels: tuple[str, ...] = ()
    far_ends: tuple[Address, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TraceFinding:
    """Something that goes wrong on the way: its rule, what, the evidence, and what to do."""

    rule: str
    what: str
    evidence: tuple[str, ...] = ()
    todo: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """The way of packets from one router to one address.

    client : who sends, "" when the start is a router itself
    hops   : by step, then in the order of the design
    ends   : the greatest share first
    was    : the ends with nothing down; () when nothing is down
    mtu    : the largest packet that goes through: the smallest MTU of a link on the way, without what tunnels add; None
             when no link is crossed
    legs   : each link crossed, by step
    """

    title: str
    network: str
    client: str
    start: str
    to: Address
    service: str
    hops: tuple[Hop, ...]
    ends: tuple[End, ...]
    was: tuple[End, ...]
    mtu: int | None
    findings: tuple[TraceFinding, ...]
    notes: tuple[str, ...]
    provenance: Provenance
    legs: tuple[Leg, ...] = ()

    @property
    def delivered(self) -> float:
        """The share of the packets that reach a server or the router that has the address (0 to 1)."""
        return sum(end.share for end in self.ends if end.arrived)


@dataclass(frozen=True, slots=True, kw_only=True)
class RouterTables:
    """The tables of some routers, under a scenario."""

    title: str
    tables: tuple[RouterTable, ...]
    notes: tuple[str, ...]
    provenance: Provenance
