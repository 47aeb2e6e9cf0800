"""GRE with checksum, key and sequence number (RFC 2784 2, RFC 2890 2)."""

import struct
from dataclasses import dataclass, replace

from catchment.packet.checksum import checksum
from catchment.packet.ethernet import type_text
from catchment.packet.header import Field, Malformed, NotCovered, hexadecimal, need

_HAS_CHECKSUM, _HAS_KEY, _HAS_SEQUENCE = 0x8000, 0x2000, 0x1000
_RFC1701 = 0x4C00  # routing, strict source route and the first bit of recursion: to be discarded (RFC 2784 2.3)
_RESERVED0 = 0x03F8  # ignored by receivers (RFC 2784 2.3)
_VERSION = 0x0007


@dataclass(frozen=True, slots=True, kw_only=True)
class Gre:
    """The header; what is None is not in it.

    protocol  : the Ethernet type of what follows
    reserved0 : seven bits that receivers ignore; reserved1 : two bytes beside the checksum
    """

    protocol: int
    checksum: int | None = None
    key: int | None = None
    sequence: int | None = None
    reserved0: int = 0
    reserved1: int = 0

    def encode(self) -> bytes:
        """4 to 16 bytes."""
        flags = self.reserved0 << 3
        parts = b""
        if self.checksum is not None:
            flags |= _HAS_CHECKSUM
            parts += struct.pack(">HH", self.checksum, self.reserved1)
        if self.key is not None:
            flags |= _HAS_KEY
            parts += struct.pack(">I", self.key)
        if self.sequence is not None:
            flags |= _HAS_SEQUENCE
            parts += struct.pack(">I", self.sequence)
        return struct.pack(">HH", flags, self.protocol) + parts

    def fields(self) -> tuple[Field, ...]:
        """Flags and protocol, then what is there."""
        there = {"checksum": self.checksum, "key": self.key, "sequence": self.sequence}
        flags = ", ".join(name for name, value in there.items() if value is not None) or "none"
        found = [Field("flags, version", 2, f"{flags}; 0"), Field("protocol", 2, type_text(self.protocol))]
        if self.checksum is not None:
            found += [Field("checksum", 2, hexadecimal(self.checksum)), Field("reserved", 2, str(self.reserved1))]
        if self.key is not None:
            found.append(Field("key", 4, str(self.key)))
        if self.sequence is not None:
            found.append(Field("sequence", 4, str(self.sequence)))
        return tuple(found)


def decode(data: bytes) -> tuple[Gre, int]:
    """Read the header.

    Raises NotCovered for version 1 (PPTP, RFC 2637), and Malformed for other versions, the routing of RFC 1701, and
    a header that is cut.
    """
    need("GRE", data, 4)
    flags, protocol = struct.unpack_from(">HH", data)
    if flags & _VERSION == 1:
        raise NotCovered("GRE", "version 1, the GRE of PPTP")
    if flags & _VERSION:
        raise Malformed("GRE", f"the version is {flags & _VERSION}")
    if flags & _RFC1701:
        raise Malformed("GRE", "bits that say routing or recursion, which RFC 2784 2.3 discards")
    at = 4
    check = key = sequence = None
    reserved1 = 0
    if flags & _HAS_CHECKSUM:
        need("GRE", data, at + 4)
        check, reserved1 = struct.unpack_from(">HH", data, at)
        at += 4
    if flags & _HAS_KEY:
        need("GRE", data, at + 4)
        (key,) = struct.unpack_from(">I", data, at)
        at += 4
    if flags & _HAS_SEQUENCE:
        need("GRE", data, at + 4)
        (sequence,) = struct.unpack_from(">I", data, at)
        at += 4
    header = Gre(
        protocol=protocol, checksum=check, key=key, sequence=sequence, reserved0=(flags & _RESERVED0) >> 3,
        reserved1=reserved1,
    )  # fmt: skip
    return header, at


def packet(header: Gre, payload: bytes) -> bytes:
    """Header and payload; a checksum, when the header has one, is computed over both (RFC 2784 2.4)."""
    if header.checksum is None:
        return header.encode() + payload
    blank = replace(header, checksum=0).encode() + payload
    return replace(header, checksum=checksum(blank)).encode() + payload
