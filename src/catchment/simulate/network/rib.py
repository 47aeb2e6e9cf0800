"""The table of each router: connected, static and IGP routes, of which the lowest administrative distance is used.

The distances are those of FRR and IOS. BIRD counts preferences the other way round (direct 240, static 200, OSPF 150)
and comes to the same choice between these three kinds.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from ipaddress import ip_network

from catchment.model.address import Address, Prefix
from catchment.model.network import Igp, Router, Server
from catchment.results.trace import Belief, Entry, NextHop
from catchment.simulate.network.igp import (
    Nearby,
    Reach,
    Told,
    adds_up,
    at_link,
    at_loopback,
    at_server,
    reach,
    runs,
    ways_to,
)
from catchment.simulate.network.topology import NOT_OURS, Topology, Way

FEW = 4
"""Servers up to which one Dijkstra from each is less work than one from each router that is asked."""

CONNECTED = 0
DISTANCE = {Igp.EIGRP: 90, Igp.OSPF: 110, Igp.ISIS: 115}  # FRR lib/zebra.h, IOS; a static route's is its own


def host_prefix(address: Address) -> Prefix:
    """The /32 or /128 of one address."""
    return ip_network(f"{address}/{address.max_prefixlen}")


@dataclass(frozen=True, slots=True)
class Attached:
    """A prefix where it is attached: the router's number, what holds it there, and what the router tells of it.

    told : None: the IGP does not tell it
    """

    router: int
    end: str
    told: Told | None


def told_of(held: Iterable[Attached]) -> Iterator[tuple[int, Told]]:
    """Where the IGP begins to tell a prefix."""
    return ((one.router, one.told) for one in held if one.told is not None)


class Ribs:
    """The tables of all routers of a topology; each is worked out when it is asked for, and kept."""

    def __init__(self, topology: Topology) -> None:
        self.topology = topology
        self.igp = topology.network.igp
        self._reach: dict[Prefix, Reach] = {}
        self._covering: dict[Address, list[Prefix]] = {}
        self._reach_alone: dict[str, Reach] = {}

    @cached_property
    def attached(self) -> dict[Prefix, tuple[Attached, ...]]:
        """Every prefix that some router is connected to."""
        found: dict[Prefix, list[Attached]] = {}
        top = self.topology
        for number, router in enumerate(top.routers):
            if not top.up[number]:
                continue
            for address in router.loopbacks:
                own = Attached(number, "own address", at_loopback(self.igp))
                found.setdefault(host_prefix(address), []).append(own)
            for way in top.interfaces[number]:
                for interface in way.out.addresses:
                    told = at_link(self.igp, way.link, way.out) if self._tells(way) else None
                    found.setdefault(interface.network, []).append(Attached(number, way.link.name, told))
        for server in top.servers:
            number = top.number[server.router]
            for address in server.addresses:
                held = Attached(number, f"server {server.name}", at_server(self.igp, server))
                found.setdefault(host_prefix(address), []).append(held)
        return {prefix: tuple(held) for prefix, held in found.items()}

    def _tells(self, way: Way) -> bool:
        return way.to != NOT_OURS or self.topology.network.tells_borders

    @cached_property
    def statics(self) -> dict[int, dict[Prefix, list[Entry]]]:
        """For each router its static routes whose neighbour is up."""
        found: dict[int, dict[Prefix, list[Entry]]] = {}
        for number, router in enumerate(self.topology.routers):
            if self.topology.up[number] and router.statics:
                found[number] = self._statics_of(number, router)
        return found

    def _statics_of(self, number: int, router: Router) -> dict[Prefix, list[Entry]]:
        by_prefix: dict[Prefix, list[Entry]] = {}
        for static in router.statics:
            ways = [way for way in self.topology.interfaces[number] if way.into.router == static.via]
            if not ways and static.via:
                continue  # the interface is down, and the route with it
            entry = Entry(
                prefix=static.to,
                protocol="static",
                distance=static.distance,
                metric=0,
                next_hops=self._next_hops(ways, static.to),
                end="" if static.via else "discard",
            )
            by_prefix.setdefault(static.to, []).append(entry)
        return by_prefix

    @cached_property
    def prefixes(self) -> tuple[Prefix, ...]:
        """Every prefix that any router may have, by family, address and length."""
        held = {*self.attached, *(prefix for table in self.statics.values() for prefix in table)}
        return tuple(sorted(held, key=lambda prefix: (prefix.version, int(prefix.network_address), prefix.prefixlen)))

    def reach(self, prefix: Prefix) -> Reach | None:
        """What the IGP tells of a prefix; None when it says nothing of it."""
        held = self.attached.get(prefix)
        if held is None or not runs(self.topology.network):
            return None
        if prefix not in self._reach:
            best: dict[int, Told] = {}
            for one in held:  # two servers at one router: the cheaper counts
                if one.told is not None:
                    best[one.router] = min(best.get(one.router, one.told), one.told)
            self._reach[prefix] = reach(self.topology, best)
        return self._reach[prefix]

    def table(self, router: int) -> tuple[Entry, ...]:
        """Everything that `router` uses, in the order of `prefixes`. 10,000 routers of OSPF: seconds, not minutes."""
        nearby = Nearby(self.topology) if adds_up(self.igp) else None
        found = []
        for prefix in self.prefixes:
            held = self.attached.get(prefix)
            known = nearby.reach(router, told_of(held)) if nearby and held else None
            found.append(self.entry(router, prefix, known))
        return tuple(entry for entry in found if entry is not None)

    def entry(self, router: int, prefix: Prefix, known: Reach | None = None) -> Entry | None:
        """The route that `router` uses for exactly `prefix`: the lowest distance; None when it has none.

        known : what the IGP says of the prefix, when it was worked out already
        """
        here = [one for one in self.attached.get(prefix, ()) if one.router == router]
        if here:
            return self._connected(router, prefix, here)
        candidates = list(self.statics.get(router, {}).get(prefix, ()))
        known = known or self.reach(prefix)
        if known is not None and known.metric[router] is not None:
            candidates.append(self._learnt(router, prefix, known))
        if not candidates:
            return None
        best = min(candidates, key=lambda entry: entry.distance)
        if best.protocol != "static":
            return best
        same = [one for one in candidates if one.protocol == "static" and one.distance == best.distance]
        hops = tuple(dict.fromkeys(hop for one in same for hop in one.next_hops))[: self.topology.network.ecmp]
        return Entry(
            prefix=prefix, protocol="static", distance=best.distance, metric=0, next_hops=hops,
            end="" if hops else "discard",
        )  # fmt: skip

    def _connected(self, router: int, prefix: Prefix, here: list[Attached]) -> Entry:
        """A connected route. That of a link leads to the far end, unless the address is the router's own."""
        links = [way for way in self.topology.interfaces[router] if way.link.name in {one.end for one in here}]
        end = here[0].end if not links else ""
        return Entry(
            prefix=prefix, protocol="connected", distance=CONNECTED, metric=0,
            next_hops=self._next_hops(links[:1], prefix), end=end,
        )  # fmt: skip

    def _learnt(self, router: int, prefix: Prefix, known: Reach) -> Entry:
        metric = known.metric[router]
        assert metric is not None
        return Entry(
            prefix=prefix,
            protocol=self.igp.value,
            distance=DISTANCE[self.igp],
            metric=metric,
            next_hops=self._next_hops(ways_to(self.topology, known, router)[: self.topology.network.ecmp], prefix),
        )

    def _next_hops(self, ways: Iterable[Way], prefix: Prefix) -> tuple[NextHop, ...]:
        return tuple(
            NextHop(
                router=way.into.router,
                link=way.link.name,
                address=next((one.ip for one in way.into.addresses if one.version == prefix.version), None),
            )
            for way in ways
        )

    def covering(self, address: Address) -> list[Prefix]:
        """The prefixes of this network that hold `address`, the longest first."""
        if address not in self._covering:
            covering = [one for one in self.prefixes if one.version == address.version and address in one]
            self._covering[address] = sorted(covering, key=lambda one: -one.prefixlen)
        return self._covering[address]

    def match(self, router: int, address: Address) -> Entry | None:
        """The longest prefix that holds `address` and that `router` has a route for; None when there is none."""
        found = (self.entry(router, prefix) for prefix in self.covering(address))
        return next((entry for entry in found if entry is not None), None)

    def own(self, router: int, address: Address) -> bool:
        """Whether `address` is one of the router's own."""
        return address in self.topology.routers[router].loopbacks or any(
            interface.ip == address for way in self.topology.interfaces[router] for interface in way.out.addresses
        )

    def beliefs(self, router: int, servers: Iterable[Server]) -> tuple[Belief, ...]:
        """What `router` believes each server costs: one that is attached, its connected cost; others, through the IGP.

        For each server the metric as if it were the only one; so the ways not taken are seen too. Without an IGP a
        router knows only what is attached to it.
        """
        asked = tuple(servers)
        homes = [self.topology.number[server.router] for server in asked]
        if not runs(self.topology.network):
            return tuple(
                Belief(server=server.name, cost=0)
                for server, home in zip(asked, homes, strict=True)
                if home == router
            )
        if adds_up(self.igp) and len(asked) > FEW:
            held = [(home, at_server(self.igp, one)) for one, home in zip(asked, homes, strict=True)]
            found = Nearby(self.topology).metrics(router, held)
        else:
            found = [self._alone(server).metric[router] for server in asked]
        return tuple(Belief(server=one.name, cost=cost) for one, cost in zip(asked, found, strict=True))

    def _alone(self, server: Server) -> Reach:
        if server.name not in self._reach_alone:
            start = {self.topology.number[server.router]: at_server(self.igp, server)}
            self._reach_alone[server.name] = reach(self.topology, start)
        return self._reach_alone[server.name]
