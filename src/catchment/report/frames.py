"""Frames of a capture as rows: for the terminal, as CSV, and as the objects that JSON is made of."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

RIGHT, WRONG, UNKNOWN, ABSENT = "right", "wrong", "cannot be known", "absent"
"""The verdicts of a check, in the words of JSON."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkRow:
    """One link of the capture, and how it is known whether its frames end in a check sequence."""

    link: int
    name: str
    type: str
    frames: int
    fcs: str | None
    fcs_evidence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckRow:
    """One check of a frame: bytes start:end hold `stored`; `computed` is null when it cannot be known."""

    name: str
    verdict: str
    start: int
    end: int
    stored: str
    computed: str | None
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TrailerRow:
    """Bytes behind what the headers count: padding, FCS or unknown."""

    kind: str
    start: int
    end: int
    bytes: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameRow:
    """One frame. `seconds` since the first one, `time` in UTC; null when the capture does not say."""

    number: int
    time: str | None
    seconds: float | None
    link: int
    link_name: str
    direction: str
    caught_bytes: int
    wire_bytes: int
    layers: tuple[str, ...]
    source: str
    destination: str
    what: str
    fcs_evidence: str
    checks: tuple[CheckRow, ...]
    trailers: tuple[TrailerRow, ...]
    problems: tuple[str, ...]
    comments: tuple[str, ...]

    @property
    def is_wrong(self) -> bool:
        """True when a check failed, or the frame is malformed."""
        return bool(self.problems) or any(check.verdict == WRONG for check in self.checks)


@dataclass(frozen=True, slots=True, kw_only=True)
class PartRow:
    """Some bytes of a frame with their layer, their name and what they mean."""

    layer: str
    start: int
    bytes: str
    name: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What was found in all frames: for each verdict the number of checks, and the frames that are wrong."""

    frames: int
    right: int
    wrong: int
    unknown: int
    absent: int
    malformed: int
    cut: int
    wrong_frames: tuple[int, ...]
    reasons: dict[str, int]

    def __str__(self) -> str:
        parts = [f"{self.right:,} checks right", f"{self.wrong:,} wrong"]
        if self.unknown:
            reasons = "; ".join(f"{count:,} {reason}" for reason, count in self.reasons.items())
            parts.append(f"{self.unknown:,} cannot be known ({reasons})")
        if self.absent:
            parts.append(f"{self.absent:,} absent")
        if self.malformed:
            parts.append(f"{counted(self.malformed, 'frame')} malformed")
        if self.cut:
            parts.append(f"{counted(self.cut, 'frame')} cut by the capture")
        line = f"{counted(self.frames, 'frame')}: {', '.join(parts)}"
        if self.wrong_frames:
            shown = ", ".join(map(str, self.wrong_frames[:20]))
            line += f"; look at {'frame' if len(self.wrong_frames) == 1 else 'frames'} {shown}"
            line += "..." if len(self.wrong_frames) > 20 else ""
        return line


def counted(count: int, noun: str) -> str:
    """So many of something."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


MOST_COMMENTS = 12
"""Shown of a capture; one that catchment wrote has one for each packet that was traced."""


def comment_lines(comments: Sequence[str]) -> Iterator[str]:
    """What the file says of itself."""
    for comment in comments[:MOST_COMMENTS]:
        yield f"comment: {comment}"
    if len(comments) > MOST_COMMENTS:
        yield f"comment: {len(comments) - MOST_COMMENTS:,} more, see -o json"


def link_lines(links: Sequence[LinkRow]) -> Iterator[str]:
    """A line for each link."""
    for row in links:
        name = f" {row.name}" if row.name else ""
        fcs = f"{row.fcs} behind each frame" if row.fcs else "no FCS"
        yield f"link {row.link}{name}: {row.type}, {counted(row.frames, 'frame')}, {fcs} ({row.fcs_evidence})"


@dataclass(frozen=True, slots=True)
class Widths:
    """How wide the columns are that differ from capture to capture. `link` is 0 for frames that are all of one link."""

    number: int
    seconds: int
    layers: int
    ends: int
    link: int = 0

    @classmethod
    def of(cls, rows: Sequence[FrameRow]) -> "Widths":
        """Wide enough for these rows, within reason."""
        cells = [_cells(row) for row in rows]
        number, seconds, layers, ends = (max((len(cell[i]) for cell in cells), default=0) for i in range(4))
        several = len({row.link for row in rows}) > 1
        link = min(max(len("link"), *(len(_link(row)) for row in rows)), 24) if several else 0
        return cls(max(number, 5), max(seconds, 8), min(max(layers, 6), 44), min(max(ends, 9), 60), link)

    def of_link(self, text: str) -> str:
        """The cell of the link with the space behind it; "" when there is no such column."""
        return f"{text:{self.link}}  " if self.link else ""


