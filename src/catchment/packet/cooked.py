"""Linux cooked headers, versions 1 and 2: what `tcpdump -i any` puts in the place of the link's own header.

https://www.tcpdump.org/linktypes/LINKTYPE_LINUX_SLL.html and LINKTYPE_LINUX_SLL2.html
"""

import struct
from dataclasses import dataclass

from catchment.packet.ethernet import mac_text, type_text
from catchment.packet.header import Field, need

_KINDS = ("to us", "broadcast", "multicast", "to others", "from us")
_ONE, _TWO = struct.Struct(">HHH8sH"), struct.Struct(">HHIHBB8s")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cooked:
    """The header; `address` has 8 bytes, of which `address_bytes` count; `interface` only in version 2."""

    version: int
    kind: int
    hardware: int
    address_bytes: int
    address: bytes
    type: int
    interface: int = 0
    reserved: int = 0

    def encode(self) -> bytes:
        """16 or 20 bytes."""
        if self.version == 1:
            return _ONE.pack(self.kind, self.hardware, self.address_bytes, self.address, self.type)
        head = self.type, self.reserved, self.interface, self.hardware
        return _TWO.pack(*head, self.kind, self.address_bytes, self.address)

    def fields(self) -> tuple[Field, ...]:
        """All fields in their order."""
        kind = _KINDS[self.kind] if self.kind < len(_KINDS) else str(self.kind)
        hardware = Field("hardware", 2, "Ethernet" if self.hardware == 1 else str(self.hardware))
        address = Field("source", 8, mac_text(self.address[: self.address_bytes]))
        if self.version == 1:
            length = Field("address length", 2, f"{self.address_bytes} bytes")
            return (Field("direction", 2, kind), hardware, length, address, Field("type", 2, type_text(self.type)))
        return (
            Field("type", 2, type_text(self.type)), Field("reserved", 2, str(self.reserved)),
            Field("interface", 4, str(self.interface)), hardware, Field("direction", 1, kind),
            Field("address length", 1, f"{self.address_bytes} bytes"), address,
        )  # fmt: skip


def decode(data: bytes, version: int) -> tuple[Cooked, int]:
    """Read the header of version 1 or 2. Raises Malformed when it is cut."""
    form = _ONE if version == 1 else _TWO
    need("Linux cooked", data, form.size)
    if version == 1:
        kind, hardware, length, address, number = form.unpack_from(data)
        header = Cooked(
            version=1, kind=kind, hardware=hardware, address_bytes=length, address=address, type=number
        )  # fmt: skip
        return header, form.size
    number, reserved, interface, hardware, kind, length, address = form.unpack_from(data)
    header = Cooked(
        version=2, kind=kind, hardware=hardware, address_bytes=length, address=address, type=number,
        interface=interface, reserved=reserved,
    )  # fmt: skip
    return header, form.size
