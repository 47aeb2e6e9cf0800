"""One scenario on a graph without provider cycles: routes go up to providers, across to peers, down to customers.

One 64-bit word holds a route so that the lesser is the better (most significant first):

    class:2 (own, customer, peer, provider) | length:10 | tie rank of next hop:20 | equally good routes:16 | start:16

min() of two words is the decision process of simulate/propagate.py; NONE, all ones, is no route. Beside it stands a
mask of the targets reachable through equally good routes. The two words of a node are adjacent: one cache line.

Order makes it fast: providers have lower numbers than their customers, so up is descending and down ascending, and
each AS is final when it is read. Only ASes above a start have customer routes (some 700 of 77,000), only their peers
have peer routes, and all stubs share a third as many provider sets, which are decided once each.

Unsigned numbers everywhere: uint64 with int64 would be float64 in numba, and a signed index brings wrap-around code.
"""

import numpy as np
from llvmlite import ir
from numba import njit, types
from numba.extending import intrinsic

Q = np.uint64
U = np.uint32

NONE = Q(2**64 - 1)
CLASS_SHIFT = Q(62)
LENGTH_SHIFT = Q(52)
RANK_SHIFT = Q(32)
LENGTH_MASK = Q(1023)
START_MASK = Q(0xFFFF)
TIE = Q(1 << 16)
TIES_MASK = Q(0xFFFF << 16)
RANK_BIT = Q(1 << 32)  # set: the next hop is a node; clear: straight from a start
CUSTOMER = Q(1 << 62)
PEER = Q(2 << 62)
PROVIDER = Q(3 << 62)
ZERO = Q(0)
ONE = Q(1)
U1 = U(1)
U2 = U(2)
SIX = U(6)
LOW6 = U(63)
LENGTHS = 1024

# Typed constants, not literals: numba would compile a callee anew for each literal that it is given.
OWN_START = U(0)
CUSTOMER_START = U(1)
PEER_START = U(2)
PROVIDER_START = U(3)

_options = {"cache": True, "error_model": "numpy", "nogil": True}


@intrinsic
def top_bit(_, word):
    """The position of the highest bit set in a uint64 that is not 0."""

    def generate(context, builder, signature, arguments):
        zeros = builder.ctlz(arguments[0], ir.Constant(ir.IntType(1), 0))
        return builder.sub(ir.Constant(ir.IntType(64), 63), zeros)

    return types.uint64(types.uint64), generate


@njit(inline="always")
def _silent(word, no_export):
    """Whether the route in `word` came straight over a session with NO_EXPORT."""
    return (word & RANK_BIT) == ZERO and no_export[word & START_MASK]


@njit(inline="always")
def exported(word, route_class, rank):
    """The route as a neighbour hears it from the AS at `rank`: one AS longer, of that class there."""
    length = ((word >> LENGTH_SHIFT) & LENGTH_MASK) + ONE
    return route_class | (length << LENGTH_SHIFT) | (Q(rank) << Q(33)) | RANK_BIT | (word & START_MASK)


@njit(inline="always")
def offer(words, v, route, mask):
    """Let node v hear `route` (no ties counted in it yet).

    It returns nothing on purpose: with an inlined return value numba made the peer pass three times as slow.
    """
    held = words[v * U2]
    a = route >> LENGTH_SHIFT
    b = held >> LENGTH_SHIFT
    if a < b:
        words[v * U2] = route | TIE
        words[v * U2 + U1] = mask
    elif a == b and held != NONE:
        words[v * U2] = min(route, held & ~TIES_MASK) | ((held & TIES_MASK) + TIE)
        words[v * U2 + U1] |= mask


@njit(inline="always")
def _best(providers, begin, end, heard, word, ties, mask):
    """The best of what providers say and of `word`, which stands for `ties` routes already heard.

    No branches: which routes tie is unpredictable, and a mispredicted branch costs more than the arithmetic.
    """
    best = word & ~TIES_MASK if word != NONE else NONE
    high = best >> LENGTH_SHIFT
    for e in range(begin, end):
        p = providers[e]
        route = heard[p * U2]
        a = route >> LENGTH_SHIFT
        as_good = Q(a <= high)
        keep = ZERO - Q(a >= high)
        ties = (ties & keep) + as_good
        mask = (mask & keep) | (heard[p * U2 + U1] & (ZERO - as_good))
        best = min(best, route)
        high = min(high, a)
    return (best if best == NONE else best | (ties << Q(16))), mask


