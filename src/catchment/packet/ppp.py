"""PPP: address, control and protocol, with or without compression, and the FCS behind (RFC 1661 2, RFC 1662 3.1)."""

from dataclasses import dataclass

from catchment.packet.crc import Code
from catchment.packet.header import Field, Malformed, hexadecimal, need

IPV4, IPV6 = 0x0021, 0x0057
ALL_STATIONS, UNNUMBERED = 0xFF, 0x03

NAMES = {
    IPV4: "IPv4", IPV6: "IPv6", 0x0281: "MPLS", 0x8021: "IPCP", 0x8057: "IPv6CP", 0x80FD: "CCP", 0xC021: "LCP",
    0xC023: "PAP", 0xC025: "LQR", 0xC223: "CHAP", 0x003D: "multilink", 0x00FD: "compressed", 0x0023: "OSI",
    0x8281: "MPLSCP", 0x8023: "OSINLCP",
}  # fmt: skip


def protocol_text(number: int) -> str:
    """A PPP protocol with its name."""
    return f"{hexadecimal(number)} {NAMES.get(number, '')}".rstrip()


@dataclass(frozen=True, slots=True, kw_only=True)
class Ppp:
    """The header.

    address_control  : False when both are left out (RFC 1661 6.6)
    protocol         : 16 bits; its lowest is 1, the lowest of its first byte 0 (RFC 1661 2)
    short_protocol   : sent in one byte (RFC 1661 6.5); then it is below 256
    """

    protocol: int
    address_control: bool = True
    short_protocol: bool = False

    def encode(self) -> bytes:
        """1 to 4 bytes."""
        head = bytes((ALL_STATIONS, UNNUMBERED)) if self.address_control else b""
        return head + self.protocol.to_bytes(1 if self.short_protocol else 2, "big")

    def fields(self) -> tuple[Field, ...]:
        """Address and control when they are there, and the protocol."""
        head = (Field("address", 1, "all stations"), Field("control", 1, "unnumbered information"))
        protocol = Field("protocol", 1 if self.short_protocol else 2, protocol_text(self.protocol))
        return (*(head if self.address_control else ()), protocol)


def decode(data: bytes) -> tuple[Ppp, int]:
    """Read the header, compressed or not. Raises Malformed when it is cut or the protocol is no PPP protocol."""
    with_address = data[:2] == bytes((ALL_STATIONS, UNNUMBERED))
    at = 2 if with_address else 0
    need("PPP", data, at + 1)
    if data[at] == ALL_STATIONS:  # no protocol is 0x00ff, so that this is told apart (RFC 1661 6.5)
        raise Malformed("PPP", "an address that no control byte 0x03 follows")
    if data[at] & 1:
        return Ppp(protocol=data[at], address_control=with_address, short_protocol=True), at + 1
    need("PPP", data, at + 2)
    protocol = data[at] << 8 | data[at + 1]
    if not protocol & 1:
        raise Malformed("PPP", f"{hexadecimal(protocol)} is no protocol: its lowest bit must be 1 (RFC 1661 2)")
    return Ppp(protocol=protocol, address_control=with_address), at + 2


def frame(header: Ppp, payload: bytes, code: Code | None) -> bytes:
    """A frame without flags and stuffing, which is how captures hold it, followed by its FCS unless `code` is None.

    The FCS covers address, control and protocol, compressed or not, and the payload (RFC 1662 3.1).
    """
    body = header.encode() + payload
    return body + code.trailer(body) if code else body
