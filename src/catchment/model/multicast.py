"""A multicast group: who sends, who receives, how its tree is built, and how far it may go."""

from dataclasses import dataclass
from enum import StrEnum

from catchment.model.address import Address


class MulticastMode(StrEnum):
    """How routers build the tree of a group.

    SSM : PIM-SSM (RFC 4607, RFC 7761 4.8): receivers name the sender, and the tree grows to it at once
    SM  : PIM-SM (RFC 7761): receivers join at a rendezvous point that senders register with
    """

    SSM = "ssm"
    SM = "sm"


class MemberKind(StrEnum):
    """What sends or receives: a host behind a router, or the router itself."""

    CLIENT = "client"
    SERVER = "server"
    ROUTER = "router"


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A sender or receiver, by its name in the design, and the router that it hangs on or is.

    addresses : it sends from these, at most one of each family; a client's are its router's, for it has no other
    """

    name: str
    kind: MemberKind
    router: str
    addresses: tuple[Address, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RendezvousPoint:
    """The RP of a group: one router, or an anycast RP, several that share an address (RFC 4610).

    name      : of the router, or of the service whose servers' routers are the RPs
    routers   : in the order of the design
    addresses : at most one of each family
    """

    name: str
    routers: tuple[str, ...]
    addresses: tuple[Address, ...]


DEFAULT_TTL = 64
"""Ours. A sender that sets nothing sends with 1 (RFC 1112 6.1; IP_MULTICAST_TTL), which no router passes on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MulticastGroup:
    """One group, as the design says it; each in the order of the file.

    addresses : of the group, at most one of each family
    rp        : of a group in mode SM; None in SSM
    ttl       : of a packet as it leaves the sender (IPv6: hop limit)
    rate_bps  : that each sender sends; None when not stated
    size      : bytes of an IP packet; None: small enough for every link
    switches  : the routers of receivers leave the shared tree for that of the sender at its first packet
    as_service: servers send from the service's anycast address, and not from one of their own
    boundary  : names of links that do not carry the group: a border of its scope (RFC 2365 5), or no PIM there
    """

    name: str
    addresses: tuple[Address, ...]
    senders: tuple[Member, ...]
    receivers: tuple[Member, ...]
    mode: MulticastMode
    rp: RendezvousPoint | None = None
    ttl: int = DEFAULT_TTL
    rate_bps: float | None = None
    size: int | None = None
    switches: bool = True
    as_service: bool = False
    boundary: tuple[str, ...] = ()
