"""Messages of protocol buffers, field by field: as much of the encoding as the few calls of a speaker need.

https://protobuf.dev/programming-guides/encoding: varints, and what has a length. Fields of other kinds are skipped.
"""

from collections.abc import Iterator

Field = int | str | bytes

VARINT, FIXED64, SIZED, FIXED32 = 0, 1, 2, 5


def encoded(*fields: tuple[int, Field]) -> bytes:
    """A message of (number, value); a value of 0 or "" need not be told."""
    found = bytearray()
    for number, value in fields:
        if isinstance(value, int):
            found += varint(number << 3 | VARINT) + varint(value)
        else:
            data = value.encode() if isinstance(value, str) else value
            found += varint(number << 3 | SIZED) + varint(len(data)) + data
    return bytes(found)


def varint(number: int) -> bytes:
    """Seven bits a byte, the lowest first."""
    found = bytearray()
    while number >= 0x80:
        found.append(number & 0x7F | 0x80)
        number >>= 7
    found.append(number)
    return bytes(found)


def decoded(data: bytes) -> dict[int, list[int | bytes]]:
    """Every value of every field, in order. Raises ValueError."""
    found: dict[int, list[int | bytes]] = {}
    for number, value in _fields(data):
        found.setdefault(number, []).append(value)
    return found


def _fields(data: bytes) -> Iterator[tuple[int, int | bytes]]:
    at = 0
    while at < len(data):
        tag, at = _varint(data, at)
        number, kind = tag >> 3, tag & 7
        if kind == VARINT:
            value, at = _varint(data, at)
            yield number, value
            continue
        if kind == SIZED:
            size, at = _varint(data, at)
        elif kind in (FIXED64, FIXED32):
            size = 8 if kind == FIXED64 else 4
        else:
            raise ValueError(f"no field has the wire type {kind}")
        if at + size > len(data):
            raise ValueError("the message ends in the middle of a field")
        if kind == SIZED:
            yield number, data[at : at + size]
        at += size


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        if at >= len(data) or shift > 63:
            raise ValueError("the message ends in the middle of a number")
        value |= (data[at] & 0x7F) << shift
        shift += 7
        at += 1
        if data[at - 1] < 0x80:
            return value, at
