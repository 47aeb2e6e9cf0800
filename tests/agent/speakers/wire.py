"""BGP as a neighbour reads and writes it: OPEN, KEEPALIVE, and what an UPDATE says (RFC 4271, 4760, 8092).

MED 0 is told as none: it means the same (RFC 4271 9.1.2.2).
"""

import struct
from collections.abc import Iterator
from ipaddress import ip_address, ip_network

from catchment.model.address import Prefix
from catchment.model.agent import Form

MARKER = b"\xff" * 16
OPEN, UPDATE, NOTIFICATION, KEEPALIVE = 1, 2, 3, 4


def message(kind: int, body: bytes = b"") -> bytes:
    return MARKER + struct.pack("!HB", 19 + len(body), kind) + body


def open_message(asn: int, hold_s: int, router_id: str) -> bytes:
    """IPv4 and IPv6 unicast, and AS numbers of four octets (RFC 6793)."""
    families = b"".join(struct.pack("!BBHBB", 1, 4, afi, 0, 1) for afi in (1, 2))
    capabilities = families + struct.pack("!BBI", 65, 4, asn)
    options = struct.pack("!BB", 2, len(capabilities)) + capabilities
    begin = struct.pack("!BHH4sB", 4, min(asn, 23456), hold_s, ip_address(router_id).packed, len(options))
    return message(OPEN, begin + options)


def said(body: bytes) -> Iterator[tuple[Prefix, Form | None]]:
    """Each prefix of an UPDATE, with its form; None: withdrawn."""
    (length,) = struct.unpack_from("!H", body)
    for prefix in _prefixes(body[2 : 2 + length], 4):
        yield prefix, None
    rest = body[2 + length :]
    (length,) = struct.unpack_from("!H", rest)
    attributes = dict(_attributes(rest[2 : 2 + length]))
    if 15 in attributes:
        for prefix in _prefixes(attributes[15][3:], 16):
            yield prefix, None
    form = _form(attributes)
    for prefix in _prefixes(rest[2 + length :], 4):
        yield prefix, form
    if 14 in attributes:
        reach = attributes[14]
        for prefix in _prefixes(reach[5 + reach[3] :], 16):
            yield prefix, form


def _prefixes(data: bytes, octets: int) -> Iterator[Prefix]:
    while data:
        length, used = data[0], (data[0] + 7) // 8
        address = ip_address(data[1 : 1 + used].ljust(octets, b"\0"))
        yield ip_network((address, length))
        data = data[1 + used :]


def _attributes(data: bytes) -> Iterator[tuple[int, bytes]]:
    while data:
        long = data[0] & 0x10
        length, begin = (struct.unpack_from("!H", data, 2)[0], 4) if long else (data[2], 3)
        yield data[1], data[begin : begin + length]
        data = data[begin + length :]


def _form(attributes: dict[int, bytes]) -> Form:
    path, hops = attributes.get(2, b""), 0
    while path:
        hops += path[1]
        path = path[2 + 4 * path[1] :]
    plain = [f"{high}:{low}" for high, low in struct.iter_unpack("!HH", attributes.get(8, b""))]
    large = [":".join(map(str, words)) for words in struct.iter_unpack("!III", attributes.get(32, b""))]
    med = struct.unpack("!I", attributes[4])[0] or None if 4 in attributes else None
    return Form(prepend=max(0, hops - 1), communities=tuple(sorted(plain + large)), med=med)
