"""Finds the networks that are near a place: whom a site there could take as an upstream."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from catchment.internet.internet import Internet
from catchment.model.place import Place
from catchment.results.rows import sizes

EARTH_KM = 6371.0


class Near(NamedTuple):
    """A network with a point near a place.

    distance_km : from the place to its nearest point
    customers   : ASes that buy from it
    peers       : ASes that it peers with
    """

    asn: int
    name: str
    kind: str
    country: str
    distance_km: float
    customers: int
    peers: int


def networks_near(
    internet: Internet, place: Place, kinds: tuple[str, ...] = (), within_km: float = 100.0
) -> list[Near]:
    """The networks with a point within `within_km` of a place, those with most customers first, then by AS number.

    kinds : only ASes of these kinds, as the Internet's data calls them ("tier-1", "transit", ...); without any, all
            ASes that have customers

    Points that were inferred count like given ones; an AS whose points are unknown is never near. O(points).
    """
    graph, geography = internet.graph, internet.geography
    n = len(graph)
    customers = sizes(graph.customer_ptr)
    of_kind = np.array([kind in kinds for kind in internet.kinds])[internet.kind]
    wanted = of_kind if kinds else customers > 0
    owner = np.repeat(np.arange(n), sizes(geography.point_ptr))
    rows = np.flatnonzero(wanted[owner])
    distance = np.full(n, np.inf)
    np.minimum.at(distance, owner[rows], distance_km(place, geography.point[rows].astype(np.float64)))
    found = np.flatnonzero(distance <= within_km)
    found = found[np.lexsort((graph.asn[found], -customers[found]))]
    peers = sizes(graph.peer_ptr)
    return [
        Near(
            asn=int(graph.asn[v]),
            name=internet.name(v),
            kind=internet.kinds[internet.kind[v]],
            country=internet.country[v].decode("ascii", "replace"),
            distance_km=float(distance[v]),
            customers=int(customers[v]),
            peers=int(peers[v]),
        )
        for v in found.tolist()
    ]


def distance_km(place: Place, point: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Great circles by the haversine formula, which is exact for small distances too."""
    lat, lon = np.radians(place.latitude_deg), np.radians(place.longitude_deg)
    lats, lons = np.radians(point[:, 0]), np.radians(point[:, 1])
    half = np.sin((lats - lat) / 2) ** 2 + np.cos(lat) * np.cos(lats) * np.sin((lons - lon) / 2) ** 2
    return np.asarray(2 * EARTH_KM * np.arcsin(np.sqrt(np.minimum(half, 1.0))))
