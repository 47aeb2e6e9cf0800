"""What route collectors see: AS paths cleaned, ASes ranked, links and triples of neighbours counted once.

Steps 1 to 4 of AS-Rank (Luckie et al., IMC 2013, sections 4.1 to 4.4); relationships.py has the others.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from catchment.internet.sources.paths import Paths

CLIQUE_SEEDS = 10  # the clique is first sought among the ASes of largest transit degree (paper, 4.3)
TRANSIT_SEEN = 5  # origins behind X Y Z from which on Y is believed to give transit to Z (paper, 4.3)
NODE_BITS = 21  # three node numbers fit into 63 bits, so at most two million ASes
NODE_MASK = (1 << NODE_BITS) - 1

# IANA, Special-Purpose AS Numbers: AS_TRANS, documentation, private, last of 16 bits, documentation, reserved,
# private, last of 32 bits
RESERVED = (
    (0, 0),
    (23456, 23456),
    (64496, 131071),
    (4200000000, 4294967295),
)

Ints = npt.NDArray[np.int64]
Ids = npt.NDArray[np.int32]
Number = TypeVar("Number", np.int64, np.uint32)
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Observed:
    """Cleaned paths of n ASes, numbered by rank: 0 has the largest transit degree (ties: degree, lower AS number).

    asn, transit_degree : int64[n]
    path, hop    : int32[h]  number of the path, ascending, and node of each hop
    link_low, link_high : int64[l]  the two nodes of each distinct link, low < high, ascending
    x, y, z      : int64[t]  distinct triples of neighbours as they stand in paths, ascending by y, then x, then z
    before, after : int64[t] the links x-y and y-z
    starts, ends : bool[t]   x is the first hop of some path with the triple; z is the last
    vantage, reached : int64[v]  first hops, and how many distinct origins their paths lead to
    """

    asn: Ints
    transit_degree: Ints
    path: Ids
    hop: Ids
    link_low: Ints
    link_high: Ints
    x: Ints
    y: Ints
    z: Ints
    before: Ints
    after: Ints
    starts: Flags
    ends: Flags
    vantage: Ints
    reached: Ints
    notes: tuple[str, ...]

    def nodes(self, ases: Collection[int]) -> tuple[int, ...]:
        """The nodes of those AS numbers that were seen, ascending."""
        return tuple(np.flatnonzero(np.isin(self.asn, sorted(ases))).tolist())

    def middles(self) -> Iterator[tuple[int, int, int]]:
        """Each node that stands in the middle of triples, by rank, and where its triples begin and end."""
        ends = np.flatnonzero(np.diff(self.y)) + 1
        bounds = [0, *ends.tolist(), len(self.y)] if len(self.y) else [0]
        for first, last in pairwise(bounds):
            yield int(self.y[first]), first, last


def clean(paths: Paths, *, ixps: Collection[int], allow_reserved: bool) -> Observed:
    """Steps 1 and 2: drop the paths that cannot be true, rank the ASes."""
    path = np.repeat(np.arange(len(paths), dtype=np.int32), np.diff(paths.start))
    asn = paths.hop
    if ixps:
        keep = ~np.isin(asn, sorted(ixps))
        path, asn = path[keep], asn[keep]
        again = np.zeros(len(asn), bool)  # A, route server, A: the same AS twice in a row
        again[1:] = (path[1:] == path[:-1]) & (asn[1:] == asn[:-1])
        path, asn = path[~again], asn[~again]
    bad = np.zeros(len(paths), bool)
    notes = [f"{len(paths):,} distinct paths"]
    if not allow_reserved:
        for first, last in RESERVED:
            bad[path[(asn >= first) & (asn <= last)]] = True
        notes.append(f"{int(bad.sum()):,} discarded for reserved AS numbers")
    visit = path.astype(np.int64) << 32 | asn
    visit.sort()
    looped = np.zeros(len(paths), bool)
    looped[visit[1:][visit[1:] == visit[:-1]] >> 32] = True
    notes.append(f"{int((looped & ~bad).sum()):,} discarded for loops")
    keep = ~(bad | looped)[path]
    return _ranked(path[keep], asn[keep], tuple(notes))


def _ranked(path: Ids, asn: npt.NDArray[np.uint32], notes: tuple[str, ...]) -> Observed:
    """Number the ASes by rank (step 2) and count links and triples."""
    names = _distinct(asn.copy())
    node = np.searchsorted(names, asn).astype(np.int32)
    link = _links(path, node)
    degree = np.bincount(np.concatenate((link >> NODE_BITS, link & NODE_MASK)), minlength=len(names))
    x, y, z = _triples(path, node)
    # transit degree: different neighbours in paths in which the AS stands between two (paper, 4.2)
    beside = _distinct(np.concatenate((y << NODE_BITS | x, y << NODE_BITS | z)))
    transit = np.bincount(beside >> NODE_BITS, minlength=len(names))
    order = np.lexsort((names, -degree, -transit))
    rank = np.empty(len(names), np.int32)
    rank[order] = np.arange(len(names), dtype=np.int32)
    return _observe(names[order].astype(np.int64), transit[order], path, rank[node], notes)


def _distinct(values: npt.NDArray[Number]) -> npt.NDArray[Number]:
    """Sort in place and keep each value once; for ten million numbers several times faster than np.unique."""
    values.sort()
    first = np.ones(len(values), bool)
    first[1:] = values[1:] != values[:-1]
    return values[first]


def _links(path: Ids, hop: Ids) -> Ints:
    """Distinct links, low node << NODE_BITS | high node."""
    same = path[1:] == path[:-1]  # hop i and the next are of one path
    low, high = np.minimum(hop[:-1], hop[1:])[same], np.maximum(hop[:-1], hop[1:])[same]
    return _distinct(low.astype(np.int64) << NODE_BITS | high)


def _triples(path: Ids, hop: Ids) -> tuple[Ints, Ints, Ints]:
    """Distinct triples of neighbours, ascending by y, then x, then z."""
    return _unpacked(_distinct(_packed_triples(path, hop)[0]))


def _packed_triples(path: Ids, hop: Ids) -> tuple[Ints, npt.NDArray[np.int64]]:
    """Every triple as y, x, z in one number, and the place of its y among the hops."""
    inner = np.flatnonzero(path[2:] == path[:-2]) + 1
    key = hop[inner].astype(np.int64) << NODE_BITS
    key |= hop[inner - 1]
    key <<= NODE_BITS
    key |= hop[inner + 1]
    return key, inner


def _unpacked(triple: Ints) -> tuple[Ints, Ints, Ints]:
    return triple >> NODE_BITS & NODE_MASK, triple >> 2 * NODE_BITS, triple & NODE_MASK


def _observe(asn: Ints, transit: Ints, path: Ids, hop: Ids, notes: tuple[str, ...]) -> Observed:
    assert len(asn) < 1 << NODE_BITS, "more ASes than a packed triple can number"
    link = _links(path, hop)
    key, inner = _packed_triples(path, hop)
    is_first = np.ones(len(hop), bool)
    is_first[1:] = path[1:] != path[:-1]
    is_last = np.append(is_first[1:], True)[: len(hop)]
    starting, ending = _distinct(key[is_first[inner - 1]]), _distinct(key[is_last[inner + 1]])
    triple = _distinct(key)
    x, y, z = _unpacked(triple)
    starts, ends = np.zeros(len(triple), bool), np.zeros(len(triple), bool)
    starts[np.searchsorted(triple, starting)] = True
    ends[np.searchsorted(triple, ending)] = True
    trip = _distinct(hop[is_first].astype(np.int64) << NODE_BITS | hop[is_last])
    vantage, reached = np.unique(trip >> NODE_BITS, return_counts=True)
    return Observed(
        asn=asn,
        transit_degree=transit,
        path=path,
        hop=hop,
        link_low=link >> NODE_BITS,
        link_high=link & NODE_MASK,
        x=x,
        y=y,
        z=z,
        before=np.searchsorted(link, np.minimum(x, y) << NODE_BITS | np.maximum(x, y)),
        after=np.searchsorted(link, np.minimum(y, z) << NODE_BITS | np.maximum(y, z)),
        starts=starts,
        ends=ends,
        vantage=vantage,
        reached=reached,
        notes=notes,
    )


def find_clique(seen: Observed) -> tuple[int, ...]:
    """Step 3: the ASes at the top, all linked with each other; nodes, ascending.

    Of the cliques among the ten first the one with the largest sum of transit degrees, then everyone further down in
    rank who has a link with all members so far. Who seems to get transit from one member towards another
    (five origins or more are reached through X Y Z, all three in the clique) is left out.
    """
    links = set(zip(seen.link_low.tolist(), seen.link_high.tolist(), strict=True))
    beneath = set()
    while True:
        seeds = [node for node in range(len(seen.asn)) if node not in beneath][:CLIQUE_SEEDS]
        members = _heaviest_clique(seeds, links, seen.transit_degree)
        for node in range(seeds[-1] + 1, len(seen.asn)) if seeds else ():
            if node not in beneath and all((member, node) in links for member in members):
                members.append(node)
        receiver = _gets_transit(seen, members)
        if receiver is None:
            return tuple(sorted(members))
        beneath.add(receiver)


def _heaviest_clique(seeds: list[int], links: set[tuple[int, int]], weight: Ints) -> list[int]:
    """At most ten nodes: all 1,023 subsets are tried, which is shorter than Bron and Kerbosch's algorithm."""
    best, best_weight = [], -1
    for choice in range(1, 1 << len(seeds)):
        members = [node for bit, node in enumerate(seeds) if choice >> bit & 1]
        total = int(weight[members].sum())
        if total > best_weight and all((a, b) in links for i, a in enumerate(members) for b in members[i + 1 :]):
            best, best_weight = members, total
    return best


