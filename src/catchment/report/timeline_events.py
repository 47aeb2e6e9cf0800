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
PASSING_S = 0.05
"""A route that is another one again so soon was on its way to that."""
FEW = 3
"""What happens more often in a step is told once, with how often."""
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
    port  : of the client; None: it is not of one port
    """

    at_s: float
    who: int | tuple[str, str]
    words: str
    numbers: tuple[float, ...] = ()
    port: int | None = None


def sentences(timeline: Timeline, from_s: float, to_s: float, *, every: bool = False) -> list[tuple[float, str]]:
    """What was seen from a moment up to another: (when, sentence), in the order of time.

    every : each route that moved and each time, not only those that hold an address that is asked, and not only some
    """
    # a port after the other finds out what has happened
    together_s = TOGETHER_S + (timeline.asking.ports - 1) * timeline.asking.every_s
    found = [*_answers(timeline), *_streams(timeline)]
    told = _together((one for one in found if from_s <= one.at_s < to_s), together_s)
    said = [(group[0].at_s, _said(group, times, timeline)) for group, times in _often(told, every=every)]
    moves = [one for one in _moves(timeline, every=every) if from_s <= one.at_s < to_s]
    moved = [(group[0].at_s, _moved(group)) for group in _together(moves, TOGETHER_S)]
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
        again = group is not None and any((one.who, one.port) == (other.who, other.port) for other in group)
        if group is None or again or one.at_s - group[0].at_s > together_s:
            group = latest[key] = []
            groups.append(group)
        group.append(one)
    return groups


def _often(groups: Iterable[list[Happening]], *, every: bool) -> Iterator[tuple[list[Happening], int]]:
    """(a group, how many times the same happened); what happens more than a few times is told once."""
    held: dict[str, list[list[Happening]]] = {}
    for group in groups:
        held.setdefault(group[0].words, []).append(group)
    for ones in held.values():
        if len(ones) <= FEW or every:
            yield from ((one, 1) for one in ones)
        else:
            yield [happening for one in ones for happening in one], len(ones)


def _said(group: Sequence[Happening], times: int, timeline: Timeline) -> str:
    flows, numbers = timeline.flows, sorted({one.who for one in group if isinstance(one.who, int)})
    ranges = [_range(one) for one in zip(*(one.numbers for one in group), strict=True)]
    again = f"; {times} times like this until {group[-1].at_s:.2f} s" if times > 1 else ""
    who = f"{', '.join(names(numbers, flows))}{_some_ports(group, numbers, timeline.asking.ports)}"
    return f"{who}: {group[0].words.format(*ranges)}{again}"


def _some_ports(group: Sequence[Happening], numbers: Sequence[int], ports: int) -> str:
    """Of how many of its ports it is told, when not of all."""
    held: dict[int, set[int]] = {number: set() for number in numbers}
    for one in group:
        if isinstance(one.who, int) and one.port is not None:
            held[one.who].add(one.port)
    counts = [len(one) for one in held.values() if one]
    if not counts or min(counts) == ports:
        return ""
    return f" ({_range(counts)} of {ports} ports)"


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
    held: dict[tuple[int, int], list[Span]] = {}
    for span in timeline.spans:
        held.setdefault((span.flow, span.port), []).append(span)
    for spans in held.values():
        served = ""
        for before, span, after in zip([None, *spans], spans, [*spans[1:], None], strict=False):
            if span.server is None:
                yield _lost(span, after, served)
            elif served and span.server != served and before is not None and before.server is not None:
                words = f"answered by {_braced(span.server)} instead of {_braced(served)}"
                yield Happening(at_s=span.from_s, who=span.flow, words=words, port=span.port)
            served = span.server or served


def _lost(span: Span, after: Span | None, served: str) -> Happening:
    why = f": {_braced(span.words)}" if span.words else ""
    numbers: tuple[float, ...] = (span.count,)
    words = f"no answer until the end ({{0}} lost{why})"
    if after is not None:
        instead = f" instead of {_braced(served)}" if served != after.server else " again"
        then = _braced(after.server or NOBODY) + (instead if served else "")
        words = f"no answer for {{1}} s ({{0}} lost{why}), then {then}"
        numbers = (span.count, float(after.from_s - span.from_s))
    return Happening(at_s=span.from_s, who=span.flow, words=words, numbers=numbers, port=span.port)


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
    """Routes that moved. A daemon that takes a route away to put another one in its place has moved it once."""
    wanted = {ip_address(flow.address) for flow in timeline.flows}
    next_s: dict[tuple[str, str], float] = {}
    for move in reversed(timeline.moves):
        key = move.router, move.prefix
        passes = next_s.get(key, float("inf")) - move.at_s < PASSING_S
        next_s[key] = move.at_s
        if every or (not passes and any(one in ip_network(move.prefix) for one in wanted)):
            yield Happening(at_s=move.at_s, who=key, words=move_words(move))


def move_words(move: RouteMove) -> str:
    """Where a route leads now."""
    if move.vias is None:
        return "no route any more"
    return f"via {' and '.join(move.vias)}" if move.vias else "dropped"
