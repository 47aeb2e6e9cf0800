"""A packet followed hop by hop: each router matches the address in its own table and chooses a way, knowing no other.

Without a hash every router splits evenly over its equally good next hops, and what is followed is the shares of many
flows. Everything moves one link at a time, as packets do, so loops and TTLs come out as they would. Into a tunnel a
packet goes whole: the router puts a header before it and looks up the tunnel's far end; there the header is taken off.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

from catchment.model.address import Address
from catchment.results.trace import End, Entry, Hop, Leg, NextHop, Outcome
from catchment.simulate.network.tables import Tables

Choose = Callable[[str, tuple[NextHop, ...]], tuple[tuple[NextHop, float], ...]]
"""(router, its next hops) -> those that are used, with their shares."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Packet:
    """What is followed.

    ttl    : what it has at the first router
    size   : the IP packet's bytes; None: small enough
    inside : tunnels that it is in already, when it is a tunnel's outer packet
    """

    to: Address
    ttl: int = 64
    size: int | None = None
    inside: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """What came of it.

    hops : by step, then in the order of the design; a router is there twice when a header comes on or off
    ends : the greatest share first, then in the order in which they came
    legs : links crossed, by step
    mtu  : the largest packet that goes through, None when no link was crossed
    loop : routers in a circle that packets came back through, () when none did
    """

    hops: tuple[Hop, ...]
    ends: tuple[End, ...]
    mtu: int | None
    loop: tuple[str, ...]
    legs: tuple[Leg, ...] = ()


def evenly(router: str, next_hops: tuple[NextHop, ...]) -> tuple[tuple[NextHop, float], ...]:
    """Every next hop the same share, or what its weight says."""
    whole = sum(hop.weight for hop in next_hops)
    return tuple((hop, hop.weight / whole) for hop in next_hops)


def follow(tables: Tables, start: str, packet: Packet, choose: Choose = evenly, *, believing: bool = True) -> Way:
    """Follow a packet from a router. O(ttl * links) at the worst; a loop costs its TTL.

    believing : whether hops say what each router believes of the servers, which costs more than the walk
    """
    return _Following(tables, packet, choose, believing=believing).run(start)


def ends(tables: Tables, start: str, packet: Packet, choose: Choose = evenly) -> tuple[End, ...]:
    """The ends of `follow` alone: without what routers believe on the way, most of the work in a large network."""
    following = _Following(tables, packet, choose)
    following.move(start)
    return following.ends()


@dataclass(frozen=True, slots=True)
class _Header:
    """A tunnel that the packet is in: where its header leads, and the address and TTL of the header below."""

    tunnel: str
    to: Address
    ttl_below: int


@dataclass(frozen=True, slots=True)
class _Flying:
    """A packet at a router. `made_here`: its outermost header was put on by this router, which costs no TTL."""

    router: str
    ttl: int
    headers: tuple[_Header, ...] = ()
    made_here: bool = False

    @property
    def tunnels(self) -> tuple[str, ...]:
        return tuple(header.tunnel for header in self.headers)

    @property
    def seen(self) -> "_Seen":
        return self.router, tuple((header.tunnel, header.to) for header in self.headers)


@dataclass(frozen=True, slots=True)
class _Came:
    """How much arrives, after how many links.

    delayed : the share times the delay so far, nan when a delay on the way is not stated
    """

    step: int
    share: float
    delayed: float

    def part(self, of: float) -> "_Came":
        return _Came(self.step, self.share * of, self.delayed * of)


_Seen = tuple[str, tuple[tuple[str, Address], ...]]
"""A router, and the tunnels that a packet is in there, each with its direction: where its header leads."""


