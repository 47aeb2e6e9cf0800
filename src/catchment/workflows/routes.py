"""Routes: what stands in the tables of routers, and how each of them sees the anycast services."""

from collections.abc import Sequence
from pathlib import Path

from catchment.model.design import Design
from catchment.results.trace import Outcome, RouterTable, ServiceView, Tables
from catchment.simulate.network.follow import Packet, follow
from catchment.simulate.network.rib import Ribs
from catchment.simulate.network.topology import topology
from catchment.workflows.provenance import provenance
from catchment.workflows.trace import check_names, down_of, down_words, read_inside


def routes(path: Path, routers: Sequence[str], down: Sequence[str]) -> Tables:
    """The tables of `routers` (all when none is named) with `down` down. Raises CatchmentError."""
    design = read_inside(path)
    known = [router.name for network in design.networks for router in network.routers]
    check_names("--router", "router", routers, known)
    gone = down_of(design, down)
    tables = []
    for network in design.networks:
        ribs = Ribs(topology(network, gone))
        for router in network.routers:
            if (not routers or router.name in routers) and router.name not in gone.routers:
                tables.append(_table(ribs, design, router.name))
    notes = tuple(
        f"{name} is down and has no table" for name in sorted(gone.routers) if not routers or name in routers
    )
    return Tables(
        title=f"{design.name}: tables{down_words(down)}",
        tables=tuple(tables),
        notes=notes,
        provenance=provenance(path, (), tuple(("down", word) for word in down)),
    )


def _table(ribs: Ribs, design: Design, router: str) -> RouterTable:
    number = ribs.topology.number[router]
    return RouterTable(
        network=ribs.topology.network.name,
        router=router,
        entries=ribs.table(number),
        services=tuple(_views(ribs, design, router)),
    )


def _views(ribs: Ribs, design: Design, router: str) -> "list[ServiceView]":
    number = ribs.topology.number[router]
    views = []
    for service in design.services:
        servers = [one for one in ribs.topology.network.servers if one.service == service.name]
        if not servers:
            continue
        up = [one for one in ribs.topology.servers if one.service == service.name]
        for address in service.addresses:
            ends = follow(ribs, router, Packet(to=address)).ends
            views.append(
                ServiceView(
                    service=service.name,
                    address=address,
                    entry=ribs.match(number, address),
                    beliefs=ribs.beliefs(number, up),
                    leads=tuple((end.where, end.share) for end in ends if end.outcome is Outcome.SERVER),
                )
            )
    return views
