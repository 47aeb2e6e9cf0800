"""Shortest paths of a whole network at once: what every router pays to every other, and all equally good first links.

The graph comes in compressed rows: the links that leave router v are ptr[v] to ptr[v + 1] - 1, in any order.
"""

import numpy as np
from numba import njit

_options = {"cache": True, "error_model": "numpy", "nogil": True}

FAR = np.int64(2**62)
"""What it costs to where no way leads."""

NODE_BITS = np.int64(20)
NODE_MASK = np.int64(2**20 - 1)


@njit(**_options)
def distances(ptr, to, cost, sources):
    """What each of `sources` pays to every router, whoever is left pays for leaving: one Dijkstra a source.

    ptr     : int64[n + 1]  where the links of each router begin; n < 2^20
    to      : int32[m]      the router at the other end
    cost    : int64[m]      for leaving over the link, >= 0; a whole way costs less than 2^42
    sources : int64[k]      routers
    returns : int64[k, n]   FAR where no way leads

    O(k (n + m) log m), and 8 m bytes beside the answer. Give the links reversed for what all pay to k places.
    """
    n = len(ptr) - 1
    answer = np.full((len(sources), n), FAR, np.int64)
    heap = np.empty(len(to) + 1, np.int64)  # cost << 20 | router: a link is pushed at most once
    for row in range(len(sources)):
        far = answer[row]
        far[sources[row]] = 0
        heap[0] = sources[row]
        size = 1
        while size:
            first = heap[0]
            size -= 1
            last, hole = heap[size], 0
            while True:  # the hole sinks along the lesser child until `last` fits
                child = 2 * hole + 1
                if child >= size:
                    break
                if child + 1 < size and heap[child + 1] < heap[child]:
                    child += 1
                if heap[child] >= last:
                    break
                heap[hole] = heap[child]
                hole = child
            heap[hole] = last
            router = first & NODE_MASK
            here = first >> NODE_BITS
            if here > far[router]:
                continue  # a cheaper way was found after this one was pushed
            for link in range(ptr[router], ptr[router + 1]):
                there, other = here + cost[link], to[link]
                if there >= far[other]:
                    continue
                far[other] = there
                word = there << NODE_BITS | np.int64(other)
                at = size
                size += 1
                while at:  # `word` rises
                    parent = (at - 1) >> 1
                    if heap[parent] <= word:
                        break
                    heap[at] = heap[parent]
                    at = parent
                heap[at] = word
    return answer


@njit(**_options)
def first_links(ptr, to, cost, far):
    """Which links begin a shortest way: the next hops of every router to every other, with all that are equally good.

    far     : int64[n, n]  of `distances` with every router as a source, in order
    returns : bool[m, n]   link, target: True where the link's router goes over it to the target

    A router has no link to itself. Where links cost 0, two routers may each name the other. O(m n).
    """
    n = len(ptr) - 1
    answer = np.zeros((len(to), n), np.bool_)
    for router in range(n):
        for link in range(ptr[router], ptr[router + 1]):
            price, other = cost[link], to[link]
            for target in range(n):
                on = far[router, target] < FAR and price + far[other, target] == far[router, target]
                answer[link, target] = on and target != router
    return answer
