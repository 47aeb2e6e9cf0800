"""Small random Internets with a service on them: drawn by Hypothesis, which shrinks them, or in bulk from a seed.

Hypothesis: `cases(...)`. In bulk: `random_case(rng, ...)`. Both give a `tests.twins.case.Case`, which prints as text.
ASes stand in an order in which providers come first, unless cycles are asked for; their AS numbers are dealt
independently of it, so that "lowest AS number" and "highest in the hierarchy" are different things.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
from hypothesis import strategies as st
from tests.twins.case import (
    CUSTOMER,
    FROM_ALL,
    FROM_PEERS,
    OWN,
    PEER,
    TRANSIT,
    Case,
    Entry,
    Link,
    Peer,
    Point,
    Provider,
)

DOCUMENTATION_ASNS = (*range(64496, 64512), *range(65536, 65552))  # RFC 5398

T = TypeVar("T")
MOST_ASES = 12
MOST_ENTRIES = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Kinds:
    """Which kinds of thing a case may have.

    cycles    : providers may stand in a circle
    no_export : sessions may be marked NO_EXPORT
    validating: origins may be invalid and ASes may validate
    own       : an origin may announce from its own place in the graph
    med       : sessions may carry a MED
    points    : interconnections may have a place on the Earth
    down      : sites may be down
    """

    cycles: bool = False
    no_export: bool = True
    validating: bool = False
    own: bool = True
    med: bool = False
    points: bool = False
    down: bool = False


PLAIN = Kinds(no_export=False)
"""Class and length depend on nothing but the graph and the starts: what most laws need."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dice:
    """The few kinds of choice from which a case is made; so that Hypothesis and a seed share one recipe."""

    number: Callable[[int, int], int]
    chance: Callable[[int], bool]  # of one in n; Hypothesis shrinks to False
    distinct: Callable[[int], list[int]]  # so many different AS numbers
    pairs: Callable[[int], list[tuple[int, int, int]]]  # (i, j, kind), i < j < n, each pair once; kinds 0 to 5

    def one_of(self, things: Sequence[T]) -> T:
        return things[self.number(0, len(things) - 1)]


def build(dice: Dice, kinds: Kinds) -> Case:
    """One case. Links first, then entries at ASes that have a link, then who validates."""
    n = dice.number(2, MOST_ASES)
    outside = 3
    deal = dice.distinct(n + outside)
    asns, origins = deal[:n], deal[n:]
    links = tuple(link(asns[i], asns[j], kind, kinds) for i, j, kind in dice.pairs(n))
    places = sorted({asn for a, b, _ in links for asn in (a, b)}, key=asns.index)
    entries = tuple(_entries(dice, kinds, places, origins))
    validating = []
    if kinds.validating:
        for asn in places:
            if dice.chance(3):
                validating.append((asn, FROM_PEERS if dice.chance(3) else FROM_ALL))
    case = Case(links=links, entries=entries, validating=tuple(validating))
    return _located(case, dice) if kinds.points else case


def link(a: int, b: int, kind: int, kinds: Kinds) -> Link:
    """Kinds 0 to 2: a provides b; 3, 4: peers; 5: b provides a where cycles are asked for, else peers."""
    if kind <= 2:
        return Provider(a, b)
    return Provider(b, a) if kind == 5 and kinds.cycles else Peer(a, b)


def _entries(dice: Dice, kinds: Kinds, places: list[int], origins: list[int]) -> list[Entry]:
    # few origins for many sessions: those of one origin tie more often; an origin from `places` is a closed AS
    outside = [*origins[: dice.number(1, len(origins))], *([places[-1]] if dice.chance(3) else [])]
    doubtful = [origin for origin in [*outside, *places] if kinds.validating and dice.chance(3)]
    entries: list[Entry] = []
    for site in range(dice.number(1, MOST_ENTRIES)):
        if entries and entries[-1].relation != OWN and dice.chance(4):
            entry = entries[-1]  # a second session there: only MED or the order tells them apart
        elif kinds.own and dice.chance(5):
            origin = dice.one_of(places)
            entry = Entry(site=site, origin=origin, at=origin, relation=OWN)
        else:
            relation = dice.one_of((TRANSIT, TRANSIT, PEER, CUSTOMER))
            entry = Entry(site=site, origin=dice.one_of(outside), at=dice.one_of(places), relation=relation)
        if entry.at in outside:
            if entry.relation != OWN or kinds.med or not kinds.no_export:
                continue  # it is closed: nobody has a session with it
            entry = entry._replace(no_export=dice.chance(2))
        entry = _as_announced(entry, dice, kinds)
        entries.append(entry._replace(site=site, invalid=entry.origin in doubtful))
    return entries


