"""Failures for the terminal, and as plain data for JSON."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from rich.console import Group, RenderableType
from rich.markup import escape
from rich.text import Text

from catchment.report.columns import columns
from catchment.report.tables import verdict_table
from catchment.report.trace import made
from catchment.results.failures import Effect, Failures, Reached

MOST_NAMED = 3
"""Clients that are named in one cell."""


def failure_tables(found: Failures) -> RenderableType:
    """A line for each failure that anybody feels, how many nobody feels, and the intents."""
    asks = Counter(one.client for one in found.undisturbed)
    felt = [one for one in found.failures if one.lost or one.moved or one.cut_off]
    parts: list[RenderableType] = [Text(found.title, style="bold")]
    if felt:
        table = columns("down", "", "no longer served", "moved to another server", "cut off")
        for one in felt:
            lost = Text(_effects(one.lost, asks, _why) or "-", style="red" if one.lost else "")
            moved = escape(_effects(one.moved, asks, _server) or "-")
            table.add_row(escape(", ".join(one.down)), one.kind, lost, moved, escape(", ".join(one.cut_off) or "-"))
        parts.append(table)
    bad = sum(1 for one in found.failures if one.lost)
    quiet = len(found.failures) - len(felt)
    parts.append(
        Text(f"{len(found.failures):,} failures tried: {bad:,} take a client's service, nobody feels {quiet:,}")
    )
    if found.verdicts:
        parts += [Text(""), verdict_table(found.verdicts)]
    return Group(*parts)


def _effects(effects: Sequence[Effect], asks: Mapping[str, int], words: Callable[[Effect], str]) -> str:
    """`office: resolver@busan (+4 ms)`, with the address when only one of the client's is concerned; few of many."""
    alike: dict[tuple[str, str], list[str]] = {}
    for one in effects:
        alike.setdefault((one.was.client, words(one)), []).append(str(one.was.to))
    told = [
        f"{client}: {what}" if len(to) == asks[client] else f"{client} to {', '.join(to)}: {what}"
        for (client, what), to in alike.items()
    ]
    more = f"; {len(told) - MOST_NAMED} more" if len(told) > MOST_NAMED else ""
    return "; ".join(told[:MOST_NAMED]) + more


def _why(one: Effect) -> str:
    return one.now.why


def _server(one: Effect) -> str:
    servers = ", ".join(server for server, _ in one.now.servers)
    if one.was.delay_ms is None or one.now.delay_ms is None:
        return servers
    return f"{servers} ({one.now.delay_ms - one.was.delay_ms:+.4g} ms)"


def failures_data(found: Failures) -> dict[str, Any]:
    """All failures as data for JSON."""
    return {
        "title": found.title,
        "undisturbed": [_reached(one) for one in found.undisturbed],
        "failures": [
            {
                "kind": one.kind,
                "down": list(one.down),
                "lost": [{"was": _reached(each.was), "now": _reached(each.now)} for each in one.lost],
                "moved": [{"was": _reached(each.was), "now": _reached(each.now)} for each in one.moved],
                "cut_off": list(one.cut_off),
            }
            for one in found.failures
        ],
        "intents": [{"intent": one.intent, "held": one.held.value, "found": one.found} for one in found.verdicts],
        "notes": list(found.notes),
        "provenance": made(found.provenance),
    }


def _reached(one: Reached) -> dict[str, Any]:
    return {
        "client": one.client,
        "to": str(one.to),
        "service": one.service,
        "servers": dict(one.servers),
        "delivered": one.delivered,
        "delay_ms": one.delay_ms,
        "why": one.why or None,
    }
