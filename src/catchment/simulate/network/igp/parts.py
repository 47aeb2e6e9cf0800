"""Parts of a network in which every router knows every link (an area, a level), and what is nearest there.

A part is connected: an area that has fallen apart is several parts, which is also how OSPF treats it (RFC 2328 3.6).
Distances are asked for in one of two ways, which answer alike: `far` asks for one prefix and every router, `Near` for
every prefix and few routers.
"""

import heapq
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from catchment.simulate.network.topology import Way

Costs = Callable[[int], int | None]
"""What a router of a part has to pay to the nearest source; None when the router is not in it."""


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """A connected part.

    area    : of OSPF or IS-IS
    ways    : for each router of it the ways within, in the order of links
    borders : routers that are in other areas or levels too, by number
    """

    area: str
    ways: Mapping[int, tuple[Way, ...]]
    borders: tuple[int, ...] = ()


Measure = Callable[[Part, Mapping[int, int]], Costs]
"""(part, source -> what it tells) -> costs. Sources outside the part do not count."""


def split(ways: Mapping[int, Iterable[Way]]) -> list[dict[int, tuple[Way, ...]]]:
    """The connected parts of routers with the ways between them, by their first router."""
    left = {router: tuple(leaving) for router, leaving in ways.items()}
    found = []
    while left:
        edge = [next(iter(left))]
        part = {edge[0]: left.pop(edge[0])}
        while edge:
            for way in part[edge.pop()]:
                if way.to in left:
                    part[way.to] = left.pop(way.to)
                    edge.append(way.to)
        found.append({router: part[router] for router in sorted(part)})
    return found


def far(part: Part, sources: Mapping[int, int]) -> Costs:
    """What every router pays to the nearest source: one Dijkstra, O((routers + links) log routers)."""
    return _dijkstra(part, sources, outward=False).get


class Near:
    """The same for many prefixes and few routers: one Dijkstra from each router that is asked about, kept."""

    def __init__(self) -> None:
        self._rows: dict[tuple[Part, int], dict[int, int]] = {}

    def __call__(self, part: Part, sources: Mapping[int, int]) -> Costs:
        def costs(router: int) -> int | None:
            row = self._row(part, router)
            known = [row[source] + told for source, told in sources.items() if source in row]
            return min(known, default=None)

        return costs

    def _row(self, part: Part, router: int) -> dict[int, int]:
        if (part, router) not in self._rows:
            self._rows[part, router] = _dijkstra(part, {router: 0}, outward=True) if router in part.ways else {}
        return self._rows[part, router]


def _dijkstra(part: Part, sources: Mapping[int, int], *, outward: bool) -> dict[int, int]:
    """Costs to the nearest source, or with `outward` from it."""
    costs: dict[int, int] = {}
    heap = [(told, router) for router, told in sources.items() if router in part.ways]
    heapq.heapify(heap)
    while heap:
        best, router = heapq.heappop(heap)
        if router in costs:
            continue
        costs[router] = best
        for way in part.ways[router]:
            if way.to not in costs:
                # Towards a source, the neighbour pays for leaving itself.
                heapq.heappush(heap, (best + (way.out if outward else way.into).cost, way.to))
    return costs


def nearer(part: Part, costs: Costs, router: int) -> list[Way]:
    """The ways out of `router` that are on a shortest way to the nearest source."""
    here = costs(router)
    return [way for way in part.ways[router] if (there := costs(way.to)) is not None and there + way.out.cost == here]
