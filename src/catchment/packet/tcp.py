"""TCP headers with their options, and the checksum (RFC 9293 3.1)."""

import struct
from dataclasses import dataclass, replace

from catchment.packet.checksum import Address, checksum, pseudo_header
from catchment.packet.header import Field, Malformed, hexadecimal, need
from catchment.packet.ipv4 import TCP

LEAST_BYTES = 20
_HEAD = struct.Struct(">HHIIHHHH")
_FLAGS = ("FIN", "SYN", "RST", "PSH", "ACK", "URG", "ECE", "CWR", "AE")  # RFC 9293 3.1, RFC 9768 for AE


@dataclass(frozen=True, slots=True, kw_only=True)
class Tcp:
    """The header.

    flags   : the 12 bits after the data offset, reserved ones too
    options : a multiple of 4 bytes, at most 40, padding included
    """

    source: int
    destination: int
    sequence: int = 0
    acknowledgment: int = 0
    flags: int = 0
    window: int = 65535
    checksum: int = 0
    urgent: int = 0
    options: bytes = b""

    @property
    def size_bytes(self) -> int:
        """The header with its options."""
        return LEAST_BYTES + len(self.options)

    @property
    def what(self) -> str:
        """The names of the flags."""
        return " ".join(name for bit, name in enumerate(_FLAGS) if self.flags >> bit & 1) or "no flags"

    def encode(self) -> bytes:
        """20 to 60 bytes."""
        return _HEAD.pack(
            self.source, self.destination, self.sequence, self.acknowledgment,
            self.size_bytes // 4 << 12 | self.flags, self.window, self.checksum, self.urgent,
        ) + self.options  # fmt: skip

    def fields(self) -> tuple[Field, ...]:
        """All fields, the options as one."""
        return (
            Field("source port", 2, str(self.source)),
            Field("destination port", 2, str(self.destination)),
            Field("sequence", 4, str(self.sequence)),
            Field("acknowledgment", 4, str(self.acknowledgment)),
            Field("header length, flags", 2, f"{self.size_bytes} bytes, {self.what}"),
            Field("window", 2, str(self.window)),
            Field("checksum", 2, hexadecimal(self.checksum)),
            Field("urgent", 2, str(self.urgent)),
            *((Field("options", len(self.options), self.options.hex()),) if self.options else ()),
        )


def decode(data: bytes) -> tuple[Tcp, int]:
    """Read the header with its options. Raises Malformed when it is cut or says that it is shorter than 20 bytes."""
    need("TCP", data, LEAST_BYTES)
    source, destination, sequence, acknowledgment, flags, window, check, urgent = _HEAD.unpack_from(data)
    size = (flags >> 12) * 4
    if size < LEAST_BYTES:
        raise Malformed("TCP", f"a header length of {size} bytes; 20 is the least")
    need("TCP", data, size)
    header = Tcp(
        source=source, destination=destination, sequence=sequence, acknowledgment=acknowledgment,
        flags=flags & 0xFFF, window=window, checksum=check, urgent=urgent, options=data[LEAST_BYTES:size],
    )  # fmt: skip
    return header, size


def segment(header: Tcp, payload: bytes, source: Address, destination: Address) -> bytes:
    """A whole segment between two addresses, with its checksum."""
    blank = replace(header, checksum=0)
    length = header.size_bytes + len(payload)
    covered = pseudo_header(source, destination, TCP, length) + blank.encode() + payload
    return replace(blank, checksum=checksum(covered)).encode() + payload
