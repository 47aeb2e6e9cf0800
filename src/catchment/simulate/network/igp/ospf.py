"""OSPF: areas, what border routers tell from one into another, and routes from outside (RFC 2328, RFC 5340).

Preference, whatever the cost (RFC 2328 11):
    intra-area > inter-area > external of type 1 > external of type 2
A border router tells the backbone what is inside its areas, and its areas what is elsewhere (12.4.3); for what is
elsewhere it listens to the backbone only (16.2). RFC1583Compatibility is off, as in FRR and BIRD, and forwarding
addresses are 0.0.0.0. A router in several areas is a border router, as RFC 2328 says it; Cisco's and FRR's other
reading (RFC 3509) differs only for one that is not in the backbone, which the rules of a design refuse.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from catchment.model.network import BACKBONE, Igp, Told
from catchment.simulate.network.igp.numbers import DISTANCE, LS_INFINITY
from catchment.simulate.network.igp.parts import Costs, Measure, Part, nearer, split
from catchment.simulate.network.igp.telling import Best, Out, Said
from catchment.simulate.network.topology import Topology, Way


class Areas:
    """The areas of a topology, each in its connected parts, and for each router the parts that it is in."""

    def __init__(self, topology: Topology) -> None:
        names = [router.name for router in topology.routers]
        homes, areas = topology.network.home_areas(), topology.network.areas()
        self.home = [homes[name] for name in names]
        member: dict[str, dict[int, list[Way]]] = {}
        for number, name in enumerate(names):
            for area in areas[name] if topology.up[number] else ():
                ways = [way for way in topology.ways[number] if way.link.area == area]
                member.setdefault(area, {})[number] = ways
        borders = {number for number, name in enumerate(names) if len(areas[name]) > 1}
        self.of_router: dict[int, tuple[Part, ...]] = {}
        for area in sorted(member, key=int):
            for within in split(member[area]):
                part = Part(area, within, tuple(number for number in within if number in borders))
                for number in within:
                    self.of_router[number] = (*self.of_router.get(number, ()), part)

    def part(self, router: int, area: str) -> Part | None:
        """The part of an area that a router is in."""
        found = (part for part in self.of_router.get(router, ()) if part.area == (area or self.home[router]))
        return next(found, None)


@dataclass(frozen=True, slots=True)
class _Path:
    """A router's way to a destination: its cost, and in which parts it begins, with what everyone there has to pay."""

    cost: int
    inter: bool
    along: tuple[tuple[Part, Costs], ...]

    @property
    def least_preferred(self) -> bool:
        """RFC 2328 16.4.1: paths inside an area other than the backbone are preferred to the others."""
        return self.inter or self.along[0][0].area == BACKBONE


class _Destination:
    """The ways of every router to something inside: a prefix, or a router that tells of what is outside.

    attached : part -> router there -> what it tells
    asbr     : a router with routes from outside: of several ways inside areas, one is chosen (RFC 2328 16.4 (3))
    """

    def __init__(
        self, areas: Areas, measure: Measure, attached: Mapping[Part, Mapping[int, int]], *, asbr: bool = False
    ) -> None:
        self._areas, self._measure, self._asbr = areas, measure, asbr
        self._intra = {part: measure(part, sources) for part, sources in attached.items()}
        self._summaries: dict[Part, Costs] = {}

    def path(self, router: int) -> _Path | None:
        """The preferred way of a router."""
        return self._inside(router) or self._between(router)

    def _inside(self, router: int) -> _Path | None:
        """Within the areas of the router (RFC 2328 16.1); of equal cost in several areas, all."""
        found = [
            (cost, part, costs)
            for part in self._areas.of_router.get(router, ())
            if (costs := self._intra.get(part)) is not None and (cost := costs(router)) is not None
        ]
        if not found:
            return None
        if self._asbr:
            found = [one for one in found if one[1].area != BACKBONE] or found
        best = min(cost for cost, _, _ in found)
        along = [(part, costs) for cost, part, costs in found if cost == best]
        return _Path(best, False, tuple(along[-1:] if self._asbr else along))  # the largest area, RFC 2328 16.4 (3)

    def _between(self, router: int) -> _Path | None:
        """By what border routers tell (RFC 2328 16.2): a border router itself listens to the backbone only."""
        parts = self._areas.of_router.get(router, ())
        heard = parts if len(parts) == 1 else [part for part in parts if part.area == BACKBONE]
        for part in heard:
            costs = self._told(part)
            cost = costs(router)
            if cost is not None:
                return _Path(cost, True, ((part, costs),))
        return None

    def _told(self, into: Part) -> Costs:
        """What the border routers of a part tell there (RFC 2328 12.4.3): into the backbone only what is in an area."""
        if into not in self._summaries:
            # The backbone hears only of what is inside areas, so from the borders of the areas that the prefix is in.
            inside = {border for part in self._intra for border in part.borders}
            sources = {}
            for border in inside if into.area == BACKBONE else into.borders:
                path = self.path(border)
                if path is not None and path.cost < LS_INFINITY:
                    sources[border] = path.cost
            self._summaries[into] = self._measure(into, sources)
        return self._summaries[into]


