"""A packet followed hop by hop: each router matches the address in its own table and chooses a way, knowing no other.

Without a hash every router splits evenly over its equally good next hops, and what is followed is the shares of many
flows. Everything moves one link at a time, as packets do, so loops and TTLs come out as they would.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

from catchment.model.address import Address
from catchment.results.trace import End, Entry, Hop, NextHop, Outcome
from catchment.simulate.network.rib import Ribs

Choose = Callable[[str, tuple[NextHop, ...]], tuple[tuple[NextHop, float], ...]]
"""(router, its next hops) -> those that are used, with their shares."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Packet:
    """What is followed. `ttl` is what it has at the first router; `size` the IP packet's bytes, None: small enough."""

    to: Address
    ttl: int = 64
    size: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """What came of it.

    hops : by step, then in the order of the design
    ends : the greatest share first, then in the order in which they came
    mtu  : the smallest of the links crossed, None without
    loop : routers in a circle that packets came back through, () when none did
    """

    hops: tuple[Hop, ...]
    ends: tuple[End, ...]
    mtu: int | None
    loop: tuple[str, ...]


def evenly(router: str, next_hops: tuple[NextHop, ...]) -> tuple[tuple[NextHop, float], ...]:
    """Every next hop the same share."""
    return tuple((hop, 1 / len(next_hops)) for hop in next_hops)


def follow(ribs: Ribs, start: str, packet: Packet, choose: Choose = evenly) -> Way:
    """Follow a packet from a router. O(ttl * links) at the worst; a loop costs its TTL."""
    return _Following(ribs, packet, choose).run(start)


class _Following:
    def __init__(self, ribs: Ribs, packet: Packet, choose: Choose) -> None:
        self.ribs, self.packet, self.choose = ribs, packet, choose
        self.number = ribs.topology.number
        self.mtu_of = {link.name: link.mtu for link in ribs.topology.network.links}
        self.delay_of = {link.name: link.delay_ms for link in ribs.topology.network.links}
        self.entries: dict[str, Entry | None] = {}
        self.first: dict[str, int] = {}
        self.passed: dict[str, float] = {}
        self.out: dict[str, tuple[tuple[NextHop, float], ...]] = {}
        self.ended: dict[tuple[Outcome, str], list[float]] = {}  # share, share x delay; nan for a delay not known
        self.mtu: int | None = None

    def run(self, start: str) -> Way:
        here = {start: (1.0, 0.0)}  # router -> share that arrives now, share x delay so far
        step = 0
        while here:  # ends, because at the last step of the TTL nothing is passed on
            there: dict[str, tuple[float, float]] = {}
            for router in sorted(here, key=self.number.__getitem__):
                self.arrive(router, step, here[router], there)
            here, step = there, step + 1
        died = any(outcome is Outcome.TTL for outcome, _ in self.ended)
        return Way(hops=self.hops(), ends=self.ends(), mtu=self.mtu, loop=self.loop(start) if died else ())

    def arrive(
        self, router: str, step: int, came: tuple[float, float], there: dict[str, tuple[float, float]]
    ) -> None:
        share, delay = came
        if router not in self.first:
            self.first[router] = step
            self.entries[router] = self.ribs.match(self.number[router], self.packet.to)
        self.passed[router] = self.passed.get(router, 0.0) + share
        entry = self.entries[router]
        if entry is not None and entry.end.startswith("server "):
            self.end(Outcome.SERVER, entry.end.removeprefix("server "), share, delay)
        elif self.ribs.own(self.number[router], self.packet.to):
            self.end(Outcome.ROUTER, router, share, delay)
        elif entry is None:
            self.end(Outcome.NO_ROUTE, router, share, delay)
        elif not entry.next_hops:
            self.end(Outcome.DISCARD, router, share, delay)
        elif self.packet.ttl - step <= 1:  # RFC 1812 5.3.1: not passed on with a TTL that would become 0
            self.end(Outcome.TTL, router, share, delay)
        else:
            self.pass_on(router, entry, came, there)

    def pass_on(
        self, router: str, entry: Entry, came: tuple[float, float], there: dict[str, tuple[float, float]]
    ) -> None:
        share, delay = came
        if router not in self.out:
            self.out[router] = self.choose(router, entry.next_hops)
        for hop, part in self.out[router]:
            mtu, link_ms = self.mtu_of[hop.link], self.delay_of[hop.link]
            if self.packet.size is not None and self.packet.size > mtu:
                self.end(Outcome.TOO_BIG, f"{router}, link {hop.link}", share * part, delay * part)
                continue
            self.mtu = mtu if self.mtu is None else min(self.mtu, mtu)
            before = there.get(hop.router, (0.0, 0.0))
            took = share * part * (float("nan") if link_ms is None else link_ms)
            there[hop.router] = (before[0] + share * part, before[1] + delay * part + took)

    def end(self, outcome: Outcome, where: str, share: float, delay: float) -> None:
        sums = self.ended.setdefault((outcome, where), [0.0, 0.0])
        sums[0] += share
        sums[1] += delay

    def hops(self) -> tuple[Hop, ...]:
        servers = [one for one in self.ribs.topology.servers if self.packet.to in one.addresses]
        return tuple(
            Hop(
                router=router,
                step=step,
                share=self.passed[router],
                ttl=self.packet.ttl - step,
                entry=self.entries[router],
                chosen=self.out.get(router, ()),
                beliefs=self.ribs.beliefs(self.number[router], servers),
            )
            for router, step in sorted(self.first.items(), key=lambda item: (item[1], self.number[item[0]]))
        )

    def ends(self) -> tuple[End, ...]:
        found = []
        for (outcome, where), (share, delay) in self.ended.items():
            known = None if math.isnan(delay) else delay / share
            found.append(End(outcome=outcome, where=where, share=share, delay_ms=known))
        return tuple(sorted(found, key=lambda end: -end.share))

    def loop(self, start: str) -> tuple[str, ...]:
        """A circle of next hops that can be reached from `start`, its first router again at the end."""
        path: list[str] = []
        done: set[str] = set()

        def visit(router: str) -> tuple[str, ...]:
            if router in path:
                return (*path[path.index(router) :], router)
            if router in done:
                return ()
            path.append(router)
            for hop, _ in self.out.get(router, ()):
                found = visit(hop.router)
                if found:
                    return found
            done.add(path.pop())
            return ()

        return visit(start)
