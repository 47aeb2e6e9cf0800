"""The headline numbers and the table of sites, as HTML: what the page says even where scripts are off."""

import html

import numpy as np

from catchment.report.page.clients import all_targets
from catchment.report.page.shares import Shares, shares, weighted_median
from catchment.report.page.words import escaped, ms, percent, whole_percent
from catchment.results.catchment import Catchment, Target


def figures(view: str, c: Catchment) -> str:
    """The headline numbers, as a list."""
    sites = [t for t in c.targets if not t.hijacker]
    down = sum(not t.up for t in sites)
    weight = float(c.weight.sum()) or 1.0
    sure = float((c.weight * c.certainty).sum()) / weight
    nowhere = float(c.weight[c.target < 0].sum()) / weight
    hijacked = [i for i, t in enumerate(c.targets) if t.hijacker]
    told = [
        (f"{len(c.asn):,}", "client network" if len(c.asn) == 1 else "client networks"),
        (f"{len(sites) - down:,}", f"sites up, {down} down" if down else "sites up"),
        (ms(weighted_median(c.rtt_ms, c.weight)), "median RTT"),
        (percent(sure), "mean certainty"),
        (percent(nowhere), "reach no site"),
    ]
    if hijacked:
        told.append((percent(float(c.weight[np.isin(c.target, hijacked)].sum()) / weight), "hijacked"))
    items = "".join(f"<li><b>{html.escape(value)}</b> {what}</li>" for value, what in told)
    return f'<ul class="figures" data-view="{view}"{" hidden" if view == "before" else ""}>{items}</ul>'


def table(now: Catchment, before: Catchment | None) -> str:
    """The bodies of the table of sites; it stands in the page even where scripts are off."""
    keys = {key: i for i, key in enumerate(all_targets(now, before))}
    bodies = [_body("now", now, keys, shares(now), None if before is None else (before, shares(before)))]
    if before is not None:
        bodies.append(_body("before", before, keys, shares(before), None))
    return "".join(bodies)


def _body(
    view: str,
    c: Catchment,
    keys: dict[tuple[str, bool], int],
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
        name = f"<bdi>{escaped(target.name)}</bdi>{_remark(target, total, i)}"
        rows.append(_row(str(keys[key]), name, total, i, was))
    was = None if before is None else float(before[1].share[-1])
    if total.clients[-1] or was:
        rows.append(_row("nowhere", "<bdi>reaches no site</bdi>", total, len(c.targets), was))
    return f'<tbody data-view="{view}"{" hidden" if view == "before" else ""}>{"".join(rows)}</tbody>'


def _row(key: str, name: str, total: Shares, i: int, was: float | None) -> str:
    change = "" if was is None else _change(float(total.share[i]) - was)
    return (
        f'<tr data-target="{key}"><th scope="row">{name}</th>'
        f"<td>{html.escape(percent(float(total.share[i])))}{change}</td><td>{total.clients[i]:,}</td>"
        f"<td>{ms(float(total.median_rtt_ms[i]))}</td>"
        f"<td>{whole_percent(float(total.certainty[i])) if i < len(total.clients) - 1 else '–'}</td></tr>"
    )


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


def _change(points: float) -> str:
    if abs(points) < 0.0005:
        return " <small>=</small>"
    return f" <small>{'▲' if points > 0 else '▼'} {abs(points) * 100:.1f}</small>"
