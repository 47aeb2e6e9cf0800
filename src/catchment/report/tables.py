"""Facts as tables for the terminal: rich renderables, drawn from the same objects as JSON."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from rich import box
from rich.console import Group, RenderableType
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from catchment.results.comparison import Comparison, Mover
from catchment.results.summary import SiteRow, Summary
from catchment.results.verdict import Held, Verdict

MOST_ROWS = 60
"""Sites shown in a table; of more, those with the greatest shares."""

MARK = {Held.YES: ("held", "green"), Held.NO: ("BROKEN", "red"), Held.UNKNOWN: ("not checked", "yellow")}


def share(value: float) -> str:
    """A share (0 to 1) as a percentage; what is not quite none or all does not look like it."""
    if math.isnan(value):
        return "-"
    if 0 < value < 0.0005:
        return "<0.1 %"
    if 0.9995 < value < 1:
        return ">99.9 %"
    return f"{value * 100:.1f} %"


def milliseconds(value: float | None) -> str:
    """A time, "-" when not known."""
    return "-" if value is None or math.isnan(value) else f"{value:.0f} ms"


def amount(value: float) -> str:
    """A weight: whole when it is large, in millions when it is huge."""
    if value >= 1e7:
        return f"{value / 1e6:,.0f} M"
    return f"{value:,.0f}" if value >= 100 or value == int(value) else f"{value:,.2f}"


def networks(count: int) -> str:
    """So many networks, in words."""
    return "1 network" if count == 1 else f"{count:,} networks"


def _table(*columns: str) -> Table:
    """The first column is text, the others are numbers."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, collapse_padding=True)
    for i, column in enumerate(columns):
        table.add_column(column, justify="left" if i == 0 else "right", no_wrap=True, overflow="ellipsis")
    return table


def site_table(summary: Summary, change: Comparison | None, *, narrow: bool = False) -> RenderableType:
    """Per site: clients, weight, share, how certain, RTT, who is nearer to another; with a change, the share before.

    expected : the share when every tie is split by its probabilities; certain: the mean probability of the site named
    detour   : the share of its clients for whom another site would be nearer on the Earth
    load     : weight over capacity
    narrow   : leave out what can be done without, for terminals below 100 columns
    """
    was = {} if change is None else {row.name: row.share for row in (*change.before.rows, change.before.total)}
    weighed = any(row.weight != row.clients for row in summary.rows)
    columns = (
        ("site", True, _site_name),
        ("clients", True, lambda row: f"{row.clients:,}"),
        ("weight", weighed and not narrow, lambda row: amount(row.weight)),
        ("share", True, lambda row: share(row.share)),
        ("was", change is not None, lambda row: share(was.get(row.name, math.nan))),
        ("expected", not narrow, lambda row: share(row.expected)),
        ("certain", True, lambda row: share(row.certainty)),
        ("RTT", True, lambda row: milliseconds(row.median_rtt_ms)),
        ("p90", not narrow, lambda row: milliseconds(row.p90_rtt_ms)),
        ("detour", True, lambda row: share(row.elsewhere)),
        ("load", any(row.capacity for row in summary.rows), _load),
    )
    wanted = [(name, cell) for name, is_wanted, cell in columns if is_wanted]
    table = _table(*(name for name, _ in wanted))
    largest = sorted(range(len(summary.rows)), key=lambda i: -summary.rows[i].share)[:MOST_ROWS]
    for i in sorted(largest):
        row = summary.rows[i]
        table.add_row(*(cell(row) for _, cell in wanted), style=_style(row))
    table.add_section()
    table.add_row(*(cell(summary.total) for _, cell in wanted))
    left_out = len(summary.rows) - len(largest)
    lost = f"unreachable: {networks(summary.unreachable_clients)}, {share(summary.unreachable_share)} of weight"
    more = [Text(f"{left_out:,} sites with smaller shares are left out; -o json has them all")] if left_out else []
    return Group(table, *more, Text(lost, style="yellow" if summary.unreachable_share > 0.01 else ""))


def _load(row: SiteRow) -> str:
    return share(row.weight / row.capacity) if row.capacity else "-"


def _style(row: SiteRow) -> str:
    return "red" if row.hijacker else "" if row.up else "dim"


