"""PPPoE: sessions of PPP on Ethernet, and how they are found (RFC 2516 4, 5)."""

import struct
from dataclasses import dataclass

from catchment.packet.header import Field, Malformed, hexadecimal, need

SIZE_BYTES = 6
_HEAD = struct.Struct(">BBHH")
SESSION = 0
_CODES = {SESSION: "session", 0x09: "PADI", 0x07: "PADO", 0x19: "PADR", 0x65: "PADS", 0xA7: "PADT"}
_TAGS = {
    0x0000: "End-Of-List", 0x0101: "Service-Name", 0x0102: "AC-Name", 0x0103: "Host-Uniq", 0x0104: "AC-Cookie",
    0x0105: "Vendor-Specific", 0x0110: "Relay-Session-Id", 0x0120: "PPP-Max-Payload", 0x0201: "Service-Name-Error",
    0x0202: "AC-System-Error", 0x0203: "Generic-Error",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Pppoe:
    """The header; `length` counts the bytes that belong to it, without padding of the frame."""

    code: int
    session: int
    length: int

    def encode(self) -> bytes:
        """6 bytes; version and type are 1 (RFC 2516 4)."""
        return _HEAD.pack(0x11, self.code, self.session, self.length)

    def fields(self) -> tuple[Field, ...]:
        """The four fields."""
        return (
            Field("version, type", 1, "1, 1"),
            Field("code", 1, self.what),
            Field("session", 2, hexadecimal(self.session)),
            Field("length", 2, f"{self.length} bytes"),
        )

    @property
    def what(self) -> str:
        """The name of the code."""
        return _CODES.get(self.code, hexadecimal(self.code, 2))


@dataclass(frozen=True, slots=True, kw_only=True)
class Tag:
    """One tag of a discovery packet (RFC 2516 appendix A)."""

    type: int
    value: bytes

    def encode(self) -> bytes:
        """4 bytes and the value."""
        return struct.pack(">HH", self.type, len(self.value)) + self.value

    def fields(self) -> tuple[Field, ...]:
        """Type, length, value."""
        name = _TAGS.get(self.type, hexadecimal(self.type))
        value = (Field("value", len(self.value), self.value.hex()),) if self.value else ()
        return (Field("tag", 2, name), Field("length", 2, f"{len(self.value)} bytes"), *value)


def decode(data: bytes) -> tuple[Pppoe, int]:
    """Read the header. Raises Malformed when it is cut or version and type are not 1."""
    need("PPPoE", data, SIZE_BYTES)
    version, code, session, length = _HEAD.unpack_from(data)
    if version != 0x11:
        raise Malformed("PPPoE", f"version and type are {hexadecimal(version, 2)}, not 0x11")
    return Pppoe(code=code, session=session, length=length), SIZE_BYTES


def decode_tag(data: bytes) -> tuple[Tag, int]:
    """Read one tag. Raises Malformed when it is cut."""
    need("PPPoE tag", data, 4)
    kind, length = struct.unpack_from(">HH", data)
    need("PPPoE tag", data, 4 + length)
    return Tag(type=kind, value=data[4 : 4 + length]), 4 + length


def packet(code: int, session: int, payload: bytes) -> bytes:
    """A whole PPPoE packet, with its length."""
    return Pppoe(code=code, session=session, length=len(payload)).encode() + payload
