"""IPv4 headers with their options and checksum (RFC 791 3.1)."""

import struct
from dataclasses import dataclass, replace
from ipaddress import IPv4Address

from catchment.packet.checksum import checksum
from catchment.packet.header import Field, Malformed, hexadecimal, need

LEAST_BYTES = 20
_HEAD = struct.Struct(">BBHHHBBH4s4s")
DONT_FRAGMENT, MORE_FRAGMENTS = 2, 1

ICMP, IGMP, IPIP, TCP, UDP, IPV6, GRE, ICMPV6, PIM = 1, 2, 4, 6, 17, 41, 47, 58, 103
NAMES = {
    ICMP: "ICMP", IGMP: "IGMP", IPIP: "IPv4", TCP: "TCP", UDP: "UDP", IPV6: "IPv6", GRE: "GRE", ICMPV6: "ICMPv6",
    PIM: "PIM", 46: "RSVP", 50: "ESP", 51: "AH", 59: "nothing", 88: "EIGRP", 89: "OSPF", 112: "VRRP", 132: "SCTP",
    115: "L2TP", 136: "UDP-Lite", 137: "MPLS", 9: "IGRP", 108: "IPComp", 0: "hop-by-hop options", 43: "routing",
    44: "fragment", 60: "destination options", 124: "IS-IS",
}  # fmt: skip

_SOURCE_ROUTES = {131: "loose source route", 137: "strict source route"}  # RFC 791 3.1
_OPTIONS = {0: "end", 1: "no operation", 7: "record route", 68: "timestamp", 148: "router alert", **_SOURCE_ROUTES}


def protocol_text(number: int) -> str:
    """An IP protocol with its name."""
    return f"{number} {NAMES.get(number, '')}".rstrip()


@dataclass(frozen=True, slots=True, kw_only=True)
class Ipv4:
    """The header.

    flags           : reserved, don't fragment, more fragments: 0 to 7
    fragment_offset : in units of 8 bytes
    options         : a multiple of 4 bytes, at most 40, padding included
    """

    source: IPv4Address
    destination: IPv4Address
    protocol: int
    total_length: int = 0
    ttl: int = 64
    tos: int = 0
    identification: int = 0
    flags: int = DONT_FRAGMENT
    fragment_offset: int = 0
    checksum: int = 0
    options: bytes = b""

    @property
    def size_bytes(self) -> int:
        """The header with its options."""
        return LEAST_BYTES + len(self.options)

    @property
    def is_fragment(self) -> bool:
        """True for each part of a packet that is not whole."""
        return bool(self.fragment_offset or self.flags & MORE_FRAGMENTS)

    @property
    def final_destination(self) -> IPv4Address:
        """Where it goes in the end, which checksums of TCP and UDP cover: the last address of a source route."""
        for kind, value in _options(self.options):
            # value: pointer, then addresses; a pointer past the end says that the route is used up
            if kind in _SOURCE_ROUTES and len(value) >= 5 and value[0] < len(value) + 2:
                return IPv4Address(value[1 + (len(value) - 1) // 4 * 4 - 4 :][:4])
        return self.destination

    def encode(self) -> bytes:
        """20 to 60 bytes."""
        return _HEAD.pack(
            0x40 | self.size_bytes // 4, self.tos, self.total_length, self.identification,
            self.flags << 13 | self.fragment_offset, self.ttl, self.protocol, self.checksum,
            self.source.packed, self.destination.packed,
        ) + self.options  # fmt: skip

    def fields(self) -> tuple[Field, ...]:
        """All fields, the options as one."""
        names = ("reserved", "don't fragment", "more fragments")
        flags = ", ".join(name for bit, name in zip((4, 2, 1), names, strict=True) if self.flags & bit)
        offset = f"offset {self.fragment_offset * 8}" if self.is_fragment else ""
        return (
            Field("version, header length", 1, f"4, {self.size_bytes} bytes"),
            Field("type of service", 1, hexadecimal(self.tos, 2)),
            Field("total length", 2, f"{self.total_length} bytes"),
            Field("identification", 2, str(self.identification)),
            Field("flags, fragment offset", 2, ", ".join(filter(None, (flags, offset))) or "none"),
            Field("time to live", 1, str(self.ttl)),
            Field("protocol", 1, protocol_text(self.protocol)),
            Field("checksum", 2, hexadecimal(self.checksum)),
            Field("source", 4, str(self.source)),
            Field("destination", 4, str(self.destination)),
            *((Field("options", len(self.options), options_text(self.options)),) if self.options else ()),
        )


def _options(data: bytes) -> list[tuple[int, bytes]]:
    """Kind and value of each option, up to the end or to the first that does not fit."""
    found, at = [], 0
    while at < len(data) and data[at] != 0:
        if data[at] == 1:
            at += 1
            continue
        if at + 1 >= len(data) or data[at + 1] < 2 or at + data[at + 1] > len(data):
            break
        found.append((data[at], data[at + 2 : at + data[at + 1]]))
        at += data[at + 1]
    return found


def options_text(data: bytes) -> str:
    """The names of the options."""
    return ", ".join(_OPTIONS.get(kind, f"option {kind}") for kind, _ in _options(data)) or "padding"


def decode(data: bytes) -> tuple[Ipv4, int]:
    """Read the header with its options. Raises Malformed when it is cut, or version or header length are wrong."""
    need("IPv4", data, LEAST_BYTES)
    first, tos, total, ident, fragment, ttl, protocol, check, source, destination = _HEAD.unpack_from(data)
    if first >> 4 != 4:
        raise Malformed("IPv4", f"the version is {first >> 4}")
    size = (first & 15) * 4
    if size < LEAST_BYTES:
        raise Malformed("IPv4", f"a header length of {size} bytes; 20 is the least")
    need("IPv4", data, size)
    header = Ipv4(
        source=IPv4Address(source), destination=IPv4Address(destination), protocol=protocol, total_length=total,
        ttl=ttl, tos=tos, identification=ident, flags=fragment >> 13, fragment_offset=fragment & 0x1FFF,
        checksum=check, options=data[LEAST_BYTES:size],
    )  # fmt: skip
    return header, size


def packet(header: Ipv4, payload: bytes) -> bytes:
    """A whole packet: the header with its length and checksum, and the payload."""
    sized = replace(header, total_length=header.size_bytes + len(payload), checksum=0)
    return replace(sized, checksum=checksum(sized.encode())).encode() + payload
