"""Starts: the places where routes of a design enter the AS graph, and how they look there.

A session to a neighbour puts a route into the neighbour's AS, so the origin need not be a node of the graph:

    transit session       the neighbour has a CUSTOMER route   of 2 + prepend ASes (itself counted)
    peer, route server    the neighbour has a PEER route
    customer session      the neighbour has a PROVIDER route
    site from_internet,   the origin's own node has an OWN route of 1 + prepend ASes and exports it
    hijacker              over the links it has in the graph

No kernel knows sites or sessions: it gets these columns.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

DOWN = 0xFFFF
"""In `Starts.length`: the session is down."""

LONGEST = 1000
"""The longest AS path that the kernels count; design files allow prepends far below it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Starts:
    """All starts of one prefix of one design, s rows, ordered by (origin AS number, order in the design). Read-only.

    That order is the last tie-break: among equal routes of one neighbour AS the lower row wins.

    node        : uint32[s]   the node where the route enters
    route_class : uint8[s]    its class there: 0 own, 1 customer, 2 peer, 3 provider
    length      : uint16[s]   ASes in the path as `node` would announce it, itself counted; DOWN
    tie_rank    : uint32[s]   orders the origin among next hops by AS number: twice the number of ASes of the
                              graph with a lower one; a next hop that is node v has 2 * rank[v] + 1, so even means
                              straight from a start
    target      : uint16[s]   index into targets
    no_export   : bool[s]     the node uses the route and tells nobody
    invalid     : bool[s]     origin-invalid: refused where origins are validated
    med         : uint32[s]   MULTI_EXIT_DISC, 0 when none
    point       : float32[s,2]  latitude and longitude in degrees of the interconnection, NaN when unknown
    asn         : uint32[s]   origin AS number
    closed      : uint32[c]   nodes that neither take nor give a route: origins whose sessions replace their
                              links in the graph; an own start at such a node is heard there, by its own clients
    """

    node: npt.NDArray[np.uint32]
    route_class: npt.NDArray[np.uint8]
    length: npt.NDArray[np.uint16]
    tie_rank: npt.NDArray[np.uint32]
    target: npt.NDArray[np.uint16]
    no_export: npt.NDArray[np.bool_]
    invalid: npt.NDArray[np.bool_]
    med: npt.NDArray[np.uint32]
    point: npt.NDArray[np.float32]
    asn: npt.NDArray[np.uint32]
    closed: npt.NDArray[np.uint32]

    def __len__(self) -> int:
        return len(self.node)
