"""Who answers the clients that enter our networks, for the terminal: entrance by entrance, server by server."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rich.console import Group, RenderableType
from rich.markup import escape
from rich.text import Text

from catchment.report.columns import columns
from catchment.report.tables import MOST_ROWS, milliseconds, networks, share
from catchment.report.trace import ends_in_words, finding_text
from catchment.results.served import EnteredRow, Served, ServedService, ServerRow
from catchment.results.trace import End, Outcome

FEW = 12
"""Places named one by one in a line."""


def served_tables(served: Served, before: Served | None, *, narrow: bool = False) -> RenderableType:
    """For each service two tables and a line, and then the findings.

    before : the same without the scenario
    narrow : leave out what can be done without, for terminals below 100 cells
    """
    parts: list[RenderableType] = []
    for service in served.services:
        was = _same(service, before)
        parts += [
            *([Text("")] if parts else []),
            Text(f"inside: {service.service} {', '.join(map(str, service.addresses))}", style="bold"),
            _entered_table(service, was, narrow=narrow),
            Text(""),
            _server_table(service, was, narrow=narrow),
            _line(service),
        ]
    if served.findings:
        parts += [Text(""), *(finding_text(finding) for finding in served.findings)]
    return Group(*parts)


def _same(service: ServedService, before: Served | None) -> ServedService | None:
    same = [one for one in before.services if one.service == service.service] if before else []
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


def _entered_table(service: ServedService, before: ServedService | None, *, narrow: bool) -> RenderableType:
    """Where clients enter, and who answers what enters there."""
    was = {(door.site, door.router): door for door in _doors(before.entered)} if before else {}
    cells: dict[str, Callable[[_Door, _Door | None], str | Text]] = {
        "enters at": lambda door, _: escape(door.site),
        "router": lambda door, _: escape(door.router or "-"),
        **({} if narrow else {"sessions": lambda door, _: str(door.sessions or "-")}),
        **({} if narrow else {"clients": lambda door, _: f"{door.clients:,}"}),
        "share": lambda door, _: share(door.share),
        **({"was": lambda _, old: share(old.share if old else 0.0)} if before else {}),
        "served by": lambda door, old: Text(_who(door, old), style="" if _arrives(door.ends) else "red"),
        "RTT inside": lambda door, _: _inside(door.ends),
    }
    words = ("enters at", "router", "served by")
    table = columns(*cells, numbers=cells.keys() - set(words))
    doors = _doors(service.entered)
    shown = _largest([door.share for door in doors])
    for i in shown:
        old = was.get((doors[i].site, doors[i].router))
        table.add_row(*(cell(doors[i], old) for cell in cells.values()))
    lines = _left_out(len(doors) - len(shown), "routers")
    shut = [router or site for site, router in was if (site, router) not in {(d.site, d.router) for d in doors}]
    if shut:
        more = f" and {len(shut) - FEW} more" if len(shut) > FEW else ""
        lines.append(Text(f"nothing enters any more at {', '.join(shut[:FEW])}{more}"))
    return Group(table, *lines)


def _who(door: _Door, old: _Door | None) -> str:
    """Who serves it, and who did when that is another."""
    now = ends_in_words(door.ends)
    then = now if old is None else ends_in_words(old.ends)
    return now if now == then else f"{now} (was {then})"


def _largest(shares: Sequence[float]) -> list[int]:
    """Where the largest stand, at most MOST_ROWS, in their order."""
    return sorted(sorted(range(len(shares)), key=lambda i: -shares[i])[:MOST_ROWS])


def _left_out(count: int, what: str) -> list[Text]:
    return [Text(f"{count:,} {what} with smaller shares are left out; -o json has them all")] if count else []


def _arrives(ends: Sequence[End]) -> bool:
    return sum(end.share for end in ends if end.outcome is Outcome.SERVER) > 0.9999


def _inside(ends: Sequence[End]) -> str:
    """The mean round trip to the servers."""
    reached = [end for end in ends if end.outcome is Outcome.SERVER]
    whole = sum(end.share for end in reached)
    if not whole or any(end.delay_ms is None for end in reached):
        return "-"
    return f"{2 * sum(end.share * (end.delay_ms or 0.0) for end in reached) / whole:.3g} ms"


def _server_table(service: ServedService, before: ServedService | None, *, narrow: bool) -> RenderableType:
    """Per server: clients, share, how much of it crossed our own network, round trips."""
    was = {row.name: row.share for row in (*before.servers, before.total)} if before else {}
    cells: dict[str, Callable[[ServerRow], str]] = {
        "server": lambda row: escape(row.name) + ("" if row.up else " (down)"),
        "clients": lambda row: f"{row.clients:,}",
        "share": lambda row: share(row.share),
        **({"was": lambda row: share(was.get(row.name, 0.0))} if before else {}),
        "from elsewhere": lambda row: share(row.across),
        "RTT inside": _mean,
        "RTT": lambda row: milliseconds(row.median_rtt_ms),
        **({} if narrow else {"p90": lambda row: milliseconds(row.p90_rtt_ms)}),
    }
    table = columns(*cells, numbers=cells.keys() - {"server"})
    shown = _largest([row.share for row in service.servers])
    for i in shown:
        row = service.servers[i]
        table.add_row(*(cell(row) for cell in cells.values()), style="" if row.up else "dim")
    table.add_section()
    table.add_row(*(cell(service.total) for cell in cells.values()))
    return Group(table, *_left_out(len(service.servers) - len(shown), "servers"))


def _mean(row: ServerRow) -> str:
    return "-" if row.inside_ms != row.inside_ms else f"{row.inside_ms:.3g} ms"


def _line(service: ServedService) -> Text:
    lost = service.lost_clients
    what = f"lost inside: {networks(lost)}, {share(service.lost_share)} of weight"
    return Text(what, style="red" if lost else "")