def _site_name(row: SiteRow) -> str:
    return escape(row.name) + ("" if row.up else " (down)")


def verdict_table(verdicts: Sequence[Verdict]) -> Table:
    """The intents of the design and whether they hold."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for column in ("intent", "", "found"):
        table.add_column(column, overflow="fold")
    for verdict in verdicts:
        word, style = MARK[verdict.held]
        table.add_row(escape(verdict.intent), Text(word, style=style), escape(verdict.found))
    return table


def change_lines(change: Comparison) -> RenderableType:
    """Who moved from where to where, in a line and a table."""
    moved = (
        f"against the undisturbed case: {networks(change.moved_clients)}, {share(change.moved_share)} of weight, "
        f"{'goes' if change.moved_clients == 1 else 'go'} to another site; "
        f"{change.rerouted_clients:,} more take another way to the same one"
    )
    return Group(Text(moved), moves_table(change)) if change.moves else Text(moved)


def moves_table(change: Comparison, most: int = 12) -> Table:
    """From site to site, the greatest weight first."""
    table = _table("from", "to", "clients", "weight", "share")
    table.columns[1].justify = "left"
    for move in change.moves[:most]:
        table.add_row(
            escape(move.before), escape(move.after), f"{move.clients:,}", amount(move.weight), share(move.share)
        )
    if len(change.moves) > most:
        rest = change.moves[most:]
        table.add_row("...", f"{len(rest)} more", f"{sum(m.clients for m in rest):,}",
                      amount(sum(m.weight for m in rest)), share(sum(m.share for m in rest)))  # fmt: skip
    return table


def comparison_tables(change: Comparison) -> RenderableType:
    """Two catchments: the shares side by side, the moves, the largest movers."""
    shares = _table("site", "share before", "after", "difference", "median RTT before", "after")
    before = {row.name: row for row in change.before.rows}
    after = {row.name: row for row in change.after.rows}
    for name in dict.fromkeys([*before, *after]):
        was, now = before.get(name), after.get(name)
        shares.add_row(
            escape(name),
            share(was.share) if was else "-",
            share(now.share) if now else "-",
            f"{((now.share if now else 0) - (was.share if was else 0)) * 100:+.1f} %",
            milliseconds(was.median_rtt_ms if was else None),
            milliseconds(now.median_rtt_ms if now else None),
        )
    lines = [
        f"before: {change.titles[0]}",
        f"after:  {change.titles[1]}",
        f"{networks(change.compared)} compared; {change.moved_clients:,}, {share(change.moved_share)} of weight, "
        f"moved; {change.rerouted_clients:,} more take another way to the same site; median RTT "
        f"{milliseconds(change.median_rtt_ms[0])} -> {milliseconds(change.median_rtt_ms[1])}",
    ]
    if change.only_before or change.only_after:
        lines.append(f"not compared: {change.only_before:,} only before, {change.only_after:,} only after")
    if change.weights_differ:
        lines.append("the two weigh clients differently; the weights of the second count")
    parts: list[RenderableType] = [Text("\n".join(lines)), shares]
    if change.moves:
        parts += [moves_table(change), mover_table(change.movers)]
    return Group(*parts)


def mover_table(movers: Sequence[Mover]) -> Table:
    """The clients with most weight that moved."""
    table = _table("largest movers", "", "weight", "from", "to", "RTT before", "after")
    for mover in movers:
        table.add_row(
            f"AS{mover.asn}",
            escape(mover.country),
            amount(mover.weight),
            escape(mover.before),
            escape(mover.after),
            milliseconds(mover.rtt_before_ms),
            milliseconds(mover.rtt_after_ms),
        )
    return table


def near_table(found: Sequence[Mapping[str, Any]]) -> Table:
    """Networks near a place, as internet.near tells them."""
    table = _table("network", "name", "kind", "", "customers", "peers", "distance")
    for column in table.columns[1:4]:
        column.justify = "left"
    for one in found:
        table.add_row(
            f"AS{one['asn']}",
            escape(one["name"]),
            escape(one["kind"]),
            escape(one["country"]),
            f"{one['customers']:,}",
            f"{one['peers']:,}",
            f"{one['distance_km']:,.0f} km",
        )
    return table
