"""Forwarding: what follows from the routes. Candidates, shares by even splitting, the nearest-exit walk, paths.

A *candidate* of a node is one of its equally good next hops: a node c < n, or start s as n + s, where the traffic
leaves the AS graph into a site. Candidates of a node are strictly better in (class, length) than the node's own
route, so whatever candidate is taken, no walk comes round.
"""

import numpy as np
from numba import njit

from catchment.simulate.kernels.general import FROM_CUSTOMER, FROM_PEER, FROM_PROVIDER, refuses
from catchment.simulate.kernels.propagate import (
    CUSTOMER,
    LENGTH_MASK,
    LENGTH_SHIFT,
    NONE,
    ONE,
    PEER,
    PROVIDER,
    RANK_BIT,
    START_MASK,
    TIES_MASK,
    U1,
    U2,
    Q,
    U,
)

_options = {"cache": True, "error_model": "numpy", "nogil": True}

EARTH_KM = np.float32(6371.0)  # mean radius, IUGG
FAR = np.float32(1e30)


@njit(**_options)
def candidates(
    provider_ptr, provider, peer_ptr, peer, at, route, route_class, no_export, validating, invalid, words, fill
):
    """All equally good next hops of every node, in compressed rows.

    fill    : uint32[n]  room to work in
    returns : uint32[n+1], uint32[k]  pointers, candidates: starts first, then nodes in the order in which they are met
    """
    n = len(fill)
    pointer = np.zeros(n + 1, np.uint32)
    for j in range(n):
        word = words[2 * j]
        pointer[j + 1] = pointer[j] + (U((word & TIES_MASK) >> Q(16)) if word != NONE else U(0))
        fill[j] = pointer[j]
    answer = np.empty(pointer[n], np.uint32)
    for i in range(len(at)):
        v = at[i]
        kind = U1 << U(route_class[i]) >> U1
        if words[v * U2] >> LENGTH_SHIFT == route[i] >> LENGTH_SHIFT:
            if route_class[i] != 0 and refuses(validating, invalid, v, route[i], kind):
                continue
            answer[fill[v]] = U(n) + U(route[i] & START_MASK)
            fill[v] += U1
    # The tests of validation and NO_EXPORT stand here in full: to hand arrays to a helper costs more than they do.
    for j in range(n):
        v = U(j)
        word = words[v * U2]
        if word == NONE:
            continue
        start = word & START_MASK
        length = (word >> LENGTH_SHIFT) & LENGTH_MASK
        if word >= PROVIDER:
            k = fill[v]
            for e in range(provider_ptr[v], provider_ptr[v + U1]):
                p = provider[e]
                theirs = words[p * U2]
                if ((theirs >> LENGTH_SHIFT) & LENGTH_MASK) + ONE != length or theirs == NONE:
                    continue
                if (theirs & RANK_BIT) == 0 and no_export[theirs & START_MASK]:
                    continue
                if (validating[v] & FROM_PROVIDER) != 0 and invalid[theirs & START_MASK]:
                    continue
                answer[k] = p
                k += U1
            fill[v] = k
        elif word < PEER and ((word & RANK_BIT) != 0 or not no_export[start]):
            bad = invalid[start]
            wanted = (CUSTOMER >> LENGTH_SHIFT) | (length + ONE)
            for e in range(provider_ptr[v], provider_ptr[v + U1]):
                p = provider[e]
                if words[p * U2] >> LENGTH_SHIFT == wanted and not (bad and (validating[p] & FROM_CUSTOMER) != 0):
                    answer[fill[p]] = v
                    fill[p] += U1
            wanted = (PEER >> LENGTH_SHIFT) | (length + ONE)
            for e in range(peer_ptr[v], peer_ptr[v + U1]):
                p = peer[e]
                if words[p * U2] >> LENGTH_SHIFT == wanted and not (bad and (validating[p] & FROM_PEER) != 0):
                    answer[fill[p]] = v
                    fill[p] += U1
    return pointer, answer


@njit(**_options)
def settled_order(words, order):
    """Nodes with a route by (class, length), so that every candidate comes before whom it serves.

    order   : uint32[n]  out
    returns : how many nodes have a route
    """
    begin = np.zeros(4 * 1024 + 1, np.uint32)
    n = len(order)
    found = U(0)
    for j in range(n):
        word = words[2 * j]
        if word != NONE:
            begin[(word >> LENGTH_SHIFT) + ONE] += U1
            found += U1
    for i in range(4 * 1024):
        begin[i + 1] += begin[i]
    for j in range(n):
        word = words[2 * j]
        if word != NONE:
            key = word >> LENGTH_SHIFT
            order[begin[key]] = U(j)
            begin[key] += U1
    return found


