"""EIGRP: each router tells its neighbours the numbers of its best way, and may use others that are surely no loop.

Internal routes come before external ones, whatever the metric (distances 90 and 170). With a variance of n a router
also uses ways of up to n times its best metric whose neighbour is itself nearer than the router is (the feasibility
condition, RFC 7868), each with traffic in inverse proportion to its metric, as IOS does (`traffic-share balanced`).
"""

import heapq
from collections.abc import Iterable, Mapping
from functools import cached_property

from catchment.model.network import Igp, Told
from catchment.simulate.network.igp.numbers import DISTANCE, EIGRP_EXTERNAL_DISTANCE, Numbers, eigrp
from catchment.simulate.network.igp.telling import Best, Out, Said
from catchment.simulate.network.topology import Topology


class Eigrp:
    """EIGRP on a topology, asked about prefixes."""

    def __init__(self, topology: Topology) -> None:
        self.topology = topology
        self.counting = eigrp(topology.network)

    def of(self, said: Iterable[Said]) -> "EigrpPrefix":
        """What becomes of a prefix that is told so."""
        return EigrpPrefix(self, said)

    def settled(self, attached: Mapping[int, Numbers]) -> dict[int, Numbers]:
        """What each router tells of a prefix: the numbers of its best way.

        One Dijkstra from where it is attached, for a longer way never costs less: what a router tells can only make
        the metric of others larger. O((routers + links) log routers). Of equally good ways the numbers of the one over
        the first link of the design are told on.
        """
        count, top = self.counting, self.topology
        told: dict[int, Numbers] = {}
        heap = [(count.metric(start), -1, router, start) for router, start in attached.items() if top.up[router]]
        heapq.heapify(heap)
        while heap:
            best, _, router, numbers = heapq.heappop(heap)
            if router in told or best > count.most:
                continue
            told[router] = numbers
            for way in top.ways[router]:
                if way.to not in told:
                    new = count.across(numbers, way.link)
                    heapq.heappush(heap, (count.metric(new), way.position, way.to, new))
        return told


class EigrpPrefix:
    """What EIGRP makes of one prefix."""

    def __init__(self, eigrp: Eigrp, said: Iterable[Said]) -> None:
        self._eigrp = eigrp
        self._said = tuple(said)

    def _settled(self, *, internal: bool) -> dict[int, Numbers]:
        attached: dict[int, Numbers] = {}
        metric = self._eigrp.counting.metric
        for one in self._said:
            if (one.told is Told.INTERNAL) is internal:
                attached[one.router] = min(one.numbers, attached.get(one.router, one.numbers), key=metric)
        return self._eigrp.settled(attached) if attached else {}

    @cached_property
    def _internal(self) -> dict[int, Numbers]:
        return self._settled(internal=True)

    @cached_property
    def _external(self) -> dict[int, Numbers]:
        return self._settled(internal=False)

    def best(self, router: int) -> Best | None:
        """The route of a router: internal when any reaches it."""
        count = self._eigrp.counting
        if router in self._internal:
            return Best(count.shown(count.metric(self._internal[router])), DISTANCE[Igp.EIGRP])
        if router in self._external:
            return Best(count.shown(count.metric(self._external[router])), EIGRP_EXTERNAL_DISTANCE, "external")
        return None

    def outs(self, router: int) -> tuple[Out, ...]:
        """The ways that it uses: those of the best metric, and within the variance those that are feasible."""
        told = self._internal if router in self._internal else self._external
        if router not in told:
            return ()
        count, network = self._eigrp.counting, self._eigrp.topology.network
        best = count.metric(told[router])
        found = []
        for way in self._eigrp.topology.ways[router]:
            if way.to not in told:
                continue
            metric, reported = count.metric(count.across(told[way.to], way.link)), count.metric(told[way.to])
            if metric == best or (metric <= best * network.variance and reported < best):
                found.append((metric, Out(way, best / metric)))
        # Past the width the best stay, and among equals the first in the order of links.
        kept = sorted(found, key=lambda one: (one[0], one[1].way.position))[: network.ecmp]
        return tuple(sorted((out for _, out in kept), key=lambda out: out.way.position))
