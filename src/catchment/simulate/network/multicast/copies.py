"""Copies on each link: of a packet that is multicast, and of packets to each receiver alone."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from catchment.model.address import Address
from catchment.model.network import Link
from catchment.results.trace import Outcome
from catchment.simulate.network.follow import Packet, follow
from catchment.simulate.network.multicast.forwarding import Crossing, Flow
from catchment.simulate.network.tables import Tables

Crossings = dict[Crossing, float]
"""Copies on each link and direction; parts of one where ECMP splits."""


def add(crossings: Crossings, crossing: Crossing, count: float) -> None:
    """Count copies on one link in one direction."""
    crossings[crossing] = crossings.get(crossing, 0.0) + count


@dataclass(slots=True)
class Unicast:
    """A packet to one address, from one router.

    crossings : share of it on each link and direction, tunnels and the wires under them
    delay_ms  : one way; None when it does not arrive or a link's delay is not stated
    arrives   : whether all of it does
    where     : the router or server that most of it ends at
    """

    crossings: Crossings = field(default_factory=dict)
    delay_ms: float | None = None
    arrives: bool = False
    where: str = ""


class Roads:
    """Unicast ways over some tables, each worked out once."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        self._found: dict[tuple[str, Address, tuple[str, ...]], Unicast] = {}

    def unicast(self, start: str, to: Address, inside: tuple[str, ...] = ()) -> Unicast:
        """A packet from a router to an address; `inside`: it is the outer packet of these tunnels."""
        asked = start, to, inside
        if asked not in self._found:
            way = follow(self.tables, start, Packet(to=to, ttl=255, inside=inside))
            crossings: Crossings = {}
            for hop in way.hops:
                for next_hop, part in hop.chosen:
                    add(crossings, (next_hop.link, hop.router, next_hop.router), hop.share * part)
            good = [end for end in way.ends if end.outcome in (Outcome.ROUTER, Outcome.SERVER)]
            arrives = len(good) == len(way.ends)
            delays = [None if end.delay_ms is None else end.delay_ms * end.share for end in good]
            known = arrives and all(delay is not None for delay in delays)
            self._found[asked] = Unicast(
                crossings=crossings,
                delay_ms=sum(delay or 0.0 for delay in delays) if known else None,
                arrives=arrives,
                where=good[0].where if good else "",
            )
        return self._found[asked]

    def under(self, link: Link, near: str) -> Unicast:
        """What a packet into a tunnel does on the wires under it."""
        return self.unicast(near, link.outer(link.far(near).router), (link.name,))

    def crossings(self, flow: Flow, rp: Address | None, rps: Collection[str]) -> Crossings:
        """Copies of one packet on each link and direction: of its tree, of Registers, and on wires under tunnels."""
        found: Crossings = {}
        for crossing, count in flow.crossings.items():
            add(found, crossing, count)
            link = self.tables.links[crossing[0]]
            if link.tunnel:
                for below, share in self.under(link, crossing[1]).crossings.items():
                    add(found, below, count * share)
        for target, sender in flow.registers.items():
            # To the address that RPs share; from one RP to the next, to that one's own.
            to = self._loopback(target, rp) if sender in rps else rp
            if to is not None:
                for crossing, share in self.unicast(sender, to).crossings.items():
                    add(found, crossing, share)
        return found

    def _loopback(self, router: str, like: Address | None) -> Address | None:
        return own_address(self.tables, router, like.version if like else 4)

    def wires(self, crossings: Crossings) -> float:
        """Copies on all wires together."""
        return sum(count for (link, _, _), count in crossings.items() if not self.tables.links[link].tunnel)

    def delay_ms(self, path: Iterable[str], links: Iterable[str]) -> float | None:
        """How long a packet takes over these links, one way; None when a delay is not stated."""
        whole = 0.0
        for near, name in zip(path, links, strict=False):
            link = self.tables.links[name]
            delay = self.under(link, near).delay_ms if link.tunnel else link.delay_ms
            if delay is None:
                return None
            whole += delay
        return whole


def own_address(tables: Tables, router: str, version: int) -> Address | None:
    """The loopback of a router in one family; None without."""
    for one in tables.network(router).routers:
        if one.name == router:
            return next((address for address in one.loopbacks if address.version == version), None)
    return None
