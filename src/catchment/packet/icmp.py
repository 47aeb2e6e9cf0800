"""ICMP and ICMPv6: type, code and checksum (RFC 792, RFC 4443 2.1, 2.3)."""

import struct
from dataclasses import dataclass, replace
from ipaddress import IPv6Address

from catchment.packet.checksum import checksum, pseudo_header
from catchment.packet.header import Field, hexadecimal, need
from catchment.packet.ipv4 import ICMPV6

SIZE_BYTES = 8
_HEAD = struct.Struct(">BBH4s")

NAMES = {
    0: "echo reply", 3: "unreachable", 4: "source quench", 5: "redirect", 8: "echo request", 9: "router advertisement",
    10: "router solicitation", 11: "time exceeded", 12: "parameter problem", 13: "timestamp", 14: "timestamp reply",
}  # fmt: skip
NAMES6 = {
    1: "unreachable", 2: "packet too big", 3: "time exceeded", 4: "parameter problem", 128: "echo request",
    129: "echo reply", 130: "MLD query", 131: "MLD report", 132: "MLD done", 133: "router solicitation",
    134: "router advertisement", 135: "neighbour solicitation", 136: "neighbour advertisement", 137: "redirect",
    143: "MLDv2 report",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Icmp:
    """The first 8 bytes of a message of either version; `rest` are the four whose meaning depends on the type."""

    type: int
    code: int = 0
    checksum: int = 0
    rest: bytes = bytes(4)
    version: int = 4

    @property
    def what(self) -> str:
        """The name of the type."""
        name = (NAMES6 if self.version == 6 else NAMES).get(self.type, f"type {self.type}")
        return f"{name}, code {self.code}" if self.code else name

    def encode(self) -> bytes:
        """8 bytes."""
        return _HEAD.pack(self.type, self.code, self.checksum, self.rest)

    def fields(self) -> tuple[Field, ...]:
        """The four fields."""
        number, sequence = struct.unpack(">HH", self.rest)
        is_echo = self.type in ((128, 129) if self.version == 6 else (0, 8))
        rest = f"identifier {number}, sequence {sequence}" if is_echo else self.rest.hex()
        return (
            Field("type", 1, f"{self.type} {self.what}"),
            Field("code", 1, str(self.code)),
            Field("checksum", 2, hexadecimal(self.checksum)),
            Field("identifier, sequence" if is_echo else "rest", 4, rest),
        )


def decode(data: bytes, version: int = 4) -> tuple[Icmp, int]:
    """Read the first 8 bytes of an ICMP message, or of an ICMPv6 message. Raises Malformed when they are cut."""
    need("ICMPv6" if version == 6 else "ICMP", data, SIZE_BYTES)
    kind, code, check, rest = _HEAD.unpack_from(data)
    return Icmp(type=kind, code=code, checksum=check, rest=rest, version=version), SIZE_BYTES


def message(header: Icmp, payload: bytes) -> bytes:
    """A whole ICMP message with its checksum."""
    blank = replace(header, checksum=0)
    return replace(blank, checksum=checksum(blank.encode() + payload)).encode() + payload


def message6(header: Icmp, payload: bytes, source: IPv6Address, destination: IPv6Address) -> bytes:
    """A whole ICMPv6 message with its checksum, which covers a pseudo-header (RFC 4443 2.3)."""
    blank = replace(header, checksum=0)
    length = SIZE_BYTES + len(payload)
    covered = pseudo_header(source, destination, ICMPV6, length) + blank.encode() + payload
    return replace(blank, checksum=checksum(covered)).encode() + payload
