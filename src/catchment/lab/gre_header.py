"""Put a GRE header before an IP packet, and take it off again or say why the packet is dropped (RFC 2784, RFC 2890).

Pure. What is dropped follows Linux where the standards leave a choice, so that a tunnel of ours and one of the kernel
refuse the same packets:

1. A header that cannot be read, another version, or bits that say routing (RFC 2784 2.3).
2. A key other than ours, one where we have none, or none where we have one (RFC 2890 2.1).
3. A checksum that is wrong, one where we ask for none, or none where we ask for one.
4. No sequence number where we ask for one, or one that is late (RFC 2890 2.2); a number nobody asked for is ignored.
5. Anything inside but IPv4 and IPv6.
"""

import struct
from dataclasses import dataclass
from enum import StrEnum

CHECKSUM, KEY, SEQUENCE = 0x8000, 0x2000, 0x1000
ROUTING = 0x4C00  # routing, strict source route and the first bit of recursion (RFC 1701)
VERSION = 0x0007
IPV4, IPV6 = 0x0800, 0x86DD
NUMBERS = 1 << 32
HALF = 1 << 31


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What both ends of a tunnel have to agree upon. key: 32 bits; None without."""

    key: int | None = None
    checksum: bool = False
    sequence: bool = False

    @property
    def length_bytes(self) -> int:
        """Of the GRE header: 4 to 16."""
        return 4 + 4 * (self.checksum + (self.key is not None) + self.sequence)


class Reason(StrEnum):
    """Why a packet is dropped; in the words that the endpoint counts them under."""

    CUT = "cut short"
    VERSION = "another version"
    ROUTING = "source routing"
    KEY = "another key"
    CHECKSUM = "wrong checksum"
    ONE_SIDED = "checksum at one end only"
    NO_SEQUENCE = "no sequence number"
    LATE = "late"
    PROTOCOL = "not an IP packet"


@dataclass(frozen=True, slots=True)
class Payload:
    """What was inside. number: of the sequence; None when the header has none."""

    packet: bytes
    number: int | None


def encoded(packet: bytes, options: Options, number: int = 0) -> bytes:
    """Header and packet; `number` counts the packets of the tunnel from 0 and is used when the options ask for it.

    Raises ValueError for what is no IP packet.
    """
    protocol = protocol_of(packet)
    if protocol is None:
        raise ValueError("neither IPv4 nor IPv6")
    flags, tail = 0, b""
    if options.key is not None:
        flags |= KEY
        tail += options.key.to_bytes(4, "big")
    if options.sequence:
        flags |= SEQUENCE
        tail += (number % NUMBERS).to_bytes(4, "big")
    if not options.checksum:
        return struct.pack(">HH", flags, protocol) + tail + packet
    start = struct.pack(">HH", flags | CHECKSUM, protocol)
    rest = tail + packet
    return start + struct.pack(">HH", 0xFFFF - ones_sum(start + rest), 0) + rest


def decoded(data: bytes, options: Options, last: int | None) -> Payload | Reason:
    """The packet inside, or why there is none.

    last : sequence number of the packet that was taken last; None before the first
    """
    flags, protocol = struct.unpack_from(">HH", data) if len(data) >= 4 else (SEQUENCE, 0)
    end = 4 + 4 * (bool(flags & CHECKSUM) + bool(flags & KEY) + bool(flags & SEQUENCE))
    if len(data) < end:
        return Reason.CUT
    number = _word(data, end - 4) if flags & SEQUENCE else None
    packet = data[end:]
    wrong = _unreadable(flags) or _disagrees(data, flags, options) or _late(number, options, last)
    if wrong is None and (protocol not in (IPV4, IPV6) or protocol_of(packet) != protocol):
        wrong = Reason.PROTOCOL
    return wrong or Payload(packet, number)


def _unreadable(flags: int) -> Reason | None:
    if flags & VERSION:
        return Reason.VERSION
    return Reason.ROUTING if flags & ROUTING else None


def _disagrees(data: bytes, flags: int, options: Options) -> Reason | None:
    """The reason that lies in the checksum or the key."""
    if bool(flags & CHECKSUM) != options.checksum:
        return Reason.ONE_SIDED
    if options.checksum and ones_sum(data) != 0xFFFF:
        return Reason.CHECKSUM
    key = _word(data, 4 + 4 * options.checksum) if flags & KEY else None
    return None if key == options.key else Reason.KEY


def _late(number: int | None, options: Options, last: int | None) -> Reason | None:
    if not options.sequence:
        return None
    if number is None:
        return Reason.NO_SEQUENCE
    return Reason.LATE if last is not None and is_late(number, last) else None


def _word(data: bytes, at: int) -> int:
    return int.from_bytes(data[at : at + 4], "big")


def is_late(number: int, last: int) -> bool:
    """Whether a number lies among the last one and the 2^31 - 1 before it, around the end too (RFC 2890 2.2)."""
    return (last - number) % NUMBERS < HALF


def protocol_of(packet: bytes) -> int | None:
    """The Ethernet type of an IP packet, by its first four bits; None for anything else."""
    return {4: IPV4, 6: IPV6}.get(packet[0] >> 4) if packet else None


def ones_sum(data: bytes) -> int:
    """The one's complement sum of 16-bit words, 0 to 0xffff (RFC 1071 1): 2^16 is 1 modulo 0xffff."""
    if len(data) % 2:
        data += b"\0"
    number = int.from_bytes(data, "big")
    return number % 0xFFFF or (0xFFFF if number else 0)
