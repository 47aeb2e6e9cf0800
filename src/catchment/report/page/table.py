"""The headline numbers and the table of sites, as HTML: what the page says even where scripts are off."""

import html
from collections.abc import Mapping

from catchment.report.page.clients import all_targets
from catchment.report.page.words import escaped, ms, percent, whole_percent
from catchment.results.catchment import Catchment
from catchment.results.summary import SiteRow, Summary, summarise

Key = tuple[str, bool]  # the name of a target, and whether it is a hijacker


def figures(view: str, summary: Summary) -> str:
    """The headline numbers, as a list."""
    sites = [row for row in summary.rows if not row.hijacker]
    hijackers = [row for row in summary.rows if row.hijacker]
    up = sum(row.up for row in sites)
    down = f", {len(sites) - up} down" if up < len(sites) else ""
    clients = summary.total.clients + summary.unreachable_clients
    told = [
        (f"{clients:,}", "client network" if clients == 1 else "client networks"),
        (f"{up:,}", f"{'site' if up == 1 else 'sites'} up{down}"),
        (ms(summary.total.median_rtt_ms), "median RTT"),
        (percent(summary.total.certainty), "mean certainty"),
        (percent(summary.unreachable_share), "reach no site"),
    ]
    if hijackers:
        told.append((percent(sum(row.share for row in hijackers)), "hijacked"))
    items = "".join(f"<li><b>{html.escape(value)}</b> {what}</li>" for value, what in told)
    return f'<ul class="figures" data-view="{view}"{_hidden(view)}>{items}</ul>'


def table(now: Catchment, before: Catchment | None) -> str:
    """The bodies of the table of sites."""
    keys = {key: i for i, key in enumerate(all_targets(now, before))}
    if before is None:
        return _body("now", keys, summarise(now), None)
    then = summarise(before)
    return _body("now", keys, summarise(now), then) + _body("before", keys, then, None)


def _body(view: str, keys: Mapping[Key, int], summary: Summary, then: Summary | None) -> str:
    """One row for each target, largest share first, and one for the clients that reach none."""
    was = {} if then is None else {(row.name, row.hijacker): row.share for row in then.rows}
    lines = []
    for row in sorted(summary.rows, key=lambda row: (not row.up, -row.share)):
        key = (row.name, row.hijacker)
        change = "" if then is None else _change(row.share - was.get(key, 0.0))
        name = f"<bdi>{escaped(row.name)}</bdi>{_remark(row)}"
        figures = (
            _share(row.share) + change,
            f"{row.clients:,}",
            ms(row.median_rtt_ms),
            whole_percent(row.certainty),
        )
        lines.append(_line(str(keys[key]), name, figures))
    if summary.unreachable_clients or (then is not None and then.unreachable_clients):
        change = "" if then is None else _change(summary.unreachable_share - then.unreachable_share)
        figures = (_share(summary.unreachable_share) + change, f"{summary.unreachable_clients:,}", "–", "–")
        lines.append(_line("nowhere", "<bdi>reaches no site</bdi>", figures))
    return f'<tbody data-view="{view}"{_hidden(view)}>{"".join(lines)}</tbody>'


def _line(key: str, name: str, figures: tuple[str, str, str, str]) -> str:
    cells = "".join(f"<td>{figure}</td>" for figure in figures)
    return f'<tr data-target="{key}"><th scope="row">{name}</th>{cells}</tr>'


def _remark(row: SiteRow) -> str:
    """What is special about a target, as HTML."""
    if row.hijacker:
        return " <small>hijacker</small>"
    if not row.up:
        return " <small>down</small>"
    if row.capacity:
        load = row.weight / row.capacity
        # A load of 1,000 % and more is a unit that was mixed up, or as good as one: say how many times.
        text = f"{load:.0%} of capacity" if load < 10 else f"{load:,.0f} × its capacity"
        return f" <small{' class=over' if load > 1 else ''}>{text}</small>"
    return ""


def _share(share: float) -> str:
    return html.escape(percent(share))


def _change(points: float) -> str:
    if abs(points) < 0.0005:
        return " <small>=</small>"
    return f" <small>{'▲' if points > 0 else '▼'} {abs(points) * 100:.1f}</small>"


def _hidden(view: str) -> str:
    return " hidden" if view == "before" else ""
