"""Infers from AS paths who is whose provider and who peers with whom.

The algorithm is AS-Rank: M. Luckie, B. Huffaker, A. Dhamdhere, V. Giotsas, kc claffy, "AS Relationships, Customer
Cones, and Validation", IMC 2013, section 4, the eleven steps of its Algorithm 1. It was written from what is known of
the paper's steps, without its text at hand and not from CAIDA's program: check a detail before you lean on it. It does
not assume that paths are valley-free; it assumes that ASes buy transit to be reachable, that the top is a clique of
peers, and that nobody is his own provider through others.

     1  clean the paths                  loops and reserved AS numbers discarded, IXP route servers taken out
     2  rank ASes                        by transit degree, then degree, then lower AS number
     3  find the clique at the top       (vantage.py)
     4  discard poisoned paths           two members of the clique with another AS between them
     5  top-down                         X Y Z, X above Y or both in the clique, Z ranks below Y: Y provider of Z
     6  partial vantage points           X tells few routes, so none of its providers: X Y Z, Z a stub: Y above Z
     7  smaller providers                X Y Z, X above Y, Z the origin and ranks above Y: Y provider of Z
     8  ASes without a provider          X Y Z, Y big and without provider, Z below it in rank: Y provider of Z
     9  stubs at the clique              are customers
    10  two open links side by side      X Y Z, Z ranks below Y: Y provider of Z, as two peerings would be a valley
    11  every other link                 is a peering

Where this departs from the paper: step 1 knows only IANA's reserved numbers, not which numbers are allocated. Step 3
leaves out the second chance for ASes that miss one link to the clique. Steps 7, 8 and 10 keep the rule above and
none of the paper's further conditions, but do not believe an X that is where the path was recorded: it may be an
unrecognised customer of Y, who is told everything. After step 8 step 5 is done again for what hangs below. A link
that would close a cycle of providers is not inferred; it becomes a peering.
"""

from collections.abc import Collection
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from catchment.errors import DataError, Problem
from catchment.internet.links import PEER_TO_PEER, PROVIDER_TO_CUSTOMER, Links
from catchment.internet.sources.paths import Paths
from catchment.internet.sources.vantage import Observed, clean, find_clique, without_poisoned

PARTIAL_SHARE = 0.025  # a vantage point that reaches fewer of the ASes tells no provider routes (paper, step 6)
BIG_TRANSIT_DEGREE = 10  # step 8 looks at ASes with more; a small one without provider is rather badly observed
OPEN, PEERS = -1, -2  # what stands in place of a provider: nothing yet, a peering of the clique

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Inference:
    """What was inferred. links: provider-customer links, then peerings, each ascending; clique: its AS numbers."""

    links: Links
    clique: tuple[int, ...]
    notes: tuple[str, ...]


def infer_relationships(
    paths: Paths,
    *,
    clique: Collection[int] | None = None,
    ixps: Collection[int] = (),
    allow_reserved: bool = False,
) -> Inference:
    """Infer the relationship of every link seen in `paths`; merge several dumps first (`paths.merge`).

    clique         : the ASes at the top when they are known; None infers them (step 3)
    ixps           : AS numbers of exchange points' route servers, taken out of the paths (step 1)
    allow_reserved : keep paths with private and documentation AS numbers, for laboratories

    The answer has no cycle of providers and does not depend on the order of the paths. Raises DataError when no
    path has two ASes left. Few vantage points see few peerings, and links seen only from below stay peerings.
    """
    cleaned = clean(paths, ixps=ixps, allow_reserved=allow_reserved)
    if not len(cleaned.link_low):
        raise DataError(
            Problem(
                where="AS paths",
                what="no path with two ASes is left after cleaning",
                todo="Give a dump of a route collector, or allow reserved AS numbers for a laboratory",
            )
        )
    top = find_clique(cleaned) if clique is None else cleaned.nodes(clique)
    observed = without_poisoned(cleaned, top)
    graph = _Growing(observed=observed, clique=top)
    counts = []
    for name, step in (
        ("top-down", graph.top_down),
        ("partial vantage points", graph.partial_vantage_points),
        ("smaller providers", graph.smaller_providers),
        ("ASes without provider", graph.without_provider),
        ("stubs of the clique", graph.stubs_of_clique),
        ("adjacent open links", graph.adjacent_open),
    ):
        before = graph.inferred
        step()
        counts.append(f"{name} {graph.inferred - before:,}")
    members = tuple(sorted(int(observed.asn[node]) for node in top))
    return Inference(
        links=graph.links(),
        clique=members,
        notes=(
            *observed.notes,
            f"inferred clique: {' '.join(str(asn) for asn in members)}",
            f"provider-customer links by step: {', '.join(counts)}",
            *([f"{graph.refused:,} links would have closed a cycle of providers"] if graph.refused else []),
        ),
    )


