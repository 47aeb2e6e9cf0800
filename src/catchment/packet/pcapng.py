"""Reads pcapng files: sections, interfaces, packets and their options; passes over other blocks.

draft-ietf-opsawg-pcapng 3 (blocks, options), 4 (the kinds of block); the obsolete packet block is its appendix A.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from catchment.packet.record import MICROSECONDS, NANOSECONDS, Capture, CaptureError, Link, Packet

SECTION, INTERFACE, OLD_PACKET, SIMPLE_PACKET, PACKET = 0x0A0D0D0A, 1, 2, 3, 6
MAGIC = SECTION.to_bytes(4, "big")  # the same in both byte orders
BYTE_ORDER = 0x1A2B3C4D
LONGEST_BYTES = 1 << 26  # of one block: more says that the file is damaged

OPT_END, OPT_COMMENT = 0, 1
IF_NAME, IF_DESCRIPTION, IF_TSRESOL, IF_FCSLEN, IF_TSOFFSET = 2, 3, 9, 13, 14
EPB_FLAGS = 2
DIRECTIONS = {0: "", 1: "in", 2: "out", 3: ""}

_AGAIN = "Copy the file again; editcap can save the packets before it"


@dataclass(slots=True)
class _Section:
    """What is known while reading."""

    order: str = "<"
    first_link: int = 0
    links: list[Link] = field(default_factory=list)
    offsets_s: list[int] = field(default_factory=list)
    packets: list[Packet] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)
    passed_over: int = 0


def read(data: bytes) -> Capture:
    """Read a whole pcapng file. Raises CaptureError at the first thing that is wrong."""
    state, sections, at = _Section(), 0, 0
    while at < len(data):
        kind, body, after = _block(state, data, at)
        if kind == SECTION:
            sections += 1
            state.first_link = len(state.links)  # interface numbers begin again with each section
            state.comments += _comments(_options(state, body, 16, at))
        elif kind == INTERFACE:
            _interface(state, body, at)
        elif kind in (PACKET, OLD_PACKET, SIMPLE_PACKET):
            state.packets.append(_packet(state, kind, body, at))
        else:
            state.passed_over += 1
        at = after
    many = f", {sections} sections" if sections > 1 else ""
    endian = "big" if state.order == ">" else "little"
    return Capture(
        format=f"pcapng, {endian}-endian{many}", links=tuple(state.links), packets=tuple(state.packets),
        passed_over=state.passed_over, comments=tuple(state.comments),
    )  # fmt: skip


def _block(state: _Section, data: bytes, at: int) -> tuple[int, bytes, int]:
    """Type, body, and where the next block begins."""
    if at + 12 > len(data):
        raise CaptureError(at, f"the file ends inside a block, after {len(state.packets)} whole packets", _AGAIN)
    if data[at : at + 4] == MAGIC:
        mark = data[at + 8 : at + 12]
        orders = {BYTE_ORDER.to_bytes(4, "big"): ">", BYTE_ORDER.to_bytes(4, "little"): "<"}
        if mark not in orders:
            raise CaptureError(at + 8, f"the section has no byte order: {mark.hex()}", "This is no sound pcapng file")
        state.order = orders[mark]
    kind, length = struct.unpack_from(f"{state.order}II", data, at)
    least = 28 if kind == SECTION else 12
    if length % 4 or length < least or length > LONGEST_BYTES:
        raise CaptureError(at, f"a block says that it is {length:,} bytes long: the file is damaged here", _AGAIN)
    end = at + length
    if end > len(data):
        raise CaptureError(at, f"the file ends inside a block, after {len(state.packets)} whole packets", _AGAIN)
    (again,) = struct.unpack_from(f"{state.order}I", data, end - 4)
    if again != length:
        raise CaptureError(
            at, f"a block says that it is {length} bytes long at its begin, {again} at its end", _AGAIN
        )
    return kind, data[at + 8 : end - 4], end


def _options(state: _Section, body: bytes, at: int, where: int) -> Iterator[tuple[int, bytes]]:
    while at + 4 <= len(body):
        code, length = struct.unpack_from(f"{state.order}HH", body, at)
        if code == OPT_END:
            return
        if at + 4 + length > len(body):
            raise CaptureError(where, "an option is longer than its block", _AGAIN)
        yield code, body[at + 4 : at + 4 + length]
        at += 4 + (length + 3) // 4 * 4


def _comments(options: Iterator[tuple[int, bytes]]) -> list[str]:
    return [value.decode("utf-8", "replace").rstrip("\0") for code, value in options if code == OPT_COMMENT]


def _interface(state: _Section, body: bytes, where: int) -> None:
    if len(body) < 8:
        raise CaptureError(where, "an interface block is cut", _AGAIN)
    link_type, _, snap = struct.unpack_from(f"{state.order}HHI", body)
    words = {OPT_COMMENT: "", IF_NAME: "", IF_DESCRIPTION: ""}
    fcs, ticks, offset_s = None, MICROSECONDS, 0
    for code, value in _options(state, body, 8, where):
        if code in words:
            words[code] = value.decode("utf-8", "replace").rstrip("\0")
        elif code == IF_TSRESOL and value:
            ticks = 2 ** (value[0] & 0x7F) if value[0] & 0x80 else 10 ** value[0]
        elif code == IF_FCSLEN and value:
            fcs = value[0]
        elif code == IF_TSOFFSET and len(value) == 8:
            (offset_s,) = struct.unpack(f"{state.order}q", value)
    state.offsets_s.append(offset_s)
    state.links.append(
        Link(
            link_type=link_type, name=words[IF_NAME], description=words[IF_DESCRIPTION], comment=words[OPT_COMMENT],
            fcs_bytes=fcs, fcs_said="" if fcs is None else "if_fcslen of the interface", ticks=ticks,
            snap_bytes=snap,
        )
    )  # fmt: skip


def _packet(state: _Section, kind: int, body: bytes, where: int) -> Packet:
    number = len(state.packets) + 1
    if kind == SIMPLE_PACKET:
        return _simple_packet(state, body, where, number)
    if len(body) < 20:
        raise CaptureError(where, f"the block of packet {number} is cut", _AGAIN)
    if kind == PACKET:
        index, high, low, caught, wire = struct.unpack_from(f"{state.order}IIIII", body)
    else:  # the obsolete block counts drops beside the interface
        index, _, high, low, caught, wire = struct.unpack_from(f"{state.order}HHIIII", body)
    place, link = _link(state, index, where, number)
    if 20 + caught > len(body):
        raise CaptureError(where, f"packet {number} says that {caught:,} bytes of it were caught", _AGAIN)
    comments, flags = [], 0
    for code, value in _options(state, body, 20 + (caught + 3) // 4 * 4, where):
        if code == OPT_COMMENT:
            comments.append(value.decode("utf-8", "replace").rstrip("\0"))
        elif code == EPB_FLAGS and len(value) == 4:
            (flags,) = struct.unpack(f"{state.order}I", value)
    at_ns = (high << 32 | low) * NANOSECONDS // link.ticks + state.offsets_s[place] * NANOSECONDS
    return Packet(
        link=place, at_ns=at_ns, data=body[20 : 20 + caught], wire_bytes=max(wire, caught),
        direction=DIRECTIONS[flags & 3], fcs_bytes=flags >> 5 & 15 or None, comments=tuple(comments),
    )  # fmt: skip


def _simple_packet(state: _Section, body: bytes, where: int, number: int) -> Packet:
    """Of the first interface, without time or options; how much was caught follows from the snap length (4.4)."""
    if len(body) < 4:
        raise CaptureError(where, f"the block of packet {number} is cut", _AGAIN)
    (wire,) = struct.unpack_from(f"{state.order}I", body)
    place, link = _link(state, 0, where, number)
    caught = min(wire, link.snap_bytes or wire, len(body) - 4)
    return Packet(link=place, data=body[4 : 4 + caught], wire_bytes=wire)


def _link(state: _Section, index: int, where: int, number: int) -> tuple[int, Link]:
    place = state.first_link + index
    if place >= len(state.links):
        raise CaptureError(
            where, f"packet {number} is of interface {index}, which the file does not describe", _AGAIN
        )
    return place, state.links[place]
