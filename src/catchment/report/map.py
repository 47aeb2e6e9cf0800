"""One self-contained page with a map of a catchment: opens from a file, offline, and can go into a ticket.

    Catchment --> shares, columns, colours, outlines --> page.html with page.css and *.js inlined --> str

Nothing is fetched: a content security policy in the page forbids it, and lets run only the scripts whose
SHA-256 it names. Foreign text (AS names, site names) reaches the page as JSON or escaped HTML, never as markup.
"""

import base64
import hashlib
import html
import json
import re
from importlib import resources
from typing import Any

import numpy as np

from catchment.report.page.clients import Names, add_clients, all_targets, clean, moved_rows
from catchment.report.page.columns import Columns
from catchment.report.page.palette import COLOURS, HIJACKER, NOWHERE_COLOUR, styles
from catchment.report.page.shares import Shares, shares, weighted_median
from catchment.report.page.world import MIDDLE_DEG, country_rings
from catchment.results.catchment import Catchment, DecidedBy, Known, RouteClass, Target

SCRIPTS = (
    "projection.js",
    "marks.js",
    "columns.js",
    "points.js",
    "world.js",
    "sites.js",
    "client.js",
    "search.js",
    "looks.js",
    "legend.js",
    "moving.js",
    "cards.js",
    "hands.js",
    "picture.js",
    "page.js",
)

DECIDED_BY = {
    DecidedBy.NO_ROUTE: "no route reached it",
    DecidedBy.OWN: "it announces the prefix itself",
    DecidedBy.ONLY_ROUTE: "it heard one route only",
    DecidedBy.CLASS: "relationship: customer before peer before provider",
    DecidedBy.LENGTH: "shorter AS path",
    DecidedBy.MED: "lower MED",
    DecidedBy.NEAREST_EXIT: "nearest exit among equal routes",
    DecidedBy.LOWEST_ASN: "lowest neighbour AS among equal routes",
    DecidedBy.SESSION_ORDER: "order of the sessions in the design",
}
ROUTE_CLASS = {
    RouteClass.OWN: "its own",
    RouteClass.CUSTOMER: "from a customer",
    RouteClass.PEER: "from a peer",
    RouteClass.PROVIDER: "from a provider",
    RouteClass.NONE: "none",
}
KNOWN = {
    Known.GIVEN: "given by the data",
    Known.NEIGHBOURS: "guessed from its neighbours",
    Known.COUNTRY: "only the country is known, drawn around its centre",
    Known.UNKNOWN: "not known, so not on the map",
}
EVIDENCE_0 = (
    "Predicted from topology alone (evidence level 0): right for about two networks in three; not a forecast."
)


def map_page(catchment: Catchment, *, before: Catchment | None = None, names: Names = None) -> str:
    """The page as HTML text, to be written as UTF-8. About 0.5 s and 1 to 2 MB for 80,000 clients with names.

    before : the same clients under another scenario: the page then toggles between the two and can show
             only who moved. Sites are matched by name, clients by AS number; a client that only `before`
             has is left out, and the page says how many those are.
    names  : AS names by AS number, or one for each row of `catchment`; "" where there is none
    """
    columns = Columns()
    countries = add_clients(columns, catchment, before, names)
    _add_world(columns)
    keys = all_targets(catchment, before)
    facts = {
        "title": clean(catchment.title),
        "before": None if before is None else clean(before.title),
        "targets": _targets(catchment, before),
        "clients": len(catchment.asn),
        "countries": countries,
        "words": {
            "decided": {int(k): v for k, v in DECIDED_BY.items()},
            "class": {int(k): v for k, v in ROUTE_CLASS.items()},
            "known": {int(k): v for k, v in KNOWN.items()},
        },
        "middleDeg": MIDDLE_DEG,
        "nowhereColour": NOWHERE_COLOUR,
        "columns": columns.spec(),
    }
    style = "\n" + _asset("page.css")
    script = "\n" + "\n".join(_asset(name) for name in SCRIPTS)
    return _filled(
        _asset("page.html"),
        csp=f"default-src 'none'; script-src {_hash(script)}; style-src {_hash(style)}; base-uri 'none'; "
        "form-action 'none'",
        style=style,
        script=script,
        title=_escaped(catchment.title),
        figures=_figures(catchment),
        evidence=_evidence(catchment),
        table=_table(catchment, before, keys),
        made=_made(catchment, before),
        # "<" is the only character that can end or open anything inside a script element.
        facts=json.dumps(facts, separators=(",", ":")).replace("<", "\\u003c"),
        data=columns.base64(),
    )


