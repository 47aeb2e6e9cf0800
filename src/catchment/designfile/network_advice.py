"""Advice on networks of our own: private space, links that cost differently each way, a service at one router only."""

from collections.abc import Callable, Iterator
from ipaddress import ip_network

from catchment.designfile.rules import Advice
from catchment.designfile.special import INSIDE, special_prefix
from catchment.model.design import Design
from catchment.model.network import BACKBONE, Igp, Level

Where = Callable[..., str]


def network_advice(design: Design, where: Where) -> Iterator[Advice]:
    """What a design that is sound says of its networks; nothing for a design without any."""
    for service in design.services:
        if not service.routers:
            continue
        for index, address in enumerate(service.addresses):
            special = special_prefix(ip_network(f"{address}/{address.max_prefixlen}"))
            if special and special[0] in INSIDE:
                path = ("services", service.name, "address", *((index,) if len(service.addresses) > 1 else ()))
                yield Advice(
                    where=where(*path),
                    rule="A020",
                    what=f"{address} of {service.name} is set aside for {special[0]}",
                    reason="right inside one AS; it cannot serve the Internet, where no network carries it",
                    todo="nothing, as long as every client is inside; else take addresses that are assigned to you",
                    source=f"{special[1]}, RFC 4786 4.3.1",
                )
        if len(service.routers) == 1 and not service.sites:
            yield Advice(
                where=where("services", service.name, "at"),
                rule="A023",
                what=f"{service.name} hangs on {service.routers[0]} only",
                reason="anycast spreads and survives by having several; with one, every failure is an outage",
                todo="add a server at a second router",
                source="RFC 4786 3.2",
            )
    yield from _directions(design, where)
    yield from _borders(design, where)


def _borders(design: Design, where: Where) -> Iterator[Advice]:
    """Areas of several routers of which one only leads out."""
    for network in design.networks:
        areas: dict[str, tuple[set[str], set[str]]] = {}  # area -> its borders, its other routers
        if network.igp is Igp.OSPF:
            for name, held in network.areas().items():
                for area in held:
                    areas.setdefault(area, (set(), set()))[len(held) == 1].add(name)
            areas = {area: held for area, held in areas.items() if area != BACKBONE} if len(areas) > 1 else {}
        elif network.igp is Igp.ISIS:
            for router in network.routers:
                if router.level.has(1):
                    areas.setdefault(router.area, (set(), set()))[router.level is Level.ONE].add(router.name)
        for area, (borders, others) in areas.items():
            if len(borders) == 1 and others:
                border = min(borders)
                yield Advice(
                    where=where("networks", network.name, "routers", border),
                    rule="A025",
                    what=f"area {area} of {network.name} hangs on {border} only",
                    reason="when it fails, nobody in the area reaches anything outside, and nobody outside the area",
                    todo="give the area a second border router",
                )


def _directions(design: Design, where: Where) -> Iterator[Advice]:
    for network in design.networks:
        for position, link in enumerate(network.links):
            first, second = link.ends
            if first.cost != second.cost:
                yield Advice(
                    where=where("networks", network.name, "links", position),
                    rule="A021",
                    what=f"{link.name} costs {first.cost} from {first.router} and {second.cost} from {second.router}",
                    reason="packets and their answers may take different ways, which firewalls with state drop and "
                    "which makes delays hard to read",
                    todo="give both directions one cost, unless this is meant",
                    source="RFC 2328 2.1",
                )
