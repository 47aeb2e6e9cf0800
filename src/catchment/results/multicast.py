"""Multicast as facts: who joined, the tree of each sender, copies on each link against unicast, and what is wrong."""

from dataclasses import dataclass

from catchment.model.address import Address
from catchment.results.provenance import Provenance
from catchment.results.trace import TraceFinding

RULES = {
    "M001": "a receiver is not reached: no route leads to the sender or RP",
    "M002": "the TTL runs out before a receiver",
    "M003": "a receiver is behind a link that does not carry the group",
    "M004": "the RP cannot be reached",
    "M005": "a receiver gets a packet more than once",
    "M006": "a sender or receiver is down",
    "M007": "the tree takes another way than unicast",
    "M008": "a link is asked to carry more than its rate",
    "M009": "routers do not come to agree on a tree",
    "M010": "joins for a sender end at another one that has the same address",
    "M011": "joins go in a circle",
    "M012": "a packet is larger than a link of its tree takes",
}
"""Findings on a group. A number never changes its meaning."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """What one router hears of receivers.

    members    : names of the receivers at this router that are up
    sources    : the senders that they name (SSM); () for any
    protocol   : what hosts report with, IGMPv3 or MLDv2; "" when only the router itself receives
    reports_to : the address that reports go to
    """

    router: str
    members: tuple[str, ...]
    sources: tuple[Address, ...]
    protocol: str
    reports_to: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One PIM message: `Join (S,G)`, `Prune (*,G)`, `Register` and so on.

    round : when, counted in rounds of messages between neighbours
    link  : the link it goes over; "" for unicast (Register)
    lost  : the link does not carry the group, so nobody hears it
    """

    round: int
    what: str
    sender: str
    to: str
    link: str
    lost: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    """One step of a packet's tree, parents before children.

    parent : position of the step before; -1 at the roots
    link   : the link it came over; "" at the sender's router, `register` at an RP that got it inside a Register
    ttl    : at this router
    leaves : receivers that get it here
    """

    router: str
    parent: int
    link: str
    ttl: int
    leaves: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """One receiver of one sender.

    copies           : of one packet that arrive; 1 is right, 0 is lost
    path             : routers, the sender's first; () when it is not reached
    ttl              : left when it arrives; None when it is not reached
    delay_ms         : one way; None when it is not reached or a link's delay is not stated
    unicast_delay_ms : of a packet to this receiver alone
    was              : whether it was reached with nothing down; None when nothing is down
    """

    member: str
    router: str
    copies: int
    path: tuple[str, ...]
    ttl: int | None
    delay_ms: float | None
    unicast_delay_ms: float | None
    was: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tree:
    """What one sender's packets do.

    source    : the address it sends from
    first     : its very first packet, before routers know of the sender; () when it goes the same way as all others
    branches  : a packet after everything has settled
    receivers : in the order of the group
    messages  : joins and prunes until then, in the order of rounds
    asked     : (router, what, neighbour, link) that stand at the end: who asks whom for packets
    copies    : on all wires, of one packet; tunnels count by the wires under them
    unicast   : copies if each receiver got its own packet; parts where ECMP splits
    first_reached : receivers that the first packet reaches
    """

    sender: str
    router: str
    source: Address
    first: tuple[Branch, ...]
    branches: tuple[Branch, ...]
    receivers: tuple[Reached, ...]
    messages: tuple[Message, ...]
    asked: tuple[tuple[str, str, str, str], ...]
    copies: float
    unicast: float
    first_reached: tuple[str, ...]

    @property
    def delivered(self) -> bool:
        """Whether every receiver gets exactly one copy."""
        return all(one.copies == 1 for one in self.receivers)


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkUse:
    """Copies on one link in one direction when every sender sends one packet.

    kind      : `wire` or `tunnel`; what goes through a tunnel counts on its wires too
    copies    : by multicast, with Registers and what tunnels carry
    unicast   : if each receiver got its own packet
    was       : copies by multicast with nothing down; None when nothing is down
    rate_bps  : copies times the group's rate; None when it is not stated
    takes_bps : the link's rate; None when it is not stated
    """

    link: str
    sender: str
    receiver: str
    kind: str
    copies: float
    unicast: float
    was: float | None
    rate_bps: float | None
    takes_bps: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupResult:
    """One group at one address.

    what        : what the address is for, and who says so
    scope       : how far it may go, in words
    rp, rps     : name of the RP, and its routers; "" and () in SSM
    memberships : in the order of the group
    trees       : a sender each, those that are up
    links       : those that carry anything, by multicast or by unicast, in the order of the design
    """

    name: str
    address: Address
    what: str
    scope: str
    mode: str
    rp: str
    rps: tuple[str, ...]
    ttl: int
    rate_bps: float | None
    switches: bool
    memberships: tuple[Membership, ...]
    trees: tuple[Tree, ...]
    links: tuple[LinkUse, ...]
    findings: tuple[TraceFinding, ...]

    @property
    def delivered(self) -> bool:
        """Whether every receiver that is up gets exactly one copy of what every sender sends."""
        return all(tree.delivered for tree in self.trees)

    @property
    def copies(self) -> float:
        """On all wires, when every sender sends one packet."""
        return sum(tree.copies for tree in self.trees)

    @property
    def unicast(self) -> float:
        """The same if each receiver got its own packet."""
        return sum(tree.unicast for tree in self.trees)


@dataclass(frozen=True, slots=True, kw_only=True)
class Multicast:
    """The groups of a design, under a scenario."""

    title: str
    groups: tuple[GroupResult, ...]
    notes: tuple[str, ...]
    provenance: Provenance
