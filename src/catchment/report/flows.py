"""What events do to flows, for the terminal, and as plain data for JSON and CSV."""

import csv
import io
from collections.abc import Iterator, Sequence
from typing import Any

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from catchment.report.tables import share
from catchment.report.trace import made
from catchment.results.flows import Effect, Fates, FlowReport, Mechanism, Throughout

TRACK = ("router", "source", "source_port", "destination", "destination_port", "protocol")
FATES = ("kept", "moved", "lost", "cut", "back", "without", "rerouted")


def flow_table(report: FlowReport) -> RenderableType:
    """A line for each event and mechanism, then in words what that means for datagrams and for streams."""
    parts: list[RenderableType] = [Text(report.title, style="bold"), _effects(report)]
    parts += [Text(line) for line in in_words(report)]
    parts += [Text(f"{name}: {value}", style="dim") for name, value in report.settings]
    return Group(*parts)


def _effects(report: FlowReport) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, collapse_padding=True)
    again = any(effect.all.back for effect in report.effects)
    names = ["event", "kept", "moved for\nnothing", "lost their\nserver", "unserved", *["served\nagain"] * again]
    for name in (*names, "UDP\nanswered", "TCP\nbroken", "flows of\na server"):
        table.add_column(name, justify="left" if name == "event" else "right", no_wrap=name != "event")
    for number in range(0, len(report.effects), len(Mechanism)):
        effects = report.effects[number : number + len(Mechanism)]
        alike = len({(one.udp, one.tcp) for one in effects}) == 1
        asked = {server for effect in effects for server, count in effect.load if count}
        table.add_row(Text(effects[0].event, style="bold"))
        for effect in effects[: 1 if alike else None]:
            fates = effect.all
            counts = [fates.kept, fates.moved, fates.lost, fates.unserved, *[fates.back] * again]
            table.add_row(
                "  all three alike" if alike else f"  {effect.mechanism}", *(_cell(count, fates) for count in counts),
                share(effect.udp.answered), _broken(effect.tcp), _loads(effects if alike else [effect], asked),
                style="red" if fates.unserved else "",
            )  # fmt: skip
    return table


def _cell(count: int, of: Fates) -> str:
    return f"{count:,} {share(count / of.flows):>7}" if count else "-"


def _broken(fates: Fates) -> str:
    return share(fates.broken) if fates.had else "-"


def _loads(effects: Sequence[Effect], asked: set[str]) -> str:
    """The least and the most that one of the servers has that are asked under any of the mechanisms."""
    counts = [count for effect in effects for server, count in effect.load if server in asked]
    return f"{min(counts):,} to {max(counts):,}" if counts else "-"


def in_words(report: FlowReport) -> Iterator[str]:
    """What the table says, in sentences: for datagrams, for streams, and who waits for buckets."""
    worst = min(report.effects, key=lambda effect: effect.udp.answered)
    if worst.udp.unserved == 0:
        yield "UDP: every datagram is answered after every event, by one server or another; moves do no harm."
    else:
        why = ", ".join(f"{outcome} {count:,}" for outcome, count in worst.dropped)
        rest = "; all others are answered, by one server or another" if worst.udp.answered else ""
        yield f'UDP: after "{worst.event}" {share(1 - worst.udp.answered)} of the flows reach no server ({why}){rest}.'
    told = {one.mechanism: _stream_words(report, one) for one in report.throughout}
    if len(set(told.values())) == 1:
        yield f"TCP, under all three: {next(iter(told.values()))}"
    else:
        yield from (f"TCP, {mechanism}: {words}" for mechanism, words in told.items())
    yield from _waiting_words(report)


def _stream_words(report: FlowReport, one: Throughout) -> str:
    words = f"{one.unbroken:,} of {one.flows:,} streams"
    if one.flows:
        words += f" ({share(one.unbroken / one.flows)})"
    words += " keep their server through everything"
    moved = sum(effect.tcp.moved for effect in report.of(one.mechanism))
    rerouted = sum(effect.tcp.rerouted for effect in report.of(one.mechanism))
    if moved:
        words += f"; {moved:,} moves for nothing"
    if rerouted:
        words += f", {_part(rerouted, moved)} because routes changed, which no choice of next hops prevents"
    return f"{words}."


def _waiting_words(report: FlowReport) -> Iterator[str]:
    """Servers that resilient groups leave without any flow, although hash-threshold gives them some."""
    pairs = zip(report.of(Mechanism.RESILIENT), report.of(Mechanism.THRESHOLD), strict=True)
    for effect, other in pairs:
        fed = {server for server, count in other.load if count}
        waiting = [server for server, count in effect.load if not count and server in fed]
        if waiting:
            yield (
                f'Resilient groups after "{effect.event}": no flow goes to {", ".join(waiting)} while every bucket is '
                "in use: it gets those that fall idle, and any after the unbalanced timer."
            )


def _part(count: int, of: int) -> str:
    return "all of them" if count == of else f"{count:,} of them"


def flow_data(report: FlowReport) -> dict[str, Any]:
    """The report as data for JSON."""
    return {
        "title": report.title,
        "flows": report.flows,
        "exact": report.exact,
        "start": {str(mechanism): dict(load) for mechanism, load in report.load},
        "effects": [_effect(effect) for effect in report.effects],
        "throughout": [
            {"mechanism": str(one.mechanism), "tcp": one.flows, "unbroken": one.unbroken} for one in report.throughout
        ],
        "settings": dict(report.settings),
        "notes": list(report.notes),
        "provenance": made(report.provenance),
    }


def _effect(effect: Effect) -> dict[str, Any]:
    return {
        "event": effect.event,
        "at_s": effect.at_s,
        "mechanism": str(effect.mechanism),
        "udp": _fates(effect.udp),
        "tcp": _fates(effect.tcp),
        "load": dict(effect.load),
        "dropped": {str(outcome): count for outcome, count in effect.dropped},
    }


def _fates(fates: Fates) -> dict[str, float]:
    counts = {name: getattr(fates, name) for name in FATES}
    return {**counts, "answered": fates.answered, "broken": fates.broken}


def csv_lines(report: FlowReport) -> Iterator[str]:
    """A header, and a line for each event, mechanism and protocol."""
    yield _line(["event", "at_s", "mechanism", "protocol", *FATES, "answered", "broken"])
    for effect in report.effects:
        for protocol, fates in (("udp", effect.udp), ("tcp", effect.tcp)):
            yield _line([effect.event, effect.at_s, effect.mechanism, protocol, *_fates(fates).values()])


def track_lines(report: FlowReport) -> Iterator[str]:
    """A header, and a line for each flow: who it is, then its server at each moment under each mechanism."""
    moments = ["start", *(effect.event for effect in report.of(Mechanism.PLAIN))]
    servers = [f"{mechanism}, {number} {moment}" for mechanism in Mechanism for number, moment in enumerate(moments)]
    yield _line([*TRACK, *servers])
    for track in report.tracks:
        yield _line([*(getattr(track, name) for name in TRACK), *(where for row in track.servers for where in row)])


def _line(cells: list[Any]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerow(cells)
    return out.getvalue()