class Ospf:
    """OSPF on some areas, asked about prefixes."""

    def __init__(self, areas: Areas, measure: Measure) -> None:
        self.areas, self.measure = areas, measure
        self._asbrs: dict[int, _Destination] = {}

    def of(self, said: Iterable[Said]) -> "OspfPrefix":
        """What becomes of a prefix that is told so."""
        return OspfPrefix(self, said)

    def asbr(self, router: int) -> _Destination:
        """The ways to a router that tells of what is outside."""
        if router not in self._asbrs:
            attached = {part: {router: 0} for part in self.areas.of_router.get(router, ())}
            self._asbrs[router] = _Destination(self.areas, self.measure, attached, asbr=True)
        return self._asbrs[router]


@dataclass(frozen=True, slots=True)
class _Route:
    best: Best
    along: tuple[tuple[Part, Costs], ...]


class OspfPrefix:
    """What OSPF makes of one prefix."""

    def __init__(self, ospf: Ospf, said: Iterable[Said]) -> None:
        self._ospf = ospf
        self._said = tuple(said)
        self._last: tuple[int, _Route | None] | None = None  # whoever asks for the best route asks for its ways next

    @cached_property
    def _internal(self) -> _Destination | None:
        attached: dict[Part, dict[int, int]] = {}
        for one in self._said:
            part = self._ospf.areas.part(one.router, one.area) if one.told is Told.INTERNAL else None
            if part is not None:
                sources = attached.setdefault(part, {})
                sources[one.router] = min(one.numbers[0], sources.get(one.router, one.numbers[0]))
        return _Destination(self._ospf.areas, self._ospf.measure, attached) if attached else None

    @cached_property
    def _external(self) -> tuple[Said, ...]:
        return tuple(one for one in self._said if one.told is not Told.INTERNAL)

    def best(self, router: int) -> Best | None:
        """The route of a router, of the kind that is preferred."""
        route = self._route(router)
        return route.best if route else None

    def outs(self, router: int) -> tuple[Out, ...]:
        """The ways that it uses, in the order of links."""
        route = self._route(router)
        found = (
            {way.position: way for part, costs in route.along for way in nearer(part, costs, router)} if route else {}
        )
        return tuple(Out(found[position]) for position in sorted(found))

    def _route(self, router: int) -> _Route | None:
        if self._last is None or self._last[0] != router:
            self._last = router, self._worked_out(router)
        return self._last[1]

    def _worked_out(self, router: int) -> _Route | None:
        path = self._internal.path(router) if self._internal else None
        if path is not None:
            kind = "inter-area" if path.inter else ""
            return _Route(Best(path.cost, DISTANCE[Igp.OSPF], kind), path.along)
        return self._from_outside(router) if self._external else None

    def _from_outside(self, router: int) -> _Route | None:
        """RFC 2328 16.4 (6): type 1 before type 2, then for type 2 what is told, the kind of way there, its cost."""
        found: list[tuple[tuple[int, int, bool, int], _Path]] = []
        for one in self._external:
            path = self._ospf.asbr(one.router).path(router) if one.router != router else None
            if path is not None:
                told = one.numbers[0]
                first = one.told is Told.E1
                order = (1, 0, path.least_preferred, path.cost + told)
                found.append((order if first else (2, told, path.least_preferred, path.cost), path))
        if not found:
            return None
        kind, told, _, cost = best = min(order for order, _ in found)
        along = tuple(step for order, path in found if order == best for step in path.along)
        metric, name = (cost, "E1") if kind == 1 else (told, "E2")
        return _Route(Best(metric, DISTANCE[Igp.OSPF], name), along)
