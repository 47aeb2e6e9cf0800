"""Links in any order -> Graph: renumbered, in compressed rows, stubs grouped by provider set.

The order of nodes is what makes propagation fast (docs/decisions/002): routes travel up the hierarchy through
descending numbers and down it through ascending ones, and rows of one length stand together.
"""

import numpy as np
import numpy.typing as npt

from catchment.errors import DataError, Problem
from catchment.internet.graph import Graph
from catchment.internet.links import PROVIDER_TO_CUSTOMER, Links
from catchment.results.rows import Index, pointers, positions, sizes

MOST_ASES = 1 << 18
"""The route word of the kernels gives the tie rank 20 bits: two values for each AS, with room to spare."""

MOST_LINKS_OF_ONE = 0xFFFF
"""The route word counts equally good routes in 16 bits."""

Nodes = npt.NDArray[np.int64]


def prepare(links: Links) -> Graph:
    """Number the ASes of `links` and build the rows of the graph.

    Links must be free of contradictions and repetitions, as the readers of `sources` leave them. Provider cycles are
    allowed: they are named in `Graph.cycles`, and ASes in or above a cycle take the top places in no particular height.
    Raises DataError when there is nothing to prepare or more than the kernels can count.
    O(m log m); 0.2 s of CPU for 570,000 links.
    """
    asn = np.unique(np.concatenate([links.a, links.b]))
    n = len(asn)
    _refuse_impossible(n)
    a = np.searchsorted(asn, links.a).astype(np.int64)
    b = np.searchsorted(asn, links.b).astype(np.int64)
    transit = links.relation == PROVIDER_TO_CUSTOMER
    provider_end, customer_end = a[transit], b[transit]
    peer_from = np.concatenate([a[~transit], b[~transit]])
    peer_to = np.concatenate([b[~transit], a[~transit]])
    _refuse_overflow(asn, np.concatenate([a, b]))

    rank = np.arange(n)
    by_customer = _rows(customer_end, provider_end, rank, n)
    height, cyclic = _heights(*by_customer, np.bincount(provider_end, minlength=n))
    degree = sizes(by_customer[0])
    stub = np.bincount(provider_end, minlength=n) == 0
    peering = np.bincount(peer_from, minlength=n) > 0
    kind = np.where(stub, np.where(peering, 1, 2), 0)
    provider_set = _provider_sets(*by_customer)
    order = np.lexsort((rank, np.where(stub, provider_set, 0), degree, np.where(stub, 0, -height), kind))

    node = np.empty(n, np.int64)
    node[order] = np.arange(n)
    core = int(n - stub.sum())
    provider_ptr, provider = _rows(node[customer_end], node[provider_end], order, n)
    customer_ptr, customer = _rows(node[provider_end], node[customer_end], order, n)
    peer_ptr, peer = _rows(node[peer_from], node[peer_to], order, n)
    group, group_ptr, group_provider = _groups(provider_set[order[core:]], provider_ptr, provider, core)
    graph = Graph(
        asn=asn[order].astype(np.uint32),
        rank=order.astype(np.uint32),
        by_rank=node.astype(np.uint32),
        core=core,
        peering_stubs_end=int((kind < 2).sum()),
        provider_ptr=provider_ptr,
        provider=provider,
        customer_ptr=customer_ptr,
        customer=customer,
        peer_ptr=peer_ptr,
        peer=peer,
        group=group,
        group_ptr=group_ptr,
        group_provider=group_provider,
        group_end=np.searchsorted(sizes(group_ptr), [1, 2, 3]).astype(np.int64),
        cycles=tuple(tuple(int(asn[v]) for v in cycle) for cycle in _cycles(*by_customer, cyclic)),
    )
    for name in Graph.__dataclass_fields__:
        value = getattr(graph, name)
        if isinstance(value, np.ndarray):
            value.flags.writeable = False
    return graph


def _refuse_impossible(n: int) -> None:
    if n == 0:
        raise DataError(
            Problem(
                where="AS links",
                what="there is not one link",
                todo="give a file of AS relationships that has some",
            )
        )
    if n > MOST_ASES:
        what = f"{n:,} ASes, and the kernels count {MOST_ASES:,} at most"
        raise DataError(Problem(where="AS links", what=what, todo="leave out ASes that matter least, such as stubs"))


