"""AS paths as a tree that grows from the origins: what many clients share on the way is written once."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

UNKNOWN = 0
"""In `PathTree.code`: no path is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PathTree:
    """Paths without their first AS, the client itself.

    code   : list of uint32[n]  for each path list given: UNKNOWN, or 1 + the node after the client
    parent : uint32[q]          the next node towards the origin; node 0 is the end, its own parent
    asn    : uint32[q]          AS number of the node; 0 at node 0
    """

    code: list[npt.NDArray[np.uint32]]
    parent: npt.NDArray[np.uint32]
    asn: npt.NDArray[np.uint32]


def path_tree(*lists: tuple[npt.NDArray[np.uint32], npt.NDArray[np.uint32]]) -> PathTree:
    """The common tree of several (path_ptr, path) as in Catchment. O(longest path * rows * log rows)."""
    first, last = _ends([ptr for ptr, _ in lists])
    path = np.concatenate([path for _, path in lists])
    steps = last - first - 1  # ASes after the client, -1 without a path
    node = np.zeros(len(first), np.int64)
    parents, asns = [np.zeros(1, np.int64)], [np.zeros(1, np.int64)]
    count = 1
    for depth in range(int(steps.max(initial=0))):
        rows = np.flatnonzero(steps > depth)
        key = node[rows].astype(np.uint64) << np.uint64(32) | path[last[rows] - 1 - depth]
        keys, which = np.unique(key, return_inverse=True)
        node[rows] = count + which
        parents.append((keys >> np.uint64(32)).astype(np.int64))
        asns.append((keys & np.uint64(0xFFFFFFFF)).astype(np.int64))
        count += len(keys)
    code = np.where(steps < 0, UNKNOWN, node + 1).astype(np.uint32)
    return PathTree(
        code=np.split(code, np.cumsum([len(ptr) - 1 for ptr, _ in lists])[:-1]),
        parent=np.concatenate(parents).astype(np.uint32),
        asn=np.concatenate(asns).astype(np.uint32),
    )


def _ends(ptrs: list[npt.NDArray[np.uint32]]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Where each path starts and ends when the lists are laid one after the other."""
    starts = np.cumsum([0, *(int(ptr[-1]) for ptr in ptrs)])
    wide = [ptr.astype(np.int64) + start for ptr, start in zip(ptrs, starts, strict=False)]
    return np.concatenate([ptr[:-1] for ptr in wide]), np.concatenate([ptr[1:] for ptr in wide])
