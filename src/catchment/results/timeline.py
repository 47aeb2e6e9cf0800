"""What happened in a lab while a scenario was played: acts, answers, streams, routes that moved; saved as JSON lines.

Times are seconds since the scenario began; what is before it, to know how things were, is negative.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from catchment.errors import DataError, Problem
from catchment.model.rehearsal import Asking
from catchment.results.provenance import Provenance, Source

FORMAT = "catchment timeline 1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """A client that asks an address of a service, over UDP again and again and on one TCP stream."""

    client: str
    service: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What came of one question over UDP. server: None: no answer in time; words: what the client heard instead.

    port : from which of the client's source ports, counted from 0
    """

    flow: int
    sent_s: float
    server: str | None
    rtt_ms: float | None = None
    words: str = ""
    port: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Questions of a flow from one port, one after the other, of which the same came.

    from_s, to_s   : when the first and the last of them were sent
    server         : None: nobody answered
    count          : how many
    least_ms, most_ms : time until the answer; None without one
    words          : what the client heard instead of the first answer that is missing
    """

    flow: int
    server: str | None
    from_s: float
    to_s: float
    count: int
    least_ms: float | None = None
    most_ms: float | None = None
    words: str = ""
    port: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """A TCP connection of a flow, from the moment it stands.

    to_s  : when it broke: of silence, when the first question was sent that has no answer; None: it did not
    how   : "reset", "closed" by the server, "silent"; "": it did not break
    tries : how often the client tried in vain before this one stood
    most_ms : the longest wait for an answer on it
    """

    flow: int
    server: str
    from_s: float
    to_s: float | None = None
    how: str = ""
    tries: int = 0
    most_ms: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteMove:
    """A route of a router's kernel changed. vias: nodes it leads to; (): it drops; None: it is gone."""

    at_s: float
    router: str
    prefix: str
    vias: tuple[str, ...] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """Whether an expectation of a step held, and by what one sees that. holds: None: it could not be told."""

    sentence: str
    holds: bool | None
    evidence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """A step as it was played.

    at_s, done_s, end_s : when it was begun, when what it does was done, when the next thing began
    rest_s  : after at_s, when the last route moved before all was at rest; None: it did not come to rest in time
    did     : what was done, in sentences
    notes   : what cannot be predicted of it
    down    : what is failed at its end
    """

    name: str
    at_s: float
    done_s: float
    end_s: float
    rest_s: float | None
    as_predicted: bool
    did: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    down: tuple[str, ...] = ()
    checks: tuple[Check, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """All of it.

    from_s, to_s : between them clients asked
    late_ms   : how late questions were sent: 99 of 100 no later than that; what is measured is no finer
    before    : routes that stood when it began, of prefixes that hold a service's address: (router, prefix, vias)
    ended     : "" as planned, else what stopped it
    """

    name: str
    design: str
    asking: Asking
    flows: tuple[Flow, ...]
    from_s: float
    to_s: float
    spans: tuple[Span, ...] = ()
    streams: tuple[Stream, ...] = ()
    moves: tuple[RouteMove, ...] = ()
    before: tuple[tuple[str, str, tuple[str, ...]], ...] = ()
    steps: tuple[Played, ...] = ()
    late_ms: float = 0.0
    ended: str = ""
    provenance: Provenance = field(default_factory=lambda: Provenance(program=""))

    @property
    def holds(self) -> bool:
        """Whether every expectation held and nothing stopped it."""
        return not self.ended and all(check.holds for step in self.steps for check in step.checks)

    @property
    def servers(self) -> tuple[str, ...]:
        """Who answered at any time, each once, in the order of flows and then of time."""
        spans = sorted(self.spans, key=lambda one: (one.flow, one.from_s))
        names = [one.server for one in spans if one.server is not None]
        return tuple(dict.fromkeys([*names, *(one.server for one in self.streams if one.server)]))


def spans(questions: Iterable[Question]) -> tuple[Span, ...]:
    """Questions put together, each with the one before it from the same port when the same came of both.

    In the order of flows, then of ports, then of time. Questions of a flow may come in any order.
    """
    found: list[Span] = []
    for one in sorted(questions, key=lambda question: (question.flow, question.port, question.sent_s)):
        last = found[-1] if found else None
        if last is not None and (last.flow, last.port, last.server) == (one.flow, one.port, one.server):
            found[-1] = _longer(last, one)
        else:
            found.append(
                Span(
                    flow=one.flow, server=one.server, from_s=one.sent_s, to_s=one.sent_s, count=1,
                    least_ms=one.rtt_ms, most_ms=one.rtt_ms, words=one.words, port=one.port,
                )
            )  # fmt: skip
    return tuple(found)


def _longer(span: Span, one: Question) -> Span:
    times = [time for time in (span.least_ms, span.most_ms, one.rtt_ms) if time is not None]
    return replace(
        span,
        to_s=one.sent_s,
        count=span.count + 1,
        least_ms=min(times) if times else None,
        most_ms=max(times) if times else None,
        words=span.words or one.words,
    )


Record = dict[str, Any]


def lines(timeline: Timeline) -> Iterator[str]:
    """A timeline as JSON lines, each with its newline."""
    return (json.dumps(record, ensure_ascii=False) + "\n" for record in records(timeline))


def records(timeline: Timeline) -> Iterator[Record]:
    """A timeline as data: a head, and then a record for each thing, by kind."""
    head = {
        "format": FORMAT,
        "name": timeline.name,
        "design": timeline.design,
        "asking": asdict(timeline.asking),
        "from_s": round(timeline.from_s, 4),
        "to_s": round(timeline.to_s, 4),
        "late_ms": round(timeline.late_ms, 3),
        "ended": timeline.ended,
        "holds": timeline.holds,
        "provenance": asdict(timeline.provenance),
    }
    yield head
    for flow in timeline.flows:
        yield {"kind": "flow", **asdict(flow)}
    for router, prefix, vias in timeline.before:
        yield {"kind": "before", "router": router, "prefix": prefix, "vias": list(vias)}
    kinds: tuple[tuple[str, Iterable[Any]], ...] = (
        ("step", timeline.steps), ("span", timeline.spans), ("stream", timeline.streams), ("move", timeline.moves),
    )  # fmt: skip
    for kind, ones in kinds:
        for one in ones:
            yield {"kind": kind, **_rounded(asdict(one))}


def _rounded(record: Record) -> Record:
    """Times to a tenth of a millisecond: what was measured is no finer."""
    return {key: round(value, 4) if isinstance(value, float) else value for key, value in record.items()}


def read_lines(text: str, where: str) -> Timeline:
    """The timeline of a saved file. Raises DataError."""
    try:
        head, *records = [json.loads(line) for line in text.splitlines() if line.strip()]
        if head.get("format") != FORMAT:
            raise ValueError(f"its first line is not that of {FORMAT}")
        return _timeline(head, records)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        what = f"this is no saved timeline: {error}"
        todo = "name a file that `catchment lab run SCENARIO --save FILE` wrote"
        raise DataError(Problem(where=where, what=what, todo=todo)) from error


def _timeline(head: Record, records: list[Record]) -> Timeline:
    held: dict[str, list[Record]] = {"flow": [], "before": [], "step": [], "span": [], "stream": [], "move": []}
    for record in records:
        held[record.pop("kind")].append(record)
    made = head["provenance"]
    sources = tuple(Source(**{**one, "notes": tuple(one["notes"])}) for one in made["sources"])
    options = tuple((name, value) for name, value in made["options"])
    return Timeline(
        name=head["name"],
        design=head["design"],
        asking=Asking(**head["asking"]),
        flows=tuple(Flow(**one) for one in held["flow"]),
        from_s=head["from_s"],
        to_s=head["to_s"],
        spans=tuple(Span(**one) for one in held["span"]),
        streams=tuple(Stream(**one) for one in held["stream"]),
        moves=tuple(RouteMove(**{**one, "vias": _vias(one["vias"])}) for one in held["move"]),
        before=tuple((one["router"], one["prefix"], tuple(one["vias"])) for one in held["before"]),
        steps=tuple(_played(one) for one in held["step"]),
        late_ms=head["late_ms"],
        ended=head["ended"],
        provenance=Provenance(**{**made, "sources": sources, "options": options}),
    )


def _vias(given: list[str] | None) -> tuple[str, ...] | None:
    return None if given is None else tuple(given)


def _played(record: Record) -> Played:
    checks = tuple(Check(**one) for one in record.pop("checks"))
    words: Record = {key: tuple(record.pop(key)) for key in ("did", "notes", "down")}
    return Played(**record, **words, checks=checks)
