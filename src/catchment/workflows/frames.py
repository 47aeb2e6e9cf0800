"""Reads a capture, takes its frames apart, verifies every check, and tries what flipped bits do to them."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from catchment.errors import DataError, Problem
from catchment.internet.sources.compressed import read_whole
from catchment.packet import capture as captures
from catchment.packet.dissect import dissect
from catchment.packet.fcs import Fcs, of_links, of_packet
from catchment.packet.record import NANOSECONDS, Capture, CaptureError, Packet
from catchment.packet.walk import Check, Dissection, Layer, Verdict
from catchment.report.frames import CheckRow, FrameRow, LinkRow, PartRow, Summary, TrailerRow

LARGEST_BYTES = 1 << 30
"""Of an unpacked capture, which is read whole: FCS are found by looking at all frames first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A capture, its name, and for each link whether its frames end in a check sequence."""

    path: Path
    capture: Capture
    fcs: tuple[Fcs, ...]

    def packet(self, number: int) -> Packet:
        """The frame of this number, from 1. Raises DataError when there is none."""
        count = len(self.capture.packets)
        if not 1 <= number <= count:
            raise DataError(
                Problem(where=str(self.path), what=f"there is no frame {number}", todo=f"It has frames 1 to {count}")
            )
        return self.capture.packets[number - 1]

    def fcs_of(self, packet: Packet) -> Fcs:
        """Whether this frame ends in a check sequence."""
        return of_packet(packet, self.capture.links[packet.link], self.fcs[packet.link])

    def dissected(self, packet: Packet, data: bytes | None = None) -> Dissection:
        """The frame taken apart; `data` in place of its bytes when given, with the same belief about its FCS."""
        bytes_of = packet.data if data is None else data
        link_type = self.capture.links[packet.link].link_type
        return dissect(bytes_of, link_type, self.fcs_of(packet), is_cut=packet.is_cut)


def open_capture(path: Path) -> Opened:
    """Read a pcap or pcapng file, plain, gzip or bzip2. Raises DataError for anything else, and for an empty one."""
    data = read_whole(path, limit_bytes=LARGEST_BYTES).data
    try:
        capture = captures.read(data)
    except CaptureError as error:
        where = f"{path}, byte {error.offset}" if error.offset else str(path)
        raise DataError(Problem(where=where, what=error.what, todo=error.todo)) from error
    if not capture.packets:
        todo = "Capture again; a capture that is stopped before the first frame looks so"
        raise DataError(Problem(where=str(path), what=f"this is a {capture.format} file without a frame", todo=todo))
    return Opened(path=path, capture=capture, fcs=of_links(capture))


def links(opened: Opened) -> tuple[LinkRow, ...]:
    """The links that frames are of, in the order of the file."""
    frames = Counter(packet.link for packet in opened.capture.packets)
    return tuple(
        LinkRow(
            link=index, name=link.name, type=link.type_text, frames=frames[index],
            fcs=fcs.code.name if fcs.code else None, fcs_evidence=fcs.why,
        )
        for index, (link, fcs) in enumerate(zip(opened.capture.links, opened.fcs, strict=True))
    )  # fmt: skip


def rows(opened: Opened) -> Iterator[FrameRow]:
    """All frames, one after the other."""
    for number in range(1, len(opened.capture.packets) + 1):
        yield row(opened, number)


def row(opened: Opened, number: int) -> FrameRow:
    """One frame. Raises DataError when there is none of this number."""
    packet = opened.packet(number)
    found = opened.dissected(packet)
    first = next((one.at_ns for one in opened.capture.packets if one.at_ns is not None), None)
    source, destination = _ends(found.layers)
    since = None if packet.at_ns is None or first is None else (packet.at_ns - first) / NANOSECONDS
    return FrameRow(
        number=number, time=None if packet.at_ns is None else _utc(packet.at_ns), seconds=since, link=packet.link,
        link_name=opened.capture.links[packet.link].name,
        direction=packet.direction, caught_bytes=len(packet.data), wire_bytes=packet.wire_bytes,
        layers=tuple(_layer_names(found.layers)), source=source, destination=destination,
        what=next((layer.what for layer in reversed(found.layers) if layer.what), ""), fcs_evidence=found.fcs_why,
        checks=tuple(_check(check) for check in found.checks),
        trailers=tuple(
            TrailerRow(kind=one.kind, start=one.start, end=one.end, bytes=found.data[one.start : one.end].hex())
            for one in found.trailers
        ),
        problems=found.problems, comments=packet.comments,
    )  # fmt: skip


def _utc(at_ns: int) -> str:
    seconds, fraction = divmod(at_ns, NANOSECONDS)
    try:
        return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S}.{fraction:09d}Z"
    except (OverflowError, ValueError, OSError):  # a damaged clock: years past 9999
        return f"{seconds}.{fraction:09d}"


def _layer_names(layers: Iterable[Layer]) -> Iterator[str]:
    before = ""
    for layer in layers:
        if layer.name not in ("payload", before) and not layer.name.startswith(("PIM ", "PPPoE tag")):
            yield layer.name
        elif layer.name == "payload" and layer.what:
            yield f"({layer.what.removesuffix(' (not looked into)')})"
        before = layer.name


def _ends(layers: Iterable[Layer]) -> tuple[str, str]:
    """Who talks to whom: the innermost IP addresses with their ports, else the addresses of the link."""
    source = destination = ""
    for layer in layers:
        if layer.name in ("UDP", "TCP"):
            source, destination = (
                f"[{address}]:{port}" if ":" in address else f"{address}:{port}"
                for address, port in ((source, layer.source), (destination, layer.destination))
            )
        elif layer.source:
            source, destination = layer.source, layer.destination
    return source, destination


def _check(check: Check) -> CheckRow:
    digits = 2 * max(check.end - check.start, 0)
    has_bytes = check.end > check.start
    return CheckRow(
        name=check.name, verdict=check.verdict.value, start=check.start, end=check.end,
        stored=f"0x{check.stored:0{digits}x}" if has_bytes else "",
        computed=None if check.computed is None else f"0x{check.computed:0{digits}x}", why=check.why,
    )  # fmt: skip


def parts(opened: Opened, number: int) -> tuple[PartRow, ...]:
    """One frame byte by byte: every field of every layer, then the trailers. Raises DataError when there is none."""
    found = opened.dissected(opened.packet(number))
    made: list[PartRow] = []
    for layer in found.layers:
        at = layer.start
        for field in layer.fields:
            made.append(_part(found, layer.name, at, at + field.size_bytes, field.name, field.text))
            at += field.size_bytes
        if at < layer.end:
            title = f"{layer.name}: {layer.what}" if layer.what else layer.name
            made.append(_part(found, title, at, layer.end, "", ""))
    if found.layers and found.layers[0].start > 0:
        made.insert(0, _part(found, "link", 0, found.layers[0].start, "direction", "1 is sent"))
    for one in sorted(found.trailers, key=lambda one: one.start):
        name = "check sequence" if one.kind == "FCS" else ""
        made.append(_part(found, one.kind, one.start, one.end, name, "lowest bit first" if name else ""))
    return tuple(made)


def _part(found: Dissection, layer: str, start: int, end: int, name: str, text: str) -> PartRow:
    return PartRow(layer=layer, start=start, bytes=found.data[start:end].hex(), name=name, text=text)


class Tally:
    """Counts what was found while rows pass by, so that a large capture need not be held as rows."""

    def __init__(self) -> None:
        self._verdicts: Counter[str] = Counter()
        self._reasons: Counter[str] = Counter()
        self._wrong: list[int] = []
        self._frames = self._malformed = self._cut = 0

    def counting(self, frames: Iterable[FrameRow]) -> Iterator[FrameRow]:
        """Pass rows on, and count them."""
        for frame in frames:
            self._count(frame)
            yield frame

    def _count(self, frame: FrameRow) -> None:
        self._frames += 1
        self._malformed += bool(frame.problems)
        self._cut += frame.caught_bytes < frame.wire_bytes
        if frame.is_wrong:
            self._wrong.append(frame.number)
        for check in frame.checks:
            self._verdicts[check.verdict] += 1
            if check.verdict == Verdict.UNKNOWN:
                self._reasons[check.why.partition(":")[0]] += 1

    @property
    def summary(self) -> Summary:
        """What was counted so far."""
        seen = self._verdicts
        return Summary(
            frames=self._frames, right=seen[Verdict.RIGHT], wrong=seen[Verdict.WRONG], unknown=seen[Verdict.UNKNOWN],
            absent=seen[Verdict.ABSENT], malformed=self._malformed, cut=self._cut, wrong_frames=tuple(self._wrong),
            reasons=dict(self._reasons.most_common()),
        )  # fmt: skip
