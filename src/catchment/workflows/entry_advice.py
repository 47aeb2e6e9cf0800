"""Advice that needs the simulation: sites whose traffic finds no server inside, or a far one; servers without work."""

from collections.abc import Callable, Iterator

from catchment.designfile.rules import Advice
from catchment.designfile.sentences import named
from catchment.model.design import Design
from catchment.model.network import Router
from catchment.model.service import Service
from catchment.model.site import Site
from catchment.results.served import WHOLE, Entrance
from catchment.results.trace import End, Outcome
from catchment.simulate.network.entering import ends_in, ways_in
from catchment.simulate.network.tunnels import Settled
from catchment.workflows.served import at_site

Where = Callable[..., str]
FEW = 4
"""Sites named one by one."""


def entry_advice(design: Design, known: Settled, where: Where) -> Iterator[Advice]:
    """A040 to A043 for a design whose sites are at routers; nothing for any other."""
    if not design.at_routers:
        return
    doors = tuple(dict.fromkeys(door for site in design.sites for door in _doors(site)))
    for service in design.services:
        asked = [one for one in service.addresses if any(one in prefix for prefix in design.prefixes)]
        if asked:  # addresses of one service go alike unless a static route says otherwise; the first stands for all
            ways = ways_in(known, doors, asked[0])
            found = dict(zip(doors, ends_in(doors, ways, service), strict=True))
            at = where("services", service.name)
            yield from _lost(service, found, at)
            yield from _across(design, service, found, at)
            yield from _idle(design, service, found, at)
    yield from _places(design, where)


def _doors(site: Site) -> Iterator[Entrance]:
    for router in dict.fromkeys([*(session.router for session in site.sessions), site.router]):
        if router is not None:
            yield Entrance(site=site.name, neighbour=None, relation="", router=router)


def _lost(service: Service, found: dict[Entrance, tuple[End, ...]], at: str) -> Iterator[Advice]:
    lost = [door for door, ends in found.items() if _delivered(ends) < WHOLE]
    if lost:
        one = "s" if len({door.site for door in lost}) == 1 else ""
        first = next(end for end in found[lost[0]] if end.outcome is not Outcome.SERVER)
        yield Advice(
            where=at,
            rule="A040",
            what=f"{_named(lost)} announce{one} {service.name}, and what enters there is lost: {first.outcome} "
            f"at {first.where}",
            reason="clients are drawn there and get no answer, for the Internet does not see the inside",
            todo="add a server or a route inside, or do not announce its prefix there",
            source="RFC 4786 4.4.1",
        )


def _across(design: Design, service: Service, found: dict[Entrance, tuple[End, ...]], at: str) -> Iterator[Advice]:
    """One advice for a service, however many edges it has: how many have no server, and the farthest of them."""
    sites = {site.name: site for site in design.sites}
    routers = {router.name: router for network in design.networks for router in network.routers}
    away = [
        (end, door)
        for door, ends in found.items()
        for end in ends
        if end.outcome is Outcome.SERVER and not at_site(sites[door.site], routers[end.where.partition("@")[2]])
    ]
    if away:
        places = {door.site for _, door in away}
        slow, door = max(away, key=lambda one: one[0].delay_ms or 0.0)
        time = "" if slow.delay_ms is None else f", {2 * slow.delay_ms:.3g} ms there and back"
        yield Advice(
            where=at,
            rule="A041",
            what=f"{len(places)} of {len({one.site for one in found})} sites at routers have {service.name} served "
            f"elsewhere; the farthest is {door.site}, by {slow.where}{time}",
            reason="the Internet hands over at the nearest session and does not know the way inside, which our own "
            "network carries and clients wait for",
            todo="fine if the network is built for it; else add servers there, or announce only where servers are",
        )


def _idle(design: Design, service: Service, found: dict[Entrance, tuple[End, ...]], at: str) -> Iterator[Advice]:
    reached = {end.where for ends in found.values() for end in ends}
    clients = any(network.clients for network in design.networks)
    servers = [one.name for network in design.networks for one in network.servers if one.service == service.name]
    idle = [name for name in servers if name not in reached]
    if idle and not clients:  # who is inside may well use them
        yield Advice(
            where=at,
            rule="A043",
            what=f"nothing that enters reaches {named(idle)}",
            reason="another server is nearer from every session, so this one works only when others fail",
            todo="fine for a reserve; else lower the cost of the way there, or announce near it",
        )


def _places(design: Design, where: Where) -> Iterator[Advice]:
    routers = {router.name: router for network in design.networks for router in network.routers}
    for site in design.sites:
        for door in _doors(site):
            router = routers[door.router or ""]
            if router.place is not None and not at_site(site, Router(name="", place=router.place)):
                yield Advice(
                    where=where("sites", site.name),
                    rule="A042",
                    what=f"{site.name} stands at {site.place.name or 'its place'}, and its router {router.name} at "
                    f"{router.place.name or 'another'}",
                    reason="where other networks hand over is reckoned from the place of the site",
                    todo="give both one place; sessions at two places are two sites",
                )


def _delivered(ends: tuple[End, ...]) -> float:
    return sum(end.share for end in ends if end.outcome is Outcome.SERVER)


def _named(doors: list[Entrance]) -> str:
    sites = list(dict.fromkeys(door.site for door in doors))
    return named(sites[:FEW]) + (f" and {len(sites) - FEW} more" if len(sites) > FEW else "")
