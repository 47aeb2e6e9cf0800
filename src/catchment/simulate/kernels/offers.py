"""How many routes an AS had to choose from: what is needed to say which step of the decision left one."""

from numba import njit

from catchment.simulate.kernels.general import refuses
from catchment.simulate.kernels.propagate import CLASS_SHIFT, NONE, PEER, RANK_BIT, START_MASK, U1, U2, Q, U

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
    cyclic, heard, of_class,
):  # fmt: skip
    """Count the routes that each node heard and did not drop.

    cyclic   : there are provider cycles: any route may come round
    heard    : uint32[n]  out: all of them
    of_class : uint32[n]  out: those of the class that the node's best route has

    O(n + links of ASes that have a route to offer); paths are followed only where a loop is possible: at ASes with an
    own or customer route, because only those are announced upwards and sideways, or anywhere above a provider cycle.
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
    # The tests of validation and NO_EXPORT stand here in full: to hand arrays to a helper costs more than they do.
    for j in range(n):
        v = U(j)
        word = words[v * U2]
        start = word & START_MASK
        if word < PEER and ((word & RANK_BIT) != 0 or not no_export[start]):
            bad = invalid[start]
            for e in range(provider_ptr[v], provider_ptr[v + U1]):
                p = provider[e]
                if (bad and (validating[p] & 1) != 0) or passes(by_rank, words, v, p):
                    continue
                heard[p] += U1
                of_class[p] += U(words[p * U2] >> CLASS_SHIFT == 1)
            for e in range(peer_ptr[v], peer_ptr[v + U1]):
                p = peer[e]
                theirs = words[p * U2]
                if (bad and (validating[p] & 2) != 0) or ((cyclic or theirs < PEER) and passes(by_rank, words, v, p)):
                    continue
                heard[p] += U1
                of_class[p] += U(theirs >> CLASS_SHIFT == 2)
        from_provider = U(0)
        for e in range(provider_ptr[v], provider_ptr[v + U1]):
            p = provider[e]
            theirs = words[p * U2]
            origin = theirs & START_MASK
            if theirs == NONE or ((theirs & RANK_BIT) == 0 and no_export[origin]):
                continue
            if (validating[v] & 4) != 0 and invalid[origin]:
                continue
            if (cyclic or word < PEER) and passes(by_rank, words, p, v):
                continue
            from_provider += U1
        heard[v] += from_provider
        if word != NONE and word >> CLASS_SHIFT == 3:
            of_class[v] += from_provider