def _refuse_overflow(asn: npt.NDArray[np.uint32], ends: Nodes) -> None:
    links_of = np.bincount(ends, minlength=len(asn))
    busiest = int(links_of.argmax())
    if links_of[busiest] > MOST_LINKS_OF_ONE:
        what = (
            f"AS{asn[busiest]} has {links_of[busiest]:,} links, and the kernels count {MOST_LINKS_OF_ONE:,} at most"
        )
        raise DataError(Problem(where="AS links", what=what, todo="check the file: no real network has so many"))


def _rows(row: Nodes, column: Nodes, rank: Nodes, n: int) -> tuple[Index, Index]:
    """Compressed rows (pointers, columns), every row ascending by AS number of the column."""
    order = np.argsort(row << 32 | rank[column])
    return pointers(np.bincount(row, minlength=n)), column[order].astype(np.uint32)


def _heights(pointer: Index, provider: Index, customers: Nodes) -> tuple[Nodes, npt.NDArray[np.bool_]]:
    """The longest chain of customers below each AS, and which ASes are in or above a provider cycle.

    Kahn's peeling from the stubs upwards, one height a round. Those never peeled stand above all others.
    """
    n = len(customers)
    left = customers.copy()
    height = np.zeros(n, np.int64)
    peeled = np.zeros(n, bool)
    layer = np.flatnonzero(left == 0)
    level = 0
    while len(layer):
        peeled[layer] = True
        height[layer] = level
        above = provider[positions(pointer, layer)].astype(np.int64)
        np.subtract.at(left, above, 1)
        candidates = np.unique(above)
        layer = candidates[left[candidates] == 0]
        level += 1
    height[~peeled] = level
    return height, ~peeled


def _provider_sets(pointer: Index, provider: Index) -> npt.NDArray[np.uint64]:
    """uint64[n]: a sum of random numbers, one for each provider: equal for equal sets; `_groups` checks it."""
    salt = np.random.default_rng(7).integers(1, 2**63, len(pointer) - 1, dtype=np.uint64)
    total = np.zeros(len(provider) + 1, np.uint64)
    np.cumsum(salt[provider], out=total[1:])
    return total[pointer[1:]] - total[pointer[:-1]]


def _groups(
    provider_set: npt.NDArray[np.uint64], pointer: Index, provider: Index, core: int
) -> tuple[Index, Index, Index]:
    """Group stubs (nodes from `core` on) by provider set.

    returns group of each stub, pointers, providers; groups ascending by size, then first provider.
    """
    _, first, group = np.unique(provider_set, return_index=True, return_inverse=True)
    first = first + core
    size = sizes(pointer)[first]
    some_provider = provider[np.minimum(pointer[first], max(len(provider) - 1, 0))] if len(provider) else size
    order = np.lexsort((some_provider, size))
    new = np.empty(len(order), np.uint32)
    new[order] = np.arange(len(order), dtype=np.uint32)
    first, size = first[order], size[order]
    group_ptr = pointers(size)
    members = new[group]
    group_provider = provider[positions(pointer, first)]
    _check_same_sets(members, group_ptr, group_provider, pointer, provider, core)
    return members, group_ptr, group_provider


def _check_same_sets(
    group: Index, group_ptr: Index, group_provider: Index, pointer: Index, provider: Index, core: int
) -> None:
    """Equal sums must mean equal sets; a collision has a chance of about 1 in 2**30 on the largest graphs."""
    stubs = np.arange(core, len(pointer) - 1)
    mine = provider[positions(pointer, stubs)]
    theirs = group_provider[positions(group_ptr, group.astype(np.int64))]
    assert np.array_equal(mine, theirs), "two provider sets share one hash: change the seed in _provider_sets"


def _cycles(pointer: Index, provider: Index, cyclic: npt.NDArray[np.bool_]) -> list[list[int]]:
    """Provider cycles, as nodes of the input: each AS is a provider of the one that follows, the last of the first.

    Every unpeeled AS has an unpeeled customer, so a walk down through them must come round. Walks that run into an
    earlier one end there, so each cycle is named once; one that only hangs above another cycle may go unnamed.
    """
    inside = np.flatnonzero(cyclic)
    if not len(inside):
        return []
    below: dict[int, int] = {}
    for v in inside.tolist():
        for p in provider[pointer[v] : pointer[v + 1]].tolist():
            if cyclic[p]:
                below.setdefault(p, v)
    seen: dict[int, int] = {}
    found = []
    for start in inside.tolist():
        walk: list[int] = []
        v = start
        while v not in seen:
            seen[v] = start
            walk.append(v)
            v = below[v]
        if seen[v] == start and v in walk:
            found.append(walk[walk.index(v) :])
    return found
