"""ARP for IPv4 over Ethernet, and as many bytes as any other ARP has (RFC 826)."""

import struct
from dataclasses import dataclass
from ipaddress import IPv4Address
from itertools import pairwise

from catchment.packet.ethernet import mac_text, type_text
from catchment.packet.header import Field, need

_HEAD = struct.Struct(">HHBBH")
_OPERATIONS = {1: "request", 2: "reply", 3: "reverse request", 4: "reverse reply"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Arp:
    """The whole message; addresses are bytes, because their lengths are the message's own choice."""

    hardware: int
    protocol: int
    operation: int
    sender_hardware: bytes
    sender_protocol: bytes
    target_hardware: bytes
    target_protocol: bytes

    def encode(self) -> bytes:
        """8 bytes and the four addresses."""
        lengths = len(self.sender_hardware), len(self.sender_protocol)
        head = _HEAD.pack(self.hardware, self.protocol, *lengths, self.operation)
        return head + self.sender_hardware + self.sender_protocol + self.target_hardware + self.target_protocol

    def fields(self) -> tuple[Field, ...]:
        """The eight fields and the two lengths."""
        hardware, protocol = len(self.sender_hardware), len(self.sender_protocol)
        return (
            Field("hardware", 2, "Ethernet" if self.hardware == 1 else str(self.hardware)),
            Field("protocol", 2, type_text(self.protocol)),
            Field("hardware length", 1, f"{hardware} bytes"),
            Field("protocol length", 1, f"{protocol} bytes"),
            Field("operation", 2, _OPERATIONS.get(self.operation, str(self.operation))),
            Field("sender hardware", hardware, mac_text(self.sender_hardware)),
            Field("sender protocol", protocol, protocol_text(self.sender_protocol)),
            Field("target hardware", hardware, mac_text(self.target_hardware)),
            Field("target protocol", protocol, protocol_text(self.target_protocol)),
        )

    @property
    def what(self) -> str:
        """The message in a few words."""
        return (
            f"{_OPERATIONS.get(self.operation, self.operation)}: {protocol_text(self.sender_protocol)} asks for "
            f"{protocol_text(self.target_protocol)}"
            if self.operation == 1
            else f"{_OPERATIONS.get(self.operation, self.operation)}: {protocol_text(self.sender_protocol)} is at "
            f"{mac_text(self.sender_hardware)}"
        )


def protocol_text(address: bytes) -> str:
    """An IPv4 address as such, any other in hexadecimal."""
    return str(IPv4Address(address)) if len(address) == 4 else address.hex()


def decode(data: bytes) -> tuple[Arp, int]:
    """Read the message. Raises Malformed when it is cut."""
    need("ARP", data, _HEAD.size)
    hardware, protocol, one, two, operation = _HEAD.unpack_from(data)
    size = _HEAD.size + 2 * (one + two)
    need("ARP", data, size)
    places = [_HEAD.size, _HEAD.size + one, _HEAD.size + one + two, _HEAD.size + 2 * one + two, size]
    parts = [data[begin:end] for begin, end in pairwise(places)]
    message = Arp(
        hardware=hardware, protocol=protocol, operation=operation, sender_hardware=parts[0],
        sender_protocol=parts[1], target_hardware=parts[2], target_protocol=parts[3],
    )  # fmt: skip
    return message, size
