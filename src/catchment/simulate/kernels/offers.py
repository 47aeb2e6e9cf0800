"""How many routes an AS had to choose from: what is needed to say which step of the decision left one."""

from numba import njit

from catchment.simulate.kernels.forward import told
from catchment.simulate.kernels.general import refuses
from catchment.simulate.kernels.propagate import CLASS_SHIFT, NONE, PEER, RANK_BIT, U1, U2, Q, U

_options = {"cache": True, "error_model": "numpy", "nogil": True}


@njit(**_options)
def passes(by_rank, words, v, target):
    """Whether the path that node v announces has `target` in it: then target drops it (RFC 4271 9.1.2, AS loop)."""
    while True:
        if v == target:
            return True
        word = words[v * U2]
        if (word & RANK_BIT) == 0:
            return False
        v = by_rank[((word >> Q(33)) & Q(0x7FFFF))]


@njit(**_options)
def offers(
    by_rank, provider_ptr, provider, peer_ptr, peer, at, route, route_class, no_export, validating, invalid, words,
    heard, of_class,
):  # fmt: skip
    """Count the routes that each node heard and did not drop.

    heard    : uint32[n]  out: all of them
    of_class : uint32[n]  out: those of the class that the node's best route has

    O(n + links of ASes that have a route to offer); paths are followed only where a loop is possible: at ASes with an
    own or customer route, because only those are announced upwards and sideways.
    """
    n = len(heard)
    heard[:] = 0
    of_class[:] = 0
    for i in range(len(at)):
        v = at[i]
        if route_class[i] != 0 and refuses(validating, invalid, v, route[i], U1 << U(route_class[i]) >> U1):
            continue
        heard[v] += U1
        if words[v * U2] >> CLASS_SHIFT == route_class[i]:
            of_class[v] += U1
    for j in range(n):
        v = U(j)
        word = words[v * U2]
        mine = word >> CLASS_SHIFT
        if word < PEER and told(word, no_export):
            for e in range(provider_ptr[v], provider_ptr[v + U1]):
                p = provider[e]
                if not refuses(validating, invalid, p, word, 1) and not passes(by_rank, words, v, p):
                    heard[p] += U1
                    of_class[p] += U(words[p * U2] >> CLASS_SHIFT == 1)
            for e in range(peer_ptr[v], peer_ptr[v + U1]):
                p = peer[e]
                theirs = words[p * U2]
                if refuses(validating, invalid, p, word, 2) or (theirs < PEER and passes(by_rank, words, v, p)):
                    continue
                heard[p] += U1
                of_class[p] += U(theirs >> CLASS_SHIFT == 2)
        for e in range(provider_ptr[v], provider_ptr[v + U1]):
            p = provider[e]
            theirs = words[p * U2]
            if not told(theirs, no_export) or refuses(validating, invalid, v, theirs, 4):
                continue
            if word < PEER and passes(by_rank, words, p, v):
                continue
            heard[v] += U1
            of_class[v] += U(word != NONE and mine == 3)
