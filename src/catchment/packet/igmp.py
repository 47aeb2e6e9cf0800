"""IGMP versions 1 to 3: who wants which group (RFC 1112 appendix I, RFC 2236 2, RFC 3376 4)."""

import struct
from dataclasses import dataclass, replace
from ipaddress import IPv4Address
from typing import TypeVar

from catchment.packet.checksum import checksum
from catchment.packet.header import Field, hexadecimal, need

SIZE_BYTES = 8
QUERY, REPORT_1, REPORT_2, LEAVE, REPORT_3 = 0x11, 0x12, 0x16, 0x17, 0x22
_NAMES = {
    QUERY: "query", REPORT_1: "v1 report", REPORT_2: "v2 report", LEAVE: "leave", REPORT_3: "v3 report",
    0x13: "DVMRP", 0x14: "PIM version 1", 0x1E: "mtrace response", 0x1F: "mtrace",
}  # fmt: skip
_RECORDS = {1: "is include", 2: "is exclude", 3: "to include", 4: "to exclude", 5: "allow", 6: "block"}


def _code_value(code: int) -> int:
    """A code below 128 is itself, from there on a small floating point number (RFC 3376 4.1.1, 4.1.7)."""
    return code if code < 128 else (code & 15 | 16) << (code >> 4 & 7) + 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Igmp:
    """Versions 1 and 2, and the first 8 bytes of every other message but the version 3 report.

    max_response : 0 in version 1; in tenths of a second (RFC 2236 2.2), as a code in version 3 (RFC 3376 4.1.1)
    """

    type: int
    group: IPv4Address
    max_response: int = 0
    checksum: int = 0

    @property
    def what(self) -> str:
        """The message in a few words."""
        name = _NAMES.get(self.type, f"type {hexadecimal(self.type, 2)}")
        if self.type == QUERY:
            name = f"v{2 if self.max_response else 1} query"
        return name if self.type == QUERY and not int(self.group) else f"{name} {self.group}"

    def encode(self) -> bytes:
        """8 bytes."""
        return struct.pack(">BBH4s", self.type, self.max_response, self.checksum, self.group.packed)

    def fields(self) -> tuple[Field, ...]:
        """The four fields."""
        return (
            Field("type", 1, f"{hexadecimal(self.type, 2)} {_NAMES.get(self.type, '')}".rstrip()),
            Field("maximum response", 1, f"{_code_value(self.max_response) / 10:g} s"),
            Field("checksum", 2, hexadecimal(self.checksum)),
            Field("group", 4, str(self.group)),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Query3:
    """A version 3 query (RFC 3376 4.1).

    flags : reserved, suppress (8) and the querier's robustness (7), in one byte
    """

    group: IPv4Address
    max_response: int
    flags: int = 2
    interval: int = 125
    sources: tuple[IPv4Address, ...] = ()
    checksum: int = 0
    type: int = QUERY

    @property
    def what(self) -> str:
        """The message in a few words."""
        group = f" {self.group}" if int(self.group) else ""
        return f"v3 query{group}" + (f" from {len(self.sources)} sources" if self.sources else "")

    def encode(self) -> bytes:
        """12 bytes and 4 for each source."""
        head = struct.pack(">BBH4s", self.type, self.max_response, self.checksum, self.group.packed)
        counted = struct.pack(">BBH", self.flags, self.interval, len(self.sources))
        return head + counted + b"".join(source.packed for source in self.sources)

    def fields(self) -> tuple[Field, ...]:
        """All fields."""
        suppress = ", suppress" if self.flags & 8 else ""
        return (
            Field("type", 1, f"{hexadecimal(self.type, 2)} query"),
            Field("maximum response", 1, f"{_code_value(self.max_response) / 10:g} s"),
            Field("checksum", 2, hexadecimal(self.checksum)),
            Field("group", 4, str(self.group)),
            Field("flags", 1, f"robustness {self.flags & 7}{suppress}"),
            Field("querier's interval", 1, f"{_code_value(self.interval)} s"),
            Field("sources", 2, str(len(self.sources))),
            *(Field("source", 4, str(source)) for source in self.sources),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One group of a version 3 report (RFC 3376 4.2.4); `auxiliary` is a multiple of 4 bytes."""

    type: int
    group: IPv4Address
    sources: tuple[IPv4Address, ...] = ()
    auxiliary: bytes = b""

    def encode(self) -> bytes:
        """8 bytes, 4 for each source, and the auxiliary data."""
        head = struct.pack(">BBH4s", self.type, len(self.auxiliary) // 4, len(self.sources), self.group.packed)
        return head + b"".join(source.packed for source in self.sources) + self.auxiliary

    def fields(self) -> tuple[Field, ...]:
        """All fields."""
        return (
            Field("record", 1, _RECORDS.get(self.type, str(self.type))),
            Field("auxiliary length", 1, f"{len(self.auxiliary)} bytes"),
            Field("sources", 2, str(len(self.sources))),
            Field("group", 4, str(self.group)),
            *(Field("source", 4, str(source)) for source in self.sources),
            *((Field("auxiliary", len(self.auxiliary), self.auxiliary.hex()),) if self.auxiliary else ()),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Report3:
    """A version 3 report (RFC 3376 4.2); the reserved bytes are kept."""

    records: tuple[Record, ...]
    reserved1: int = 0
    reserved2: int = 0
    checksum: int = 0
    type: int = REPORT_3

    @property
    def what(self) -> str:
        """The message in a few words."""
        words = [f"{_RECORDS.get(one.type, one.type)} {one.group}" for one in self.records[:3]]
        return f"v3 report: {', '.join(words)}" + ("..." if len(self.records) > 3 else "")

    def encode(self) -> bytes:
        """8 bytes and the records."""
        counts = struct.pack(">HH", self.reserved2, len(self.records))
        head = struct.pack(">BBH", self.type, self.reserved1, self.checksum) + counts
        return head + b"".join(record.encode() for record in self.records)

    def fields(self) -> tuple[Field, ...]:
        """The head, and the fields of each record."""
        return (
            Field("type", 1, f"{hexadecimal(self.type, 2)} v3 report"),
            Field("reserved", 1, str(self.reserved1)),
            Field("checksum", 2, hexadecimal(self.checksum)),
            Field("reserved", 2, str(self.reserved2)),
            Field("records", 2, str(len(self.records))),
            *(field for record in self.records for field in record.fields()),
        )


Message = Igmp | Query3 | Report3
AnyMessage = TypeVar("AnyMessage", Igmp, Query3, Report3)


def decode(data: bytes) -> tuple[Message, int]:
    """Read a message; `data` is the whole payload of IPv4, whose length tells a query's version (RFC 3376 7.1).

    Raises Malformed when it is cut.
    """
    need("IGMP", data, SIZE_BYTES)
    kind, code, check = struct.unpack_from(">BBH", data)
    if kind == REPORT_3:
        return _report(data)
    group = IPv4Address(data[4:8])
    if kind != QUERY or len(data) < 12:
        return Igmp(type=kind, max_response=code, checksum=check, group=group), SIZE_BYTES
    flags, interval, count = struct.unpack_from(">BBH", data, 8)
    need("IGMP query", data, 12 + 4 * count)
    query = Query3(
        group=group, max_response=code, flags=flags, interval=interval, checksum=check,
        sources=_addresses(data, 12, count),
    )  # fmt: skip
    return query, 12 + 4 * count


def _addresses(data: bytes, at: int, count: int) -> tuple[IPv4Address, ...]:
    return tuple(IPv4Address(data[place : place + 4]) for place in range(at, at + 4 * count, 4))


def _report(data: bytes) -> tuple[Report3, int]:
    _, reserved1, check, reserved2, count = struct.unpack_from(">BBHHH", data)
    at, records = SIZE_BYTES, []
    for _ in range(count):
        need("IGMP report", data, at + 8)
        kind, words, sources = struct.unpack_from(">BBH", data, at)
        end = at + 8 + 4 * sources + 4 * words
        need("IGMP report", data, end)
        group = IPv4Address(data[at + 4 : at + 8])
        extra = data[end - 4 * words : end]
        records.append(Record(type=kind, group=group, sources=_addresses(data, at + 8, sources), auxiliary=extra))
        at = end
    return Report3(records=tuple(records), reserved1=reserved1, reserved2=reserved2, checksum=check), at


def message(body: AnyMessage) -> bytes:
    """A whole message with its checksum."""
    return replace(body, checksum=checksum(replace(body, checksum=0).encode())).encode()