@njit(**_options)
def close(closed, words):
    """Shut the nodes that neither take nor give: they hold a perfect route of a start that is never exported.

    An own start at such a node stays at home there.
    """
    for i in range(len(closed)):
        if words[closed[i] * U2] >= CUSTOMER:
            words[closed[i] * U2] = START_MASK
            words[closed[i] * U2 + U1] = ZERO


@njit(**_options)
def reopen(closed, words):
    """Take the perfect routes out again, and what stubs among those nodes have heard since."""
    for i in range(len(closed)):
        word = words[closed[i] * U2]
        if word == START_MASK or word >= CUSTOMER:
            words[closed[i] * U2] = NONE
            words[closed[i] * U2 + U1] = ZERO


@njit(**_options)
def _enter(at, route, mask, route_class, closed, words, pending, wanted):
    """Put the starts of one class into the nodes where they enter; with class own or customer, mark them as pending."""
    for i in range(len(at)):
        if route_class[i] == wanted:
            v = at[i]
            offer(words, v, route[i], mask[i])
            if wanted <= CUSTOMER_START:
                pending[v >> SIX] |= ONE << Q(v & LOW6)
    if wanted == OWN_START:
        close(closed, words)


@njit(**_options)
def _up(rank, provider_ptr, provider, no_export, words, pending, front):
    """Customer routes, from the bottom up; returns how many nodes `front` lists: all with an own or customer route.

    The highest pending number is always final: everything below it in the hierarchy has a higher number.
    """
    found = U(0)
    j = len(pending) - 1
    while j >= 0:
        if pending[j] == ZERO:
            j -= 1
            continue
        bit = top_bit(pending[j])
        pending[j] ^= ONE << bit
        v = U(Q(j) * Q(64) + bit)
        word = words[v * U2]
        if _silent(word, no_export):
            continue
        front[found] = v
        found += U1
        route = exported(word, CUSTOMER, rank[v])
        mask = words[v * U2 + U1]
        for e in range(provider_ptr[v], provider_ptr[v + U1]):
            p = provider[e]
            offer(words, p, route, mask)
            pending[p >> SIX] |= ONE << Q(p & LOW6)
    return found


@njit(**_options)
def _across(rank, peer_ptr, peer, words, front, found, by_length):
    """Peer routes: what `front` tells its peers, the shortest first, so that a first offer is seldom replaced."""
    begin = np.zeros(LENGTHS + 2, np.uint32)
    for i in range(found):
        begin[((words[front[i] * U2] >> LENGTH_SHIFT) & LENGTH_MASK) + ONE] += U1
    for i in range(LENGTHS):
        begin[i + 1] += begin[i]
    for i in range(found):
        v = front[i]
        length = (words[v * U2] >> LENGTH_SHIFT) & LENGTH_MASK
        by_length[begin[length]] = v
        begin[length] += U1
    for i in range(found):
        v = by_length[i]
        route = exported(words[v * U2], PEER, rank[v])
        mask = words[v * U2 + U1]
        for e in range(peer_ptr[v], peer_ptr[v + U1]):
            offer(words, peer[e], route, mask)


@njit(**_options)
def _down_core(core, rank, provider_ptr, provider, no_export, words, heard):
    """Provider routes of the core, from the top down; heard[v] becomes what the customers of v hear."""
    for j in range(core):
        v = U(j)
        word = words[v * U2]
        mask = words[v * U2 + U1]
        if word >= PROVIDER:
            ties = ZERO if word == NONE else (word & TIES_MASK) >> Q(16)
            word, mask = _best(provider, provider_ptr[v], provider_ptr[v + U1], heard, word, ties, mask)
            words[v * U2] = word
            words[v * U2 + U1] = mask
        if word == NONE or _silent(word, no_export):
            heard[v * U2] = NONE
            heard[v * U2 + U1] = ZERO
        else:
            heard[v * U2] = exported(word, PROVIDER, rank[v])
            heard[v * U2 + U1] = mask


@njit(**_options)
def _down_groups(group_ptr, group_provider, end_0, end_1, end_2, heard, group_words):
    """Provider routes of each distinct provider set of stubs; sets of one and of two are most of them."""
    groups = U(len(group_ptr) - 1)
    for j in range(U(0), end_0):
        group_words[j * U2] = NONE
        group_words[j * U2 + U1] = ZERO
    for j in range(end_0, end_1):
        p = group_provider[group_ptr[j]]
        route = heard[p * U2]
        group_words[j * U2] = route if route == NONE else route | TIE
        group_words[j * U2 + U1] = heard[p * U2 + U1]
    for j in range(end_1, end_2):
        p = group_provider[group_ptr[j]]
        q = group_provider[group_ptr[j] + U1]
        x = heard[p * U2]
        y = heard[q * U2]
        a = x >> LENGTH_SHIFT
        b = y >> LENGTH_SHIFT
        best = min(x, y)
        group_words[j * U2] = best if best == NONE else best | (TIE << Q(a == b))
        group_words[j * U2 + U1] = (heard[p * U2 + U1] & (ZERO - Q(a <= b))) | (
            heard[q * U2 + U1] & (ZERO - Q(b <= a))
        )
    for j in range(end_2, groups):
        word, mask = _best(group_provider, group_ptr[j], group_ptr[j + U1], heard, NONE, ZERO, ZERO)
        group_words[j * U2] = word
        group_words[j * U2 + U1] = mask


