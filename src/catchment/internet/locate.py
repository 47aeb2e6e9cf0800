"""Says where every AS is, from given points, from its neighbours or from its country, and how that is known.

Rules, strongest first (routing-model.md, "Locations of an AS with no data"):

1. points that a source gives                                          Known.GIVEN
2. an AS with customers: the union of its neighbours' points           Known.NEIGHBOURS
3. any AS: the weighted centre of its country                          Known.COUNTRY
4. nothing                                                             Known.UNKNOWN

In rule 2 a customer counts with whatever points it has, since it is met where it is; a peer or a provider
counts with given points only: networks in three continents peer at one exchange, so their countries would say
nothing. Points within the same half degree count as one; at most 32 are kept, those that most neighbours share
first. Where its country is known, its centre goes first: that is where its own clients are taken to be; when its
neighbours add no other place, it counts as known by its country.

Order: stubs, then transit ASes from the bottom of the hierarchy to the top, so that each finds its customers located.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from catchment.internet.geography import Geography
from catchment.internet.graph import Graph
from catchment.internet.links import Locations
from catchment.internet.places import country_centres
from catchment.results.catchment import Known
from catchment.results.rows import Index

MOST_POINTS = 32
"""Points kept of one AS: enough for a carrier on all continents, and a bound for the walk that compares them all."""

CELLS_A_DEGREE = 2

Nodes = npt.NDArray[np.int64]
Points = npt.NDArray[np.float32]


def locate(graph: Graph, locations: Locations | None, country: npt.NDArray[np.bytes_]) -> Geography:
    """Locate every AS of `graph`.

    locations : given points and interconnections, None when there are none; ASes and pairs that the graph lacks are
                passed over; an AS with more than 32 points keeps the first 32
    country   : "S2"[n], in the graph's order, b"" when not known

    Repeatable: neighbours are taken by AS number, equally shared points by the lowest AS number that has them.
    O(links of located ASes), about 0.15 s for CAIDA's 77,242 ASes.
    """
    n = len(graph)
    book = _Book.empty(n)
    if locations is not None:
        _enter_given(graph, locations, book)
    centre = country_centres(country)
    homed = ~np.isnan(centre[:, 0])
    stubs = np.arange(graph.core, n)
    stubs = stubs[(book.known[stubs] != Known.GIVEN) & homed[stubs]]
    book.enter(stubs, np.ones(len(stubs), np.int64), centre[stubs], Known.COUNTRY)
    given = book.known == Known.GIVEN
    for first, end in _batches(graph):
        nodes = np.arange(first, end)
        _enter_transit(graph, nodes[~given[nodes]], given, centre, book)
    point_ptr, point = book.in_order()
    meet_key, meet_ptr, meet = _meetings(graph, locations)
    arrays = (point_ptr, point, book.known, meet_key, meet_ptr, meet)
    for array in arrays:
        array.flags.writeable = False
    return Geography(
        point_ptr=point_ptr,
        point=point,
        known=book.known,
        meet_key=meet_key,
        meet_ptr=meet_ptr,
        meet=meet,
    )


@dataclass(slots=True)
class _Book:
    """Points entered so far, in pieces: node v has count[v] of them from start[v] on."""

    start: Nodes
    count: Nodes
    known: npt.NDArray[np.uint8]
    points: Points
    end: int

    @classmethod
    def empty(cls, n: int) -> "_Book":
        known = np.full(n, Known.UNKNOWN, np.uint8)
        return cls(np.zeros(n, np.int64), np.zeros(n, np.int64), known, np.empty((2 * n + 64, 2), np.float32), 0)

    def enter(self, nodes: Nodes, count: Nodes, points: Points, known: Known) -> None:
        """Enter count[i] points for nodes[i], given one node after the other."""
        while self.end + len(points) > len(self.points):
            self.points = np.concatenate([self.points, np.empty_like(self.points)])
        self.points[self.end : self.end + len(points)] = points
        self.start[nodes] = self.end + np.cumsum(count) - count
        self.count[nodes] = count
        self.known[nodes] = known
        self.end += len(points)

    def in_order(self) -> tuple[Index, Points]:
        """Pointers and points in the order of nodes."""
        pointer = np.zeros(len(self.count) + 1, np.uint32)
        np.cumsum(self.count, out=pointer[1:])
        return pointer, self.points[_spans(self.start, self.count)]


def _spans(start: Nodes, count: Nodes) -> Nodes:
    """start[0], start[0] + 1, ... count[0] of them, then those of 1, and so on."""
    before = np.cumsum(count) - count
    return np.repeat(start - before, count) + np.arange(count.sum())


def _nodes_of(graph: Graph, asn: npt.NDArray[np.uint32]) -> tuple[Nodes, npt.NDArray[np.bool_]]:
    """The node of each AS number, and whether the graph has it."""
    ascending = graph.asn[graph.by_rank]
    rank = np.minimum(np.searchsorted(ascending, asn), len(ascending) - 1)
    return graph.by_rank[rank].astype(np.int64), ascending[rank] == asn


def _enter_given(graph: Graph, locations: Locations, book: _Book) -> None:
    node, here = _nodes_of(graph, locations.asn)
    rows = np.flatnonzero(here)
    rows = rows[np.argsort(node[rows], kind="stable")]
    nodes, first, count = np.unique(node[rows], return_index=True, return_counts=True)
    count = np.minimum(count, MOST_POINTS)
    rows = rows[_spans(first, count)]
    points = np.stack([locations.latitude_deg[rows], locations.longitude_deg[rows]], axis=1)
    book.enter(nodes, count, points.astype(np.float32), Known.GIVEN)


def _batches(graph: Graph) -> list[tuple[int, int]]:
    """Ranges of transit nodes, bottom first, whose customers all stand in earlier ranges.

    Inside a provider cycle no order has that: its ASes come one by one, with the customers located so far.
    """
    pointer = graph.customer_ptr[: graph.core].astype(np.int64)
    if not len(pointer):
        return []
    uppermost = np.minimum.reduceat(graph.customer, pointer).tolist()
    answer = []
    end = graph.core
    while end > 0:
        first = end - 1
        while first > 0 and uppermost[first - 1] >= end:
            first -= 1
        answer.append((first, end))
        end = first
    return answer


def _enter_transit(graph: Graph, nodes: Nodes, given: npt.NDArray[np.bool_], centre: Points, book: _Book) -> None:
    """Locate transit ASes whose customers are located."""
    owner, neighbour = _located_neighbours(graph, nodes, given, book)
    count = book.count[neighbour]
    points = book.points[_spans(book.start[neighbour], count)]
    owner, points = _most_shared(np.repeat(owner, count), np.repeat(neighbour, count), points, centre[nodes])
    homed = np.flatnonzero(~np.isnan(centre[nodes, 0]))
    order = np.argsort(np.concatenate([homed, owner]), kind="stable")
    owner_all = np.concatenate([homed, owner])[order]
    total = np.bincount(owner_all, minlength=len(nodes))
    points = np.concatenate([centre[nodes[homed]], points])[order]
    some = np.bincount(owner, minlength=len(nodes)) > 0
    book.enter(nodes, total, points, Known.NEIGHBOURS)
    alone = nodes[~some]
    book.known[alone] = np.where(total[~some] > 0, Known.COUNTRY, Known.UNKNOWN)


def _located_neighbours(graph: Graph, nodes: Nodes, given: npt.NDArray[np.bool_], book: _Book) -> tuple[Nodes, Nodes]:
    """(place in `nodes`, neighbour) for all customers with points, and for peers and providers with given ones."""
    owners, neighbours = [], []
    for pointer, neighbour, must_be_given in (
        (graph.customer_ptr, graph.customer, False),
        (graph.peer_ptr, graph.peer, True),
        (graph.provider_ptr, graph.provider, True),
    ):
        if must_be_given and not given.any():
            continue
        start = pointer[nodes].astype(np.int64)
        count = pointer[nodes + 1].astype(np.int64) - start
        owner = np.repeat(np.arange(len(nodes)), count)
        other = neighbour[_spans(start, count)].astype(np.int64)
        keep = given[other] if must_be_given else book.count[other] > 0
        owners.append(owner[keep])
        neighbours.append(other[keep])
    owner, other = np.concatenate(owners), np.concatenate(neighbours)
    order = np.lexsort((graph.rank[other], owner))
    return owner[order], other[order]


def _cells(points: Points) -> Nodes:
    """The half-degree cell of each point; the one at 180 degrees east is that at 180 degrees west."""
    round_the_world = 360 * CELLS_A_DEGREE
    y = np.rint(points[:, 0].astype(np.float64) * CELLS_A_DEGREE).astype(np.int64) + 90 * CELLS_A_DEGREE
    x = np.rint(points[:, 1].astype(np.float64) * CELLS_A_DEGREE).astype(np.int64) % round_the_world
    return y * round_the_world + x


def _most_shared(owner: Nodes, neighbour: Nodes, points: Points, home: Points) -> tuple[Nodes, Points]:
    """One point for each cell of each owner, those that most neighbours share first, as many as may be kept.

    Rows come in the order of owners and of neighbours' AS numbers. The cell of the owner's home is left out,
    and one place is kept for it.
    """
    homed = ~np.isnan(home[:, 0])
    home_cell = np.where(homed, _cells(np.nan_to_num(home)), -1)
    cell = _cells(points)
    away = cell != home_cell[owner]
    owner, neighbour, points, cell = owner[away], neighbour[away], points[away], cell[away]
    key = owner << 32 | cell
    order = np.lexsort((neighbour, key))
    again = np.zeros(len(key), bool)  # a second point of one neighbour in one cell
    again[1:] = (key[order][1:] == key[order][:-1]) & (neighbour[order][1:] == neighbour[order][:-1])
    distinct, group = np.unique(key, return_inverse=True)
    shared = np.bincount(group[order[~again]], minlength=len(distinct))
    first = np.full(len(distinct), len(key), np.int64)
    np.minimum.at(first, group, np.arange(len(key)))
    whose = owner[first]
    order = np.lexsort((first, -shared, whose))
    whose, first = whose[order], first[order]
    position = np.arange(len(whose)) - np.searchsorted(whose, whose)
    keep = position < MOST_POINTS - homed[whose]
    return whose[keep], points[first[keep]]


def _meetings(graph: Graph, locations: Locations | None) -> tuple[npt.NDArray[np.uint64], Index, Points]:
    if locations is None or not len(locations.meet_a):
        return np.empty(0, np.uint64), np.zeros(1, np.uint32), np.empty((0, 2), np.float32)
    a, has_a = _nodes_of(graph, locations.meet_a)
    b, has_b = _nodes_of(graph, locations.meet_b)
    rows = np.flatnonzero(has_a & has_b & (a != b))
    key = (np.maximum(a, b)[rows] << 32 | np.minimum(a, b)[rows]).astype(np.uint64)
    order = np.argsort(key, kind="stable")
    rows, key = rows[order], key[order]
    distinct, count = np.unique(key, return_counts=True)
    pointer = np.zeros(len(distinct) + 1, np.uint32)
    np.cumsum(count, out=pointer[1:])
    meet = np.stack([locations.meet_latitude_deg[rows], locations.meet_longitude_deg[rows]], axis=1)
    return distinct, pointer, meet.astype(np.float32)
