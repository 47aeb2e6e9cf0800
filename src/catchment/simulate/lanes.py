"""One design compiled for sweeping: 64 scenarios at a time, exactly as if each were run alone.

    plan = compile_plan(graph, starts)          # once: 1 ms
    lanes = Lanes(plan)                         # room to work in, one for each thread
    lanes.run(lengths)                          # uint16[start, 64] -> rows, 0.4 ms

The starts are fixed; a scenario is their lengths, DOWN for those that announce nothing.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from catchment.internet.graph import Graph
from catchment.results.rows import Index
from catchment.simulate.starts import Starts

LANES = 64
ROW_BYTES = 128
NOWHERE = np.uint32(0xFFFFFFFF)
APART = np.uint32(1 << 31)
NO_ROUTE = 255
"""In the answer of `Lanes.expand`: the route of a node that has none."""

Bytes = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Which ASes hear from whom, for one set of starts. Read-only, for all threads.

    row        : uint32[n]  the row of each node in the answer
    rows       : rows that nodes point to; the starts' rows stand behind them
    hear_ptr ... odd_provider : see kernels.sweep.sweep
    """

    graph: Graph
    starts: Starts
    row: Index
    rows: int
    hear_ptr: Index
    hear: Index
    own_ptr: Index
    own: Index
    mute: Bytes
    closure_of: Index
    peer_ptr: Index
    peer: Index
    special: Index
    odd: Index
    odd_row: Index
    odd_peer_ptr: Index
    odd_provider_ptr: Index
    odd_provider: Index

    @property
    def members(self) -> int:
        """ASes of the closure: at or above an own or customer start."""
        return len(self.hear_ptr) - 1


def compile_plan(graph: Graph, starts: Starts) -> Plan:
    """Find the ASes that need rows, and their lists. 1 ms on 77,000 ASes with a few dozen starts.

    The graph must be free of provider cycles: with them no order makes every AS final when it is read.
    """
    assert not graph.cycles, "provider cycles are for the general kernel"
    from catchment.simulate.kernels import sweep_compile as kernel  # noqa: PLC0415  numba is slow to import

    n, s = len(graph), len(starts)
    closed = np.zeros(n, bool)
    closed[starts.closed] = True
    # a closed node hears only its own announcement
    climbs = (starts.route_class == 0) | ((starts.route_class == 1) & ~closed[starts.node])
    telling = starts.node[climbs & ~starts.no_export]
    quiet = np.setdiff1d(starts.node[climbs & starts.no_export], telling)
    room = np.empty(n, np.uint32)
    found = kernel.closure(graph.provider_ptr, graph.provider, telling, quiet, starts.closed, room)
    member = room[:found].copy()
    closure_of = np.full(n, NOWHERE, np.uint32)
    closure_of[member] = np.arange(len(member), dtype=np.uint32)
    starting = start_order(starts)
    salt = np.random.default_rng(5).integers(1, 2**63, len(member) + s, dtype=np.uint64)

    def turned(route_class: int, pointer: Index, neighbour: Index) -> tuple[Index, Index, npt.NDArray[np.uint64]]:
        entering = starting[starts.route_class[starting] == route_class]
        speaker = _by_tie_rank(graph, member, starts, entering)
        answer: tuple[Index, Index, npt.NDArray[np.uint64]] = kernel.hearers(
            speaker, member, starts.node, pointer, neighbour, n, salt
        )
        return answer

    hear_ptr, hear = _rows_of(member, closed, *turned(1, graph.provider_ptr, graph.provider)[:2])
    peer_ptr, peer, digest = turned(2, graph.peer_ptr, graph.peer)
    own_ptr, own = _own_starts(closure_of, member, starts, starting)

    odd = np.unique(np.concatenate([starts.node[(starts.route_class == 3) | starts.no_export], starts.closed]))
    table = np.full(1 << (2 * (n - graph.core) + 2).bit_length(), -1, np.int32)
    row = np.arange(n, dtype=np.uint32)
    stubs = np.empty(n - graph.core, np.uint32)
    count = kernel.special_stubs(
        np.uint32(graph.core), graph.group, peer_ptr, peer, digest, closure_of, odd, table, row, stubs
    )
    own_rows = graph.core + len(graph.group_ptr) - 1
    apart = row[graph.core :] >= APART
    row[graph.core :][apart] = (row[graph.core :][apart] ^ APART) + np.uint32(own_rows)
    odd_row = np.arange(len(odd), dtype=np.uint32) + np.uint32(own_rows + count)
    row[odd] = odd_row
    rows = own_rows + count + len(odd)
    odd_peer_ptr, odd_provider_ptr, odd_provider = _odd_lists(graph, starts, odd, peer_ptr, rows, starting)
    mute = np.zeros(len(member) + s, np.uint8)
    mute[len(member) :][starts.no_export] = 255
    return Plan(
        graph=graph,
        starts=starts,
        row=row,
        rows=rows,
        hear_ptr=hear_ptr,
        hear=hear,
        own_ptr=own_ptr,
        own=own,
        mute=mute,
        closure_of=closure_of,
        peer_ptr=peer_ptr,
        peer=peer,
        special=stubs[:count].copy(),
        odd=odd.astype(np.uint32),
        odd_row=odd_row,
        odd_peer_ptr=odd_peer_ptr,
        odd_provider_ptr=odd_provider_ptr,
        odd_provider=odd_provider,
    )


def start_order(starts: Starts) -> npt.NDArray[np.int64]:
    """The starts in the order in which equals win at one node: origin AS number, MED, row.

    MED compares only routes of one neighbour AS (RFC 4271 9.1.2.2 c), so it comes after the AS number.
    """
    return np.lexsort((np.arange(len(starts)), starts.med, starts.asn, starts.tie_rank))


