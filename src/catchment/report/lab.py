"""A lab on the terminal: what lives, and who answers whom."""

from collections import Counter
from collections.abc import Iterable, Sequence
from statistics import median
from typing import Any

from rich.table import Table
from rich.text import Text

from catchment.report.columns import columns
from catchment.results.lab import Answer, LabStatus, NodeStatus

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
            "said": dict(one.said),
        }
        for one in answers
    ]


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