def _targets(now: Catchment, before: Catchment | None) -> list[dict[str, Any]]:
    """What the page knows of each target, in the order of `all_targets`."""
    views = [now] if before is None else [now, before]
    sums = [shares(view) for view in views]
    where = [{(t.name, t.hijacker): i for i, t in enumerate(view.targets)} for view in views]
    merged = []
    for key in all_targets(now, before):
        at = [index.get(key) for index in where]
        one = next(view.targets[i] for view, i in zip(views, at, strict=True) if i is not None)
        shown = [
            None if i is None else {"up": view.targets[i].up, **_sums(total, i)}
            for view, total, i in zip(views, sums, at, strict=True)
        ]
        merged.append({**_place(one), "now": shown[0], "before": shown[-1]})
    sites = [t for t in merged if not t["hijacker"]]
    pairs = styles([t["lat"] for t in sites], [t["lon"] for t in sites])
    for target, (colour, mark) in zip(sites, pairs, strict=True):
        target.update(colour=COLOURS[colour], mark=mark)
    return merged


def _place(target: Target) -> dict[str, Any]:
    return {
        "name": clean(target.name),
        "lat": round(target.latitude_deg, 4),
        "lon": round(target.longitude_deg, 4),
        "asn": target.asn,
        "hijacker": target.hijacker,
        "capacity": target.capacity,
        "colour": HIJACKER,
        "mark": -1,
    }


def _sums(total: Shares, i: int) -> dict[str, Any]:
    median = float(total.median_rtt_ms[i])
    return {
        "clients": int(total.clients[i]),
        "weight": float(total.weight[i]),
        "share": float(total.share[i]),
        "medianRttMs": None if np.isnan(median) else median,
    }


def _figures(c: Catchment) -> str:
    """The headline numbers, as list items."""
    sites = [t for t in c.targets if not t.hijacker]
    down = sum(not t.up for t in sites)
    weight = float(c.weight.sum()) or 1.0
    sure = float((c.weight * c.certainty).sum()) / weight
    nowhere = float(c.weight[c.target < 0].sum()) / weight
    hijacked = [i for i, t in enumerate(c.targets) if t.hijacker]
    figures = [
        (f"{len(c.asn):,}", "client network" if len(c.asn) == 1 else "client networks"),
        (f"{len(sites) - down:,}", f"sites up, {down} down" if down else "sites up"),
        (_ms(weighted_median(c.rtt_ms, c.weight)), "median RTT"),
        (_percent(sure), "mean certainty"),
        (_percent(nowhere), "reach no site"),
    ]
    if hijacked:
        figures.append((_percent(float(c.weight[np.isin(c.target, hijacked)].sum()) / weight), "hijacked"))
    return "".join(f"<li><b>{value}</b> {what}</li>" for value, what in figures)


def _evidence(c: Catchment) -> str:
    level = c.provenance.evidence
    return _escaped(EVIDENCE_0 if level == 0 else f"Evidence level {level}.")


def _table(now: Catchment, before: Catchment | None, keys: list[tuple[str, bool]]) -> str:
    """The bodies of the table of sites; it stands in the page even where scripts are off."""
    bodies = [_body("now", now, keys, shares(now), None if before is None else (before, shares(before)))]
    if before is not None:
        bodies.append(_body("before", before, keys, shares(before), None))
    return "".join(bodies)


def _body(
    view: str,
    c: Catchment,
    keys: list[tuple[str, bool]],
    total: Shares,
    before: tuple[Catchment, Shares] | None,
) -> str:
    """One row for each target, largest share first, and one for the clients that reach none."""
    then = {} if before is None else {(t.name, t.hijacker): i for i, t in enumerate(before[0].targets)}
    rows = []
    for i in sorted(range(len(c.targets)), key=lambda i: (not c.targets[i].up, -total.share[i], i)):
        target = c.targets[i]
        key = (target.name, target.hijacker)
        was = None if before is None else float(before[1].share[then[key]]) if key in then else 0.0
        rows.append(_row(str(keys.index(key)), _escaped(target.name) + _remark(target, total, i), total, i, was))
    was = None if before is None else float(before[1].share[-1])
    if total.clients[-1] or was:
        rows.append(_row("nowhere", "reaches no site", total, len(c.targets), was))
    return f'<tbody data-view="{view}"{" hidden" if view == "before" else ""}>{"".join(rows)}</tbody>'


def _remark(target: Target, total: Shares, i: int) -> str:
    """What is special about a target, as HTML."""
    if target.hijacker:
        return f" <small>hijacker, AS{target.asn}</small>"
    if not target.up:
        return " <small>down</small>"
    if target.capacity:
        load = float(total.weight[i]) / target.capacity
        return f"<small{' class=over' if load > 1 else ''}> {load:.0%} of capacity</small>"
    return ""


