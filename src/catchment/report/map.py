"""One self-contained page with a map of a catchment: opens from a file, offline, and can go into a ticket.

    Catchment --> summary, columns, colours, outlines --> page.html with page.css and *.js inlined --> str

Nothing is fetched: a content security policy in the page forbids it, and lets run only the scripts whose
SHA-256 it names. Foreign text (AS names, site names) reaches the page as JSON or escaped HTML, never as markup.
"""

import json
from typing import Any

import numpy as np

from catchment.report.page.clients import Names, add_clients, all_targets
from catchment.report.page.columns import Columns
from catchment.report.page.inlined import asset, filled, policy
from catchment.report.page.made import evidence, made, placeless
from catchment.report.page.palette import COLOURS, HIJACKER, NOWHERE_COLOUR, styles
from catchment.report.page.table import figures, table
from catchment.report.page.words import DECIDED_BY, KNOWN, ROUTE_CLASS, clean, escaped
from catchment.report.page.world import MIDDLE_DEG, country_rings
from catchment.results.catchment import Catchment, Target
from catchment.results.summary import SiteRow, summarise

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


def map_page(catchment: Catchment, *, before: Catchment | None = None, names: Names = None) -> str:
    """The page as HTML text, to be written as UTF-8. About 0.5 s and 2.5 MB for 80,000 clients with names.

    before : the same clients under another scenario: the page then toggles between the two and can show
             only who moved. Sites are matched by name, clients by AS number; a client that only `before`
             has is left out, and the page says how many those are.
    names  : AS names by AS number, or one for each row of `catchment`; "" where there is none
    """
    views = [("now", catchment)] if before is None else [("now", catchment), ("before", before)]
    columns = Columns()
    countries = add_clients(columns, catchment, before, names)
    _add_world(columns)
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
    style = "\n" + asset("page.css")
    script = "\n" + "\n".join(asset(name) for name in SCRIPTS)
    return filled(
        asset("page.html"),
        csp=policy(script, style),
        style=style,
        script=script,
        title=escaped(catchment.title),
        figures="".join(figures(view, summarise(c)) for view, c in views),
        evidence=evidence(catchment),
        table=table(catchment, before),
        placeless=placeless(catchment),
        made=made(catchment, before),
        # "<" is the only character that can end or open anything inside a script element.
        facts=json.dumps(facts, separators=(",", ":"), allow_nan=False).replace("<", "\\u003c"),
        data=columns.base64(),
    )


def _targets(now: Catchment, before: Catchment | None) -> list[dict[str, Any]]:
    """What the page knows of each target, in the order of `all_targets`."""
    views = [now] if before is None else [now, before]
    sums = [summarise(view).rows for view in views]
    where = [{(t.name, t.hijacker): i for i, t in enumerate(view.targets)} for view in views]
    merged = []
    for key in all_targets(now, before):
        at = [index.get(key) for index in where]
        one = next(view.targets[i] for view, i in zip(views, at, strict=True) if i is not None)
        shown = [None if i is None else _sums(rows[i]) for rows, i in zip(sums, at, strict=True)]
        merged.append({**_place(one), "now": shown[0], "before": shown[-1]})
    sites = [t for t in merged if not t["hijacker"]]
    pairs = styles([t["lat"] for t in sites], [t["lon"] for t in sites])
    for target, (colour, mark) in zip(sites, pairs, strict=True):
        target.update(colour=COLOURS[colour], mark=mark)
    return merged


def _place(target: Target) -> dict[str, Any]:
    return {
        "name": clean(target.name),
        "lat": None if np.isnan(target.latitude_deg) else round(target.latitude_deg, 4),
        "lon": None if np.isnan(target.longitude_deg) else round(target.longitude_deg, 4),
        "asn": target.asn,
        "hijacker": target.hijacker,
        "capacity": target.capacity,
        "colour": HIJACKER,
        "mark": -1,
    }


def _sums(row: SiteRow) -> dict[str, Any]:
    return {
        "up": row.up,
        "clients": row.clients,
        "weight": row.weight,
        "share": row.share,
        "medianRttMs": None if np.isnan(row.median_rtt_ms) else row.median_rtt_ms,
    }


def _add_world(columns: Columns) -> None:
    """Country outlines as steps of 360 / 65535 degrees, each ring's points one after the other."""
    outlines = country_rings()
    points = np.concatenate(outlines)
    columns.add("world.length", np.array([len(ring) for ring in outlines], np.uint16))
    columns.add("world.lon", np.round((points[:, 0] + 180) / 360 * 65535).astype(np.uint16), running=True)
    columns.add("world.lat", np.round((points[:, 1] + 90) / 180 * 65535).astype(np.uint16), running=True)
