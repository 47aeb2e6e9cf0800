"""The frame check sequences: CRC-32 of Ethernet and PPP, and PPP's FCS-16 (IEEE 802.3 3.2.9, RFC 1662 appendix C).

All are sent with the lowest bit first, so their bytes follow the frame in little-endian order. Bits are numbered as
they are sent: bit 0 is the least significant one of the first byte.
"""

import zlib
from collections.abc import Callable
from dataclasses import dataclass, field

_FCS16_REFLECTED = 0x8408  # x^16 + x^12 + x^5 + 1, lowest bit first (RFC 1662 C.1)


def _table() -> tuple[int, ...]:
    table = []
    for value in range(256):
        for _ in range(8):
            value = value >> 1 ^ (_FCS16_REFLECTED if value & 1 else 0)  # noqa: PLW2901  one byte through the register
        table.append(value)
    return tuple(table)


_FCS16_TABLE = _table()


def fcs16(data: bytes) -> int:
    """PPP's FCS-16: from 0xffff, complemented at the end (RFC 1662 C.2)."""
    register = 0xFFFF
    for byte in data:
        register = register >> 8 ^ _FCS16_TABLE[(register ^ byte) & 0xFF]
    return register ^ 0xFFFF


def crc32(data: bytes) -> int:
    """The CRC-32 of Ethernet, which is PPP's FCS-32 too (RFC 1662 C.3), and zlib's."""
    return zlib.crc32(data)


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """A kind of frame check sequence.

    generator : the generator polynomial with its highest term, highest coefficient first
    of        : bytes -> value
    """

    name: str
    size_bytes: int
    generator: int
    of: Callable[[bytes], int] = field(repr=False, compare=False)

    def trailer(self, data: bytes) -> bytes:
        """The bytes that follow `data` on the wire."""
        return self.of(data).to_bytes(self.size_bytes, "little")

    def ends(self, data: bytes) -> bool:
        """Whether `data` ends in the check sequence of what is before it."""
        return len(data) > self.size_bytes and data[-self.size_bytes :] == self.trailer(data[: -self.size_bytes])


ETHERNET = Code(name="CRC-32", size_bytes=4, generator=0x104C11DB7, of=crc32)
PPP_16 = Code(name="FCS-16", size_bytes=2, generator=0x11021, of=fcs16)
PPP_32 = Code(name="FCS-32", size_bytes=4, generator=0x104C11DB7, of=crc32)
