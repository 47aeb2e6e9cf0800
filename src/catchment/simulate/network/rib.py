"""The table of each router: connected, static and IGP routes, of which the lowest administrative distance is used.

The distances are those of FRR and IOS. BIRD counts preferences the other way round (direct 240, static 200, OSPF 150)
and comes to the same choice between these three kinds.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from ipaddress import IPv4Network, IPv6Network

from catchment.model.address import Address, Prefix
from catchment.model.network import ClientSite, Igp, Router, Server
from catchment.results.trace import Belief, Entry, NextHop
from catchment.simulate.network.igp.numbers import at_client, at_link, at_loopback, at_server, runs
from catchment.simulate.network.igp.speaking import Ask, Speaking
from catchment.simulate.network.igp.telling import OfPrefix, Said
from catchment.simulate.network.redistribute import redistributed
from catchment.simulate.network.topology import NOT_OURS, Topology, Way

FEW = 4
"""Servers up to which one Dijkstra from each is less work than one from each router that is asked."""

CONNECTED = 0
DEFAULTS = IPv4Network("0.0.0.0/0"), IPv6Network("::/0")


def host_prefix(address: Address) -> Prefix:
    """The /32 or /128 of one address."""
    # From numbers: ten times as fast as from text, and a network of 10,000 routers asks 10,000 times.
    if address.version == 4:
        return IPv4Network((int(address), 32))
    return IPv6Network((int(address), 128))


@dataclass(frozen=True, slots=True)
class Attached:
    """A prefix where it is attached: the router's number, what holds it there, and what the router tells of it.

    said : None: the IGP does not tell it
    """

    router: int
    end: str
    said: Said | None


class Ribs:
    """The tables of all routers of a topology; each is worked out when it is asked for, and kept."""

    def __init__(self, topology: Topology) -> None:
        self.topology = topology
        self._network = topology.network
        self._covering: dict[Address, list[Prefix]] = {}
        self._of: dict[Prefix, OfPrefix | None] = {}
        self._alone: dict[str, OfPrefix] = {}

    @cached_property
    def _igp(self) -> Speaking | None:
        return Speaking(self.topology) if runs(self._network) else None

    @cached_property
    def attached(self) -> dict[Prefix, tuple[Attached, ...]]:
        """Every prefix that some router is connected to."""
        found: dict[Prefix, list[Attached]] = {}
        for prefix, held in (*self._of_routers(), *self._of_hosts()):
            found.setdefault(prefix, []).append(held)
        return {prefix: tuple(held) for prefix, held in found.items()}

    def _of_routers(self) -> Iterator[tuple[Prefix, Attached]]:
        """Their own addresses, and the subnets of their links."""
        top = self.topology
        for number, router in enumerate(top.routers):
            if not top.up[number]:
                continue
            for address in router.loopbacks:
                numbers = at_loopback(self._network, router, address.version)
                said = Said(router=number, numbers=numbers, level=router.level)
                yield host_prefix(address), Attached(number, "own address", said)
            for way in top.interfaces[number]:
                for interface in way.out.addresses:
                    yield interface.network, Attached(number, way.link.name, self._said_of_link(number, way))

    def _of_hosts(self) -> Iterator[tuple[Prefix, Attached]]:
        """Addresses of servers, and the subnets of clients."""
        top = self.topology
        for server in top.servers:
            for address in server.addresses:
                held = Attached(top.number[server.router], f"server {server.name}", self._said_of_server(server))
                yield host_prefix(address), held
        for client in top.network.clients:
            number = top.number[client.router]
            said = Said(router=number, numbers=at_client(self._network), level=top.routers[number].level)
            for one in client.addresses if top.up[number] else ():
                yield one.network, Attached(number, f"client {client.name}", said)

    def _said_of_server(self, server: Server) -> Said:
        number = self.topology.number[server.router]
        level = self.topology.routers[number].level
        return Said(router=number, numbers=at_server(self._network, server), told=server.told, level=level)

    def _said_of_link(self, number: int, way: Way) -> Said | None:
        """What is told of a link's prefix; of one that leaves the network only when asked to.

        In IS-IS a router tells it in all its levels, also when the link is for one of them only (FRR 8.4, seen).
        """
        level = self.topology.routers[number].level
        numbers = at_link(self._network, way.link, way.out)
        if way.to == NOT_OURS:
            passive = Said(router=number, numbers=numbers, level=level)
            return passive if self._network.tells_borders else None
        return Said(router=number, numbers=numbers, area=way.link.area, level=level)

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
            ways = [way for way in self.topology.interfaces[number] if static.via in (way.into.router, way.link.name)]
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
    def redistributed(self) -> dict[Prefix, list[Said]]:
        """What routers tell the IGP of what they have otherwise."""
        if self._igp is None or not any(router.redistributes for router in self.topology.routers):
            return {}
        igp = self._igp

        def hears(router: int, prefix: Prefix, others: list[Said]) -> bool:
            own = (held.said for held in self.attached.get(prefix, ()) if held.said)
            return igp.of(prefix, [*own, *others]).best(router) is not None

        untold = {(one.router, prefix) for prefix, held in self.attached.items() for one in held if one.said is None}
        return redistributed(self.topology, self.statics, untold, hears)

    @cached_property
    def prefixes(self) -> tuple[Prefix, ...]:
        """Every prefix that any router may have, by family, address and length."""
        held = {*self.attached, *(prefix for table in self.statics.values() for prefix in table)}
        if self._igp is not None and self._igp.default_out:
            held.update(DEFAULTS[version == 6] for version in {prefix.version for prefix in held})
        return tuple(sorted(held, key=lambda prefix: (prefix.version, int(prefix.network_address), prefix.prefixlen)))

    def _said(self, prefix: Prefix) -> list[Said]:
        """Who tells the IGP of a prefix."""
        own = [held.said for held in self.attached.get(prefix, ()) if held.said is not None]
        return [*own, *self.redistributed.get(prefix, ())]

    def _asks(self, prefix: Prefix) -> bool:
        """Whether the IGP may have anything on a prefix."""
        default = self._igp is not None and self._igp.default_out and prefix.prefixlen == 0
        return default or prefix in self.attached or prefix in self.redistributed

    def _heard(self, prefix: Prefix) -> OfPrefix | None:
        """What the IGP makes of a prefix; None when it says nothing of it."""
        if self._igp is None:
            return None
        if prefix not in self._of:
            self._of[prefix] = self._igp.of(prefix, self._said(prefix)) if self._asks(prefix) else None
        return self._of[prefix]

    def table(self, router: int) -> tuple[Entry, ...]:
        """Everything that `router` uses, in the order of `prefixes`. 10,000 routers of OSPF: seconds, not minutes."""
        nearby = self._igp.nearby() if self._igp else None
        found = []
        for prefix in self.prefixes:
            heard = nearby(prefix, self._said(prefix)) if nearby and self._asks(prefix) else None
            found.append(self._entry(router, prefix, heard))
        return tuple(entry for entry in found if entry is not None)

    def entry(self, router: int, prefix: Prefix) -> Entry | None:
        """The route that `router` uses for exactly `prefix`: the lowest distance; None when it has none."""
        return self._entry(router, prefix, self._heard(prefix))

    def _entry(self, router: int, prefix: Prefix, heard: OfPrefix | None) -> Entry | None:
        here = [one for one in self.attached.get(prefix, ()) if one.router == router]
        if here:
            return self._connected(router, prefix, here)
        candidates = list(self.statics.get(router, {}).get(prefix, ()))
        learnt = self._learnt(router, prefix, heard) if heard else None
        if learnt is not None:
            candidates.append(learnt)
        if not candidates:
            return None
        best = min(candidates, key=lambda entry: entry.distance)
        if best.protocol != "static":
            return best
        same = [one for one in candidates if one.protocol == "static" and one.distance == best.distance]
        hops = tuple(dict.fromkeys(hop for one in same for hop in one.next_hops))[: self._network.ecmp]
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

    def _learnt(self, router: int, prefix: Prefix, heard: OfPrefix) -> Entry | None:
        """The route of the IGP; None when it has none, or when it is the router's own telling that comes back."""
        best = heard.best(router)
        outs = heard.outs(router)[: self._network.ecmp] if best else ()
        if best is None or not outs:
            return None
        hops = self._next_hops((out.way for out in outs), prefix)
        return Entry(
            prefix=prefix,
            protocol=self._network.igp.value,
            distance=best.distance,
            metric=best.metric,
            next_hops=tuple(
                replace(hop, weight=out.weight) if out.weight != 1 else hop
                for hop, out in zip(hops, outs, strict=True)
            ),
            kind=best.kind,
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

    def _clients(self, router: int) -> Iterator[ClientSite]:
        name = self.topology.routers[router].name
        return (client for client in self.topology.network.clients if client.router == name)

    def own(self, router: int, address: Address) -> bool:
        """Whether `address` is one of the router's own."""
        gateways = (one.ip for client in self._clients(router) for one in client.gateways)
        return (
            address in self.topology.routers[router].loopbacks
            or address in gateways
            or any(
                interface.ip == address for way in self.topology.interfaces[router] for interface in way.out.addresses
            )
        )

    def beliefs(self, router: int, servers: Iterable[Server]) -> tuple[Belief, ...]:
        """What `router` believes each server costs: one that is attached, its connected cost; others, through the IGP.

        For each server the metric as if it were the only one; so the ways not taken are seen too. Without an IGP a
        router knows only what is attached to it.
        """
        igp = self._igp
        if igp is None:
            here = self.topology.routers[router].name
            return tuple(Belief(server=server.name, cost=0) for server in servers if server.router == here)
        asked = tuple(servers)
        ask = igp.nearby() if len(asked) > FEW else None
        return tuple(self._belief(router, server, ask or self._kept(server, igp)) for server in asked)

    def _kept(self, server: Server, igp: Speaking) -> Ask:
        """Asking for one server, for any router: worked out once."""

        def ask(prefix: Prefix, said: Iterable[Said]) -> OfPrefix:
            if server.name not in self._alone:
                self._alone[server.name] = igp.of(prefix, said)
            return self._alone[server.name]

        return ask

    def _belief(self, router: int, server: Server, ask: Ask) -> Belief:
        if self._network.igp is not Igp.EIGRP and server.router == self.topology.routers[router].name:
            return Belief(server=server.name, cost=server.cost)
        best = ask(host_prefix(server.addresses[0]), [self._said_of_server(server)]).best(router)
        return Belief(server=server.name, cost=best.metric if best else None, kind=best.kind if best else "")
