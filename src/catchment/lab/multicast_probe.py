"""The packets that are counted in a lab: what is in one, and how it is known again inside of tunnels and of Registers.

Pure: bytes in, bytes out.
"""

import struct
from dataclasses import dataclass

from catchment.lab.gre_header import CHECKSUM, IPV4, KEY, SEQUENCE

MAGIC = b"cm-count"
FORM = struct.Struct(">8sIIHH")
HEADERS = 28
"""Bytes of an IPv4 header without options and of UDP's."""

GRE, IPV6_OPTIONS, PIM, UDP = 47, 60, 103, 17
REGISTER = 0x21  # PIM version 2, type 1 (RFC 7761 4.9.3); the packet comes after 8 bytes
DEEPEST = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """One packet of ours.

    run    : tells one count from another that goes on beside it, 32 bits
    round  : packets of one round are counted together
    group  : position among the groups
    sender : position among the group's senders
    """

    run: int
    round: int
    group: int
    sender: int


def payload(probe: Probe, size: int | None) -> bytes:
    """What UDP carries; filled up so that the IP packet has `size` bytes, where that is more than we need."""
    data = FORM.pack(MAGIC, probe.run, probe.round, probe.group, probe.sender)
    return data.ljust((size or 0) - HEADERS, b"\0")


def read(data: bytes) -> Probe | None:
    """The probe that UDP carried; None for anything else."""
    if len(data) < FORM.size:
        return None
    magic, run, number, group, sender = FORM.unpack_from(data)
    return Probe(run=run, round=number, group=group, sender=sender) if magic == MAGIC else None


def found_in(packet: bytes, depth: int = 0) -> Probe | None:
    """The probe in an IP packet: its own, or that of the packet inside a GRE tunnel or a PIM Register; None without."""
    if MAGIC not in packet or depth > DEEPEST:
        return None
    protocol, data = _inside(packet)
    if protocol == UDP:
        return read(data[8:])
    if protocol == PIM and data[:1] == bytes((REGISTER,)):
        return found_in(data[8:], depth + 1)
    if protocol == GRE and len(data) >= 4:
        flags, what = struct.unpack_from(">HH", data)
        start = 4 + 4 * (bool(flags & CHECKSUM) + bool(flags & KEY) + bool(flags & SEQUENCE))
        return found_in(data[start:], depth + 1) if what == IPV4 else None
    return None


def _inside(packet: bytes) -> tuple[int, bytes]:
    """(protocol, what an IP packet carries); with IPv6 after the options that Linux puts before tunnels."""
    if packet[0] >> 4 == 4 and len(packet) >= 20:
        return packet[9], packet[4 * (packet[0] & 15) :]
    if packet[0] >> 4 == 6 and len(packet) >= 42:
        if packet[6] == IPV6_OPTIONS:
            return packet[40], packet[40 + 8 * (packet[41] + 1) :]
        return packet[6], packet[40:]
    return 0, b""