class _Following:
    def __init__(self, tables: Tables, packet: Packet, choose: Choose, *, believing: bool = True) -> None:
        self.tables, self.packet, self.choose, self.believing = tables, packet, choose, believing
        self.there: dict[_Flying, _Came] = {}  # what arrives next
        self.first: dict[_Seen, tuple[int, _Flying]] = {}
        self.passed: dict[_Seen, float] = {}
        self.out: dict[_Seen, tuple[tuple[NextHop, float], ...]] = {}
        self.went: dict[_Seen, dict[_Seen, None]] = {}
        self.legs: list[Leg] = []
        self.ended: dict[tuple[Outcome, str], list[float]] = {}
        self.mtu: int | None = None

    def run(self, start: str) -> Way:
        self.move(start)
        died = any(outcome is Outcome.TTL for outcome, _ in self.ended)
        return Way(
            hops=self.hops(),
            ends=self.ends(),
            mtu=self.mtu,
            loop=self.loop((start, ())) if died else (),
            legs=tuple(self.legs),
        )

    def move(self, start: str) -> None:
        here = {_Flying(start, self.packet.ttl): _Came(0, 1.0, 0.0)}
        while here:  # ends, because at the last step of the TTL nothing is passed on
            self.there = {}
            for flying in sorted(here, key=lambda one: (self.tables.order(one.router), len(one.headers))):
                self.arrive(flying, here[flying])
            here = self.there

    def goes_to(self, flying: _Flying) -> Address:
        return flying.headers[-1].to if flying.headers else self.packet.to

    def arrive(self, flying: _Flying, came: _Came) -> None:
        router, to, seen = flying.router, self.goes_to(flying), flying.seen
        self.first.setdefault(seen, (came.step, flying))
        self.passed[seen] = self.passed.get(seen, 0.0) + came.share
        entry = self.tables.match(router, to)
        if entry is not None and entry.end.startswith("server "):
            self.end(Outcome.SERVER, entry.end.removeprefix("server "), came)
        elif entry is not None and entry.end.startswith("client ") and not self.tables.own(router, to):
            self.end(Outcome.CLIENT, entry.end.removeprefix("client "), came)
        elif self.tables.own(router, to) and flying.headers:  # the far end of a tunnel: its header comes off
            self.turn(flying, _Flying(router, flying.headers[-1].ttl_below, flying.headers[:-1]), came)
        elif self.tables.own(router, to):
            self.end(Outcome.ROUTER, router, came)
        elif entry is None:
            self.end(Outcome.NO_ROUTE, router, came)
        elif not entry.next_hops:
            self.end(Outcome.DISCARD, router, came)
        elif flying.ttl <= 1 and not flying.made_here:  # RFC 1812 5.3.1: not passed on with a TTL that would become 0
            self.end(Outcome.TTL, router, came)
        else:
            self.pass_on(flying, entry, came)

    def pass_on(self, flying: _Flying, entry: Entry, came: _Came) -> None:
        seen = flying.seen
        if seen not in self.out:
            self.out[seen] = self.choose(flying.router, entry.next_hops)
        ttl = flying.ttl if flying.made_here else flying.ttl - 1
        for hop, of in self.out[seen]:
            part = came.part(of)
            if self.too_big(flying, hop):
                self.end(Outcome.TOO_BIG, f"{flying.router}, link {hop.link}", part)
            elif self.tables.links[hop.link].tunnel:
                self.encapsulate(flying, ttl, hop, part)
            elif hop.link in self.tables.down.silent:
                self.end(Outcome.LOST, f"{flying.router}, link {hop.link}", part)
            else:
                self.cross(flying, ttl, hop, part)

    def too_big(self, flying: _Flying, hop: NextHop) -> bool:
        """Whether the packet, with the headers that it has, is too large for a link; notes what still goes through."""
        links = self.tables.links
        added = sum(tunnel.overhead for name in flying.tunnels if (tunnel := links[name].tunnel))
        takes = links[hop.link].mtu - added
        if self.packet.size is not None and self.packet.size > takes:
            return True
        self.mtu = takes if self.mtu is None else min(self.mtu, takes)
        return False

    def encapsulate(self, flying: _Flying, ttl: int, hop: NextHop, came: _Came) -> None:
        if hop.link in (*flying.tunnels, *self.packet.inside):
            self.end(Outcome.RECURSION, f"{flying.router}, tunnel {hop.link}", came)
            return
        link = self.tables.links[hop.link]
        assert link.tunnel is not None
        header = _Header(hop.link, link.outer(hop.router), ttl)
        outer_ttl = ttl if link.tunnel.ttl is None else link.tunnel.ttl
        self.turn(flying, _Flying(flying.router, outer_ttl, (*flying.headers, header), made_here=True), came)

    def turn(self, flying: _Flying, other: _Flying, came: _Came) -> None:
        """A header comes on or off, at the same router."""
        self.went.setdefault(flying.seen, {})[other.seen] = None
        self.arrive(other, came)

    def cross(self, flying: _Flying, ttl: int, hop: NextHop, came: _Came) -> None:
        link_ms = self.tables.links[hop.link].delay_ms
        far = _Flying(hop.router, ttl, flying.headers)
        before = self.there.get(far, _Came(came.step + 1, 0.0, 0.0))
        took = came.delayed + came.share * (math.nan if link_ms is None else link_ms)
        self.there[far] = _Came(came.step + 1, before.share + came.share, before.delayed + took)
        self.went.setdefault(flying.seen, {})[far.seen] = None
        leg = Leg(
            step=came.step,
            link=hop.link,
            sender=flying.router,
            receiver=hop.router,
            tunnels=flying.tunnels,
            far_ends=tuple(header.to for header in flying.headers),
            ttls=(*(header.ttl_below for header in flying.headers), ttl),
            share=came.share,
        )
        self.legs.append(leg)

    def end(self, outcome: Outcome, where: str, came: _Came) -> None:
        sums = self.ended.setdefault((outcome, where), [0.0, 0.0])
        sums[0] += came.share
        sums[1] += came.delayed

    def hops(self) -> tuple[Hop, ...]:
        servers = [one for one in self.tables.servers if self.packet.to in one.addresses]
        return tuple(
            Hop(
                router=flying.router,
                step=step,
                inside=flying.tunnels,
                to=self.goes_to(flying),
                share=self.passed[seen],
                ttl=flying.ttl,
                entry=self.tables.match(flying.router, self.goes_to(flying)),
                chosen=self.out.get(seen, ()),
                beliefs=self.tables.beliefs(flying.router, servers) if self.believing and not flying.headers else (),
            )
            for seen, (step, flying) in self.first.items()
        )

    def ends(self) -> tuple[End, ...]:
        found = []
        for (outcome, where), (share, delayed) in self.ended.items():
            known = None if math.isnan(delayed) else delayed / share
            found.append(End(outcome=outcome, where=where, share=share, delay_ms=known))
        return tuple(sorted(found, key=lambda end: -end.share))

    def loop(self, start: _Seen) -> tuple[str, ...]:
        """A circle that can be reached from `start`, its first router again at the end."""
        path: list[_Seen] = []
        done: set[_Seen] = set()

        def visit(seen: _Seen) -> tuple[str, ...]:
            if seen in path:
                return (*(router for router, _ in path[path.index(seen) :]), seen[0])
            if seen in done:
                return ()
            path.append(seen)
            for further in self.went.get(seen, ()):
                found = visit(further)
                if found:
                    return found
            done.add(path.pop())
            return ()

        return visit(start)
