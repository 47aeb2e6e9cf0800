"""Served: the clients that enter our own networks, followed inside to the server that answers them."""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from catchment.internet.near import distance_km
from catchment.model.address import Address, Prefix
from catchment.model.design import Design
from catchment.model.network import Router
from catchment.model.service import Service
from catchment.model.site import Site
from catchment.results.catchment import NOWHERE, Catchment
from catchment.results.served import ENTERED, WHOLE, Arriving, Entrance, Served, ServedService, tally
from catchment.results.served import Question as Counted
from catchment.results.trace import End, Outcome, TraceFinding
from catchment.simulate.entered import entered, entrances
from catchment.simulate.network.entering import ends_in, entering_findings, ways_in
from catchment.simulate.network.follow import Way
from catchment.simulate.network.topology import Down
from catchment.simulate.network.tunnels import Settled, settled
from catchment.simulate.predict import Question
from catchment.simulate.scenario import Scenario
from catchment.simulate.situation import Simulator, Situation

SAME_PLACE_KM = 100.0
"""Of a site and a router: no farther apart than an airport and the data centres around its city."""


def down_inside(design: Design, scenario: Scenario) -> Down:
    """What of our own networks a scenario takes down."""
    asked = frozenset(scenario.inside)
    return Down(
        routers=asked & {router.name for network in design.networks for router in network.routers},
        links=asked & {link.name for link in design.inside.all_links},
        servers=asked & {server.name for network in design.networks for server in network.servers},
    )


def served(simulator: Simulator, question: Question, situation: Situation, catchment: Catchment) -> Served:
    """What the inside does with the clients of a catchment, for every service in its prefix."""
    design = question.design
    found, entrance = enter(simulator, situation, catchment)
    clients = Arriving(
        entrance=entrance,
        weight=catchment.weight,
        rtt_ms=catchment.rtt_ms.astype(np.float64),
    )
    down = down_inside(design, question.scenario)
    known = settled(design.inside, down)
    services: list[ServedService] = []
    findings: list[TraceFinding] = []
    for service, addresses, ways, ends in _asked(design, question.prefix, known, found):
        counted = Counted(
            service=service.name,
            addresses=addresses,
            servers=tuple(_servers(design, service)),
            down=_gone(design, down),
        )
        services.append(tally(counted, found, ends, clients))
        findings += entering_findings(services[-1], ways, str(question.prefix))
    return Served(
        entrances=found,
        client_entrance=clients.entrance,
        services=tuple(services),
        findings=tuple(sorted(findings, key=lambda one: one.rule)),
        notes=tuple(_notes(design, question.prefix, services)),
    )


def enter(
    simulator: Simulator, situation: Situation, catchment: Catchment
) -> tuple[tuple[Entrance, ...], npt.NDArray[np.int32]]:
    """The entrances, and for each client of the catchment, int32[n], the one that it comes in by; NOWHERE."""
    found, start = entrances(situation.announcement)
    graph = simulator.internet.graph
    nodes = graph.by_rank[np.searchsorted(graph.asn[graph.by_rank], catchment.asn)]
    return found, entered(simulator, situation, start)[nodes]


def serving(design: Design, prefix: Prefix, scenario: Scenario, situation: Situation) -> npt.NDArray[np.bool_]:
    """bool[s+1]: whether all that comes in at a start is served, by every service in the prefix; the last is False.

    A start that is down or a hijacker's is not served either.
    """
    found, start = entrances(situation.announcement)
    known = settled(design.inside, down_inside(design, scenario))
    good = np.ones(len(found) + 1, bool)
    good[NOWHERE] = False
    for _, _, _, ends in _asked(design, prefix, known, found):
        for i, one in enumerate(ends):
            good[i] &= sum(end.share for end in one if end.outcome is Outcome.SERVER) >= WHOLE
    answer: npt.NDArray[np.bool_] = good[np.append(start, NOWHERE)]
    return answer


def _asked(
    design: Design, prefix: Prefix, known: Settled, found: tuple[Entrance, ...]
) -> Iterator[tuple[Service, tuple[Address, ...], dict[str, Way], tuple[tuple[End, ...], ...]]]:
    """Each service with an address in the prefix; addresses that go alike are one."""
    for service in design.services:
        alike: dict[tuple[tuple[End, ...], ...], list[Address]] = {}
        ways: dict[tuple[tuple[End, ...], ...], dict[str, Way]] = {}
        for address in service.addresses:
            if address.version != prefix.version or address not in prefix:
                continue
            way = ways_in(known, found, address)
            ends = ends_in(found, way, service)
            alike.setdefault(ends, []).append(address)
            ways.setdefault(ends, way)
        for ends, addresses in alike.items():
            yield service, tuple(addresses), ways[ends], ends


def _servers(design: Design, service: Service) -> Iterator[tuple[str, frozenset[str]]]:
    """The servers of a service, each with the sites that it is at: those of its router, and those near it."""
    for network in design.networks:
        routers = {router.name: router for router in network.routers}
        for one in network.servers:
            if one.service == service.name:
                yield one.name, frozenset(site.name for site in design.sites if at_site(site, routers[one.router]))
    yield from ((f"{service.name}@{site}", frozenset({site})) for site in service.sites)


def at_site(site: Site, router: Router) -> bool:
    """Whether a router is a site's, or stands near it."""
    if router.name == site.router or any(session.router == router.name for session in site.sessions):
        return True
    if router.place is None:
        return False
    there = np.array([(site.place.latitude_deg, site.place.longitude_deg)])
    return float(distance_km(router.place, there)[0]) <= SAME_PLACE_KM


def _gone(design: Design, down: Down) -> frozenset[str]:
    """The servers that are down, or hang on a router that is."""
    servers = (server for network in design.networks for server in network.servers)
    return frozenset(one.name for one in servers if one.name in down.servers or one.router in down.routers)


def _notes(design: Design, prefix: Prefix, services: list[ServedService]) -> Iterator[str]:
    if not services:
        yield f"no service has an address in {prefix}: nothing is followed inside"
        return
    yield ENTERED
    rows = [row for service in services for row in service.entered if row.clients]
    if any(end.delay_ms is None for row in rows for end in row.ends if end.outcome is Outcome.SERVER):
        yield "a link on a way inside states no delay: the round trip of clients that cross it is not known"
