"""The slow twin of the prediction: every AS decides on full AS paths, again and again, until nobody changes their mind.

Written from the routing model's page (decision, export, ties) and from no kernel: dictionaries, tuples and fractions.
The decision is a list of eliminations, in the order of RFC 4271 9.1 with the preferences of Gao and Rexford:

    drop what must be dropped | class | length | MED of one neighbour AS | lowest neighbour AS | session order

    settle(case) -> {AS number: Opinion}
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from fractions import Fraction
from typing import NamedTuple

import numpy as np
from tests.twins.case import CUSTOMER, OWN, PEER, TRANSIT, Case, Entry

OF_SELF, OF_CUSTOMER, OF_PEER, OF_PROVIDER = range(4)
"""Preference classes, best first: whose route it is."""

CLASS_BY_ENTRY = {OWN: OF_SELF, TRANSIT: OF_CUSTOMER, PEER: OF_PEER, CUSTOMER: OF_PROVIDER}
KINDS = {OF_CUSTOMER: "customers", OF_PEER: "peers", OF_PROVIDER: "providers"}


class Route(NamedTuple):
    """A route as an AS hears it.

    path  : AS numbers as heard, the sender first, the origin last, prepends repeated
    entry : index of the place where it entered
    sender: the neighbour AS that it is heard from
    straight : heard over a session of the service and not from an AS of the graph
    """

    route_class: int
    path: tuple[int, ...]
    sender: int
    straight: bool
    entry: int

    @property
    def length(self) -> int:
        """ASes of the path with the AS that holds it."""
        return 1 + len(self.path)


class Opinion(NamedTuple):
    """What an AS ends with.

    best       : its route, None when it has none
    tied       : all routes as good by class and length
    candidates : those of `tied` that no MED of the same neighbour speaks against: over these traffic may leave
    decided_by : the step that left one route: "class", "length", "med", "sender" or "session"; "only" where there was
                 no other, "own" where it is its own, "none" where there is none
    """

    best: Route | None
    tied: tuple[Route, ...]
    candidates: tuple[Route, ...]
    decided_by: str

    def path(self, asn: int) -> tuple[int, ...]:
        """The whole AS path from `asn`, itself included; () when it has no route."""
        return (asn, *self.best.path) if self.best else ()


class Unstable(Exception):
    """The ASes went on changing their minds."""


class Internet:
    """A case, taken apart into who may tell whom."""

    def __init__(self, case: Case) -> None:
        self.entries = case.entries
        self.validating = dict(case.validating)
        self.asns = list(case.asns)
        self.customers: dict[int, set[int]] = defaultdict(set)
        self.providers: dict[int, set[int]] = defaultdict(set)
        self.peers: dict[int, set[int]] = defaultdict(set)
        shut = case.shut
        for a, b, provider in case.links:
            if a in shut or b in shut:
                continue
            if provider:
                self.customers[a].add(b)
                self.providers[b].add(a)
            else:
                self.peers[a].add(b)
                self.peers[b].add(a)
        self.entering: dict[int, list[tuple[int, Entry]]] = defaultdict(list)
        for i, entry in enumerate(case.entries):
            if not entry.down:
                self.entering[entry.at].append((i, entry))

    def hears(self, asn: int, best: dict[int, Route | None]) -> Iterable[Route]:
        """All that the neighbours of `asn` tell it, given what they hold."""
        for i, entry in self.entering[asn]:
            route_class = CLASS_BY_ENTRY[entry.relation]
            told = entry.prepend if entry.relation == OWN else entry.prepend + 1
            yield Route(route_class, (entry.origin,) * told, entry.origin, True, i)
        for route_class, senders in (
            (OF_CUSTOMER, self.customers[asn]),
            (OF_PEER, self.peers[asn]),
            (OF_PROVIDER, self.providers[asn]),
        ):
            for sender in senders:
                route = best[sender]
                if route is not None and self.tells(route, to_customer=route_class == OF_PROVIDER):
                    yield Route(route_class, (sender, *route.path), sender, False, route.entry)

    def tells(self, route: Route, *, to_customer: bool) -> bool:
        """Whether the holder of `route` gives it to a neighbour: own and customer routes to all, others downwards."""
        if route.straight and self.entries[route.entry].no_export:
            return False
        return to_customer or route.route_class in (OF_SELF, OF_CUSTOMER)

    def drops(self, asn: int, route: Route) -> bool:
        """Own AS number in the path (RFC 4271 9.1.2), or origin-invalid where that is looked at (RFC 6811)."""
        if route.route_class == OF_SELF:
            return False  # nobody refuses what they say themselves
        if asn in route.path:
            return True
        return self.entries[route.entry].invalid and KINDS[route.route_class] in self.validating.get(asn, ())

    def decide(self, asn: int, heard: Iterable[Route]) -> Opinion:
        """The decision of one AS, a sequence of eliminations."""
        left = [route for route in heard if not self.drops(asn, route)]
        if not left:
            return Opinion(None, (), (), "none")
        decided_by = "only"
        tied = candidates = left
        steps: tuple[tuple[str, Callable[[list[Route]], list[Route]]], ...] = (
            ("class", lambda routes: lowest(routes, lambda route: route.route_class)),
            ("length", lambda routes: lowest(routes, lambda route: route.length)),
            ("med", self.without_higher_med),
            ("sender", lambda routes: lowest(routes, lambda route: route.sender)),
            ("session", lambda routes: lowest(routes, self.order)),
        )
        for name, step in steps:
            fewer = step(left)
            if len(left) > 1 and len(fewer) == 1:
                decided_by = name
            left = fewer
            if name == "length":
                tied = left
            if name == "med":
                candidates = left
        if left[0].route_class == OF_SELF:
            decided_by = "own"
        return Opinion(left[0], tuple(tied), tuple(candidates), decided_by)

    def without_higher_med(self, routes: list[Route]) -> list[Route]:
        """MULTI_EXIT_DISC is compared among routes of one neighbour AS only (RFC 4271 9.1.2.2 c), and not passed on."""
        least: dict[int, int] = {}
        for route in routes:
            least[route.sender] = min(self.med(route), least.get(route.sender, 2**32))
        return [route for route in routes if self.med(route) == least[route.sender]]

    def med(self, route: Route) -> int:
        return self.entries[route.entry].med if route.straight else 0

    def order(self, route: Route) -> tuple[bool, int, int]:
        """Sessions before the graph, by origin, then in the order of the design."""
        return (not route.straight, self.entries[route.entry].origin, route.entry)


def lowest(routes: list[Route], key: Callable[[Route], object]) -> list[Route]:
    keys = [key(route) for route in routes]
    least = min(keys)  # type: ignore[type-var]
    return [route for route, value in zip(routes, keys, strict=True) if value == least]


def settle(case: Case, turns: np.random.Generator | None = None) -> dict[int, Opinion]:
    """What every AS of the graph holds when nothing changes any more.

    turns : None: all decide at once on what the others held the round before; else one at a time, in a new random
            order each round, on what the others hold now
    Raises Unstable after a number of rounds that no stable Internet needs.
    """
    internet = Internet(case)
    best: dict[int, Route | None] = dict.fromkeys(internet.asns)
    for _ in range(6 * len(internet.asns) + 30):
        before = dict(best)
        order = internet.asns if turns is None else turns.permutation(internet.asns).tolist()
        for asn in order:
            best[asn] = internet.decide(asn, internet.hears(asn, before if turns is None else best)).best
        if best == before:
            return {asn: internet.decide(asn, internet.hears(asn, best)) for asn in internet.asns}
    raise Unstable(f"no rest after many rounds\n{case}")


def shares(case: Case, opinions: dict[int, Opinion]) -> dict[int, dict[int, Fraction]]:
    """{AS number: {site: probability}}: at each AS traffic splits evenly among its candidates. Empty when unreachable.

    Every candidate's sender holds a route that is one AS shorter, so the recursion ends.
    """
    answer: dict[int, dict[int, Fraction]] = {}

    def of(asn: int) -> dict[int, Fraction]:
        if asn not in answer:
            split: dict[int, Fraction] = defaultdict(Fraction)
            candidates = opinions[asn].candidates
            for route in candidates:
                on = {case.entries[route.entry].site: Fraction(1)} if route.straight else of(route.sender)
                for site, share in on.items():
                    split[site] += share / len(candidates)
            answer[asn] = dict(split)
        return answer[asn]

    for asn in opinions:
        of(asn)
    return answer
