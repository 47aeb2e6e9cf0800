"""UDP headers and their checksum (RFC 768, RFC 8200 8.1)."""

import struct
from dataclasses import dataclass, replace

from catchment.packet.checksum import Address, checksum, pseudo_header
from catchment.packet.header import Field, hexadecimal, need
from catchment.packet.ipv4 import UDP

SIZE_BYTES = 8
_HEAD = struct.Struct(">HHHH")


@dataclass(frozen=True, slots=True, kw_only=True)
class Udp:
    """The header; a checksum of 0 says that none was computed (RFC 768), which IPv6 does not allow (RFC 8200 8.1)."""

    source: int
    destination: int
    length: int = 0
    checksum: int = 0

    def encode(self) -> bytes:
        """8 bytes."""
        return _HEAD.pack(self.source, self.destination, self.length, self.checksum)

    def fields(self) -> tuple[Field, ...]:
        """The four fields."""
        return (
            Field("source port", 2, str(self.source)),
            Field("destination port", 2, str(self.destination)),
            Field("length", 2, f"{self.length} bytes"),
            Field("checksum", 2, hexadecimal(self.checksum)),
        )


def decode(data: bytes) -> tuple[Udp, int]:
    """Read the header. Raises Malformed when it is cut."""
    need("UDP", data, SIZE_BYTES)
    source, destination, length, check = _HEAD.unpack_from(data)
    return Udp(source=source, destination=destination, length=length, checksum=check), SIZE_BYTES


def datagram(header: Udp, payload: bytes, source: Address, destination: Address) -> bytes:
    """A whole datagram between two addresses, with its length and checksum; a computed 0 is sent as 0xffff."""
    sized = replace(header, length=SIZE_BYTES + len(payload), checksum=0)
    covered = pseudo_header(source, destination, UDP, sized.length) + sized.encode() + payload
    return replace(sized, checksum=checksum(covered) or 0xFFFF).encode() + payload
