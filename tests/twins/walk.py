"""The slow twin of hot potato: traffic is followed from a client, and every AS hands it over at its nearest exit.

Inside an AS traffic is at one of the AS's points, first at the first of them. The exit to each candidate is where the
two ASes meet nearest to there; where that is not known, the next AS's own nearest point. Nearest exit, then lowest
AS number, then session order. The traffic enters the next AS at that AS's point nearest to the exit.
"""

import math
from typing import NamedTuple

from tests.twins.case import Case, Point
from tests.twins.internet import Opinion, Route

EARTH_KM = 6371.0
FAR_KM = math.inf
"""How far away something is whose place nobody knows: farther than all that is known."""


class Walk(NamedTuple):
    """One client's traffic.

    entry : index of the entry where it leaves into a site, None when it gets nowhere
    asns  : the ASes it passes, its own first
    km    : None when a place on the way is unknown
    how   : what chose the exit at home: "only", "nearest", "sender" or "session"
    """

    entry: int | None
    asns: tuple[int, ...]
    km: float | None
    how: str


def distance_km(a: Point | None, b: Point | None) -> float:
    """Great circle, by the haversine formula."""
    if a is None or b is None:
        return FAR_KM
    (north_a, east_a), (north_b, east_b) = ((math.radians(x) for x in point) for point in (a, b))
    half = math.sin((north_b - north_a) / 2) ** 2
    half += math.cos(north_a) * math.cos(north_b) * math.sin((east_b - east_a) / 2) ** 2
    return 2 * EARTH_KM * math.asin(min(1.0, math.sqrt(half)))


class Land:
    """Where the ASes of a case stand and meet."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.stands = dict(case.stands)
        self.meets = dict(case.meets)

    def home(self, asn: int) -> Point | None:
        return self.stands[asn][0] if asn in self.stands else None

    def nearest_of(self, asn: int, to: Point | None) -> Point | None:
        """The point of an AS nearest to another, its first when that one is unknown."""
        points = self.stands.get(asn)
        return min(points, key=lambda point: distance_km(point, to)) if points else None

    def exit(self, asn: int, at: Point | None, route: Route) -> tuple[float, Point | None]:
        """How far from `at` inside `asn` the route's sender takes over, and where traffic goes on from."""
        if route.straight:
            there = self.case.entries[route.entry].point
            return distance_km(at, there), there
        meeting = self.meets.get((min(asn, route.sender), max(asn, route.sender)))
        if meeting:
            nearest = min(meeting, key=lambda point: distance_km(point, at))
            return distance_km(at, nearest), self.nearest_of(route.sender, nearest)
        there = self.nearest_of(route.sender, at)
        return distance_km(at, there), there


def walk(case: Case, opinions: dict[int, Opinion], asn: int, *, lowest_asn: bool = False) -> Walk:
    """Follow the traffic of `asn` from home; with lowest_asn along the best routes, wherever the traffic is."""
    land = Land(case)
    at = land.home(asn)
    km = 0.0
    passed = [asn]
    how = ""
    while True:
        opinion = opinions[asn]
        if opinion.best is None:
            return Walk(None, (), None, "none")
        candidates = [opinion.best] if lowest_asn else list(opinion.candidates)
        exits = [(land.exit(asn, at, route)[0], route.sender, order(case, route), route) for route in candidates]
        route = min(exits)[3]
        how = how or _how(exits)
        _, there = land.exit(asn, at, route)
        km += distance_km(at, there)
        if route.straight:
            return Walk(route.entry, tuple(passed), km if km < FAR_KM else None, how)
        asn, at = route.sender, there
        passed.append(asn)


def order(case: Case, route: Route) -> tuple[bool, int, int]:
    """Sessions before the graph, by origin, then in the order of the design."""
    return (not route.straight, case.entries[route.entry].origin, route.entry)


def _how(exits: list[tuple[float, int, tuple[bool, int, int], Route]]) -> str:
    if len(exits) == 1:
        return "only"
    as_near = [one for one in exits if one[0] == min(exits)[0]]
    if len(as_near) == 1:
        return "nearest"
    return "sender" if sum(one[1] == min(as_near)[1] for one in as_near) == 1 else "session"
