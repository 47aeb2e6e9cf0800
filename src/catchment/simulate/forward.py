"""Forwarding stage: from the routes of all ASes to where the traffic of each client ends, how surely and how far away.

A more specific prefix has its own lane of routes: at each AS the longest prefix that it has a route for decides
(RFC 4632 5.1), so lanes are laid over each other, the longest first.
"""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from catchment.internet.geography import Geography
from catchment.internet.graph import Graph
from catchment.results.rows import pointers, sizes
from catchment.simulate.propagate import NONE, Entering, Routes, Validation
from catchment.simulate.rtt import unit_vectors
from catchment.simulate.starts import Starts

Floats = npt.NDArray[np.float32]
NO_START = 0xFFFF


class TieBreak(StrEnum):
    """What decides between routes that are equal in class and length.

    NEAREST_EXIT the exit nearest to where the traffic enters the AS (hot potato), then the lowest AS number
    LOWEST_ASN   the lowest AS number of the next hop, wherever the traffic is
    """

    NEAREST_EXIT = "nearest-exit"
    LOWEST_ASN = "lowest-asn"


class Terrain:
    """The geography in the form that the walk takes: every node has at least one state, if need be at an unknown place.

    state_ptr : uint32[n+1]; place : float32[p,3]; home : uint32[n], the first state of each node
    """

    def __init__(self, geography: Geography) -> None:
        counts = sizes(geography.point_ptr)
        self.state_ptr = pointers(np.maximum(counts, 1))
        self.home = self.state_ptr[:-1].copy()
        located = np.repeat(counts > 0, np.maximum(counts, 1))
        self.place = np.full((int(self.state_ptr[-1]), 3), np.nan, np.float32)
        self.place[located] = unit_vectors(geography.point)
        self.meet_key, self.meet_ptr = geography.meet_key, geography.meet_ptr
        self.met_ptr = pointers(np.bincount((self.meet_key >> np.uint64(32)).astype(np.int64), minlength=len(counts)))
        self.met = self.meet_key.astype(np.uint32)  # its lower half
        self.meet = unit_vectors(geography.meet)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What every node may do with traffic: its route, and all its equally good next hops, lanes laid over each other.

    words     : uint64[2n]   as in Routes, of the first lane that has a route
    pointer   : uint32[n+1]
    candidate : uint32[k]    a node, or n + start
    order     : uint32[m]    nodes with a route, every candidate before whom it serves
    """

    words: npt.NDArray[np.uint64]
    pointer: npt.NDArray[np.uint32]
    candidate: npt.NDArray[np.uint32]
    order: npt.NDArray[np.uint32]


def choices(graph: Graph, lanes: list[tuple[Entering, Routes]], validation: Validation | None) -> Choices:
    """Lay the lanes over each other, the longest prefix first. 0.8 ms for one lane of 77,000 ASes."""
    answers = [_lane(graph, columns, routes, validation) for columns, routes in lanes]
    answer = answers[0]
    for below in answers[1:]:
        answer = _over(answer, below)
    return answer


def _lane(graph: Graph, columns: Entering, routes: Routes, validation: Validation | None) -> Choices:
    from catchment.simulate.kernels import forward as kernel  # noqa: PLC0415  numba is slow to import

    n = len(graph)
    fill = np.empty(n, np.uint32)
    pointer, candidate = kernel.candidates(
        graph.provider_ptr, graph.provider, graph.peer_ptr, graph.peer,
        columns.at, columns.route, columns.route_class, columns.no_export,
        kinds(validation, n), columns.invalid, routes.words, fill,
    )  # fmt: skip
    found = kernel.settled_order(routes.words, fill)
    return Choices(words=routes.words, pointer=pointer, candidate=candidate, order=fill[:found])


def kinds(validation: Validation | None, n: int) -> npt.NDArray[np.uint8]:
    """uint8[n]: what each node validates, see Validation."""
    return np.zeros(n, np.uint8) if validation is None else validation.kinds


def _over(first: Choices, below: Choices) -> Choices:
    """`first` where it has a route, else `below`."""
    has = first.words[::2] != NONE
    words = np.where(np.repeat(has, 2), first.words, below.words)
    counts = [sizes(choices.pointer) for choices in (first, below)]
    pointer = pointers(np.where(has, counts[0], counts[1]))
    candidate = np.empty(int(pointer[-1]), np.uint32)
    taken = np.repeat(has, counts[0] * has + counts[1] * ~has)
    candidate[taken] = first.candidate[np.repeat(has, counts[0])]
    candidate[~taken] = below.candidate[np.repeat(~has, counts[1])]
    order = np.concatenate([first.order, below.order[~has[below.order]]])
    return Choices(words=words, pointer=pointer, candidate=candidate, order=order)


def chosen_only(graph: Graph, choices: Choices) -> Choices:
    """The same with one candidate a node: the one with the lowest AS number, then the lowest start."""
    words = choices.words[::2]
    reached = words != NONE
    rank = (words >> np.uint64(32) & np.uint64(0xFFFFF)).astype(np.int64)
    start = (words & np.uint64(0xFFFF)).astype(np.int64)
    via_node = graph.by_rank[np.minimum(rank >> 1, len(graph) - 1)].astype(np.int64)
    winner = np.where(rank & 1 == 1, via_node, len(graph) + start)
    return Choices(
        words=choices.words,
        pointer=pointers(reached),
        candidate=winner[reached].astype(np.uint32),
        order=choices.order,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Walks:
    """Where the traffic of each node goes from its home point.

    start    : uint16[n]   the start where it leaves into a site, NO_START when it has no route
    km       : float32[n]  length of the walk, NaN when a place on it is unknown
    how      : uint8[n]    what chose the exit at home: 0 the only one, 1 nearest, 2 lowest AS number, 3 lowest start
    path_ptr, path : uint32[n+1], uint32[m]  the nodes it passes, its own first
    """

    start: npt.NDArray[np.uint16]
    km: Floats
    how: npt.NDArray[np.uint8]
    path_ptr: npt.NDArray[np.uint32]
    path: npt.NDArray[np.uint32]


@dataclass(frozen=True, slots=True, kw_only=True)
class States:
    """The walk from every state that was visited: following, start, km, how, exit as in kernels.forward.walk."""

    following: npt.NDArray[np.int64]
    start: npt.NDArray[np.uint16]
    km: Floats
    how: npt.NDArray[np.uint8]
    exit: npt.NDArray[np.uint32]


def states(graph: Graph, terrain: Terrain, choices: Choices, starts: Starts) -> States:
    """Walk from the home of every node. 2 ms for 77,000 ASes with a point each."""
    from catchment.simulate.kernels import forward as kernel  # noqa: PLC0415  numba is slow to import

    count = len(terrain.place)
    answer = States(
        following=np.empty(count, np.int64),
        start=np.empty(count, np.uint16),
        km=np.empty(count, np.float32),
        how=np.zeros(count, np.uint8),
        exit=np.zeros(count, np.uint32),
    )
    kernel.walk(
        len(graph), choices.pointer, choices.candidate, asn_of(graph, starts), terrain.state_ptr, terrain.place,
        unit_vectors(starts.point), terrain.met_ptr, terrain.met, terrain.meet_ptr, terrain.meet,
        terrain.home,
        answer.following, answer.start, answer.km, answer.how, answer.exit, np.empty(1100, np.int64),
    )  # fmt: skip
    return answer


def asn_of(graph: Graph, starts: Starts) -> npt.NDArray[np.uint32]:
    """uint32[n+s]: the AS number of each candidate, a start's being its origin's; the lower wins."""
    return np.concatenate([graph.asn, starts.asn])


def walks(terrain: Terrain, states: States) -> Walks:
    """The walks from home, with their paths. 1 ms for 77,000 ASes."""
    from catchment.simulate.kernels import forward as kernel  # noqa: PLC0415  numba is slow to import

    pointer, path = kernel.paths(terrain.home, states.following, states.exit, states.start)
    home = terrain.home
    return Walks(start=states.start[home], km=states.km[home], how=states.how[home], path_ptr=pointer, path=path)


BLOCK = 32
"""Targets worked out together: 77,000 ASes x 32 probabilities are 10 MB, whatever the number of sites."""


def shares(
    choices: Choices, starts: Starts, targets: int
) -> tuple[npt.NDArray[np.uint32], npt.NDArray[np.uint16], Floats]:
    """Probabilities of targets when every AS splits ties evenly, without what is zero: pointers, targets, shares.

    A row sums to 1 where the node has a route and is empty elsewhere; targets ascend in a row.
    O(candidates x targets), in blocks of BLOCK targets, so that memory follows the answer and not n x targets.
    """
    from catchment.simulate.kernels import forward as kernel  # noqa: PLC0415  numba is slow to import

    n = len(choices.pointer) - 1
    firsts = range(0, targets, BLOCK)
    share = np.empty((n, min(BLOCK, targets)), np.float32)
    count = np.zeros((len(firsts), n), np.uint32)
    blocks = []
    for row, first in zip(count, firsts, strict=True):
        part = share[:, : targets - first]
        kernel.spread(choices.order, choices.pointer, choices.candidate, starts.target, first, part, row)
        if len(firsts) > 1:  # the next block needs the room
            blocks.append(_gathered(part, first, row, pointers(row)))
    if not blocks:
        pointer = pointers(count[0]) if targets else np.zeros(n + 1, np.uint32)
        return pointer, *(_gathered(share, 0, count[0], pointer) if targets else _nothing())
    return _side_by_side(count, blocks)


Entries = tuple[npt.NDArray[np.uint16], Floats]


def _nothing() -> Entries:
    return np.empty(0, np.uint16), np.empty(0, np.float32)


def _gathered(share: Floats, first: int, count: npt.NDArray[np.uint32], pointer: npt.NDArray[np.uint32]) -> Entries:
    """Targets and probabilities of one block, in the rows that `pointer` makes."""
    from catchment.simulate.kernels import forward as kernel  # noqa: PLC0415  numba is slow to import

    room = int(pointer[-1]) + 1
    target, value = np.empty(room, np.uint16), np.empty(room, np.float32)
    kernel.gather(share, first, count, pointer[:-1].copy(), target, value)
    return target[:-1], value[:-1]


def _side_by_side(
    count: npt.NDArray[np.uint32], blocks: list[Entries]
) -> tuple[npt.NDArray[np.uint32], npt.NDArray[np.uint16], Floats]:
    """Blocks of targets laid side by side, row by row; count is uint32[block, n]."""
    node = np.concatenate([np.repeat(np.arange(count.shape[1], dtype=np.uint32), row) for row in count])
    order = np.argsort(node, kind="stable")
    target = np.concatenate([block[0] for block in blocks])[order]
    value = np.concatenate([block[1] for block in blocks])[order]
    return pointers(count.sum(axis=0)), target, value
