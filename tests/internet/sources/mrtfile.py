"""Builds MRT files byte by byte, from RFC 6396 and not from our parser."""

import struct

SET, SEQUENCE, CONFED_SEQUENCE, CONFED_SET = 1, 2, 3, 4
AS_PATH, AGGREGATOR, AS4_PATH, AS4_AGGREGATOR = 2, 7, 17, 18


def record(kind: int, subtype: int, body: bytes, time_s: int = 946684800) -> bytes:
    return struct.pack(">IHHI", time_s, kind, subtype, len(body)) + body


def segment(kind: int, *ases: int, width: int = 4) -> bytes:
    return struct.pack(f">BB{len(ases)}{'I' if width == 4 else 'H'}", kind, len(ases), *ases)


def sequence(*ases: int, width: int = 4) -> bytes:
    return segment(SEQUENCE, *ases, width=width)


def attribute(kind: int, value: bytes, extended: bool = False) -> bytes:
    if extended:
        return struct.pack(">BBH", 0x50, kind, len(value)) + value
    return struct.pack(">BBB", 0x40, kind, len(value)) + value


ORIGIN = attribute(1, b"\0")
NEXT_HOP = attribute(3, bytes([192, 0, 2, 1]))


def attributes(path: bytes, *more: bytes) -> bytes:
    return ORIGIN + attribute(AS_PATH, path) + NEXT_HOP + b"".join(more)


def peer_index_table(*peers: int) -> bytes:
    """Peers in turn with an IPv4 address and four bytes of AS number, and with IPv6 and two when it fits."""
    body = bytes([192, 0, 2, 254]) + struct.pack(">H4s", 4, b"view") + struct.pack(">H", len(peers))
    for number, asn in enumerate(peers):
        if number % 2 and asn < 1 << 16:
            body += struct.pack(">B4s16sH", 1, b"\1\1\1\1", bytes(16), asn)
        else:
            body += struct.pack(">B4s4sI", 2, b"\1\1\1\1", b"\xc0\0\2\1", asn)
    return record(13, 1, body)


def rib(
    *routes: tuple[int, bytes], prefix: bytes = b"\x18\xc0\0\2", subtype: int = 2, add_path: bool = False
) -> bytes:
    """A prefix of TABLE_DUMP_V2 with routes (peer index, attributes)."""
    body = struct.pack(">I", 0) + prefix + struct.pack(">H", len(routes))
    for number, (index, value) in enumerate(routes):
        body += struct.pack(">HI", index, 0) + (struct.pack(">I", number) if add_path else b"")
        body += struct.pack(">H", len(value)) + value
    return record(13, subtype, body)


def table_dump(peer: int, value: bytes, ipv6: bool = False) -> bytes:
    address = bytes(16 if ipv6 else 4)
    head = struct.pack(">HH", 0, 0) + address + struct.pack(">BBI", 24, 1, 0) + address
    return record(12, 2 if ipv6 else 1, head + struct.pack(">HH", peer, len(value)) + value)


def batch(*routes: tuple[int, bytes]) -> bytes:
    """As RIPE RIS wrote in 1999 and 2000: many routes in a record whose length leaves four bytes out."""
    body = struct.pack(">HH", 0, 0)
    for peer, value in routes:
        body += bytes(4) + struct.pack(">BBI", 24, 1, 0) + bytes(4) + struct.pack(">HH", peer, len(value)) + value
    return struct.pack(">IHHI", 946684800, 12, 1, len(body) - 4) + body
