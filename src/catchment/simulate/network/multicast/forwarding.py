"""One packet on its way: taken only from the side where RPF leads, copied to every interface asked for (RFC 7761 4.2).

What routers learn from a packet (a source is alive, it comes over its own tree) changes the joins; pim.py asks here
packet by packet until nothing changes any more.
"""

from collections import deque
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Protocol

Out = tuple[str, str]
"""An interface: (link, the router behind it), or ("", member) for the port of a member that hangs on the router."""

Crossing = tuple[str, str, str]
"""A link in one direction: (link, from, to)."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """A packet that reaches a member: the routers it came through, its TTL then, and whether by a Register."""

    member: str
    path: tuple[str, ...]
    links: tuple[str, ...]
    ttl: int
    registered: bool = False


@dataclass(frozen=True, slots=True)
class Drop:
    """A packet that a router drops.

    why   : `rpf`, it came over another link than RPF says; `ttl`, it may go no further; `size`, a link takes less
    link  : that it came over, or with `size` that it should have left by
    """

    router: str
    why: str
    link: str
    path: tuple[str, ...]


@dataclass(slots=True)
class Flow:
    """What became of one packet.

    crossings : copies on each link and direction
    visits    : in the order of arrival; the first has no link, that of a Register is `register`
    registers : RP -> the router that sent it the packet in a Register
    """

    crossings: dict[Crossing, int] = field(default_factory=dict)
    arrivals: list[Arrival] = field(default_factory=list)
    drops: list[Drop] = field(default_factory=list)
    visits: list["Visit"] = field(default_factory=list)
    registers: dict[str, str] = field(default_factory=dict)


class Decides(Protocol):
    """What routers decide for a packet; pim.Pim is one."""

    @property
    def listening(self) -> frozenset[str]:
        """Members that are routers themselves: what they hear is not passed on, and costs no TTL."""

    @property
    def narrow(self) -> frozenset[str]:
        """Links that take only smaller packets."""

    def receive(self, visit: "Visit") -> Collection[Out] | None:
        """The interfaces it leaves by; None when the RPF check fails."""


@dataclass(frozen=True, slots=True)
class Visit:
    """A packet at a router. `ttl` is what it has when it arrives; `fresh`: made here, so going on costs no TTL."""

    router: str
    iif: Out
    ttl: int
    path: tuple[str, ...]
    links: tuple[str, ...]
    fresh: bool = False
    registered: bool = False


def copies(flow: Flow, visit: Visit, out: Collection[Out], pim: Decides) -> list[Visit]:
    """Send what arrived out of every interface of `out` but the one it came in by; the visits that follow."""
    onward: list[Visit] = []
    ttl = visit.ttl if visit.fresh else visit.ttl - 1
    for link, to in sorted(out):
        if (link, to) == visit.iif:
            continue
        if not link and to in pim.listening:
            flow.arrivals.append(Arrival(to, visit.path, visit.links, visit.ttl, visit.registered))
            continue
        if ttl < 1:  # RFC 1812 5.3.1: what would have 0 is not passed on
            died = Drop(visit.router, "ttl", visit.iif[0], visit.path)
            flow.drops += [died] * (died not in flow.drops)
            continue
        if not link:
            flow.arrivals.append(Arrival(to, visit.path, visit.links, ttl, visit.registered))
            continue
        if link in pim.narrow:
            flow.drops.append(Drop(visit.router, "size", link, visit.path))
            continue
        crossing = (link, visit.router, to)
        flow.crossings[crossing] = flow.crossings.get(crossing, 0) + 1
        onward.append(
            Visit(to, (link, visit.router), ttl, (*visit.path, to), (*visit.links, link), registered=visit.registered)
        )
    return onward


def run(flow: Flow, start: Visit, pim: Decides) -> None:
    """Follow a packet from `start`, each router deciding by its own state. Ends, because TTLs do."""
    waiting = deque([start])
    while waiting:
        visit = waiting.popleft()
        flow.visits.append(visit)
        out = pim.receive(visit)
        if out is None:
            flow.drops.append(Drop(visit.router, "rpf", visit.iif[0], visit.path))
        else:
            waiting.extend(copies(flow, visit, out, pim))
