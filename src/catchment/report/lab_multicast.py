"""Multicast that was counted in a lab, on the terminal and as plain data: each link beside its prediction."""

from collections.abc import Sequence
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from catchment.report.columns import columns
from catchment.results.lab_multicast import CountedGroup, CountedLink, CountedMulticast, CountedReceiver


def counted_text(counted: CountedMulticast) -> RenderableType:
    """Two tables a group: links and receivers; then how many packets multicast needed."""
    parts: list[RenderableType] = [Text(counted.title, style="bold")]
    for group in counted.groups:
        what = f"{group.name} {group.address}, {group.mode.upper()}; each sender sent {group.sent} packets"
        parts += [Text(""), Text(what), Text(""), _links(group.links)]
        if group.receivers:
            parts += [Text(""), _receivers(group.receivers)]
        parts.append(Text(_sum(group)))
    return Group(*parts)


def _links(links: Sequence[CountedLink]) -> Table:
    table = columns("sender", "link", "from", "to", "predicted", "counted", "", numbers=["predicted", "counted"])
    for one in links:
        name = f"{one.link} (tunnel)" if one.kind == "tunnel" else one.link
        table.add_row(
            one.sender, name, one.near, one.far, f"{one.predicted:g}", str(one.observed), _verdict(agrees=one.agrees)
        )
    return table


def _receivers(receivers: Sequence[CountedReceiver]) -> Table:
    table = columns("sender", "receiver", "predicted", "got", "", numbers=["predicted", "got"])
    for one in receivers:
        table.add_row(one.sender, one.receiver, str(one.predicted), str(one.observed), _verdict(agrees=one.agrees))
    return table


def _verdict(*, agrees: bool) -> Text:
    return Text("agrees", style="green") if agrees else Text("DIFFERS", style="bold red")


def _sum(group: CountedGroup) -> str:
    good = sum(row.agrees for row in group.rows)
    return (
        f"{good} of {len(group.rows)} counts agree; {group.on_wires} packets on wires, "
        f"unicast would need {group.unicast:g}"
    )


def counted_data(counted: CountedMulticast) -> dict[str, Any]:
    """A count as it goes into JSON."""
    return {
        "title": counted.title,
        "agrees": counted.agrees,
        "settled_s": None if counted.settled_s is None else round(counted.settled_s, 2),
        "left_out": list(counted.left_out),
        "groups": [
            {
                "group": group.name,
                "address": str(group.address),
                "mode": group.mode,
                "sent": group.sent,
                "agrees": group.agrees,
                "on_wires": group.on_wires,
                "unicast": group.unicast,
                "links": [
                    {
                        "sender": one.sender,
                        "link": one.link,
                        "from": one.near,
                        "to": one.far,
                        "kind": one.kind,
                        "predicted": one.predicted,
                        "observed": one.observed,
                        "agrees": one.agrees,
                    }
                    for one in group.links
                ],
                "receivers": [
                    {
                        "sender": one.sender,
                        "receiver": one.receiver,
                        "predicted": one.predicted,
                        "observed": one.observed,
                        "agrees": one.agrees,
                    }
                    for one in group.receivers
                ],
            }
            for group in counted.groups
        ],
    }
