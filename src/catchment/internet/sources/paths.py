"""AS paths as plain columns: what a RIB dump gives, and what relationships are inferred from."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True, slots=True, kw_only=True)
class Paths:
    """Distinct AS paths by the peer that told them. All arrays are read-only; m paths, h hops in all.

    peer   : uint32[m]    AS number of the collector's peer that sent the path
    start  : int64[m+1]   hops of path i are hop[start[i]:start[i+1]], at least one
    hop    : uint32[h]    AS numbers from the peer's side to the origin, prepends removed; the first is the peer
                          itself, unless it is a route server (RFC 7947 2.2.2.1)
    routes : int64[m]     how many routes of the dump, one per prefix and session, had this path

    Ascending by peer; the paths of a peer in the order of their first appearance. No (peer, path) stands twice.
    """

    peer: npt.NDArray[np.uint32]
    start: npt.NDArray[np.int64]
    hop: npt.NDArray[np.uint32]
    routes: npt.NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.peer)

    def __iter__(self) -> Iterator[tuple[int, ...]]:
        """The hops of each path, in order."""
        hops, ends = self.hop.tolist(), self.start.tolist()
        return (tuple(hops[a:b]) for a, b in pairwise(ends))


def collect(tallies: dict[int, dict[bytes, int]]) -> Paths:
    """Columns from peer -> packed path (4 bytes a hop, big-endian, not empty) -> routes."""
    peers = sorted(tallies)
    packed = [path for peer in peers for path in tallies[peer]]
    start = np.zeros(len(packed) + 1, np.int64)
    np.cumsum(np.fromiter((len(path) // 4 for path in packed), np.int64, len(packed)), out=start[1:])
    paths = Paths(
        peer=np.repeat(np.array(peers, np.uint32), np.array([len(tallies[peer]) for peer in peers], np.int64)),
        start=start,
        hop=np.frombuffer(b"".join(packed), ">u4").astype(np.uint32),
        routes=np.fromiter((count for peer in peers for count in tallies[peer].values()), np.int64, len(packed)),
    )
    for column in (paths.peer, paths.start, paths.hop, paths.routes):
        column.flags.writeable = False
    return paths


def merge(dumps: Iterable[Paths]) -> Paths:
    """The paths of several dumps as of one; routes of equal (peer, path) are added up."""
    tallies: dict[int, dict[bytes, int]] = {}
    for paths in dumps:
        packed, ends = paths.hop.astype(">u4").tobytes(), (paths.start * 4).tolist()
        for peer, first, last, routes in zip(
            paths.peer.tolist(), ends, ends[1:], paths.routes.tolist(), strict=False
        ):
            tally = tallies.setdefault(peer, {})
            path = packed[first:last]
            tally[path] = tally.get(path, 0) + routes
    return collect(tallies)