@njit(**_options)
def spread(order, pointer, candidate, start_target, first, share, count):
    """Probabilities of targets first to first + t - 1 when every AS splits ties evenly.

    order        : uint32[m]     nodes, every candidate before whom it serves
    start_target : uint16[s]     the target of each start
    share        : float32[n,t]  out; rows of nodes that are not in order are left alone
    count        : uint32[n]     out: how many of a row are not zero; left alone as share is
    """
    n = U(len(share))
    width = share.shape[1]
    for i in range(len(order)):
        v = order[i]
        begin = pointer[v]
        end = pointer[v + U1]
        c = candidate[begin]
        if end - begin == U1 and c < n:  # most nodes have one candidate: theirs is its row
            for t in range(width):
                share[v, t] = share[c, t]
            count[v] = count[c]
            continue
        for t in range(width):
            share[v, t] = 0
        part = np.float32(1) / np.float32(end - begin)
        for e in range(begin, end):
            c = candidate[e]
            if c >= n:
                t = np.int64(start_target[c - n]) - first
                if 0 <= t < width:
                    share[v, t] += part
            else:
                for t in range(width):
                    share[v, t] += share[c, t] * part
        found = U(0)
        for t in range(width):
            found += U(share[v, t] != 0)
        count[v] = found


@njit(**_options)
def gather(share, first, count, at, target, value):
    """Put what is not zero into compressed rows.

    share, count  : as spread left them
    first         : the target of column 0
    at            : uint32[n]  where the next entry of each row goes; moved on
    target, value : uint16[k+1], float32[k+1]  out; the last one is scratch
    """
    for i in range(len(count)):
        v = U(i)
        if count[v] != 0:
            k = at[v]
            for t in range(share.shape[1]):  # no branch: each entry is written, and kept if it is not zero
                target[k] = first + t
                value[k] = share[v, t]
                k += U(share[v, t] != 0)
            at[v] = k


@njit(**_options)
def walk(n, pointer, candidate, asn_of, state_ptr, place, start_place, met_ptr, met, meet_ptr, meet, home,
         following, start, km, how, exit_of, stack):  # fmt: skip
    """Where traffic goes from each home point when every AS takes its nearest exit.

    A *state* is (node, one of its points): where the traffic is inside that AS. From a state the nearest exit is the
    candidate whose interconnection is nearest on the sphere; unknown places lose against known ones; then the lowest
    AS number (asn_of), then the lowest start. The traffic enters the next AS at that AS's point nearest to the exit.

    state_ptr   : uint32[n+1]     states of each node, at least one
    place       : float32[p,3]    unit vectors, NaN when unknown
    start_place : float32[s,3]    of each start
    asn_of      : uint32[n+s]     AS number of each candidate
    met_ptr, met : uint32[n+1], uint32[q]  neighbours of lower number with known interconnections, ascending in a row
    meet_ptr, meet : uint32[q+1], float32[r,3]  those interconnections
    home        : uint32[n]       the state of each node to walk from
    following   : int64[p]  out: next state; -1 into a start; -2 never visited
    start       : uint16[p] out: the start that the walk ends at, 0xFFFF nowhere
    km          : float32[p] out: length of the walk, NaN when a place on it is unknown
    how         : uint8[p]  out: what chose the exit: 0 only candidate, 1 nearest, 2 lowest AS number, 3 lowest start
    exit_of     : uint32[p] out: the candidate chosen
    stack       : int64[1024]  room to work in: no walk is longer than the longest AS path

    O(states visited x candidates x points); every state is worked out once.
    """
    # One long function on purpose: handing arrays to a helper costs reference counts, here four fifths of the time.
    nodes = U(n)
    for j in range(len(following)):
        following[j] = -2
        start[j] = 0xFFFF
    for i in range(len(home)):
        depth = 0
        s = np.int64(home[i])
        v = U(i)
        while following[s] == -2:
            begin = pointer[v]
            end = pointer[v + U1]
            if begin == end:
                following[s] = -1
                km[s] = np.nan
                break
            x = place[s, 0]
            y = place[s, 1]
            z = place[s, 2]
            best = candidate[begin]
            best_gap = np.float32(np.inf)
            entry = np.int64(-1)
            entry_gap = FAR
            as_near = 0  # candidates as near as the best, the best included
            as_low = 0  # those of them with its AS number
            for e in range(begin, end):
                c = candidate[e]
                there = np.int64(-1)
                if c >= nodes:
                    t = c - nodes
                    gap = _chord(x, y, z, start_place[t, 0], start_place[t, 1], start_place[t, 2])
                    there_gap = gap
                else:
                    ex = (
                        x  # the exit: where the two ASes meet, if that is known, else wherever the next AS is nearest
                    )
                    ey = y
                    ez = z
                    gap = np.float32(np.inf)
                    row = np.int64(-1)
                    low = np.int64(met_ptr[max(v, c)])
                    high = np.int64(met_ptr[max(v, c) + U1])
                    while low < high:
                        middle = (low + high) >> 1
                        if met[middle] < min(v, c):
                            low = middle + 1
                        elif met[middle] > min(v, c):
                            high = middle
                        else:
                            row = middle
                            break
                    if row >= 0:
                        for k in range(np.int64(meet_ptr[row]), np.int64(meet_ptr[row + 1])):
                            chord = _chord(x, y, z, meet[k, 0], meet[k, 1], meet[k, 2])
                            if chord < gap:
                                gap = chord
                                ex = meet[k, 0]
                                ey = meet[k, 1]
                                ez = meet[k, 2]
                    there = np.int64(state_ptr[c])
                    there_gap = FAR
                    for k in range(np.int64(state_ptr[c]), np.int64(state_ptr[c + U1])):
                        chord = _chord(ex, ey, ez, place[k, 0], place[k, 1], place[k, 2])
                        if chord < there_gap:
                            there_gap = chord
                            there = k
                    if row < 0:
                        gap = there_gap
                    else:
                        there_gap = _chord(x, y, z, place[there, 0], place[there, 1], place[there, 2])
                if gap < best_gap:
                    as_near = 0
                    as_low = 0
                elif gap == best_gap and asn_of[c] < asn_of[best]:
                    as_low = 0
                if gap < best_gap or (
                    gap == best_gap and (asn_of[c] < asn_of[best] or (asn_of[c] == asn_of[best] and c < best))
                ):
                    best = c
                    best_gap = gap
                    entry = there
                    entry_gap = there_gap
                as_near += gap == best_gap
                as_low += gap == best_gap and asn_of[c] == asn_of[best]
            exit_of[s] = best
            km[s] = _km(entry_gap)
            if end - begin == U1:
                how[s] = 0
            elif as_near == 1:
                how[s] = 1
            else:
                how[s] = 2 if as_low == 1 else 3
            if best >= nodes:
                following[s] = -1
                start[s] = best - nodes
                break
            following[s] = entry
            stack[depth] = s
            depth += 1
            v = best
            s = entry
        while depth > 0:
            depth -= 1
            t = stack[depth]
            start[t] = start[s]
            km[t] += km[s]
            s = t


