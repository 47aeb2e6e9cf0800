"""A small case in the types of the product: what our kernels are asked, and their answer in plain Python again."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from tests.twins.case import OWN, Case, Point
from tests.twins.internet import CLASS_BY_ENTRY, Opinion

from catchment.internet.geography import Geography
from catchment.internet.graph import Graph
from catchment.internet.links import PEER_TO_PEER, PROVIDER_TO_CUSTOMER, Links
from catchment.internet.prepare import prepare
from catchment.results.catchment import Known
from catchment.simulate.forward import NO_START, Choices, Walks
from catchment.simulate.propagate import Routes, Validation
from catchment.simulate.starts import DOWN, Starts

KIND_BITS = {"customers": 1, "peers": 2, "providers": 4}


def links_of(case: Case) -> Links:
    return Links(
        a=np.array([link.a for link in case.links], np.uint32),
        b=np.array([link.b for link in case.links], np.uint32),
        relation=np.array([PROVIDER_TO_CUSTOMER if link.provider else PEER_TO_PEER for link in case.links], np.int8),
    )


def graph_of(case: Case) -> Graph:
    return prepare(links_of(case))


def rows_of(case: Case) -> list[int]:
    """The entries in the order of `Starts`: by origin, then as in the design."""
    return sorted(range(len(case.entries)), key=lambda i: (case.entries[i].origin, i))


def starts_of(case: Case, graph: Graph) -> Starts:
    entries = [case.entries[i] for i in rows_of(case)]
    asns = np.array(case.asns)
    unknown = (float("nan"), float("nan"))
    return Starts(
        node=np.array([graph.node(e.at) for e in entries], np.uint32),
        route_class=np.array([CLASS_BY_ENTRY[e.relation] for e in entries], np.uint8),
        length=np.array(
            [DOWN if e.down else e.prepend + (1 if e.relation == OWN else 2) for e in entries], np.uint16
        ),
        tie_rank=np.array([2 * np.searchsorted(asns, e.origin) for e in entries], np.uint32),
        target=np.array([e.site for e in entries], np.uint16),
        no_export=np.array([e.no_export for e in entries], np.bool_),
        invalid=np.array([e.invalid for e in entries], np.bool_),
        med=np.array([e.med for e in entries], np.uint32),
        point=np.array([e.point or unknown for e in entries], np.float32).reshape(-1, 2),
        asn=np.array([e.origin for e in entries], np.uint32),
        closed=np.array(sorted(graph.node(asn) or 0 for asn in case.closed), np.uint32),
    )


def validation_of(case: Case, graph: Graph) -> Validation:
    kinds = np.zeros(len(graph), np.uint8)
    for asn, whose in case.validating:
        kinds[graph.node(asn)] = sum(KIND_BITS[kind] for kind in whose)
    return Validation(kinds=kinds)


def geography_of(case: Case, graph: Graph) -> Geography:
    stands = {graph.node(asn): points for asn, points in case.stands}
    points = [stands.get(v, ()) for v in range(len(graph))]
    meets = []
    for (a, b), where in case.meets:
        low, high = sorted((graph.node(a) or 0, graph.node(b) or 0))
        meets.append((high << 32 | low, where))
    meets.sort()
    return Geography(
        point_ptr=_pointer(points),
        point=_column(points),
        known=np.array([Known.GIVEN if where else Known.UNKNOWN for where in points], np.uint8),
        meet_key=np.array([key for key, _ in meets], np.uint64),
        meet_ptr=_pointer([where for _, where in meets]),
        meet=_column([where for _, where in meets]),
    )


def _pointer(rows: Sequence[Sequence[Point]]) -> npt.NDArray[np.uint32]:
    return np.cumsum([0, *map(len, rows)]).astype(np.uint32)


def _column(rows: Sequence[Sequence[Point]]) -> npt.NDArray[np.float32]:
    return np.array([point for row in rows for point in row], np.float32).reshape(-1, 2)


class Verdict(NamedTuple):
    """What the policy stage says of one AS."""

    route_class: int
    length: int
    next_hop: int
    straight: bool
    tied: int
    sites: frozenset[int]
    entry: int


def twin_says(opinions: dict[int, Opinion], asn: int, sites: frozenset[int]) -> Verdict | None:
    opinion = opinions.get(asn)
    if opinion is None or opinion.best is None:
        return None
    best = opinion.best
    return Verdict(
        best.route_class,
        best.length,
        best.sender,
        best.straight,
        len(opinion.candidates),
        sites,
        best.entry,
    )


def kernel_says(case: Case, graph: Graph, routes: Routes) -> dict[int, Verdict | None]:
    """The answer of a kernel for every AS of the graph, None where there is no route."""
    rows, asns = rows_of(case), case.asns
    columns = zip(
        graph.asn.tolist(),
        routes.reached.tolist(),
        routes.route_class.tolist(),
        routes.length.tolist(),
        routes.tie_rank.tolist(),
        routes.tied.tolist(),
        routes.mask.tolist(),
        routes.start.tolist(),
        strict=True,
    )
    answer: dict[int, Verdict | None] = {}
    for asn, reached, route_class, length, tie_rank, tied, mask, start in columns:
        if not reached:
            answer[asn] = None
            continue
        entry = rows[start]
        straight = tie_rank % 2 == 0
        next_hop = case.entries[entry].origin if straight else asns[tie_rank // 2]
        sites = frozenset(site for site in range(64) if mask >> site & 1)
        answer[asn] = Verdict(route_class, length, next_hop, straight, tied, sites, entry)
    return answer


Candidate = tuple[bool, int]  # over a session: its entry; else: the AS number of the next hop


def candidates_said(case: Case, graph: Graph, choices: Choices) -> dict[int, list[Candidate]]:
    n, rows, answer = len(graph), rows_of(case), {}
    for v, asn in enumerate(graph.asn.tolist()):
        mine = choices.candidate[choices.pointer[v] : choices.pointer[v + 1]].tolist()
        answer[asn] = sorted((c >= n, rows[c - n] if c >= n else int(graph.asn[c])) for c in mine)
    return answer


def shares_said(
    case: Case, graph: Graph, shares: tuple[npt.NDArray[np.uint32], npt.NDArray[np.uint16], npt.NDArray[np.float32]]
) -> dict[int, dict[int, float]]:
    pointer, target, share = (column.tolist() for column in shares)
    answer = {}
    for v, asn in enumerate(graph.asn.tolist()):
        begin, end = pointer[v], pointer[v + 1]
        answer[asn] = dict(zip(target[begin:end], share[begin:end], strict=True))
    return answer


def walks_said(case: Case, graph: Graph, walks: Walks) -> dict[int, tuple[int | None, tuple[int, ...], float | None]]:
    """{AS number: (entry, ASes passed, kilometres)}."""
    rows, answer = rows_of(case), {}
    for v, asn in enumerate(graph.asn.tolist()):
        start, km = int(walks.start[v]), float(walks.km[v])
        passed = tuple(graph.asn[walks.path[walks.path_ptr[v] : walks.path_ptr[v + 1]]].tolist())
        answer[asn] = (None if start == NO_START else rows[start], passed, None if np.isnan(km) else km)
    return answer
