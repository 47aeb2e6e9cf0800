"""What was seen in a timeline, as sentences: what happens to many at about the same time is one of them.

Timeline --> Happening (when, who, words with numbers left open) --> put together --> (when, sentence)
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from itertools import pairwise

from catchment.results.timeline import Flow, RouteMove, Span, Stream, Timeline

NOBODY = "nobody"
TOGETHER_S = 0.5
MOST_MOVES = 20
"""Lines of routes in a step; the rest is counted."""

ENDINGS = {
    "reset": "was reset",
    "closed": "was closed by the server",
    "silent": "fell silent",
    "unreachable": "lost its way",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """One thing that was seen.

    who   : the number of a flow, or a router with what of it moved
    words : with {0} and {1} for the numbers, which may be another one for each
    """

    at_s: float
    who: int | tuple[str, str]
    words: str
    numbers: tuple[float, ...] = ()


def sentences(
    timeline: Timeline, from_s: float, to_s: float, *, every: bool = False, together_s: float = TOGETHER_S
) -> list[tuple[float, str]]:
    """What was seen from a moment up to another: (when, sentence), in the order of time.

    every : each route that moved, not only those that hold an address that is asked, and not only the first
    """
    found = [*_answers(timeline), *_streams(timeline)]
    told = [one for one in found if from_s <= one.at_s < to_s]
    said = [(group[0].at_s, _said(group, timeline.flows)) for group in _together(told, together_s)]
    moves = [one for one in _moves(timeline, every=every) if from_s <= one.at_s < to_s]
    moved = [(group[0].at_s, _moved(group)) for group in _together(moves, together_s)]
    if len(moved) > MOST_MOVES and not every:
        left = f"... and {len(moved) - MOST_MOVES} more times routes to services moved (--all shows them)"
        moved = [*moved[:MOST_MOVES], (moved[MOST_MOVES][0], left)]
    return sorted([*said, *moved], key=lambda one: one[0])


def _together(found: Iterable[Happening], together_s: float) -> list[list[Happening]]:
    """Groups that say the same at about the same time; of routes only those of one router. By the first of each."""
    groups: list[list[Happening]] = []
    latest: dict[tuple[str, str], list[Happening]] = {}
    for one in sorted(found, key=lambda happening: happening.at_s):
        key = one.words, one.who[0] if isinstance(one.who, tuple) else ""
        group = latest.get(key)
        again = group is not None and any(one.who == other.who for other in group)
        if group is None or again or one.at_s - group[0].at_s > together_s:
            group = latest[key] = []
            groups.append(group)
        group.append(one)
    return groups


def _said(group: Sequence[Happening], flows: Sequence[Flow]) -> str:
    who = ", ".join(names([one.who for one in group if isinstance(one.who, int)], flows))
    ranges = [_range(numbers) for numbers in zip(*(one.numbers for one in group), strict=True)]
    return f"{who}: {group[0].words.format(*ranges)}"


def _moved(group: Sequence[Happening]) -> str:
    pairs = [one.who for one in group if isinstance(one.who, tuple)]
    return f"{pairs[0][0]}: {', '.join(sorted(prefix for _, prefix in pairs))}: {group[0].words}"


def _range(numbers: Sequence[float]) -> str:
    least, most = (f"{one:.2f}" if isinstance(one, float) else str(one) for one in (min(numbers), max(numbers)))
    return least if least == most else f"{least} to {most}"


def names(numbers: Sequence[int], flows: Sequence[Flow]) -> list[str]:
    """Clients by name; one of several addresses that a client asks with its family, or as it is."""
    found: dict[str, None] = {}
    for number in sorted(numbers):
        flow = flows[number]
        own = [place for place, one in enumerate(flows) if one.client == flow.client]
        found[flow.client if set(own) <= set(numbers) else name(flow, flows)] = None
    return list(found)


def name(flow: Flow, flows: Sequence[Flow]) -> str:
    """A flow by its client, and by its family or address where the client asks several."""
    others = [one.address for one in flows if one.client == flow.client]
    if len(others) == 1:
        return flow.client
    versions = [ip_address(one).version for one in others]
    version = ip_address(flow.address).version
    return f"{flow.client} ({f'IPv{version}' if versions.count(version) == 1 else flow.address})"


def _answers(timeline: Timeline) -> Iterator[Happening]:
    held: dict[int, list[Span]] = {}
    for span in timeline.spans:
        held.setdefault(span.flow, []).append(span)
    for number, spans in held.items():
        served = ""
        for span, after in pairwise([*spans, None]):
            assert span is not None
            if span.server is None:
                yield _lost(number, span, after, served)
            elif served and span.server != served and not _is_lost_before(span, spans):
                words = f"answered by {_braced(span.server)} instead of {_braced(served)}"
                yield Happening(at_s=span.from_s, who=number, words=words)
            served = span.server or served


def _is_lost_before(span: Span, spans: Sequence[Span]) -> bool:
    place = spans.index(span)
    return place > 0 and spans[place - 1].server is None


def _lost(number: int, span: Span, after: Span | None, served: str) -> Happening:
    why = f": {_braced(span.words)}" if span.words else ""
    if after is None:
        words, numbers = f"no answer until the end ({{0}} lost{why})", (span.count,)
        return Happening(at_s=span.from_s, who=number, words=words, numbers=numbers)
    instead = f" instead of {_braced(served)}" if served and after.server != served else " again" if served else ""
    words = f"no answer for {{1}} s ({{0}} lost{why}), then {_braced(after.server or NOBODY)}{instead}"
    gap_s = float(after.from_s - span.from_s)
    return Happening(at_s=span.from_s, who=number, words=words, numbers=(span.count, gap_s))


def _braced(words: str) -> str:
    return words.replace("{", "{{").replace("}", "}}")


def _streams(timeline: Timeline) -> Iterator[Happening]:
    for number in range(len(timeline.flows)):
        streams = [one for one in timeline.streams if one.flow == number]
        for stream, after in pairwise([*streams, None]):
            assert stream is not None
            if stream.to_s is not None:
                words, numbers = stream_words(stream, after)
                yield Happening(at_s=stream.to_s, who=number, words=words, numbers=numbers)


def stream_words(stream: Stream, after: Stream | None) -> tuple[str, tuple[float, ...]]:
    """How a stream broke and when the client had another one, with its numbers."""
    how = f"TCP stream to {_braced(stream.server)} {_braced(ENDINGS.get(stream.how, stream.how))}"
    if after is None or stream.to_s is None:
        return f"{how}; no other one until the end", ()
    return f"{how}; another one to {_braced(after.server)} {{0}} s later", (float(after.from_s - stream.to_s),)


def _moves(timeline: Timeline, *, every: bool) -> Iterator[Happening]:
    wanted = {ip_address(flow.address) for flow in timeline.flows}
    for move in timeline.moves:
        if every or any(one in ip_network(move.prefix) for one in wanted):
            yield Happening(at_s=move.at_s, who=(move.router, move.prefix), words=move_words(move))


def move_words(move: RouteMove) -> str:
    """Where a route leads now."""
    if move.vias is None:
        return "no route any more"
    return f"via {' and '.join(move.vias)}" if move.vias else "dropped"
