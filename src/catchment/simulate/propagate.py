"""Policy stage: from starts to the best route of every AS, by the decision process of Gao-Rexford routing.

    propagate(graph, starts) -> Routes

Decision of an AS, in order: drop what it must (origin-invalid where it validates, own AS in the path), best class,
shortest path, lowest MED among routes of one neighbour AS, lowest AS number of the next hop, lowest start.
Class and length do not depend on what follows, unless ASes validate origins.

Export (Gao and Rexford 2001): own and customer routes to everyone, peer and provider routes to customers only,
NO_EXPORT to nobody (RFC 1997).
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from catchment.internet.graph import Graph
from catchment.simulate.starts import DOWN, LONGEST, Starts

NONE = np.uint64(2**64 - 1)
CLOSED = 0xFFFF
"""The start number that stands for closed nodes in the kernels."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Routes:
    """The best route of every node, and what it tied with.

    words : uint64[2n]  for node v: words[2v] the route, words[2v+1] a mask of the targets reachable through ties
            (bit target % 64). The route word, most significant first, so that the lesser is the better:
            class:2 | length:10 | tie rank of the next hop:20 | equally good routes:16 | start:16; NONE: no route
    """

    words: npt.NDArray[np.uint64]

    @property
    def reached(self) -> npt.NDArray[np.bool_]:
        """bool[n]: has a route."""
        return np.not_equal(self.words[::2], NONE)

    @property
    def route_class(self) -> npt.NDArray[np.uint8]:
        """uint8[n]: 0 own, 1 customer, 2 peer, 3 provider; 255 no route."""
        return np.where(self.reached, self.words[::2] >> np.uint64(62), np.uint64(255)).astype(np.uint8)

    @property
    def length(self) -> npt.NDArray[np.uint16]:
        """uint16[n]: ASes of the path, the node itself counted, prepends too; 0 no route."""
        return self._field(52, 0x3FF).astype(np.uint16)

    @property
    def tie_rank(self) -> npt.NDArray[np.uint32]:
        """uint32[n]: the next hop, 2 * rank + 1, or even: straight from a start; 0 no route."""
        return self._field(32, 0xFFFFF).astype(np.uint32)

    @property
    def tied(self) -> npt.NDArray[np.uint16]:
        """uint16[n]: equally good routes after class and length; 0 no route."""
        return self._field(16, 0xFFFF).astype(np.uint16)

    @property
    def start(self) -> npt.NDArray[np.uint16]:
        """uint16[n]: the start that the route comes from; 0xFFFF no route."""
        return (self.words[::2] & np.uint64(0xFFFF)).astype(np.uint16)

    @property
    def mask(self) -> npt.NDArray[np.uint64]:
        """uint64[n]: bit t % 64 is set when target t is reachable over tied routes."""
        return self.words[1::2]

    def _field(self, shift: int, mask: int) -> npt.NDArray[np.uint64]:
        word = self.words[::2]
        return np.where(word != NONE, word >> np.uint64(shift) & np.uint64(mask), np.uint64(0))


@dataclass(frozen=True, slots=True, kw_only=True)
class Validation:
    """Which ASes validate origins (RFC 6811) and drop what is invalid.

    kinds : uint8[n]  added up: 1 drops invalid routes from customers, 2 from peers, 4 from providers; 7 all, 0 none
    """

    kinds: npt.NDArray[np.uint8]


