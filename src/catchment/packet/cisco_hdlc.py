"""Cisco's HDLC: address, control, and the Ethernet type of what follows (RFC 1547 4.3.1 describes it)."""

from dataclasses import dataclass

from catchment.packet.ethernet import type_text
from catchment.packet.header import Field, Malformed, hexadecimal, need

SIZE_BYTES = 4
UNICAST, MULTICAST = 0x0F, 0x8F
SLARP = 0x8035


@dataclass(frozen=True, slots=True, kw_only=True)
class CiscoHdlc:
    """The header; `address` is 0x0f for unicast and 0x8f for multicast."""

    address: int
    control: int
    type: int

    def encode(self) -> bytes:
        """4 bytes."""
        return bytes((self.address, self.control)) + self.type.to_bytes(2, "big")

    def fields(self) -> tuple[Field, ...]:
        """The three fields."""
        to = "unicast" if self.address == UNICAST else "multicast"
        kind = f"{hexadecimal(SLARP)} SLARP" if self.type == SLARP else type_text(self.type)
        return (Field("address", 1, to), Field("control", 1, str(self.control)), Field("type", 2, kind))


def decode(data: bytes) -> tuple[CiscoHdlc, int]:
    """Read the header. Raises Malformed when it is cut or the address is another."""
    need("Cisco HDLC", data, SIZE_BYTES)
    if data[0] not in (UNICAST, MULTICAST):
        raise Malformed("Cisco HDLC", f"{hexadecimal(data[0], 2)} is not an address of it")
    return CiscoHdlc(address=data[0], control=data[1], type=data[2] << 8 | data[3]), SIZE_BYTES
