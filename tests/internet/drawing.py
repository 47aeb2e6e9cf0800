"""Small Internets drawn by hand: rows of links, attributes and locations as the readers of public files give them."""

import numpy as np

from catchment.internet.geography import Geography
from catchment.internet.links import PEER_TO_PEER, PROVIDER_TO_CUSTOMER, Attributes, Links, Locations

Row = tuple[int, int, int]


def sells(provider: int, *customers: int) -> list[Row]:
    return [(provider, customer, PROVIDER_TO_CUSTOMER) for customer in customers]


def peers(a: int, *others: int) -> list[Row]:
    return [(a, b, PEER_TO_PEER) for b in others]


def links(*rows: Row) -> Links:
    table = np.array(rows, np.int64).reshape(-1, 3)
    return Links(
        a=table[:, 0].astype(np.uint32), b=table[:, 1].astype(np.uint32), relation=table[:, 2].astype(np.int8)
    )


def attributes(*rows: tuple[int, float, str, str, str]) -> Attributes:
    """Rows of AS number, weight, country, kind, name; ascending."""
    asn, weight, country, kind, name = zip(*rows, strict=True) if rows else ((), (), (), (), ())
    return Attributes(
        asn=np.array(asn, np.uint32),
        weight=np.array(weight, np.float64),
        country=np.array(country, "S2"),
        kind=tuple(kind),
        name=tuple(name),
    )


def locations(
    points: list[tuple[int, float, float]] | None = None, meets: list[tuple[int, int, float, float]] | None = None
) -> Locations:
    """Rows of AS number, latitude, longitude; and of two AS numbers, latitude, longitude."""
    point = np.array(points or [], np.float64).reshape(-1, 3)
    meet = np.array(meets or [], np.float64).reshape(-1, 4)
    return Locations(
        asn=point[:, 0].astype(np.uint32),
        latitude_deg=point[:, 1].astype(np.float32),
        longitude_deg=point[:, 2].astype(np.float32),
        meet_a=meet[:, 0].astype(np.uint32),
        meet_b=meet[:, 1].astype(np.uint32),
        meet_latitude_deg=meet[:, 2].astype(np.float32),
        meet_longitude_deg=meet[:, 3].astype(np.float32),
    )


def one_place(nodes: int, node: int) -> Geography:
    """A geography in which one node stands at 48.5 N 9.25 E and nobody knows of the others."""
    point_ptr = np.zeros(nodes + 1, np.uint32)
    point_ptr[node + 1 :] = 1
    return Geography(
        point_ptr=point_ptr,
        point=np.array([[48.5, 9.25]], np.float32),
        known=np.full(nodes, 3, np.uint8),
        meet_key=np.empty(0, np.uint64),
        meet_ptr=np.zeros(1, np.uint32),
        meet=np.empty((0, 2), np.float32),
    )