@njit(**_options)
def _down_stubs(core, peering_end, group, group_words, at, words):
    """Every stub takes the better of its peer route and its group's; stubs with a start of their own merge the two."""
    n = U(len(words) // 2)
    own = np.empty(2 * len(at), np.uint64)
    for i in range(len(at)):
        own[2 * i] = words[at[i] * U2]
        own[2 * i + 1] = words[at[i] * U2 + U1]
    for v in range(core, peering_end):
        g = group[v - core]
        mine = words[v * U2]
        shared = group_words[g * U2]
        better = mine < shared
        words[v * U2 + U1] = words[v * U2 + U1] if better else group_words[g * U2 + U1]
        words[v * U2] = mine if better else shared
    for v in range(peering_end, n):
        g = group[v - core]
        words[v * U2] = group_words[g * U2]
        words[v * U2 + U1] = group_words[g * U2 + U1]
    for i in range(len(at)):
        v = at[i]
        if v >= core:
            g = group[v - core]
            words[v * U2] = own[2 * i]
            words[v * U2 + U1] = own[2 * i + 1]
            _merge(words, v, group_words[g * U2], group_words[g * U2 + U1])


@njit(inline="always")
def _merge(words, v, word, mask):
    """The better of what node v holds and `word`, ties of both added."""
    held = words[v * U2]
    a = held >> LENGTH_SHIFT
    b = word >> LENGTH_SHIFT
    if b < a:
        words[v * U2] = word
        words[v * U2 + U1] = mask
    elif a == b and word != NONE:
        words[v * U2] = min(held & ~TIES_MASK, word & ~TIES_MASK) | ((held & TIES_MASK) + (word & TIES_MASK))
        words[v * U2 + U1] |= mask


@njit(**_options)
def run(
    core, peering_end, group_end, rank, provider_ptr, provider, peer_ptr, peer, group, group_ptr, group_provider,
    at, route_class, route, mask, no_export, closed,
    words, heard, group_words, front, by_length, pending,
):  # fmt: skip
    """The best route of every node.

    core ... group_provider : as in internet.graph.Graph; group_end int64[3]
    at, route_class, route, mask : uint32[s], uint8[s], uint64[s], uint64[s]  the starts that are up: where, its class
        there, word without ties, bit of the target
    no_export : bool[65536]  by start number; the last one, which stands for closed nodes, is True
    closed    : uint32[c]
    words     : uint64[2n]   out: the answer
    heard, group_words, front, by_length, pending : room to work in: uint64[2 core], uint64[2 groups],
        uint32[n], uint32[n], uint64[n / 64] all zero, and left so

    Ties by lowest tie rank, then lowest start. O(n + links of ASes that have a route to offer): 0.5 ms for 77,000 ASes.
    """
    for j in range(Q(0), Q(peering_end)):
        words[j * Q(2)] = NONE
        words[j * Q(2) + ONE] = ZERO
    for i in range(len(at)):  # stubs without peers are overwritten, but for these
        words[at[i] * U2] = NONE
        words[at[i] * U2 + U1] = ZERO
    for i in range(len(closed)):
        words[closed[i] * U2] = NONE
    _enter(at, route, mask, route_class, closed, words, pending, OWN_START)
    _enter(at, route, mask, route_class, closed, words, pending, CUSTOMER_START)
    found = _up(rank, provider_ptr, provider, no_export, words, pending, front)
    _enter(at, route, mask, route_class, closed, words, pending, PEER_START)
    _across(rank, peer_ptr, peer, words, front, found, by_length)
    _enter(at, route, mask, route_class, closed, words, pending, PROVIDER_START)
    _down_core(core, rank, provider_ptr, provider, no_export, words, heard)
    _down_groups(group_ptr, group_provider, U(group_end[0]), U(group_end[1]), U(group_end[2]), heard, group_words)
    _down_stubs(U(core), U(peering_end), group, group_words, at, words)
    reopen(closed, words)
