"""Who answers the clients that enter our networks, for the terminal: entrance by entrance, server by server."""

from collections.abc import Sequence
from dataclasses import dataclass

from rich import box
from rich.console import Group, RenderableType
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from catchment.report.tables import MOST_ROWS, milliseconds, networks, share
from catchment.report.trace import ends_in_words, finding_text
from catchment.results.served import EnteredRow, Served, ServedService, ServerRow
from catchment.results.trace import End, Outcome


def served_tables(served: Served, before: Served | None) -> RenderableType:
    """For each service two tables and a line, and then the findings; `before`: without the scenario."""
    parts: list[RenderableType] = []
    for number, service in enumerate(served.services):
        was = _same(service, before, number)
        parts += [
            Text(f"inside: {service.service} {', '.join(map(str, service.addresses))}", style="bold"),
            _entered_table(service, was),
            Text(""),
            _server_table(service, was),
            _line(service),
            *([Text("")] if number < len(served.services) - 1 else []),
        ]
    if served.findings:
        parts += [Text(""), *(finding_text(finding) for finding in served.findings)]
    return Group(*parts)


def _same(service: ServedService, before: Served | None, number: int) -> ServedService | None:
    if before is None:
        return None
    same = [one for one in before.services if one.service == service.service]
    return next((one for one in same if one.addresses == service.addresses), same[0] if same else None)


@dataclass(frozen=True, slots=True)
class _Door:
    """A router of a site, with all its sessions."""

    site: str
    router: str | None
    sessions: int
    clients: int
    share: float
    ends: tuple[End, ...]


def _doors(rows: Sequence[EnteredRow]) -> list[_Door]:
    doors: dict[tuple[str, str | None], list[EnteredRow]] = {}
    for row in rows:
        doors.setdefault((row.entrance.site, row.entrance.router), []).append(row)
    return [
        _Door(
            site=site,
            router=router,
            sessions=sum(row.entrance.neighbour is not None for row in held),
            clients=sum(row.clients for row in held),
            share=sum(row.share for row in held),
            ends=held[0].ends,
        )
        for (site, router), held in doors.items()
    ]


def _table(columns: Sequence[str], words: Sequence[str]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, collapse_padding=True)
    for column in columns:
        table.add_column(column, justify="left" if column in words else "right", overflow="fold")
    return table


def _entered_table(service: ServedService, before: ServedService | None) -> RenderableType:
    """Where clients enter, and who answers what enters there."""
    was = {(door.site, door.router): door for door in _doors(before.entered)} if before else {}
    columns = [
        "enters at",
        "router",
        "sessions",
        "clients",
        "share",
        *(["was"] if before else []),
        "served by",
        "RTT inside",
    ]
    table = _table(columns, ("enters at", "router", "served by"))
    doors = _doors(service.entered)
    largest = sorted(range(len(doors)), key=lambda i: -doors[i].share)[:MOST_ROWS]
    for i in sorted(largest):
        door = doors[i]
        old = was.get((door.site, door.router))
        table.add_row(
            escape(door.site),
            escape(door.router or "-"),
            str(door.sessions or "-"),
            f"{door.clients:,}",
            share(door.share),
            *([share(old.share if old else 0.0)] if before else []),
            Text(ends_in_words(door.ends), style="" if _arrives(door.ends) else "red"),
            _inside(door.ends),
        )
    gone = [key for key in was if key not in {(door.site, door.router) for door in doors}]
    lines = [Text(f"nothing enters any more at {', '.join(router or site for site, router in gone[:12])}"
                  + (f" and {len(gone) - 12} more" if len(gone) > 12 else ""))] if gone else []  # fmt: skip
    if len(doors) > len(largest):
        lines.append(
            Text(f"{len(doors) - len(largest):,} routers with smaller shares are left out; -o json has them all")
        )
    return Group(table, *lines)


def _arrives(ends: Sequence[End]) -> bool:
    return sum(end.share for end in ends if end.outcome is Outcome.SERVER) > 0.9999


def _inside(ends: Sequence[End]) -> str:
    """The mean round trip to the servers."""
    reached = [end for end in ends if end.outcome is Outcome.SERVER]
    whole = sum(end.share for end in reached)
    if not whole or any(end.delay_ms is None for end in reached):
        return "-"
    return f"{2 * sum(end.share * (end.delay_ms or 0.0) for end in reached) / whole:.3g} ms"


def _server_table(service: ServedService, before: ServedService | None) -> Table:
    """Per server: clients, share, how much of it crossed our own network, round trips."""
    was = {row.name: row for row in (*before.servers, before.total)} if before else {}
    columns = [
        "server",
        "clients",
        "share",
        *(["was"] if before else []),
        "from elsewhere",
        "RTT inside",
        "RTT",
        "p90",
    ]
    table = _table(columns, ("server",))
    for row in (*service.servers, service.total):
        if row is service.total:
            table.add_section()
        old = was.get(row.name)
        table.add_row(
            escape(row.name) + ("" if row.up else " (down)"),
            f"{row.clients:,}",
            share(row.share),
            *([share(old.share if old else 0.0)] if before else []),
            share(row.across),
            _mean(row),
            milliseconds(row.median_rtt_ms),
            milliseconds(row.p90_rtt_ms),
            style="" if row.up else "dim",
        )
    return table


def _mean(row: ServerRow) -> str:
    return "-" if row.inside_ms != row.inside_ms else f"{row.inside_ms:.3g} ms"


def _line(service: ServedService) -> Text:
    lost = service.lost_clients
    what = f"lost inside: {networks(lost)}, {share(service.lost_share)} of weight"
    return Text(what, style="red" if lost else "")