def _gets_transit(seen: Observed, members: list[int]) -> int | None:
    """The lowest ranked Z for whom X Y Z inside the clique leads to five origins or more; None when there is none."""
    inside = np.isin(seen.hop, members)
    three = np.flatnonzero(inside[2:] & inside[1:-1] & inside[:-2] & (seen.path[2:] == seen.path[:-2])) + 2
    if not len(three):
        return None
    last = np.flatnonzero(np.append(seen.path[1:] != seen.path[:-1], True))
    origin = seen.hop[last[np.searchsorted(last, three)]]
    key = (seen.hop[three - 2].astype(np.int64) << NODE_BITS | seen.hop[three - 1]) << NODE_BITS | seen.hop[three]
    distinct = np.unique(np.stack((key, origin), axis=1), axis=0)[:, 0]
    triple, origins = np.unique(distinct, return_counts=True)
    receivers = triple[origins >= TRANSIT_SEEN] & NODE_MASK
    return int(receivers.max()) if len(receivers) else None


def without_poisoned(seen: Observed, clique: tuple[int, ...]) -> Observed:
    """Step 4: drop the paths in which an outsider stands between two members of the clique."""
    inside = np.flatnonzero(np.isin(seen.hop, clique))
    path, count = np.unique(seen.path[inside], return_counts=True)
    span = np.zeros(len(path), np.int64)
    if len(path):
        ends = np.cumsum(count)
        span = inside[ends - 1] - inside[ends - count] + 1
    poisoned = path[span != count]
    if not len(poisoned):
        return replace(seen, notes=(*seen.notes, "0 discarded as poisoned"))
    keep = ~np.isin(seen.path, poisoned)
    again = _observe(seen.asn, seen.transit_degree, seen.path[keep], seen.hop[keep], seen.notes)
    return replace(again, notes=(*seen.notes, f"{len(poisoned):,} discarded as poisoned"))
