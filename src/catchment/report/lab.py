"""A lab on the terminal: what lives, who answers whom, and how it compares with the prediction."""

from collections import Counter
from collections.abc import Iterable, Sequence
from statistics import median
from typing import Any

from rich.table import Table
from rich.text import Text

from catchment.report.columns import columns
from catchment.results.lab import Answer, Compared, LabStatus, NodeStatus, RouteDifference, Verified

NOBODY = "nobody"


def status_table(status: LabStatus) -> Table:
    """A row for each node: what runs there, sessions, routes."""
    title = f"{status.name}: {'up' if status.ready else 'not at rest'}"
    table = columns("node", "kind", "runs", "sessions", "routes as predicted", title=title)
    for node in status.nodes:
        if node.node in status.down:
            table.add_row(node.node, node.kind, Text("failed, as asked for", style="yellow"), "", "")
        else:
            table.add_row(node.node, node.kind, _programs(node), _sessions(node), _routes(node))
    return table


def _programs(node: NodeStatus) -> Text:
    text = Text()
    for name, alive in node.programs:
        text.append(f"{', ' if text else ''}{name}", style="" if alive else "bold red")
        text.append("" if alive else " DEAD", style="bold red")
    return text


def _sessions(node: NodeStatus) -> Text:
    if not node.sessions:
        return Text("")
    up = sum(one.up for one in node.sessions)
    lost = ", ".join(f"{one.name} {one.words}" for one in node.sessions if not one.up)
    text = Text(f"{up} of {len(node.sessions)} up")
    return text.append(f": {lost}", style="red") if lost else text


def _routes(node: NodeStatus) -> Text:
    if node.predicted is None:
        return Text("")
    same = node.as_predicted == node.predicted
    return Text(f"{node.as_predicted} of {node.predicted}", style="" if same else "bold red")


def answers_table(title: str, answers: Sequence[Answer]) -> Table:
    """A row for each client, address and transport: who answered how many flows, and how long it took."""
    heads = ("client", "service", "asked", "over", "answered by", "ms")
    table = columns(*heads, numbers=["ms"], title=f"{title}: who answers")
    held: dict[tuple[str, str, str, str], list[Answer]] = {}
    for one in answers:
        held.setdefault((one.client, one.service, str(one.address), one.transport.value), []).append(one)
    for key, ones in held.items():
        times = [one.rtt_ms for one in ones if one.rtt_ms is not None]
        table.add_row(*key, _who(ones), f"{median(times):.2f}" if times else "")
    return table


def _who(answers: Sequence[Answer]) -> Text:
    counts = Counter(one.server or f"{NOBODY} ({one.words})" for one in answers)
    text = Text()
    for who, count in counts.most_common():
        many = f" ×{count}" if len(counts) > 1 else ""
        text.append(f"{', ' if text else ''}{who}{many}", style="bold red" if who.startswith(NOBODY) else "")
    return text


def verified_table(found: Verified) -> Table:
    """A row for each client, address and transport: predicted, seen, and whether they agree."""
    heads = ("client", "asked", "over", "predicted", "observed", "ms", "")
    table = columns(*heads, numbers=["ms"], title=f"{found.title}: observed and predicted")
    for row in found.rows:
        table.add_row(
            row.expected.client,
            str(row.expected.address),
            row.transport.value,
            predicted_words(row),
            observed_words(row),
            "" if row.rtt_ms is None else f"{row.rtt_ms:.2f}",
            Text("agrees", style="green") if row.agrees else Text("DIFFERS", style="bold red"),
        )
    return table


def predicted_words(row: Compared) -> str:
    """Who is to answer."""
    return " or ".join(row.expected.servers) or f"{NOBODY} ({row.expected.why})"


def observed_words(row: Compared) -> str:
    """Who answered, with the number of flows where there are several."""
    if len(row.answered) == 1:
        return row.answered[0][0] or NOBODY
    return ", ".join(f"{server or NOBODY} ×{count}" for server, count in row.answered)