def _cells(row: FrameRow) -> tuple[str, str, str, str]:
    at = "-" if row.seconds is None else f"{row.seconds:.6f}"
    way = f"{row.source} > {row.destination}" if row.source else row.what
    return str(row.number), at, " ".join(row.layers), way


def _link(row: FrameRow) -> str:
    return row.link_name or str(row.link)


def head_line(widths: Widths) -> str:
    """The names of the columns."""
    left = f"{'frame':>{widths.number}}  {'seconds':>{widths.seconds}}  {widths.of_link('link')}{'bytes':>5}"
    return f"{left}  {'layers':{widths.layers}}  {'from > to':{widths.ends}}  found"


def frame_line(row: FrameRow, widths: Widths) -> str:
    """One frame in one line; what is wrong is in capitals."""
    number, at, layers, way = _cells(row)
    left = f"{number:>{widths.number}}  {at:>{widths.seconds}}  {widths.of_link(_link(row))}{row.wire_bytes:>5}"
    return f"{left}  {layers:{widths.layers}}  {way:{widths.ends}}  {_found(row)}".rstrip()


def _found(row: FrameRow) -> str:
    right = [check.name for check in row.checks if check.verdict == RIGHT]
    parts = [f"right: {', '.join(right)}"] if right else []
    for check in row.checks:
        if check.verdict == WRONG:
            parts.append(f"WRONG {check.name}: {check.stored}, should be {check.computed}")
        elif check.verdict == UNKNOWN:
            parts.append(f"{check.name}? {check.why.partition(':')[0]}")
        elif check.verdict == ABSENT:
            parts.append(f"no {check.name}")
    parts += [f"MALFORMED {problem}" for problem in row.problems]
    kept = [one for one in row.trailers if one.kind != "FCS"]
    parts += [f"{one.end - one.start} bytes {'of padding' if one.kind == 'padding' else 'behind'}" for one in kept]
    if row.caught_bytes < row.wire_bytes:
        parts.append(f"{row.caught_bytes} bytes caught")
    return "; ".join(parts)


def part_lines(parts: Sequence[PartRow], row: FrameRow) -> Iterator[str]:
    """One frame byte by byte: a line for each field, with the layer's name before its first; 8 bytes a line."""
    yield frame_line(row, Widths.of([row]))
    for comment in row.comments:
        yield f"  comment: {comment}"
    yield f"  FCS: {row.fcs_evidence}"
    layer = ""
    for part in parts:
        if part.layer != layer:
            layer = part.layer
            yield layer
        raw = bytes.fromhex(part.bytes)
        plain = not part.name
        step = 16 if plain else 8
        for at in range(0, len(raw), step):
            piece = raw[at : at + step]
            meaning = _printable(piece) if plain else f"{part.name}: {part.text}" if at == 0 else ""
            width = 47 if plain else 23
            yield f"  {part.start + at:5}  {piece.hex(' '):{width}}  {meaning}".rstrip()
    for check in row.checks:
        should = f", should be {check.computed}" if check.verdict == WRONG else ""
        why = f" ({check.why})" if check.why else ""
        verdict = check.verdict.upper() if check.verdict == WRONG else check.verdict
        yield f"{check.name}, bytes {check.start} to {check.end - 1}: {check.stored} {verdict}{should}{why}"
    for problem in row.problems:
        yield f"MALFORMED {problem}"


def _printable(data: bytes) -> str:
    return "".join(chr(byte) if 0x20 <= byte < 0x7F else "." for byte in data)


COLUMNS = (
    "frame", "time", "seconds", "link", "link_name", "direction", "caught_bytes", "wire_bytes", "layers", "source",
    "destination", "what", "right", "wrong", "cannot_be_known", "absent", "padding_bytes", "fcs_bytes", "unknown_bytes",
    "problems",
)  # fmt: skip


def csv_lines(rows: Iterable[FrameRow]) -> Iterator[str]:
    """CSV with a header (RFC 4180); several values in a cell are separated by spaces or semicolons."""
    yield _csv(COLUMNS)
    for row in rows:
        names = [
            ";".join(check.name for check in row.checks if check.verdict == verdict)
            for verdict in (RIGHT, WRONG, UNKNOWN, ABSENT)
        ]
        sizes = [
            sum(one.end - one.start for one in row.trailers if one.kind == kind)
            for kind in ("padding", "FCS", "unknown")
        ]
        yield _csv(
            (
                row.number, row.time or "", "" if row.seconds is None else row.seconds, row.link, row.link_name,
                row.direction, row.caught_bytes, row.wire_bytes, " ".join(row.layers), row.source, row.destination,
                row.what, *names, *sizes, ";".join(row.problems),
            )
        )  # fmt: skip


def _csv(cells: Sequence[object]) -> str:
    text = io.StringIO()
    csv.writer(text).writerow(cells)
    return text.getvalue()
