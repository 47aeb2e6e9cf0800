"""Cuts an MRT file into its records, and says what a file is that holds no routing table.

RFC 6396 section 2 (header) and 4 (types). Every length is checked before it is used.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from catchment.internet.sources.compressed import Reader
from catchment.internet.sources.recognise import looks_like_html

EXPECTED = "a RIB dump in MRT format (TABLE_DUMP or TABLE_DUMP_V2)"
RECORD_LIMIT_BYTES = 64 << 20  # 65,535 entries (the most a record can count) of 1,000 bytes each

TABLE_DUMP, TABLE_DUMP_V2, BGP4MP, BGP4MP_ET = 12, 13, 16, 17
AFI_IPV4, AFI_IPV6 = 1, 2  # subtypes of TABLE_DUMP (RFC 6396 4.2)

# view, sequence, then: prefix, its length, (status, time, peer address), the peer's AS, length of the attributes
VIEW_BYTES = 4
IPV4_ROUTE = struct.Struct(">4xBx4x4xHH")
IPV6_ROUTE = struct.Struct(">16xBx4x16xHH")

_UPDATES = (5, 9, 10, BGP4MP, BGP4MP_ET)  # 5, 9 and 10 are obsolete (RFC 6396 appendix B)
_OTHER_TYPES = {11: "OSPFv2", 32: "IS-IS", 33: "IS-IS", 48: "OSPFv3", 49: "OSPFv3"}
_BGP4MP_ENTRIES = (2, 3)  # BGP4MP_ENTRY and _SNAPSHOT: a RIB in a form that RFC 6396 appendix B.2 calls deprecated

_HEADER = struct.Struct(">IHHI")  # time, type, subtype, length


class Damage(Exception):
    """The bytes are wrong: `offset` is the byte of the unpacked file at which the record begins."""

    def __init__(self, offset: int, what: str, todo: str = "Download it again, or give another dump") -> None:
        super().__init__(what)
        self.offset, self.what, self.todo = offset, what, todo


@dataclass(frozen=True, slots=True)
class Record:
    """One MRT record; `offset` counts unpacked bytes, `time_s` is Unix time."""

    offset: int
    time_s: int
    type: int
    subtype: int
    body: bytes
    batched: bool  # a TABLE_DUMP record of many routes, see _is_batched


def records(reader: Reader) -> Iterator[Record]:
    """Cut the stream into records (RFC 6396 2)."""
    data, base = b"", 0  # unpacked bytes at hand, and the place of the first of them
    missing: int | None = None  # bytes that each length leaves out
    for chunk in reader:
        data += chunk
        at = 0
        if missing is None and len(data) >= _HEADER.size:
            _refuse_foreign(data)
            missing = VIEW_BYTES if _is_batched(data) else 0
        while missing is not None and len(data) - at >= _HEADER.size:
            time_s, kind, subtype, length = _HEADER.unpack_from(data, at)
            if length > RECORD_LIMIT_BYTES:
                raise Damage(base + at, f"a record says that it is {length:,} bytes long")
            end = at + _HEADER.size + length + missing
            if end > len(data):
                break
            body = data[at + _HEADER.size : end]
            yield Record(base + at, time_s, kind, subtype, body, missing > 0)
            at = end
        data, base = data[at:], base + at
    if missing is None:
        raise Damage(0, f"{len(data)} bytes are too few for an MRT record", f"Give {EXPECTED}")
    if data:
        raise Damage(base, f"the file ends inside a record; {len(data):,} bytes are left of it")


def _is_batched(data: bytes) -> bool:
    """True for the first dumps of RIPE RIS (1999 to 2000), which are not as RFC 6396 later wrote it down.

    Their TABLE_DUMP records hold many routes behind one view and sequence number, and say a length that leaves
    these four bytes out. We believe it only when the routes of the first record fill it to the byte.
    """
    _, kind, subtype, length = _HEADER.unpack_from(data)
    at, end = _HEADER.size + VIEW_BYTES, _HEADER.size + VIEW_BYTES + length
    if (kind, subtype) != (TABLE_DUMP, AFI_IPV4) or end > len(data):
        return False
    while at + IPV4_ROUTE.size <= end:
        at += IPV4_ROUTE.size + IPV4_ROUTE.unpack_from(data, at)[2]
    return bool(at == end)


def _refuse_foreign(data: bytes) -> None:
    """Say what the file is when its first record shows that it is no RIB dump."""
    _, kind, subtype, _ = _HEADER.unpack_from(data)
    todo = f"Give {EXPECTED}"
    if kind in (TABLE_DUMP, TABLE_DUMP_V2):
        return
    if looks_like_html(data):
        raise Damage(0, "this is a web page, not an MRT file", todo)
    if kind in (BGP4MP, BGP4MP_ET) and subtype in _BGP4MP_ENTRIES:
        what = "this is a RIB in the deprecated BGP4MP_ENTRY form (RFC 6396 appendix B.2), as of OpenBGPD's table-mp"
        raise Damage(0, what, "Write it as table-v2 (TABLE_DUMP_V2)")
    if kind in _UPDATES:
        what = "this is a file of BGP updates (messages and state changes), not a RIB dump"
        raise Damage(0, what, f"{todo}: on RIPE RIS these are named bview, on Route Views rib")
    if kind in _OTHER_TYPES:
        raise Damage(0, f"this is an MRT file of {_OTHER_TYPES[kind]} data, not a RIB dump", todo)
    raise Damage(0, f"this is not an MRT file (its first record would be of type {kind:,})", todo)
