"""Ethernet II and 802.3 frames, with padding to the shortest frame and the check sequence (IEEE 802.3 3.1 to 3.2.9)."""

from dataclasses import dataclass, replace

from catchment.packet.crc import ETHERNET
from catchment.packet.header import Field, Malformed, hexadecimal, need

SIZE_BYTES = 14
LEAST_BYTES = 60  # 64 with the check sequence (IEEE 802.3 4.2.3.3)
MOST_LENGTH = 1500  # up to here the third field is a length, from 0x0600 on a type (IEEE 802.3 3.2.6)
LEAST_TYPE = 0x0600

IPV4, ARP, VLAN, PROVIDER_VLAN, IPV6 = 0x0800, 0x0806, 0x8100, 0x88A8, 0x86DD
PPPOE_DISCOVERY, PPPOE_SESSION, BRIDGED = 0x8863, 0x8864, 0x6558

NAMES = {
    IPV4: "IPv4", ARP: "ARP", VLAN: "802.1Q", PROVIDER_VLAN: "802.1ad", IPV6: "IPv6",
    PPPOE_DISCOVERY: "PPPoE discovery", PPPOE_SESSION: "PPPoE session", BRIDGED: "bridged Ethernet",
    0x8847: "MPLS", 0x8848: "MPLS multicast", 0x8809: "slow protocols", 0x88CC: "LLDP", 0x9000: "loopback test",
    0x880B: "PPP", 0x88BE: "ERSPAN", 0x22EB: "ERSPAN III", 0x883E: "WCCP", 0x2001: "NHRP", 0x8035: "RARP",
    0x888E: "802.1X", 0x2000: "CDP", 0x8902: "CFM", 0x88F7: "PTP",
}  # fmt: skip


def mac(text: str) -> bytes:
    """The six bytes of an address written 02:00:5e:00:00:01. Raises ValueError."""
    parts = text.replace("-", ":").split(":")
    if len(parts) != 6 or not all(0 < len(part) <= 2 for part in parts):
        raise ValueError(f"{text!r} is no Ethernet address")
    return bytes(int(part, 16) for part in parts)


def mac_text(address: bytes) -> str:
    """An address as people write it."""
    return address.hex(":")


def type_text(number: int) -> str:
    """An Ethernet type with its name."""
    return f"{hexadecimal(number)} {NAMES.get(number, '')}".rstrip()


@dataclass(frozen=True, slots=True, kw_only=True)
class Ethernet:
    """The header; `type_or_length` is a type from 0x0600 on, and the bytes of payload up to 1500."""

    destination: bytes
    source: bytes
    type_or_length: int

    @property
    def has_length(self) -> bool:
        """True for 802.3, whose payload is LLC."""
        return self.type_or_length <= MOST_LENGTH

    def encode(self) -> bytes:
        """14 bytes."""
        return self.destination + self.source + self.type_or_length.to_bytes(2, "big")

    def fields(self) -> tuple[Field, ...]:
        """The three fields."""
        third = f"{self.type_or_length} bytes" if self.has_length else type_text(self.type_or_length)
        return (
            Field("destination", 6, mac_text(self.destination)),
            Field("source", 6, mac_text(self.source)),
            Field("length" if self.has_length else "type", 2, third),
        )


def decode(data: bytes) -> tuple[Ethernet, int]:
    """Read the header. Raises Malformed when it is cut, or when the third field is neither type nor length."""
    need("Ethernet", data, SIZE_BYTES)
    kind = int.from_bytes(data[12:14], "big")
    if MOST_LENGTH < kind < LEAST_TYPE:
        raise Malformed("Ethernet", f"{hexadecimal(kind)} is neither a type nor a length")
    return Ethernet(destination=data[:6], source=data[6:12], type_or_length=kind), SIZE_BYTES


def frame(header: Ethernet, payload: bytes, *, fcs: bool) -> bytes:
    """A whole frame: padded with zeros to 60 bytes, and followed by its check sequence when `fcs`.

    An 802.3 header gets the length of the payload.
    """
    if header.has_length:
        header = replace(header, type_or_length=len(payload))
    body = (header.encode() + payload).ljust(LEAST_BYTES, b"\0")
    return body + ETHERNET.trailer(body) if fcs else body
