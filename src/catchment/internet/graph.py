"""The AS graph as arrays, numbered so that providers come before their customers."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from catchment.results.rows import Index


@dataclass(frozen=True, slots=True, kw_only=True)
class Graph:
    """AS relationships in compressed rows. All arrays are read-only; n ASes ("nodes" 0 to n-1).

    Order of nodes: the core (ASes with customers) by height, the longest chain of customers below, from the top;
    inside a height by number of providers; then stubs with peers; then the other stubs; stubs by number of
    providers, then provider set. Without provider cycles every provider has a lower number than its customers.
    Every list of neighbours is ascending by AS number.

    asn       : uint32[n]  AS number of a node
    rank      : uint32[n]  position of its AS number among all, ascending
    by_rank   : uint32[n]  the node at each rank; inverse of rank
    core, peering_stubs_end : nodes below `core` have customers; up to `peering_stubs_end` are stubs with peers
    provider_ptr, provider : uint32[n+1], uint32[p]  providers of a node
    customer_ptr, customer : uint32[n+1], uint32[p]  customers of a node
    peer_ptr, peer         : uint32[n+1], uint32[q]  peers of a node; each link stands twice
    group     : uint32[n-core]  the provider set of each stub, in 0 to g-1
    group_ptr, group_provider : uint32[g+1], uint32[k]  each distinct provider set of stubs; groups ascending by size
    group_end : int64[3]   groups with at most 0, 1, 2 providers end here
    cycles    : tuple of provider cycles, each (a, b, c): a is provider of b, b of c, c of a;
                at least one when there are any, () means that there are none
    """

    asn: Index
    rank: Index
    by_rank: Index
    core: int
    peering_stubs_end: int
    provider_ptr: Index
    provider: Index
    customer_ptr: Index
    customer: Index
    peer_ptr: Index
    peer: Index
    group: Index
    group_ptr: Index
    group_provider: Index
    group_end: npt.NDArray[np.int64]
    cycles: tuple[tuple[int, ...], ...]

    def __len__(self) -> int:
        return len(self.asn)

    def node(self, asn: int) -> int | None:
        """The node of an AS number, None when the graph has no such AS. O(log n)."""
        lo, hi = 0, len(self.asn)
        while lo < hi:
            middle = (lo + hi) // 2
            if self.asn[self.by_rank[middle]] < asn:
                lo = middle + 1
            else:
                hi = middle
        if lo == len(self.asn) or self.asn[self.by_rank[lo]] != asn:
            return None
        return int(self.by_rank[lo])
