"""IPv6 headers and extension headers (RFC 8200 3, 4; RFC 4302 2 for AH)."""

import struct
from dataclasses import dataclass, replace
from ipaddress import IPv6Address

from catchment.packet.header import Field, Malformed, hexadecimal, need
from catchment.packet.ipv4 import protocol_text

SIZE_BYTES = 40
_HEAD = struct.Struct(">IHBB16s16s")

HOP_BY_HOP, ROUTING, FRAGMENT, AUTHENTICATION, NOTHING, DESTINATION = 0, 43, 44, 51, 59, 60
EXTENSIONS = {
    HOP_BY_HOP: "hop-by-hop options", ROUTING: "routing", FRAGMENT: "fragment", AUTHENTICATION: "AH",
    DESTINATION: "destination options", 135: "mobility", 139: "HIP", 140: "shim6",
}  # fmt: skip
_SOURCE_ROUTE, _SEGMENTS = 0, 4  # routing types: RFC 2460 4.4 (deprecated by RFC 5095), RFC 8754 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Ipv6:
    """The fixed header; `payload_length` counts what follows it, extension headers too."""

    source: IPv6Address
    destination: IPv6Address
    next_header: int
    payload_length: int = 0
    hop_limit: int = 64
    traffic_class: int = 0
    flow_label: int = 0

    def encode(self) -> bytes:
        """40 bytes."""
        first = 6 << 28 | self.traffic_class << 20 | self.flow_label
        ends = self.source.packed, self.destination.packed
        return _HEAD.pack(first, self.payload_length, self.next_header, self.hop_limit, *ends)

    def fields(self) -> tuple[Field, ...]:
        """All fields; version, class and label share four bytes."""
        first = f"6, class {hexadecimal(self.traffic_class, 2)}, label {hexadecimal(self.flow_label, 5)}"
        return (
            Field("version, class, flow label", 4, first),
            Field("payload length", 2, f"{self.payload_length} bytes"),
            Field("next header", 1, protocol_text(self.next_header)),
            Field("hop limit", 1, str(self.hop_limit)),
            Field("source", 16, str(self.source)),
            Field("destination", 16, str(self.destination)),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Extension:
    """An extension header: its kind (told by the header before it), the next one, and its body after the two bytes."""

    kind: int
    next_header: int
    length: int
    body: bytes

    @property
    def is_fragment(self) -> bool:
        """True for a fragment header of a packet that is not whole (RFC 6946: one with neither is whole)."""
        return self.kind == FRAGMENT and bool(int.from_bytes(self.body[:2], "big") & 0xFFF9)

    @property
    def final_destination(self) -> IPv6Address | None:
        """Where it goes in the end, when a routing header with segments left says so (RFC 8200 8.1)."""
        if self.kind != ROUTING or not self.body[1]:
            return None
        if self.body[0] == _SOURCE_ROUTE and len(self.body) >= 22:
            return IPv6Address(self.body[-16:])
        if self.body[0] == _SEGMENTS and len(self.body) >= 22:
            return IPv6Address(self.body[6:22])
        return None

    def encode(self) -> bytes:
        """A multiple of 8 bytes, for AH of 4."""
        return bytes((self.next_header, self.length)) + self.body

    def fields(self) -> tuple[Field, ...]:
        """Next header, length, body."""
        if self.kind == FRAGMENT:
            place = int.from_bytes(self.body[:2], "big")
            more = ", more fragments" if place & 1 else ""
            ident = int.from_bytes(self.body[2:6], "big")
            body: tuple[Field, ...] = (
                Field("fragment offset", 2, f"offset {place & 0xFFF8}{more}"),
                Field("identification", 4, hexadecimal(ident, 8)),
            )
        else:
            body = (Field(EXTENSIONS.get(self.kind, "body"), len(self.body), self.body.hex()),)
        return (
            Field("next header", 1, protocol_text(self.next_header)),
            Field("reserved" if self.kind == FRAGMENT else "length", 1, str(self.length)),
            *body,
        )


def decode(data: bytes) -> tuple[Ipv6, int]:
    """Read the fixed header. Raises Malformed when it is cut or the version is not 6."""
    need("IPv6", data, SIZE_BYTES)
    first, length, following, hops, source, destination = _HEAD.unpack_from(data)
    if first >> 28 != 6:
        raise Malformed("IPv6", f"the version is {first >> 28}")
    header = Ipv6(
        source=IPv6Address(source), destination=IPv6Address(destination), next_header=following,
        payload_length=length, hop_limit=hops, traffic_class=first >> 20 & 0xFF, flow_label=first & 0xFFFFF,
    )  # fmt: skip
    return header, SIZE_BYTES


def decode_extension(data: bytes, kind: int) -> tuple[Extension, int]:
    """Read an extension header of the `kind` that the header before it told. Raises Malformed when it is cut."""
    name = f"IPv6 {EXTENSIONS.get(kind, 'extension')}"
    need(name, data, 8)
    if kind == FRAGMENT:
        size = 8
    elif kind == AUTHENTICATION:
        size = (data[1] + 2) * 4  # RFC 4302 2.2 counts differently from the others
    else:
        size = (data[1] + 1) * 8
    need(name, data, size)
    return Extension(kind=kind, next_header=data[0], length=data[1], body=data[2:size]), size


def packet(header: Ipv6, payload: bytes) -> bytes:
    """A whole packet: the header with its length, and the payload (extension headers first)."""
    return replace(header, payload_length=len(payload)).encode() + payload
