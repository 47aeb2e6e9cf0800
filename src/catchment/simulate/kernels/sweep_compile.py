"""Finds, once for a design, which ASes a sweep has to look at, and from whom each of them can hear a route.

The places where routes start are fixed; which of them are up, and how long their paths are, changes from scenario to
scenario. So customer routes can only appear in the *closure*: the ASes at or above an own or customer start. Only their
peers can hear a peer route. Everything else hears from providers, and a stub with nothing but providers is as good as
its provider set.
"""

import numpy as np
from numba import njit

from catchment.simulate.kernels.propagate import LOW6, ONE, SIX, U1, ZERO, Q, U, top_bit

NOWHERE = U(0xFFFFFFFF)
APART = U(1 << 31)
"""In `row` while it is being built: the number is one of a special row."""

SPREAD = Q(0x9E3779B97F4A7C15)  # 2^64 / golden ratio: Fibonacci hashing (Knuth, TAOCP 3, 6.4)

_options = {"cache": True, "error_model": "numpy", "nogil": True}


@njit(inline="always")
def _mark(bits, nodes):
    for i in range(len(nodes)):
        bits[nodes[i] >> SIX] |= ONE << Q(nodes[i] & LOW6)


@njit(**_options)
def closure(provider_ptr, provider, telling, quiet, closed, member):
    """All nodes that can have an own or customer route, customers before their providers.

    provider_ptr, provider : as in internet.graph.Graph
    telling : uint32[]   nodes with an own or customer start that they may tell their providers
    quiet   : uint32[]   nodes with such starts, all of them NO_EXPORT
    closed  : uint32[c]  nodes that hear nothing from others
    member  : uint32[n]  out
    returns how many `member` lists, in descending order of node. O(n / 64 + their provider links).
    """
    found = U(0)
    words = (len(member) + 63) // 64
    pending = np.zeros(words, np.uint64)
    silent = np.zeros(words, np.uint64)
    deaf = np.zeros(words, np.uint64)
    _mark(pending, telling)
    _mark(pending, quiet)
    _mark(silent, quiet)
    _mark(deaf, closed)
    j = words - 1
    while j >= 0:
        if pending[j] == ZERO:
            j -= 1
            continue
        bit = top_bit(pending[j])
        pending[j] ^= ONE << bit
        v = U(Q(j) * Q(64) + bit)
        member[found] = v
        found += U1
        if silent[j] >> bit & ONE:
            continue
        for e in range(provider_ptr[v], provider_ptr[v + U1]):
            p = provider[e]
            if not deaf[p >> SIX] >> Q(p & LOW6) & ONE:
                pending[p >> SIX] |= ONE << Q(p & LOW6)
                silent[p >> SIX] &= ~(ONE << Q(p & LOW6))
    return found


@njit(**_options)
def hearers(speaker, member, start_node, pointer, neighbour, n, salt):
    """Turns links round: for every node the speakers that it hears, in the order of `speaker`.

    speaker    : uint32[k]  numbers below len(member) are closure members, the others starts: len(member) + start
    member     : uint32[f]
    start_node : uint32[s]  where each start enters
    pointer, neighbour : uint32[n+1], uint32[m]  whom a closure member speaks to
    salt       : uint64[f + s]  a random number for each speaker
    returns pointer uint32[n+1], speaker uint32[], digest uint64[n]: the sum of the salts of each node's list
    O(n + links of the members).
    """
    members = U(len(member))
    begin = np.zeros(n + 1, np.uint32)
    digest = np.zeros(n, np.uint64)
    for i in range(len(speaker)):
        x = speaker[i]
        if x < members:
            v = member[x]
            for e in range(pointer[v], pointer[v + U1]):
                begin[neighbour[e] + U1] += U1
                digest[neighbour[e]] += salt[x]
        else:
            v = start_node[x - members]
            begin[v + U1] += U1
            digest[v] += salt[x]
    for i in range(n):
        begin[i + 1] += begin[i]
    heard = np.empty(begin[n], np.uint32)
    end = begin.copy()
    for i in range(len(speaker)):
        x = speaker[i]
        if x < members:
            v = member[x]
            for e in range(pointer[v], pointer[v + U1]):
                w = neighbour[e]
                heard[end[w]] = x
                end[w] += U1
        else:
            v = start_node[x - members]
            heard[end[v]] = x
            end[v] += U1
    return begin, heard, digest


@njit(inline="always")
def _same_list(begin, heard, v, w):
    size = begin[v + U1] - begin[v]
    same = begin[w + U1] - begin[w] == size
    e = U(0)
    while same and e < size:
        same = heard[begin[v] + e] == heard[begin[w] + e]
        e += U1
    return same


@njit(**_options)
def special_stubs(core, group, begin, heard, digest, closure_of, odd, table, row, special):
    """Gives every stub its row; those that may differ from their group get special rows, equal ones share one.

    core, group : as in internet.graph.Graph
    begin, heard, digest : of `hearers` over peer links
    closure_of : uint32[n]  number in the closure, NOWHERE outside
    odd        : uint32[k]  nodes that get rows elsewhere, ascending
    table      : int32[power of two, above twice the possible special rows], all -1
    row        : uint32[n]  out, stubs only: core + group, or APART | number of the special row
    special    : uint32[n - core]  out: the first stub of each special row
    returns the number of special rows. O(n + list lengths).
    """
    low = Q(len(table) - 1)
    found = U(0)
    next_odd = 0
    for j in range(core, len(row)):
        v = U(j)
        g = group[v - core]
        row[v] = core + g
        while next_odd < len(odd) and odd[next_odd] < v:
            next_odd += 1
        if next_odd < len(odd) and odd[next_odd] == v:
            continue
        starts_here = closure_of[v] != NOWHERE
        if not starts_here and begin[v] == begin[v + U1]:
            continue
        if starts_here:
            row[v] = found | APART
            special[found] = v
            found += U1
            continue
        i = ((digest[v] ^ (Q(g) * SPREAD)) * SPREAD) >> Q(32) & low
        while table[i] >= 0:
            w = special[table[i]]
            if group[w - core] == g and digest[w] == digest[v] and _same_list(begin, heard, v, w):
                break
            i = (i + ONE) & low
        if table[i] < 0:
            table[i] = found
            special[found] = v
            found += U1
        row[v] = U(table[i]) | APART
    return found
