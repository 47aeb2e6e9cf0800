"""The lanes of a timeline's page, as SVG: steps, time, routes, and who answers each client and how its stream does."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from itertools import pairwise

from catchment.report.page.words import escaped
from catchment.report.timeline_events import ENDINGS, move_words, name
from catchment.results.timeline import RouteMove, Span, Stream, Timeline

BINS = 600
"""Marks of routes side by side: what falls on one is told together."""
NAMED = 8
LABEL_SHARE = 0.07
"""Of the whole time: a span that is shorter has no room for its server's name."""
CROSS = '<path class="broke" d="M-4 -4L4 4M4 -4L-4 4"/>'


@dataclass(frozen=True, slots=True)
class Scale:
    """Seconds to percent of a lane's width."""

    from_s: float
    to_s: float

    def __call__(self, at_s: float) -> str:
        return f"{self.share(at_s) * 100:.3f}%"

    def share(self, at_s: float) -> float:
        """Where a moment is, from 0 to 1."""
        return min(1.0, max(0.0, (at_s - self.from_s) / (self.to_s - self.from_s)))

    def wide(self, from_s: float, to_s: float) -> str:
        """How wide a span of time is."""
        return f"{(self.share(to_s) - self.share(from_s)) * 100:.3f}%"


def scale_of(timeline: Timeline) -> Scale:
    """All that was recorded."""
    return Scale(timeline.from_s, max(timeline.to_s, timeline.from_s + 0.001))


def lanes(timeline: Timeline) -> Iterator[str]:
    """All rows, from the top."""
    scale = scale_of(timeline)
    yield _row("steps", "".join(_acts(timeline, scale)), "acts")
    yield _row("", "".join(_axis(scale)), "axis")
    moves = timeline.moves
    yield _row(f"routes <small>{len(moves):,} moves</small>", "".join(_ticks(moves, timeline, scale)), "routes")
    yield from _routers(timeline, scale)
    for number, flow in enumerate(timeline.flows):
        first = number == 0 or timeline.flows[number - 1].client != flow.client
        label = name(flow, timeline.flows)
        more = label.removeprefix(flow.client).strip(" ()")
        shown = f"{escaped(flow.client) if first else ''} <small>{escaped(more)}</small>"
        yield _row(shown, "".join(_lane(timeline, number, scale)), "first" if first else "", escaped(label))


def _row(label: str, drawn: str, kind: str, whole: str = "") -> str:
    told = f' title="{whole}"' if whole else ""
    return f'<div class="row {kind}"><span{told}>{label}</span><svg role="img">{drawn}</svg></div>'


def act_lines(timeline: Timeline) -> Iterator[str]:
    """A line through all lanes for each step, and what is before the first of them in grey."""
    scale = scale_of(timeline)
    yield f'<rect x="0" y="0" width="{scale.wide(timeline.from_s, 0.0)}" height="100%"/>'
    for step in timeline.steps:
        yield f'<line x1="{scale(step.at_s)}" x2="{scale(step.at_s)}" y1="0" y2="100%"/>'


def _acts(timeline: Timeline, scale: Scale) -> Iterator[str]:
    for number, step in enumerate(timeline.steps):
        later = timeline.steps[number + 1].at_s if number + 1 < len(timeline.steps) else timeline.to_s
        told = "\n".join([f"{step.at_s:.2f} s: {step.name}", *step.did])
        yield (
            f'<svg x="{scale(step.at_s)}" width="{scale.wide(step.at_s, later)}" height="22">'
            f'<g class="lane">{_title(told)}<rect width="100%" height="22" fill="transparent"/>'
            f'<text class="act" x="5" y="15">{escaped(step.name)}</text></g></svg>'
        )


def _axis(scale: Scale) -> Iterator[str]:
    for place, at_s in enumerate(ticks(scale.from_s, scale.to_s)):
        anchor = "end" if scale.share(at_s) > 0.96 else "middle" if scale.share(at_s) > 0.03 else "start"
        yield f'<line class="tick" x1="{scale(at_s)}" x2="{scale(at_s)}" y1="13" y2="18"/>'
        kind = ' class="odd"' if place % 2 == 0 else ""  # every other one has room on a phone; 0 stays, after -2 s
        yield f'<text{kind} x="{scale(at_s)}" y="11" text-anchor="{anchor}">{at_s:g} s</text>'


def ticks(from_s: float, to_s: float, most: int = 10) -> list[float]:
    """Round moments, `most` at most."""
    rough = max((to_s - from_s) / most, 1e-3)
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(one * power for one in (1, 2, 5, 10) if one * power >= rough * 0.999)
    first = math.ceil(from_s / step)
    return [round(place * step, 6) for place in range(first, math.floor(to_s / step) + 1)]


def _ticks(moves: Sequence[RouteMove], timeline: Timeline, scale: Scale) -> Iterator[str]:
    """Marks of routes that moved, those of one place together."""
    wanted = [ip_address(flow.address) for flow in timeline.flows]
    bins: dict[int, list[RouteMove]] = {}
    for move in moves:
        bins.setdefault(int(scale.share(move.at_s) * BINS), []).append(move)
    for place, ones in sorted(bins.items()):
        ours = [one for one in ones if any(address in ip_network(one.prefix) for address in wanted)]
        shown = [f"{one.router}: {one.prefix}: {move_words(one)}" for one in (ours or ones)[:NAMED]]
        more = [f"and {len(ones) - len(shown)} more"] if len(ones) > len(shown) else []
        count = "1 route moved" if len(ones) == 1 else f"{len(ones)} routes moved"
        told = "\n".join([f"{ones[0].at_s:.2f} s: {count}", *shown, *more])
        high = min(16, 5 + round(3 * math.log2(len(ones))))
        kind = "move ours small" if ours else "move small"
        at = f"{place / BINS * 100:.3f}%"
        yield f'<line class="{kind}" x1="{at}" x2="{at}" y1="17" y2="{17 - high}">{_title(told)}</line>'