def _by_tie_rank(graph: Graph, member: Index, starts: Starts, entering: npt.NDArray[np.int64]) -> Index:
    """Closure members and the given starts (behind them) as speakers, lowest AS number first."""
    rank = np.concatenate([2 * graph.rank[member].astype(np.int64) + 1, starts.tie_rank[entering]])
    speaker = np.concatenate([np.arange(len(member)), len(member) + entering])
    return speaker[np.argsort(rank, kind="stable")].astype(np.uint32)


def _rows_of(member: Index, closed: npt.NDArray[np.bool_], pointer: Index, column: Index) -> tuple[Index, Index]:
    """The rows of the members only; of closed ones empty."""
    count = np.where(closed[member], 0, pointer[member + np.uint32(1)].astype(np.int64) - pointer[member])
    begin = np.zeros(len(member) + 1, np.uint32)
    np.cumsum(count, out=begin[1:])
    place = np.repeat(pointer[member].astype(np.int64) - begin[:-1], count) + np.arange(int(begin[-1]))
    return begin, column[place]


def _own_starts(
    closure_of: Index, member: Index, starts: Starts, starting: npt.NDArray[np.int64]
) -> tuple[Index, Index]:
    """The own starts of each closure member, as rows of `offered`."""
    own = starting[starts.route_class[starting] == 0]
    at = closure_of[starts.node[own]]
    begin = np.zeros(len(member) + 1, np.uint32)
    np.cumsum(np.bincount(at, minlength=len(member)), out=begin[1:])
    return begin, (own[np.argsort(at, kind="stable")] + len(member)).astype(np.uint32)


def _odd_lists(
    graph: Graph, starts: Starts, odd: Index, peer_ptr: Index, rows: int, starting: npt.NDArray[np.int64]
) -> tuple[Index, Index, Index]:
    """Peer ranges and provider lists of the odd nodes, as in kernels.sweep.sweep; of closed ones empty."""
    closed = set(starts.closed.tolist())
    entering: dict[int, list[int]] = {}
    for start in starting[starts.route_class[starting] == 3].tolist():
        entering.setdefault(int(starts.node[start]), []).append(start)
    ranges = np.zeros(2 * len(odd), np.uint32)
    begin = np.zeros(len(odd) + 1, np.uint32)
    pairs: list[tuple[int, int]] = []
    for i, v in enumerate(odd.tolist()):
        if v not in closed:
            ranges[2 * i : 2 * i + 2] = peer_ptr[v : v + 2]
            heard = [
                (2 * int(graph.rank[p]) + 1, p, 0)
                for p in graph.provider[graph.provider_ptr[v] : graph.provider_ptr[v + 1]].tolist()
            ]
            heard += [
                (int(starts.tie_rank[start]), rows + start, 255 if starts.no_export[start] else 0)
                for start in entering.get(v, ())
            ]
            heard.sort(key=lambda one: one[0])  # stable: starts of one AS stay in their order
            pairs += [(at, mute) for _, at, mute in heard]
        begin[i + 1] = len(pairs)
    return ranges, begin, np.array(pairs, np.uint32).reshape(-1)


class Lanes:
    """Room to run a plan in; not for two threads at once. 8 MB for 77,000 ASes.

    `answer` holds the rows of the last run: overwritten by the next.
    """

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        s = len(plan.starts)
        self._kept = aligned_rows(plan.members)
        self._offered = aligned_rows(plan.members + s)
        self.answer = aligned_rows(plan.rows + s)

    def run(self, lengths: npt.NDArray[np.uint16], byte: int = 0) -> int:
        """Answer 64 scenarios into `self.answer`.

        lengths : uint16[s, 64]  of the starts, DOWN, one column a scenario
        byte    : which byte of the target number is carried: 0, or 1 for designs with more than 255 targets
        returns the lanes, as bits, that hold a path of more than 62 ASes: their answers are worthless, ask propagate().
        """
        from catchment.simulate.kernels import sweep as kernel  # noqa: PLC0415  numba is slow to import

        assert lengths.shape == (len(self.plan.starts), LANES), "short batches are padded"
        p, g = self.plan, self.plan.graph
        over = kernel.enter(
            lengths, p.starts.route_class, p.starts.target, 8 * byte, p.members, p.rows, self._offered, self.answer
        )
        over |= kernel.sweep(
            g.core, g.provider_ptr, g.provider, g.group, g.group_ptr, g.group_provider,
            p.hear_ptr, p.hear, p.own_ptr, p.own, p.mute, p.closure_of, p.peer_ptr, p.peer, p.special,
            p.odd, p.odd_row, p.odd_peer_ptr, p.odd_provider_ptr, p.odd_provider,
            self._kept, self._offered, self.answer,
        )  # fmt: skip
        return int(over)

    def expand(self) -> tuple[Bytes, Bytes]:
        """(route, target byte) of every node in the last run: uint8[n, 64] each.

        route is class << 6 | length, both as in propagate.Routes; 255 no route, and its target means nothing.
        """
        rows = self.answer.reshape(-1, 2, LANES)[self.plan.row]
        return rows[:, 0], rows[:, 1]


def aligned_rows(rows: int) -> Bytes:
    """uint8[128 rows], all 255, on a 64-byte border: a vector is then one cache line."""
    room = np.full(rows * ROW_BYTES + 64, 255, np.uint8)
    skip = -room.ctypes.data % 64
    return room[skip : skip + rows * ROW_BYTES]
