"""Traces and routers' tables for the terminal, and as plain data for JSON."""

from collections.abc import Collection, Sequence
from itertools import groupby
from typing import Any

from rich.console import Group, RenderableType
from rich.markup import escape
from rich.text import Text

from catchment.report.columns import columns
from catchment.report.tables import share
from catchment.results.provenance import Provenance
from catchment.results.trace import (
    Belief,
    End,
    Entry,
    Hop,
    NextHop,
    RouterTable,
    RouterTables,
    Trace,
    TraceFinding,
)

MOST_BELIEFS = 4
"""Servers whose cost is shown in one cell, the cheapest ones."""


def trace_summary(traces: Sequence[Trace]) -> RenderableType:
    """A line for each trace: who, to what, where it ends, by which routers; with something down, where it ended before.

    For a single trace there is nothing to sum up, and the text is empty.
    """
    changed = any(trace.was for trace in traces)
    table = columns("from", "to", "ends at", *(["was"] if changed else []), "delay", "by", numbers=("delay",))
    for trace in traces:
        ends = Text(ends_in_words(trace.ends), style="" if trace.delivered > 0.9999 else "red")
        was = [escape(ends_in_words(trace.was)) if _moved(trace) else "the same"] if changed else []
        by = _by(trace) if _one_way(trace) else f"{len(trace.hops)} routers"
        table.add_row(
            escape(trace.client or trace.start), str(trace.to), ends, *was, _delay(trace.ends), escape(by or "-")
        )
    return table


def _moved(trace: Trace) -> bool:
    return [(end.where, round(end.share, 9)) for end in trace.ends] != [
        (end.where, round(end.share, 9)) for end in trace.was
    ]


def _one_way(trace: Trace) -> bool:
    return all(len(hop.chosen) <= 1 for hop in trace.hops)


def ends_in_words(ends: Sequence[End]) -> str:
    """`resolver@seoul`, or shares, or why it does not arrive."""
    words = []
    for end in ends:
        where = end.where if end.arrived else f"{end.outcome} ({end.where})"
        words.append(where if len(ends) == 1 else f"{where} {share(end.share)}")
    return ", ".join(words)


def _delay(ends: Sequence[End]) -> str:
    known = [end for end in ends if end.arrived]
    if not known or any(end.delay_ms is None for end in known):
        return "-"
    whole = sum(end.share for end in known)
    return f"{sum((end.delay_ms or 0.0) * end.share for end in known) / whole:.4g} ms"


def trace_text(trace: Trace) -> RenderableType:
    """One trace: each router with what it matched, what that costs there, where it goes on, and what it believes."""
    parts: list[RenderableType] = [Text(trace.title, style="bold")]
    if trace.hops:
        parts.append(_hops(trace))
    line = f"ends: {ends_in_words(trace.ends)}"
    if trace.was:
        line += f"; before: {ends_in_words(trace.was)}" if _moved(trace) else "; as before"
    if trace.mtu is not None:
        line += f"; delay {_delay(trace.ends)}; smallest MTU {trace.mtu}"
    parts.append(Text(line, style="" if trace.delivered > 0.9999 else "red"))
    parts += [finding_text(finding) for finding in trace.findings]
    return Group(*parts)


def _hops(trace: Trace) -> RenderableType:
    split = any(hop.share < 0.9999 or len(hop.chosen) > 1 for hop in trace.hops)
    believes = any(hop.beliefs for hop in trace.hops)
    met = {(hop.router, hop.inside) for hop in trace.hops}
    heads = ["step", "router", *(["share"] if split else []), "TTL", "matches", "by", "dist/metric", "goes to"]
    table = columns(*heads, *(["believes"] if believes else []), numbers=("step", "share", "TTL", "dist/metric"))
    for hop in trace.hops:
        where = escape(hop.router) + (f"\n  in {escape(' in '.join(hop.inside))}" if hop.inside else "")
        cells = [str(hop.step), where, *([share(hop.share)] if split else []), str(hop.ttl)]
        cells += [*_entry(hop.entry), escape(_goes_to(hop, met))]
        table.add_row(*cells, *([escape(beliefs_in_words(hop.beliefs))] if believes else []))
    return table


def _entry(entry: Entry | None) -> list[str]:
    if entry is None:
        return ["nothing", "-", "-"]
    return [str(entry.prefix), f"{entry.protocol} {entry.kind}".strip(), f"{entry.distance}/{entry.metric}"]


def _goes_to(hop: Hop, met: Collection[tuple[str, tuple[str, ...]]]) -> str:
    """`met`: routers of the trace, with the tunnels that the packet is in there."""
    if hop.entry is None:
        return "dropped"
    if not hop.chosen:
        arrived = hop.inside and hop.entry.end != "discard" and (hop.router, hop.inside[:-1]) in met
        return "out of the tunnel" if arrived else hop.entry.end or "own address"
    if len(hop.chosen) == 1:
        one = hop.chosen[0][0]
        members = hop.entry.next_hops
        place = f" (member {members.index(one) + 1} of {len(members)})" if len(members) > 1 else ""
        return f"into {one.link}" if (hop.router, (*hop.inside, one.link)) in met else next_hop_in_words(one) + place
    return ", ".join(f"{one.router} {share(part)}" for one, part in hop.chosen)


def next_hop_in_words(hop: NextHop) -> str:
    """The router and its address on the link."""
    return f"{hop.router} ({hop.address or hop.link})"


def _by(trace: Trace) -> str:
    """The routers on the way, each once where a header comes on or off."""
    return " > ".join(router for router, _ in groupby(hop.router for hop in trace.hops))


