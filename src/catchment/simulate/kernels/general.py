"""One scenario on any graph: the same answer as propagate.py by another way, for provider cycles and origin validation.

Each phase works through the routes by length, the shortest first, so that an AS is settled only when every route as
good as its best has been heard. That needs no order of the nodes, and it lets an AS that validates origins refuse a
route by the start it really comes from, because the neighbour that offers it is settled already.

Some five times slower than propagate.py. Route words as there.
"""

import numpy as np
from numba import njit

from catchment.simulate.kernels.propagate import (
    CUSTOMER,
    CUSTOMER_START,
    LENGTH_MASK,
    LENGTH_SHIFT,
    LENGTHS,
    NONE,
    OWN_START,
    PEER,
    PEER_START,
    PROVIDER,
    PROVIDER_START,
    RANK_BIT,
    START_MASK,
    U1,
    U2,
    ZERO,
    Q,
    U,
    close,
    exported,
    offer,
    reopen,
)

# What validating ASes look at, as bits; typed, so that callees are compiled once.
FROM_CUSTOMER = U(1)
FROM_PEER = U(2)
FROM_PROVIDER = U(4)

_options = {"cache": True, "error_model": "numpy", "nogil": True}


@njit(**_options)
def refuses(validating, invalid, v, word, kind):
    """Whether node v drops the route in `word`: it validates neighbours of this kind, and the start is invalid.

    kind : 1 a route from a customer, 2 from a peer, 4 from a provider, as the bits of validating
    """
    return (validating[v] & kind) != 0 and invalid[word & START_MASK]


@njit(**_options)
def _fill(words, head, node, following):
    """Put every node that has a route into the bucket of its length; returns the number of entries."""
    head[:] = -1
    entries = 0
    for j in range(len(words) // 2):
        word = words[2 * j]
        if word != NONE:
            length = np.int64((word >> LENGTH_SHIFT) & LENGTH_MASK)
            node[entries] = j
            following[entries] = head[length]
            head[length] = entries
            entries += 1
    return entries


@njit(**_options)
def _by_length(
    pointer, neighbour, kind, route_class, rank, no_export, validating, invalid, words, head, node, following
):
    """Settle nodes bucket by bucket; each tells its neighbours, who join the bucket of the length that they hear.

    head : int64[1024]  first entry of each bucket, -1 none; entry i is node[i], the next one following[i]. A node that
    heard a shorter route has left its bucket without being taken out: its length tells. Each node enters at most twice.
    """
    entries = _fill(words, head, node, following)
    for length in range(LENGTHS - 1):
        entry = head[length]
        while entry >= 0:
            v = node[entry]
            entry = following[entry]
            word = words[v * U2]
            if (word >> LENGTH_SHIFT) & LENGTH_MASK != Q(length):
                continue
            if (word & RANK_BIT) == ZERO and no_export[word & START_MASK]:
                continue
            route = exported(word, route_class, rank[v])
            for e in range(pointer[v], pointer[v + U1]):
                p = neighbour[e]
                if refuses(validating, invalid, p, route, kind):
                    continue
                better = route >> LENGTH_SHIFT < words[p * U2] >> LENGTH_SHIFT
                offer(words, p, route, words[v * U2 + U1])
                if better:
                    node[entries] = p
                    following[entries] = head[length + 1]
                    head[length + 1] = entries
                    entries += 1


@njit(**_options)
def _across(rank, peer_ptr, peer, no_export, validating, invalid, words):
    for j in range(len(rank)):
        v = U(j)
        word = words[v * U2]
        if word >= PEER or ((word & RANK_BIT) == ZERO and no_export[word & START_MASK]):
            continue
        route = exported(word, PEER, rank[v])
        for e in range(peer_ptr[v], peer_ptr[v + U1]):
            p = peer[e]
            if not refuses(validating, invalid, p, route, FROM_PEER):
                offer(words, p, route, words[v * U2 + U1])


@njit(**_options)
def _enter(at, route, mask, route_class, validating, invalid, words, wanted):
    """Put the starts of one class into the nodes where they enter, unless the node refuses them."""
    for i in range(len(at)):
        if route_class[i] == wanted:
            kind = U1 << U(wanted) >> U1  # 0 own, 1 customer, 2 peer, 4 provider
            if not refuses(validating, invalid, at[i], route[i], kind):
                offer(words, at[i], route[i], mask[i])


@njit(**_options)
def run_general(
    rank, provider_ptr, provider, customer_ptr, customer, peer_ptr, peer,
    at, route_class, route, mask, no_export, closed, validating, invalid,
    words, head, node, following,
):  # fmt: skip
    """The best route of every node, on any graph, with origin validation.

    rank ... peer : as in internet.graph.Graph
    at ... closed : as in propagate.run
    validating    : uint8[n]  what a node validates: 1 routes from customers, 2 from peers, 4 from providers, added up
    invalid       : bool[65536]  by start number
    words         : uint64[2n]  out: the answer, as in propagate.run
    head, node, following : room to work in: int64[1024], uint32[2n + s], int64[2n + s]

    O(n + links). Where an AS validates, class and length depend on which of two equal routes its neighbour chose.
    """
    for j in range(len(rank)):
        words[2 * j] = NONE
        words[2 * j + 1] = ZERO
    _enter(at, route, mask, route_class, validating, invalid, words, OWN_START)
    close(closed, words)
    _enter(at, route, mask, route_class, validating, invalid, words, CUSTOMER_START)
    _by_length(
        provider_ptr, provider, FROM_CUSTOMER, CUSTOMER,
        rank, no_export, validating, invalid, words, head, node, following,
    )  # fmt: skip
    _enter(at, route, mask, route_class, validating, invalid, words, PEER_START)
    _across(rank, peer_ptr, peer, no_export, validating, invalid, words)
    _enter(at, route, mask, route_class, validating, invalid, words, PROVIDER_START)
    _by_length(
        customer_ptr, customer, FROM_PROVIDER, PROVIDER,
        rank, no_export, validating, invalid, words, head, node, following,
    )  # fmt: skip
    reopen(closed, words)
