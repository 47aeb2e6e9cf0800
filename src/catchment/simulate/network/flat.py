"""The same networks without areas, levels and external routes: where clients would go if only costs counted.

An IGP prefers some kinds of route to others whatever they cost, which sends anycast clients past a nearer server.
Comparing with the flat network finds them, and the router that decides so.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from catchment.model.address import Address
from catchment.model.inside import Inside
from catchment.model.network import BACKBONE, Igp, Level, Network, Told
from catchment.results.trace import Hop
from catchment.simulate.network.follow import Packet, Way, ends, follow
from catchment.simulate.network.tables import Tables


@dataclass(frozen=True, slots=True)
class PassedOver:
    """A server is reached though another is nearer.

    cost, least : what the links on the way and the server cost, as it is gone and to the nearer one
    at          : the router that decides so: the first one that goes elsewhere than the costs say
    """

    reached: str
    cost: int
    nearer: str
    least: int
    at: Hop


def layered(network: Network) -> bool:
    """Whether its IGP knows several kinds of route."""
    if network.igp is Igp.OSPF:
        areas = {link.area for link in network.links} | {router.area for router in network.routers} - {""}
        return len(areas) > 1 or any(server.told is not Told.INTERNAL for server in network.servers)
    return network.igp is Igp.ISIS and any(router.level.has(1) for router in network.routers)


def flattened(inside: Inside) -> Inside:
    """Every OSPF and IS-IS in one area or level 2, every server told as internal. All else is as it is."""
    return replace(inside, networks=tuple(map(_flat, inside.networks)))


def _flat(network: Network) -> Network:
    if not layered(network):
        return network
    return replace(
        network,
        routers=tuple(replace(router, area="", level=Level.TWO, leaks=()) for router in network.routers),
        links=tuple(replace(link, area=BACKBONE, level=Level.BOTH) for link in network.links),
        servers=tuple(replace(server, told=Told.INTERNAL) for server in network.servers),
    )


class Flat:
    """The flat tables beside some tables; made when first needed."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        self._flat: Tables | None = None

    def passed_over(self, start: str, to: Address, way: Way | None = None) -> PassedOver | None:
        """The nearer server that packets from `start` are led past, by the costs there; None when there is none.

        way : the one they take, when it is known already
        Only within the network of `start`: what BGP decides is another matter.
        """
        if not layered(self.tables.network(start)):
            return None
        if self._flat is None:
            self._flat = Tables(flattened(self.tables.inside), self.tables.down)
        flat = self._flat
        servers = [server for server in flat.servers if to in server.addresses]
        costs = {one.server: one.cost for one in flat.beliefs(start, servers) if one.cost is not None}
        ideal = [end.where for end in ends(flat, start, Packet(to=to)) if end.where in costs]
        reached = [end.where for end in (way.ends if way else ends(self.tables, start, Packet(to=to)))]
        if not ideal or not any(name in costs and costs[name] > costs[ideal[0]] for name in reached):
            return None
        near = min(ideal, key=lambda name: costs[name])
        hops = {hop.router: hop for hop in (way or follow(self.tables, start, Packet(to=to))).hops}
        own = {server.name: server.cost for server in servers}
        paid = {name: links + own[name] for name, links in self._paid(hops, start).items() if name in own}
        far = max(paid, key=lambda name: paid[name], default=near)
        turn = next((hop for hop in hops.values() if self._differs(flat, hop, to)), None)
        return PassedOver(far, paid[far], near, costs[near], turn) if turn and far != near else None

    def _paid(self, hops: Mapping[str, Hop], start: str) -> dict[str, int]:
        """For each server that is reached the most that the links to it cost, as they are crossed."""
        found: dict[str, int] = {}
        here, seen = {start: 0}, 0
        while here and seen <= len(hops):  # a loop reaches nothing
            there: dict[str, int] = {}
            for router, paid in here.items():
                hop = hops.get(router)
                if hop and hop.entry and hop.entry.end.startswith("server "):
                    name = hop.entry.end.removeprefix("server ")
                    found[name] = max(paid, found.get(name, 0))
                for out, _ in hop.chosen if hop else ():
                    cost = paid + self.tables.links[out.link].end(router).cost
                    there[out.router] = max(cost, there.get(out.router, 0))
            here, seen = there, seen + 1
        return found

    @staticmethod
    def _differs(flat: Tables, hop: Hop, to: Address) -> bool:
        entry = flat.match(hop.router, to)
        here = {one.link for one in hop.entry.next_hops} if hop.entry else set()
        return here != ({one.link for one in entry.next_hops} if entry else set())