def _as_announced(entry: Entry, dice: Dice, kinds: Kinds) -> Entry:
    if dice.chance(4):
        entry = entry._replace(prepend=dice.number(1, 3))
    if entry.relation != OWN:
        if kinds.no_export and dice.chance(5):
            entry = entry._replace(no_export=True)
        if kinds.med and dice.chance(2):
            entry = entry._replace(med=dice.number(0, 2))
    if kinds.down and dice.chance(5):
        entry = entry._replace(down=True)
    if kinds.points and not dice.chance(3):
        entry = entry._replace(point=_point(dice))
    return entry


MARKS_DEG = (0, 4, 16, 36, 60, 88, 128, 136)
"""Longitudes on the equator, four times a Golomb ruler: no two pairs are equally far apart, so that no rounding
decides which of two exits is nearer, and equal distances are those of equal places."""


def _point(dice: Dice) -> Point:
    return 0.0, float(dice.one_of(MARKS_DEG))


def _points(dice: Dice) -> tuple[Point, ...]:
    return tuple(dict.fromkeys(_point(dice) for _ in range(dice.number(1, 3))))


def _located(case: Case, dice: Dice) -> Case:
    """The case with places for most ASes and for some links."""
    stands = {asn: _points(dice) for asn in case.asns if not dice.chance(4)}
    meets = []
    for a, b, _ in case.links:
        if dice.chance(2):
            # seen from an unknown place no meeting point is the nearest, and which one is taken is nobody's promise
            points = _points(dice) if a in stands and b in stands else _points(dice)[:1]
            meets.append(((min(a, b), max(a, b)), points))
    return case._replace(stands=tuple(stands.items()), meets=tuple(meets))


@st.composite
def cases(draw: Any, kinds: Kinds = PLAIN) -> Case:
    """Cases of 2 to 12 ASes; shrink towards few links, few sessions, no prepends, AS64496 and up."""

    def pairs(n: int) -> list[tuple[int, int, int]]:
        every = [(i, j) for j in range(n) for i in range(j)]
        chosen = draw(st.lists(st.sampled_from(every), min_size=1, max_size=3 * n, unique=True))
        return [(i, j, draw(st.integers(0, 5))) for i, j in sorted(chosen)]

    dice = Dice(
        number=lambda low, high: draw(st.integers(low, high)),
        chance=lambda n: draw(st.integers(0, n - 1)) == n - 1,
        distinct=lambda n: draw(st.lists(st.sampled_from(DOCUMENTATION_ASNS), min_size=n, max_size=n, unique=True)),
        pairs=pairs,
    )
    return build(dice, kinds)


def random_case(rng: np.random.Generator, kinds: Kinds = PLAIN) -> Case:
    """One case from a seeded generator; some 0.1 ms."""

    def pairs(n: int) -> list[tuple[int, int, int]]:
        wanted = rng.random((n, n)) < rng.uniform(1.5, 7.0) / n
        kind = rng.integers(0, 6, (n, n))
        found = [(i, j, int(kind[i, j])) for j in range(n) for i in range(j) if wanted[i, j]]
        return found or [(0, 1, 0)]

    dice = Dice(
        number=lambda low, high: int(rng.integers(low, high + 1)),
        chance=lambda n: bool(rng.integers(n) == 0),
        distinct=lambda n: rng.permutation(DOCUMENTATION_ASNS)[:n].tolist(),
        pairs=pairs,
    )
    return build(dice, kinds)
