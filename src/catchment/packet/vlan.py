"""The 802.1Q tag: priority, VLAN and the type of what follows (IEEE 802.1Q 9.6)."""

from dataclasses import dataclass

from catchment.packet.ethernet import type_text
from catchment.packet.header import Field, need

SIZE_BYTES = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Vlan:
    """The tag after its own Ethernet type: priority 0 to 7, drop eligible, VLAN 0 to 4095, the type inside."""

    priority: int
    drop_eligible: bool
    vlan: int
    type: int

    def encode(self) -> bytes:
        """4 bytes."""
        tag = self.priority << 13 | self.drop_eligible << 12 | self.vlan
        return tag.to_bytes(2, "big") + self.type.to_bytes(2, "big")

    def fields(self) -> tuple[Field, ...]:
        """The tag and the type."""
        eligible = ", drop eligible" if self.drop_eligible else ""
        what = f"VLAN {self.vlan}, priority {self.priority}{eligible}"
        return (Field("tag", 2, what), Field("type", 2, type_text(self.type)))


def decode(data: bytes) -> tuple[Vlan, int]:
    """Read the tag. Raises Malformed when it is cut."""
    need("802.1Q", data, SIZE_BYTES)
    tag = int.from_bytes(data[:2], "big")
    header = Vlan(
        priority=tag >> 13, drop_eligible=bool(tag & 0x1000), vlan=tag & 0xFFF, type=int.from_bytes(data[2:4], "big")
    )
    return header, SIZE_BYTES