def _routers(timeline: Timeline, scale: Scale) -> Iterator[str]:
    """A lane for each router whose routes moved, folded away."""
    held: dict[str, list[RouteMove]] = {}
    for move in timeline.moves:
        held.setdefault(move.router, []).append(move)
    if held:
        word = "router" if len(held) == 1 else "routers"
        yield f'<details class="routers"><summary>routes of {len(held)} {word}</summary>'
        for router, moves in sorted(held.items()):
            yield _row(escaped(router), "".join(_ticks(moves, timeline, scale)), "routes")
        yield "</details>"


def _lane(timeline: Timeline, number: int, scale: Scale) -> Iterator[str]:
    """Who answers a flow, and below it the TCP stream."""
    servers = timeline.servers
    label = name(timeline.flows[number], timeline.flows)
    spans = [one for one in timeline.spans if one.flow == number]
    yield '<rect class="ground" width="100%" height="15" y="1"/>'
    for span, after in pairwise([*spans, None]):
        assert span is not None
        ports = timeline.asking.ports
        last_s = min(span.to_s + timeline.asking.every_s * ports, max(timeline.to_s, span.to_s))
        end_s = after.from_s if after is not None and after.port == span.port else last_s
        yield _span(span, end_s, label, servers, scale, ports)
    for stream in (one for one in timeline.streams if one.flow == number):
        yield from _stream(stream, timeline.to_s, label, servers, scale)


def _span(span: Span, end_s: float, label: str, servers: tuple[str, ...], scale: Scale, ports: int) -> str:
    """One strip of the lane; each port has its own, one below the other."""
    wide, at = scale.wide(span.from_s, end_s), scale(span.from_s)
    times = f"{span.least_ms:.1f} to {span.most_ms:.1f} ms" if span.least_ms is not None else span.words
    y, high = f"{1 + 15 * span.port / ports:g}", f"{15 / ports:g}"
    port = f", port {span.port + 1} of {ports}" if ports > 1 else ""
    when = f"{label}{port}\n{span.from_s:.2f} to {end_s:.2f} s"
    if span.server is None:
        told = f"{when}: {span.count} lost\n{times}"
        kind = "lost small" if ports == 1 else "lost thin small"
        where = f'x="{at}" y="{y}" width="{wide}" height="{high}"'
        return f'<rect class="{kind}" {where}>{_title(told.strip())}</rect>'
    told = f"{when}: {span.server} answers {span.count} questions\n{times}"
    place = servers.index(span.server)
    room = ports == 1 and scale.share(end_s) - scale.share(span.from_s) >= LABEL_SHARE
    words = f'<text class="t{place}" x="5" y="12">{escaped(span.server)}</text>' if room else ""
    return (
        f'<svg x="{at}" y="{y}" width="{wide}" height="{high}"><g class="lane">{_title(told)}'
        f'<rect class="s{place}" width="100%" height="{high}"/>{words}</g></svg>'
    )


def _stream(stream: Stream, last_s: float, label: str, servers: tuple[str, ...], scale: Scale) -> Iterator[str]:
    end_s = last_s if stream.to_s is None else stream.to_s
    waited = f"\nlongest wait {stream.most_ms:.0f} ms" if stream.most_ms is not None else ""
    told = f"{label}, TCP stream to {stream.server}\n{stream.from_s:.2f} to {end_s:.2f} s{waited}"
    place = servers.index(stream.server)
    yield (
        f'<rect class="s{place} lane" x="{scale(stream.from_s)}" y="18" height="4" '
        f'width="{scale.wide(stream.from_s, end_s)}">{_title(told)}</rect>'
    )
    if stream.to_s is not None:
        how = ENDINGS.get(stream.how, stream.how)
        tried = f"{label}\n{stream.to_s:.2f} s: the TCP stream to {stream.server} {how}"
        yield (
            f'<svg x="{scale(stream.to_s)}" y="20" overflow="visible"><g class="small">{_title(tried)}'
            f'<circle r="7" fill="transparent"/>{CROSS}</g></svg>'
        )


def _title(told: str) -> str:
    lines = [escaped(line) for line in told.split("\n")]
    return f"<title>{chr(10).join(lines)}</title>"


def key(timeline: Timeline) -> Iterator[str]:
    """What colours and marks mean."""
    for place, server in enumerate(timeline.servers):
        yield f'<svg><rect class="s{place}" width="22" height="12"/></svg>{escaped(server)}'
    yield '<svg><rect class="lost" x="8" width="4" height="12"/></svg>no answer'
    broken = f'<svg x="16" y="7" overflow="visible">{CROSS}</svg>'
    yield f'<svg><rect class="act" y="5" width="14" height="4"/>{broken}</svg>TCP stream that breaks'
    ours, other = (
        '<line class="move ours" x1="6" x2="6" y2="12"/>',
        '<line class="move" x1="14" x2="14" y1="4" y2="12"/>',
    )
    yield f"<svg>{ours}{other}</svg>routes that move, to the service and others"
