"""Capture files written by hand, byte by byte as the formats' drafts say, in either byte order."""

import struct

ETHERNET = 1


def pcap(
    frames: list[bytes], *, order: str = "<", nanoseconds: bool = False, network: int = ETHERNET, cut: int = 0
) -> bytes:
    """A pcap file; frame i is of second 1000 + i, fraction i; `cut` bytes of each were not caught."""
    magic = 0xA1B23C4D if nanoseconds else 0xA1B2C3D4
    parts = [struct.pack(f"{order}IHHiIII", magic, 2, 4, 0, 0, 65535, network)]
    for index, frame in enumerate(frames):
        parts.append(struct.pack(f"{order}IIII", 1000 + index, index, len(frame), len(frame) + cut) + frame)
    return b"".join(parts)


def option(order: str, code: int, value: bytes) -> bytes:
    """One option of a pcapng block, padded."""
    return struct.pack(f"{order}HH", code, len(value)) + value + bytes(-len(value) % 4)


def block(order: str, kind: int, body: bytes) -> bytes:
    """One block, with its length at both ends."""
    size = struct.pack(f"{order}I", 12 + len(body))
    return struct.pack(f"{order}I", kind) + size + body + size


def section(order: str = "<") -> bytes:
    """A section header."""
    return block(order, 0x0A0D0D0A, struct.pack(f"{order}IHHq", 0x1A2B3C4D, 1, 0, -1))


def interface(order: str = "<", *options: bytes, link_type: int = ETHERNET, snap: int = 0) -> bytes:
    """An interface description."""
    return block(order, 1, struct.pack(f"{order}HHI", link_type, 0, snap) + b"".join(options))


def packet(
    order: str, frame: bytes, *options: bytes, link: int = 0, ticks: int = 0, wire: int | None = None
) -> bytes:
    """An enhanced packet block."""
    wire = len(frame) if wire is None else wire
    head = struct.pack(f"{order}IIIII", link, ticks >> 32, ticks & 0xFFFFFFFF, len(frame), wire)
    return block(order, 6, head + frame + bytes(-len(frame) % 4) + b"".join(options))


def simple_packet(order: str, frame: bytes, wire: int | None = None) -> bytes:
    """A simple packet block."""
    wire = len(frame) if wire is None else wire
    return block(order, 3, struct.pack(f"{order}I", wire) + frame + bytes(-len(frame) % 4))
