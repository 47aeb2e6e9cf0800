"""Writes pcapng: an interface per link with its check sequence length, packets with direction and comments.

What Wireshark (4.0) does with it: if_fcslen is honoured for Ethernet, and then for every packet of the interface;
the FCS length in the flags of a packet is honoured for Ethernet where the interface says nothing; for PPP both are
ignored and `-o ppp.fcs_type:16-Bit` is needed. So: give an Ethernet link fcs_bytes=4 when all its frames carry the
check sequence, and the packets theirs when only some do. PPP frames are written without flags and escapes.
"""

import struct
from collections.abc import Iterable

from catchment.packet.pcapng import (
    BYTE_ORDER,
    EPB_FLAGS,
    IF_DESCRIPTION,
    IF_FCSLEN,
    IF_NAME,
    IF_TSRESOL,
    INTERFACE,
    OPT_COMMENT,
    OPT_END,
    PACKET,
    SECTION,
)
from catchment.packet.record import NANOSECONDS, Capture, Link, Packet

_USER_APPLICATION = 4
_DIRECTION_BITS = {"": 0, "in": 1, "out": 2}
_RESOLUTION = 9  # ten to the minus ninth of a second


def write(capture: Capture, application: str = "catchment") -> bytes:
    """The bytes of a pcapng file, little-endian, times in nanoseconds.

    Reading them again gives the same links, packets and comments; a packet without a time gets 1970.
    """
    head = struct.pack("<IHHq", BYTE_ORDER, 1, 0, -1)  # -1: the length of the section is not said
    said = [(OPT_COMMENT, comment.encode()) for comment in capture.comments]
    parts = [_block(SECTION, head, [(_USER_APPLICATION, application.encode()), *said])]
    parts += [_interface(link) for link in capture.links]
    parts += [_packet(packet) for packet in capture.packets]
    return b"".join(parts)


def _interface(link: Link) -> bytes:
    options: list[tuple[int, bytes]] = [(IF_TSRESOL, bytes((_RESOLUTION,)))]
    words = ((IF_NAME, link.name), (IF_DESCRIPTION, link.description), (OPT_COMMENT, link.comment))
    options += [(code, text.encode()) for code, text in words if text]
    if link.fcs_bytes is not None:
        options.append((IF_FCSLEN, bytes((link.fcs_bytes,))))
    return _block(INTERFACE, struct.pack("<HHI", link.link_type, 0, link.snap_bytes), options)


def _packet(packet: Packet) -> bytes:
    ticks = packet.at_ns or 0
    head = struct.pack("<IIIII", packet.link, ticks >> 32, ticks & 0xFFFFFFFF, len(packet.data), packet.wire_bytes)
    flags = _DIRECTION_BITS[packet.direction] | (packet.fcs_bytes or 0) << 5
    options = [(EPB_FLAGS, struct.pack("<I", flags))] if flags else []
    options += [(OPT_COMMENT, comment.encode()) for comment in packet.comments]
    return _block(PACKET, head + _padded(packet.data), options)


def _padded(data: bytes) -> bytes:
    return data + bytes(-len(data) % 4)


def _block(kind: int, body: bytes, options: Iterable[tuple[int, bytes]]) -> bytes:
    written = b"".join(struct.pack("<HH", code, len(value)) + _padded(value) for code, value in options)
    if written:
        written += struct.pack("<HH", OPT_END, 0)
    length = 12 + len(body) + len(written)
    size = struct.pack("<I", length)
    return struct.pack("<I", kind) + size + body + written + size


assert NANOSECONDS == 10**_RESOLUTION