@dataclass(slots=True, kw_only=True)
class _Growing:
    """The relationships as far as the steps have come. Nodes are numbered by rank, 0 at the top."""

    observed: Observed
    clique: tuple[int, ...]
    provider: Ints = field(init=False)  # of each link: its provider's node, OPEN or PEERS
    providers: list[list[int]] = field(init=False)  # of each node
    inferred: int = 0
    refused: int = 0

    def __post_init__(self) -> None:
        seen = self.observed
        self.provider = np.full(len(seen.link_low), OPEN, np.int64)
        self.providers = [[] for _ in range(len(seen.asn))]
        in_clique = np.isin(np.arange(len(seen.asn)), self.clique)
        self.provider[in_clique[seen.link_low] & in_clique[seen.link_high]] = PEERS

    def _set(self, link: int, provider: int) -> None:
        """Make `provider` the provider on an open link, unless that closes a cycle."""
        low, high = int(self.observed.link_low[link]), int(self.observed.link_high[link])
        customer = high if provider == low else low
        if self._above(provider, customer):
            self.refused += 1
            return
        self.provider[link] = provider
        self.providers[customer].append(provider)
        self.inferred += 1

    def _above(self, node: int, wanted: int) -> bool:
        """True when `wanted` is among the providers of `node`, their providers, and so on."""
        todo, seen = [node], {node}
        while todo:
            for above in self.providers[todo.pop()]:
                if above == wanted:
                    return True
                if above not in seen:
                    seen.add(above)
                    todo.append(above)
        return False

    def top_down(self) -> None:
        """Step 5. One visit of each Y in the order of rank is enough: what is above Y has been visited before."""
        seen = self.observed
        for y, first, last in seen.middles():
            feeds = self.provider[seen.before[first:last]]
            from_above = (feeds == PEERS) | (feeds == seen.x[first:last])
            self._adopt(y, seen.after[first:last][from_above & (seen.z[first:last] > y)])

    def _adopt(self, y: int, links: Ints) -> None:
        for link in np.unique(links[self.provider[links] == OPEN]).tolist():
            self._set(link, y)

    def partial_vantage_points(self) -> None:
        """Step 6."""
        seen = self.observed
        partial = np.isin(seen.x, seen.vantage[seen.reached < PARTIAL_SHARE * len(seen.asn)]) & seen.starts
        stub = seen.transit_degree[seen.z] == 0
        self._adopt_by_middle(partial & stub)

    def _adopt_by_middle(self, rows: npt.NDArray[np.bool_]) -> None:
        seen = self.observed
        for y, link in zip(seen.y[rows].tolist(), seen.after[rows].tolist(), strict=True):
            if self.provider[link] == OPEN:
                self._set(link, y)

    def smaller_providers(self) -> None:
        """Step 7."""
        seen = self.observed
        above = self.provider[seen.before] == seen.x
        self._adopt_by_middle(above & seen.ends & (seen.z < seen.y) & ~np.isin(seen.z, self.clique))

    def without_provider(self) -> None:
        """Step 8, and what follows from it further down."""
        seen = self.observed
        clique = frozenset(self.clique)
        for y, first, last in seen.middles():
            if y in clique or self.providers[y] or seen.transit_degree[y] <= BIG_TRANSIT_DEGREE:
                continue
            told = (self.provider[seen.before[first:last]] == OPEN) & (seen.z[first:last] > y)
            told &= ~seen.starts[first:last]
            self._adopt(y, seen.after[first:last][told])
        self.top_down()

    def stubs_of_clique(self) -> None:
        """Step 9."""
        seen = self.observed
        stub = seen.transit_degree == 0
        for node in self.clique:
            at_low, at_high = seen.link_low == node, seen.link_high == node
            other = np.where(at_low, seen.link_high, seen.link_low)
            self._adopt(node, np.flatnonzero((at_low | at_high) & stub[other]))

    def adjacent_open(self) -> None:
        """Step 10."""
        seen = self.observed
        for y, first, last in seen.middles():
            both = (self.provider[seen.before[first:last]] == OPEN) & (seen.z[first:last] > y)
            both &= ~seen.starts[first:last]
            self._adopt(y, seen.after[first:last][both])

    def links(self) -> Links:
        """Step 11: whatever is still open is a peering."""
        seen = self.observed
        transit = self.provider >= 0
        provider = self.provider[transit]
        customer = seen.link_low[transit] + seen.link_high[transit] - provider
        p2c = np.stack((seen.asn[provider], seen.asn[customer]), axis=1)
        p2p = np.sort(np.stack((seen.asn[seen.link_low[~transit]], seen.asn[seen.link_high[~transit]]), axis=1))
        rows = np.concatenate([pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))] for pairs in (p2c, p2p)])
        relation = np.repeat(np.array([PROVIDER_TO_CUSTOMER, PEER_TO_PEER], np.int8), [len(p2c), len(p2p)])
        a, b = rows[:, 0].astype(np.uint32), rows[:, 1].astype(np.uint32)
        for column in (a, b, relation):
            column.flags.writeable = False
        return Links(a=a, b=b, relation=relation)