@njit(inline="always")
def _chord(x, y, z, a, b, c):
    """Squared chord between two points on the unit sphere; FAR when one is unknown. Exact for near points too."""
    chord = (x - a) * (x - a) + (y - b) * (y - b) + (z - c) * (z - c)
    return chord if chord <= np.float32(5) else FAR


@njit(inline="always")
def _km(chord):
    """Great circle of a squared chord, NaN for FAR; good to some metres.

    arcsin by Abramowitz and Stegun 4.4.46 (error below 2e-8): the library's function would be half of the walk.
    """
    if chord == FAR:
        return np.float32(np.nan)
    if chord == np.float32(0):
        return chord
    x = min(np.sqrt(chord) * np.float32(0.5), np.float32(1))
    p = np.float32(-0.0012624911)
    p = p * x + np.float32(0.0066700901)
    p = p * x + np.float32(-0.0170881256)
    p = p * x + np.float32(0.0308918810)
    p = p * x + np.float32(-0.0501743046)
    p = p * x + np.float32(0.0889789874)
    p = p * x + np.float32(-0.2145988016)
    p = p * x + np.float32(1.5707963050)
    arc = np.float32(1.5707963268) - np.sqrt(np.float32(1) - x) * p
    return max(arc, np.float32(0)) * (np.float32(2) * EARTH_KM)


@njit(**_options)
def paths(home, following, exit_of, start):
    """The nodes that each walk passes, in compressed rows: home's own first; nothing for walks that end nowhere.

    home ... start : as in walk
    returns : uint32[n+1], uint32[m]
    """
    pointer = np.zeros(len(home) + 1, np.uint32)
    for i in range(len(home)):
        count = U(0)
        s = np.int64(home[i])
        if start[s] != 0xFFFF:
            while s >= 0:
                count += U1
                s = following[s]
        pointer[i + 1] = pointer[i] + count
    node = np.empty(pointer[-1], np.uint32)
    for i in range(len(home)):
        s = np.int64(home[i])
        v = U(i)
        for k in range(pointer[i], pointer[i + 1]):
            node[k] = v
            v = exit_of[s]
            s = following[s]
    return pointer, node
