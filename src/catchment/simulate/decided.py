"""Which step of the decision process left one route at each AS."""

import numpy as np
import numpy.typing as npt

from catchment.internet.graph import Graph
from catchment.results.catchment import DecidedBy, RouteClass
from catchment.results.rows import sizes
from catchment.simulate.forward import TieBreak, asn_of, chosen_only, kinds
from catchment.simulate.propagate import Routes, Validation, heard
from catchment.simulate.situation import Lane, Situation
from catchment.simulate.starts import DOWN, Starts

BY_WALK = np.array(
    [DecidedBy.LENGTH, DecidedBy.NEAREST_EXIT, DecidedBy.LOWEST_ASN, DecidedBy.SESSION_ORDER], np.uint8
)
"""What `how` of a walk means; its 0, only one candidate, does not come up where routes tie."""


def decided_by(
    graph: Graph, situation: Situation, tie_break: TieBreak, how: npt.NDArray[np.uint8]
) -> npt.NDArray[np.uint8]:
    """uint8[n]: DecidedBy of each node's own decision, for traffic at its home point.

    how : uint8[n]  what chose the exit there, as in forward.Walks
    With several lanes it is the decision in the first lane that the node has a route in. O(n + offers).
    """
    answer = np.full(len(graph), DecidedBy.NO_ROUTE, np.uint8)
    last = BY_WALK[how]
    if tie_break is TieBreak.LOWEST_ASN:
        last = _lowest(graph, situation)
    for lane in reversed(situation.lanes):
        reached = lane.routes.reached
        answer = np.where(reached, _in_lane(graph, lane, situation.validation, last), answer)
    return answer.astype(np.uint8)


def _in_lane(
    graph: Graph, lane: Lane, validation: Validation | None, last: npt.NDArray[np.uint8]
) -> npt.NDArray[np.uint8]:
    from catchment.simulate.kernels import offers as kernel  # noqa: PLC0415  numba is slow to import

    n, columns, routes = len(graph), lane.columns, lane.routes
    told, of_class = np.empty(n, np.uint32), np.empty(n, np.uint32)
    kernel.offers(
        graph.by_rank, graph.provider_ptr, graph.provider, graph.peer_ptr, graph.peer,
        columns.at, columns.route, columns.route_class, columns.no_export, kinds(validation, n), columns.invalid,
        routes.words, bool(graph.cycles), told, of_class,
    )  # fmt: skip
    beaten = _beaten_by_med(lane.starts, routes)
    np.add.at(told, beaten, 1)
    answer = np.where(routes.tied > 1, last, np.uint8(DecidedBy.LENGTH))
    med = np.zeros(n, bool)
    med[beaten] = True
    answer = np.where(med & (routes.tied == 1), np.uint8(DecidedBy.MED), answer)
    answer = np.where((of_class == 1) & ~med, np.uint8(DecidedBy.CLASS), answer)
    answer = np.where(told == 1, np.uint8(DecidedBy.ONLY_ROUTE), answer)
    return np.where(routes.route_class == RouteClass.OWN, np.uint8(DecidedBy.OWN), answer)


def _beaten_by_med(starts: Starts, routes: Routes) -> npt.NDArray[np.int64]:
    """Nodes where a start was equal in class and length to the best route and lost by its MED; once a start."""
    lost = (starts.length != DOWN) & ~heard(starts)
    node = starts.node[lost].astype(np.int64)
    equal = (routes.route_class[node] == starts.route_class[lost]) & (routes.length[node] == starts.length[lost])
    beaten: npt.NDArray[np.int64] = node[equal]
    return beaten


def _lowest(graph: Graph, situation: Situation) -> npt.NDArray[np.uint8]:
    """uint8[n]: whether the lowest AS number left one candidate, or the order of sessions had to."""
    choices, asn = situation.choices, asn_of(graph, situation.announcement.starts)
    node = np.repeat(np.arange(len(graph)), sizes(choices.pointer))
    winner = chosen_only(graph, choices)
    lowest = np.zeros(len(graph), np.uint32)
    lowest[sizes(winner.pointer) > 0] = asn[winner.candidate]
    as_low = np.bincount(node[asn[choices.candidate] == lowest[node]], minlength=len(graph))
    return np.where(as_low > 1, DecidedBy.SESSION_ORDER, DecidedBy.LOWEST_ASN).astype(np.uint8)
