"""IS-IS: level 1 inside areas, level 2 between them, and the way out of an area by the attached bit.

Preference, whatever the metric (RFC 5302 3.2, RFC 7775):
    level 1 > level 2 > what was leaked from level 2 into level 1
Routers of both levels tell level 2 what is in their area (RFC 1195 3.2), and level 1 what is outside only where the
design leaks it (RFC 5302). A router of level 1 that hears of nothing better sends to the nearest router of both levels
that says it is attached to other areas (ISO 10589 7.2.9.2, RFC 1195 3.2): where that one goes on, it cannot know.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from catchment.model.address import Prefix, covers
from catchment.model.network import Igp, Level
from catchment.simulate.network.igp.numbers import DISTANCE, MOST_PATH_METRIC
from catchment.simulate.network.igp.parts import Costs, Measure, Part, nearer, split
from catchment.simulate.network.igp.telling import Best, Out, Said
from catchment.simulate.network.topology import Topology, Way


class Levels:
    """The two levels of a topology in their connected parts.

    one, two : router -> its part of the level
    attached : routers of both levels whose level 2 reaches another area
    shown    : whether there is a level 1, so that a table has to say which level a route is of
    """

    def __init__(self, topology: Topology) -> None:
        self.routers = topology.routers
        self.one = self._parts(topology, 1)
        self.two = self._parts(topology, 2)
        self.shown = bool(self.one)
        both = [number for number in self.one if number in self.two]
        others = {part: {self.routers[number].area for number in part.ways} for part in self.two.values()}
        self.attached = frozenset(number for number in both if others[self.two[number]] - {self.routers[number].area})

    def _parts(self, topology: Topology, level: int) -> dict[int, Part]:
        members = [n for n, router in enumerate(self.routers) if topology.up[n] and router.level.has(level)]
        inside = set(members)

        def meets(near: int, way: Way) -> bool:
            area = self.routers[near].area
            return (
                way.to in inside and way.link.level.has(level) and (level == 2 or self.routers[way.to].area == area)
            )

        ways = {number: [way for way in topology.ways[number] if meets(number, way)] for number in members}
        found: dict[int, Part] = {}
        for part in split(ways):
            borders = tuple(number for number in part if self.routers[number].level is Level.BOTH)
            first = next(iter(part))
            found |= dict.fromkeys(part, Part(self.routers[first].area if level == 1 else "", part, borders))
        return found


class Isis:
    """IS-IS on some levels, asked about prefixes."""

    def __init__(self, levels: Levels, measure: Measure) -> None:
        self.levels, self.measure = levels, measure

    def of(self, prefix: Prefix, said: Iterable[Said]) -> "IsisPrefix":
        """What becomes of a prefix that is told so."""
        return IsisPrefix(self, prefix, said)


@dataclass(frozen=True, slots=True)
class _Route:
    metric: int
    kind: str
    along: tuple[tuple[Part, Costs], ...]


class IsisPrefix:
    """What IS-IS makes of one prefix."""

    def __init__(self, isis: Isis, prefix: Prefix, said: Iterable[Said]) -> None:
        self._levels, self._measure, self._prefix = isis.levels, isis.measure, prefix
        self._said = tuple(said)
        self._leaked: dict[Part, Costs] = {}
        self._attached: dict[Part, Costs] = {}

    def _told_in(self, level: int, part_of: dict[int, Part]) -> dict[Part, dict[int, int]]:
        found: dict[Part, dict[int, int]] = {}
        for one in self._said:
            if one.level.has(level) and one.router in part_of:
                sources = found.setdefault(part_of[one.router], {})
                sources[one.router] = min(one.numbers[0], sources.get(one.router, one.numbers[0]))
        return found

    @cached_property
    def _one(self) -> dict[Part, Costs]:
        told = self._told_in(1, self._levels.one)
        return {part: self._measure(part, sources) for part, sources in told.items()}

    @cached_property
    def _two(self) -> dict[Part, Costs]:
        told = self._told_in(2, self._levels.two)
        for part, costs in self._one.items():
            for border in part.borders:
                cost = costs(border)
                if cost is not None and cost <= MOST_PATH_METRIC:
                    sources = told.setdefault(self._levels.two[border], {})
                    sources[border] = min(cost, sources.get(border, cost))
        return {part: self._measure(part, sources) for part, sources in told.items()}

    def best(self, router: int) -> Best | None:
        """The route of a router, of the kind that is preferred."""
        route = self._route(router)
        if route is None:
            return None
        return Best(route.metric, DISTANCE[Igp.ISIS], route.kind if self._levels.shown else "")

    def outs(self, router: int) -> tuple[Out, ...]:
        """The ways that it uses, in the order of links."""
        route = self._route(router)
        found = (
            {way.position: way for part, costs in route.along for way in nearer(part, costs, router)} if route else {}
        )
        return tuple(Out(found[position]) for position in sorted(found))

    def _route(self, router: int) -> _Route | None:
        for route in (self._in_one(router), self._in_two(router), self._from_leaks(router)):
            if route is not None and route.metric <= MOST_PATH_METRIC:
                return route
        return None

    def _in_one(self, router: int) -> _Route | None:
        """Level 1: what is told there, and for the default route the nearest attached router; the nearer of the two."""
        part = self._levels.one.get(router)
        if part is None:
            return None
        found = []
        if part in self._one and (cost := self._one[part](router)) is not None:
            found.append(_Route(cost, "L1", ((part, self._one[part]),)))
        out = self._way_out(part) if self._prefix.prefixlen == 0 and router not in self._levels.two else None
        if out is not None and (cost := out(router)) is not None:
            found.append(_Route(cost, "attached", ((part, out),)))
        if len(found) == 2 and found[0].metric == found[1].metric:
            return _Route(found[0].metric, "L1", found[0].along + found[1].along)
        return min(found, key=lambda route: route.metric, default=None)

    def _way_out(self, part: Part) -> Costs:
        if part not in self._attached:
            sources = {border: 0 for border in part.borders if border in self._levels.attached}
            self._attached[part] = self._measure(part, sources)
        return self._attached[part]

    def _in_two(self, router: int) -> _Route | None:
        costs = self._two.get(part) if (part := self._levels.two.get(router)) else None
        cost = costs(router) if costs else None
        return None if part is None or costs is None or cost is None else _Route(cost, "L2", ((part, costs),))

    def _from_leaks(self, router: int) -> _Route | None:
        part = self._levels.one.get(router)
        if part is None:
            return None
        if part not in self._leaked:
            sources = {}
            for border in part.borders:
                # Only a route of level 2 that is used goes down, and never up again (RFC 5302 2).
                used = None if self._in_one(border) else self._in_two(border)
                leaks = self._levels.routers[border].leaks
                if used is not None and any(covers(leak, self._prefix) for leak in leaks):
                    sources[border] = used.metric
            self._leaked[part] = self._measure(part, sources)
        costs = self._leaked[part]
        cost = costs(router)
        # Who leaks it has it from level 2; a border that only hears of it may have nothing better.
        return None if cost is None else _Route(cost, "L2>L1", ((part, costs),))
