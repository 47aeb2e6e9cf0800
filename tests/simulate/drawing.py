"""Designs drawn by hand, for small Internets drawn by hand."""

from ipaddress import ip_network
from typing import Any

from catchment.model.address import Asn, Prefix
from catchment.model.bgp import Relation, Session
from catchment.model.design import Design
from catchment.model.place import Place
from catchment.model.site import Site

PREFIX: Prefix = ip_network("203.0.113.0/24")
MORE_SPECIFIC: Prefix = ip_network("203.0.113.128/25")
ORIGIN = 65536

SEOUL, BUSAN, OSLO, LIMA = (37.5665, 126.978), (35.1796, 129.0756), (59.9139, 10.7522), (-12.0464, -77.0428)


def session(neighbour: int, relation: Relation, **changes: Any) -> Session:
    return Session(neighbour=Asn(neighbour), relation=relation, **changes)


def transit(neighbour: int, **changes: Any) -> Session:
    return session(neighbour, Relation.TRANSIT, **changes)


def peer(neighbour: int, **changes: Any) -> Session:
    return session(neighbour, Relation.PEER, **changes)


def customer(neighbour: int, **changes: Any) -> Session:
    return session(neighbour, Relation.CUSTOMER, **changes)


def route_server(neighbour: int, *members: int) -> Session:
    return session(neighbour, Relation.ROUTE_SERVER, members=tuple(Asn(asn) for asn in members))


def site(name: str, *sessions: Session, at: tuple[float, float] = SEOUL, asn: int = ORIGIN, **changes: Any) -> Site:
    fields: dict[str, Any] = {"prefixes": (PREFIX,), "from_internet": not sessions}
    place = Place(latitude_deg=at[0], longitude_deg=at[1])
    return Site(name=name, place=place, asn=Asn(asn), sessions=sessions, **fields | changes)


def design(*sites: Site, **changes: Any) -> Design:
    fields: dict[str, Any] = {"prefixes": (PREFIX,)}
    return Design(name="demo", sites=sites, **fields | changes)
