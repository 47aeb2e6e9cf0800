"""Routes: what stands in the tables of routers, and how each of them sees the anycast services."""

from collections.abc import Sequence
from pathlib import Path

from catchment.model.design import Design
from catchment.results.trace import Outcome, RouterTable, RouterTables, ServiceView
from catchment.simulate.network.follow import Packet, follow
from catchment.simulate.network.tables import Tables
from catchment.simulate.network.tunnels import settled
from catchment.workflows.provenance import provenance
from catchment.workflows.trace import check_names, down_of, down_words, read_inside


def routes(path: Path, routers: Sequence[str], down: Sequence[str]) -> RouterTables:
    """The tables of `routers` (all when none is named) with `down` down. Raises CatchmentError."""
    design = read_inside(path)
    known = [router.name for network in design.networks for router in network.routers]
    check_names("--router", "router", routers, known)
    gone = down_of(design, down)
    tables = settled(design.inside, gone).tables
    shown = [
        _table(tables, design, router)
        for router in known
        if (not routers or router in routers) and router not in gone.routers
    ]
    notes = tuple(
        f"{name} is down and has no table" for name in sorted(gone.routers) if not routers or name in routers
    )
    return RouterTables(
        title=f"{design.name}: tables{down_words(down)}",
        tables=tuple(shown),
        notes=notes,
        provenance=provenance(path, (), tuple(("down", word) for word in down)),
    )


def _table(tables: Tables, design: Design, router: str) -> RouterTable:
    return RouterTable(
        network=tables.network(router).name,
        router=router,
        entries=tables.table(router),
        services=tuple(_views(tables, design, router)),
    )


def _views(tables: Tables, design: Design, router: str) -> list[ServiceView]:
    views = []
    for service in design.services:
        held = {server.service for server in tables.network(router).servers}
        if not service.routers or (service.name not in held and not tables.inside.links):
            continue
        up = [one for one in tables.servers if one.service == service.name]
        for address in service.addresses:
            ends = follow(tables, router, Packet(to=address)).ends
            views.append(
                ServiceView(
                    service=service.name,
                    address=address,
                    entry=tables.match(router, address),
                    beliefs=tables.beliefs(router, up),
                    leads=tuple((end.where, end.share) for end in ends if end.outcome is Outcome.SERVER),
                )
            )
    return views