def explained(found: Verified) -> list[str]:
    """For each mismatch both explanations; then each route that is not as predicted; then how much agrees."""
    lines = []
    for row in found.rows:
        if not row.agrees:
            one = row.expected
            lines.append(f"{one.client} to {one.address} over {row.transport.value}:")
            lines.append(f"    predicted: {one.way or 'nowhere'}, answered by {predicted_words(row)}")
            lines.append(f"    observed:  {row.seen or 'nowhere'}, answered by {observed_words(row)}")
    wrong_flows = [one for one in found.confusion if one[0] != one[1]]
    lines += [f"predicted {one}, answered by {other}: {count} {_flows(count)}" for one, other, count in wrong_flows]
    lines += [difference_words(one) for one in found.differences]
    good = sum(row.agrees for row in found.rows)
    if found.rows:
        lines.append(f"{good} of {len(found.rows)} answers agree ({found.agreement:.1%})")
    wrong = len(found.differences)
    lines.append(f"{found.routes} routes predicted, {wrong} {'differs' if wrong == 1 else 'differ'}")
    return lines


def _flows(count: int) -> str:
    return "flow" if count == 1 else "flows"


def difference_words(one: RouteDifference) -> str:
    """A route that is not as predicted, as a line."""
    return f"{one.router}, {one.prefix}: predicted {_over(one.predicted)}, observed {_over(one.observed)}"


def _over(hops: frozenset[str] | None) -> str:
    if hops is None:
        return "no route"
    return f"over {' and '.join(sorted(hops))}" if hops else "dropped"


def answers_data(answers: Iterable[Answer]) -> list[dict[str, Any]]:
    """Answers as they go into JSON."""
    return [
        {
            "client": one.client,
            "service": one.service,
            "address": str(one.address),
            "transport": one.transport.value,
            "flow": one.flow,
            "server": one.server,
            "rtt_ms": None if one.rtt_ms is None else round(one.rtt_ms, 3),
            "words": one.words,
        }
        for one in answers
    ]


def verified_data(found: Verified) -> dict[str, Any]:
    """A comparison as it goes into JSON."""
    return {
        "title": found.title,
        "agreement": found.agreement,
        "holds": found.holds,
        "routes": found.routes,
        "confusion": [{"predicted": one, "observed": other, "flows": count} for one, other, count in found.confusion],
        "rows": [
            {
                "client": row.expected.client,
                "service": row.expected.service,
                "address": str(row.expected.address),
                "transport": row.transport.value,
                "predicted": list(row.expected.servers),
                "why": row.expected.why,
                "predicted_way": row.expected.way,
                "observed": [{"server": server, "flows": count} for server, count in row.answered],
                "observed_way": row.seen,
                "rtt_ms": None if row.rtt_ms is None else round(row.rtt_ms, 3),
                "agrees": row.agrees,
            }
            for row in found.rows
        ],
        "differences": [
            {
                "router": one.router,
                "prefix": str(one.prefix),
                "predicted": None if one.predicted is None else sorted(one.predicted),
                "observed": None if one.observed is None else sorted(one.observed),
            }
            for one in found.differences
        ],
    }


def status_data(status: LabStatus) -> dict[str, Any]:
    """A status as it goes into JSON."""
    return {
        "name": status.name,
        "design": status.design,
        "ready": status.ready,
        "down": list(status.down),
        "choices": [{"what": what, "why": why} for what, why in status.choices],
        "nodes": [
            {
                "node": node.node,
                "kind": node.kind,
                "programs": [{"name": name, "alive": alive} for name, alive in node.programs],
                "sessions": [
                    {"name": one.name, "protocol": one.protocol, "up": one.up, "words": one.words}
                    for one in node.sessions
                ],
                "routes": node.routes,
                "as_predicted": node.as_predicted,
                "predicted": node.predicted,
            }
            for node in status.nodes
        ],
    }
