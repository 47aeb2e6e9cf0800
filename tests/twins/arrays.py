"""A small case in the types of the product: what our kernels are asked, and their answer in plain Python again."""

from typing import NamedTuple

import numpy as np
from tests.twins.case import OWN, Case
from tests.twins.internet import CLASS_BY_ENTRY, Opinion

from catchment.internet.graph import Graph
from catchment.internet.links import PEER_TO_PEER, PROVIDER_TO_CUSTOMER, Links
from catchment.internet.prepare import prepare
from catchment.simulate.propagate import Routes, Validation
from catchment.simulate.starts import Starts

KIND_BITS = {"customers": 1, "peers": 2, "providers": 4}


def links_of(case: Case) -> Links:
    return Links(
        a=np.array([link.a for link in case.links], np.uint32),
        b=np.array([link.b for link in case.links], np.uint32),
        relation=np.array(
            [PROVIDER_TO_CUSTOMER if link.provider else PEER_TO_PEER for link in case.links], np.int8
        ),
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
        length=np.array([e.prepend + (1 if e.relation == OWN else 2) for e in entries], np.uint16),
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