class Propagator:
    """A graph with the rooms that the kernels work in, for scenarios one after the other; not for two threads at once.

    The answer of one call is overwritten by the next: copy `Routes.words` to keep it.
    """

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        n = len(graph)
        self._words = np.empty(2 * n, np.uint64)
        self._heard = np.empty(2 * max(graph.core, 1), np.uint64)
        self._group_words = np.empty(2 * len(graph.group_ptr), np.uint64)
        self._front = np.empty(n, np.uint32)
        self._by_length = np.empty(n, np.uint32)
        self._pending = np.zeros((n + 63) // 64, np.uint64)

    def __call__(self, starts: Starts, validation: Validation | None = None) -> Routes:
        """The best route of every node. The general kernel answers where there are provider cycles or ASes validate."""
        if self.graph.cycles or (validation is not None and starts.invalid.any()):
            return propagate_general(self.graph, starts, validation)
        from catchment.simulate.kernels import propagate as kernel  # noqa: PLC0415  numba is slow to import

        g, columns = self.graph, entering(starts)
        kernel.run(
            g.core, g.peering_stubs_end, g.group_end, g.rank, g.provider_ptr, g.provider, g.peer_ptr, g.peer,
            g.group, g.group_ptr, g.group_provider,
            columns.at, columns.route_class, columns.route, columns.mask, columns.no_export, starts.closed,
            self._words, self._heard, self._group_words, self._front, self._by_length, self._pending,
        )  # fmt: skip
        return Routes(words=self._words)


def propagate(graph: Graph, starts: Starts, validation: Validation | None = None) -> Routes:
    """The best route of every node, once. See Propagator for many scenarios."""
    return Propagator(graph)(starts, validation)


def propagate_general(graph: Graph, starts: Starts, validation: Validation | None = None) -> Routes:
    """The same by the kernel that survives provider cycles and honours origin validation; five times slower."""
    from catchment.simulate.kernels import general as kernel  # noqa: PLC0415  numba is slow to import

    g, columns, n = graph, entering(starts), len(graph)
    words = np.empty(2 * n, np.uint64)
    room = 2 * n + len(starts) + 1
    kinds = np.zeros(n, np.uint8) if validation is None else validation.kinds
    kernel.run_general(
        g.rank, g.provider_ptr, g.provider, g.customer_ptr, g.customer, g.peer_ptr, g.peer,
        columns.at, columns.route_class, columns.route, columns.mask, columns.no_export, starts.closed,
        kinds, columns.invalid,
        words, np.empty(1024, np.int64), np.empty(room, np.uint32), np.empty(room, np.int64),
    )  # fmt: skip
    return Routes(words=words)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entering:
    """The starts that are up, as the kernels take them: see kernels.propagate.run."""

    at: npt.NDArray[np.uint32]
    route_class: npt.NDArray[np.uint8]
    route: npt.NDArray[np.uint64]
    mask: npt.NDArray[np.uint64]
    no_export: npt.NDArray[np.bool_]
    invalid: npt.NDArray[np.bool_]


def entering(starts: Starts) -> Entering:
    """The columns of the starts that are up and not beaten by MED. Start numbers stay those of `starts`."""
    row = np.flatnonzero(heard(starts))
    length = starts.length[row].astype(np.uint64)
    assert not len(row) or length.max() <= LONGEST, "the design or the scenario should have refused so many prepends"
    word = starts.route_class[row].astype(np.uint64) << np.uint64(62)
    word |= length << np.uint64(52)
    word |= starts.tie_rank[row].astype(np.uint64) << np.uint64(32)
    word |= row.astype(np.uint64)
    no_export = np.zeros(CLOSED + 1, bool)
    no_export[: len(starts)] = starts.no_export
    no_export[CLOSED] = True
    invalid = np.zeros(CLOSED + 1, bool)
    invalid[: len(starts)] = starts.invalid
    return Entering(
        at=starts.node[row],
        route_class=starts.route_class[row],
        route=word,
        mask=np.uint64(1) << (starts.target[row].astype(np.uint64) & np.uint64(63)),
        no_export=no_export,
        invalid=invalid,
    )


def heard(starts: Starts) -> npt.NDArray[np.bool_]:
    """bool[s]: which starts are up and survive the MED step at the node where they enter.

    MED is compared between routes of one neighbour AS that are equal in class and length (RFC 4271 9.1.2.2 c); a route
    without one counts as 0. Elimination, never pairwise: with one neighbour AS a side there is nothing to go round.
    """
    up = np.not_equal(starts.length, DOWN)
    if not starts.med.any():
        return up
    rival = np.stack(
        [starts.node, starts.asn, starts.route_class.astype(np.uint32), starts.length.astype(np.uint32)],
        axis=1,
    )
    _, which = np.unique(rival, axis=0, return_inverse=True)
    lowest = np.full(int(which.max()) + 1, np.iinfo(np.uint32).max, np.uint32)
    np.minimum.at(lowest, which[up], starts.med[up])
    survives: npt.NDArray[np.bool_] = up & (starts.med == lowest[which])
    return survives