def beliefs_in_words(beliefs: Sequence[Belief]) -> str:
    """`resolver@seoul 1, resolver@busan 11`: cheapest first; what cannot be reached last."""
    ordered = sorted(beliefs, key=lambda belief: (belief.cost is None, belief.cost or 0))
    words = [
        f"{belief.server} {'-' if belief.cost is None else belief.cost} {belief.kind}".rstrip()
        for belief in ordered[:MOST_BELIEFS]
    ]
    return ", ".join(words) + (f", {len(ordered) - MOST_BELIEFS} more" if len(ordered) > MOST_BELIEFS else "")


def finding_text(finding: TraceFinding) -> Text:
    """A finding with its rule, evidence and advice."""
    lines = [f"{finding.rule} {finding.what}", *(f"    {line}" for line in finding.evidence)]
    return Text("\n".join([*lines, *([f"    {finding.todo}"] if finding.todo else [])]), style="yellow")


def router_tables(tables: RouterTables) -> RenderableType:
    """The tables of all routers asked for."""
    parts: list[RenderableType] = [Text(tables.title, style="bold")]
    for one in tables.tables:
        parts += [Text(""), Text(f"{one.router} ({one.network})", style="bold"), _entries(one)]
        parts += [Text("")] * bool(one.services) + [_services(one)] * bool(one.services)
    return Group(*parts)


def _entries(one: RouterTable) -> RenderableType:
    table = columns("prefix", "by", "dist/metric", "next hops", numbers=("dist/metric",))
    for entry in one.entries:
        hops = ", ".join(next_hop_in_words(hop) for hop in entry.next_hops) or entry.end
        hops += (
            f", NEXT_HOP {entry.via}" if entry.via and entry.via not in (h.address for h in entry.next_hops) else ""
        )
        table.add_row(*_entry(entry), escape(hops))
    return table


def _services(one: RouterTable) -> RenderableType:
    table = columns("service", "address", "believes", "its packets end at")
    for view in one.services:
        leads = ", ".join(name if part > 0.9999 else f"{name} {share(part)}" for name, part in view.leads)
        table.add_row(
            escape(view.service), str(view.address), escape(beliefs_in_words(view.beliefs) or "no server"),
            Text(leads or "nowhere", style="" if leads else "red"),
        )  # fmt: skip
    return table


def trace_data(trace: Trace) -> dict[str, Any]:
    """A trace as data for JSON."""
    return {
        "title": trace.title,
        "network": trace.network,
        "client": trace.client or None,
        "router": trace.start,
        "to": str(trace.to),
        "service": trace.service or None,
        "delivered": trace.delivered,
        "ends": [_end(end) for end in trace.ends],
        "was": [_end(end) for end in trace.was],
        "mtu": trace.mtu,
        "hops": [
            {
                "router": hop.router,
                "inside": list(hop.inside),
                "to": str(hop.to),
                "step": hop.step,
                "share": hop.share,
                "ttl": hop.ttl,
                "entry": None if hop.entry is None else entry_data(hop.entry),
                "chosen": [{**_next_hop(one), "share": part} for one, part in hop.chosen],
                "believes": {belief.server: belief.cost for belief in hop.beliefs},
            }
            for hop in trace.hops
        ],
        "legs": [
            {
                "step": leg.step,
                "link": leg.link,
                "from": leg.sender,
                "to": leg.receiver,
                "tunnels": list(leg.tunnels),
                "ttls": list(leg.ttls),
                "share": leg.share,
            }
            for leg in trace.legs
        ],
        "findings": [
            {"rule": one.rule, "what": one.what, "evidence": list(one.evidence), "todo": one.todo}
            for one in trace.findings
        ],
        "notes": list(trace.notes),
        "provenance": made(trace.provenance),
    }


def _end(end: End) -> dict[str, Any]:
    return {"outcome": str(end.outcome), "where": end.where, "share": end.share, "delay_ms": end.delay_ms}


def _next_hop(hop: NextHop) -> dict[str, Any]:
    return {
        "router": hop.router,
        "link": hop.link,
        "address": None if hop.address is None else str(hop.address),
        **({"weight": hop.weight} if hop.weight != 1 else {}),
    }


def entry_data(entry: Entry) -> dict[str, Any]:
    """A route as data for JSON."""
    return {
        "prefix": str(entry.prefix),
        "protocol": entry.protocol,
        "kind": entry.kind or None,
        "distance": entry.distance,
        "metric": entry.metric,
        "next_hops": [_next_hop(hop) for hop in entry.next_hops],
        "end": entry.end or None,
        "via": None if entry.via is None else str(entry.via),
    }


def tables_data(tables: RouterTables) -> dict[str, Any]:
    """Routers' tables as data for JSON."""
    return {
        "title": tables.title,
        "routers": [
            {
                "network": one.network,
                "router": one.router,
                "entries": [entry_data(entry) for entry in one.entries],
                "services": [
                    {
                        "service": view.service,
                        "address": str(view.address),
                        "believes": {belief.server: belief.cost for belief in view.beliefs},
                        "leads": dict(view.leads),
                    }
                    for view in one.services
                ],
            }
            for one in tables.tables
        ],
        "notes": list(tables.notes),
        "provenance": made(tables.provenance),
    }


def made(provenance: Provenance) -> dict[str, Any]:
    """How it was made."""
    return {
        "program": provenance.program,
        "made_at": provenance.made_at,
        "sources": [{"what": one.what, "name": one.name, "sha256": one.sha256} for one in provenance.sources],
        "options": [list(option) for option in provenance.options],
    }
