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
}
"""Findings on the way of a packet. A number never changes its meaning."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NextHop:
    """One way out of a router. `address` is the far end's on that link, None where it has none of that family."""

    router: str
    link: str
    address: Address | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One route in a router's table.

    protocol  : connected, static, ospf, isis or eigrp
    distance  : administrative distance; among routes for one prefix the lowest is used
    metric    : in the unit of the protocol; 0 for connected and static
    next_hops : equally good, in the order of the design's links; () when the packet ends here
    end       : what holds the prefix here: `server NAME`, `own address`, or `discard`; "" when it goes on
    """

    prefix: Prefix
    protocol: str
    distance: int
    metric: int
    next_hops: tuple[NextHop, ...] = ()
    end: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Belief:
    """What a router believes a server of a service costs: its own connected route, or through the network.

    cost : None when it has no way there
    """

    server: str
    cost: int | None


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
    NO_ROUTE = "dropped: no route"
    DISCARD = "dropped: discard route"
    TTL = "dropped: TTL"
    TOO_BIG = "dropped: larger than the MTU"
    DOWN = "not sent: its router is down"


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Hop:
    """One router on the way.

    step   : links crossed before it, the least
    share  : of the packets that come by, 0 to 1; each time they come, so a loop passes 1
    ttl    : what is left of it when the packet arrives, at the first time
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
    mtu    : the smallest MTU of a link on the way, bytes; None when no link is crossed
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

    @property
    def delivered(self) -> float:
        """The share of the packets that reach a server or the router that has the address (0 to 1)."""
        return sum(end.share for end in self.ends if end.outcome in (Outcome.SERVER, Outcome.ROUTER))


@dataclass(frozen=True, slots=True, kw_only=True)
class Tables:
    """The tables of some routers, under a scenario."""

    title: str
    tables: tuple[RouterTable, ...]
    notes: tuple[str, ...]
    provenance: Provenance