def _row(key: str, name: str, total: Shares, i: int, was: float | None) -> str:
    change = "" if was is None else _change(float(total.share[i]) - was)
    return (
        f'<tr data-target="{key}"><th scope="row">{name}</th>'
        f"<td>{_percent(float(total.share[i]))}{change}</td><td>{total.clients[i]:,}</td>"
        f"<td>{_ms(float(total.median_rtt_ms[i]))}</td>"
        f"<td>{_percent(float(total.certainty[i])) if i < len(total.clients) - 1 else '–'}</td></tr>"
    )


def _change(points: float) -> str:
    if abs(points) < 0.0005:
        return " <small>=</small>"
    return f" <small>{'▲' if points > 0 else '▼'} {abs(points) * 100:.1f}</small>"


def _made(c: Catchment, before: Catchment | None) -> str:
    """How the result was made, as HTML of a foldout."""
    p = c.provenance
    lines = [f"<dt>Program</dt><dd>{_escaped(p.program)}</dd>"]
    if p.made_at:
        lines.append(f"<dt>Made at</dt><dd>{_escaped(p.made_at)}</dd>")
    for source in p.sources:
        digest = f"<br><code>sha256 {_escaped(source.sha256)}</code>" if source.sha256 else ""
        notes = "".join(f"<br>{_escaped(note)}" for note in source.notes)
        lines.append(f"<dt>{_escaped(source.what)}</dt><dd>{_escaped(source.name)}{digest}{notes}</dd>")
    lines += [f"<dt>{_escaped(k)}</dt><dd>{_escaped(v)}</dd>" for k, v in p.options]
    if before is not None:
        lines.append(f"<dt>Compared with</dt><dd>{_escaped(before.title)}</dd>")
    notes = [*c.notes, *_own_notes(c, before)]
    return f"<dl>{''.join(lines)}</dl><ul>{''.join(f'<li>{_escaped(note)}</li>' for note in notes)}</ul>"


def _own_notes(c: Catchment, before: Catchment | None) -> list[str]:
    """What a reader must know of the drawing itself."""
    notes = [
        "Shares are of the clients' weight, each client counted for its most probable site; circles are "
        "sized so that area is share.",
        "Clients that share a place are laid out around it in a spiral, in the order of their AS numbers, so "
        "that their number can be seen: a point's exact spot is not the network's.",
        "Map: Natural Earth (public domain) by way of world-atlas, Equal Earth projection.",
    ]
    placeless = int(np.isnan(c.latitude_deg).sum())
    if placeless:
        notes.insert(0, f"{placeless:,} clients have no known place: they count in the table, not on the map.")
    if before is not None:
        gone = int((~np.isin(before.asn, c.asn)).sum())
        moved = moved_rows(c, before)
        weight = float(c.weight[moved].sum()) / (float(c.weight.sum()) or 1.0)
        notes.insert(0, f"{int(moved.sum()):,} clients moved, {_percent(weight)} of the weight.")
        if gone:
            notes.insert(1, f"{gone:,} clients of the scenario before are not in this one and are left out.")
    return notes


def _percent(share: float) -> str:
    if np.isnan(share):
        return "–"
    return f"{share * 100:.1f} %" if 0.0005 <= share < 0.9995 else f"{share * 100:.0f} %"


def _ms(value: float) -> str:
    return "–" if np.isnan(value) else f"{value:.0f} ms" if value >= 9.5 else f"{value:.1f} ms"


def _escaped(text: str) -> str:
    return html.escape(clean(text))


def _add_world(columns: Columns) -> None:
    """Country outlines as steps of 360 / 65535 degrees, each ring's points one after the other."""
    outlines = country_rings()
    points = np.concatenate(outlines)
    columns.add("world.length", np.array([len(ring) for ring in outlines], np.uint16))
    columns.add("world.lon", np.round((points[:, 0] + 180) / 360 * 65535).astype(np.uint16), running=True)
    columns.add("world.lat", np.round((points[:, 1] + 90) / 180 * 65535).astype(np.uint16), running=True)


def _asset(name: str) -> str:
    return resources.files("catchment.report.page").joinpath("assets", name).read_text("utf-8")


def _hash(text: str) -> str:
    """The source expression of an inline element, CSP Level 3 section 2.3.1."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode('utf-8')).digest()).decode('ascii')}'"


def _filled(template: str, **parts: str) -> str:
    """The template with each {{name}} replaced once; what is put in is not looked at again."""
    return re.sub(r"\{\{(\w+)\}\}", lambda match: parts[match[1]], template)
