"""What moves in a lab, a line each: when, where, what."""

from typing import Any

from rich.text import Text

from catchment.results.lab_changes import Change, LinkChange, ProgramChange, RouteChange, SessionChange

WIDE = 16
"""Columns of a node's name; longer ones push the rest."""


def change_line(change: Change) -> Text:
    """`   3.214 s  seoul             203.0.113.0/24 over busan, was over suwon (bird)`."""
    words, style = _words(change)
    where = change.node or "the machine"
    return Text(f"{change.at_s:9.3f} s  ").append(f"{where:{WIDE}}  ", style="cyan").append(words, style=style)


def _words(change: Change) -> tuple[str, str]:
    match change:
        case RouteChange(before=before, after=after):
            was = "" if before is None else f", was {_over(before)}"
            return f"{change.prefix} {_over(after)}{was} ({change.protocol})", "yellow" if after is None else ""
        case LinkChange(up=up):
            return f"link {change.interface} {_state(up)}", "green" if up else "red"
        case SessionChange():
            said = f" ({change.words})" if change.words else ""
            return f"{change.protocol} {change.name} {_state(change.up)}{said}", "green" if change.up else "red"
        case ProgramChange():
            return f"{change.name} {'runs' if change.runs else 'has ended'}", "green" if change.runs else "bold red"


def _state(up: bool | None) -> str:
    return "gone" if up is None else "up" if up else "down"


def _over(hops: frozenset[str] | None) -> str:
    if hops is None:
        return "no route"
    return f"over {' and '.join(sorted(hops))}" if hops else "dropped"


def change_data(change: Change) -> dict[str, Any]:
    """A change as a line of JSON has it; times to the millisecond."""
    data: dict[str, Any] = {"at_s": round(change.at_s, 3), "node": change.node}
    match change:
        case RouteChange():
            data |= {"what": "route", "prefix": str(change.prefix), "protocol": change.protocol}
            data |= {"before": _names(change.before), "after": _names(change.after)}
        case LinkChange():
            data |= {"what": "link", "interface": change.interface, "up": change.up}
        case SessionChange():
            data |= {"what": "session", "name": change.name, "protocol": change.protocol, "up": change.up}
            data |= {"words": change.words}
        case ProgramChange():
            data |= {"what": "program", "name": change.name, "runs": change.runs}
    return data


def _names(hops: frozenset[str] | None) -> list[str] | None:
    return None if hops is None else sorted(hops)
