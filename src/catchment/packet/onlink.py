"""A packet as it is on one link: the headers of tunnels around it, and the link's own with padding and check sequence.

packet -> GRE and IP for each tunnel, the outermost last -> Ethernet II, PPP, or nothing on a tunnel's interface
"""

import hashlib
from dataclasses import dataclass

from catchment.packet import ethernet, gre, ipv4, ppp, record
from catchment.packet.checksum import Address
from catchment.packet.crc import PPP_16
from catchment.packet.probe import ip_packet

_MAC_BYTES = 5
_LOCALLY_ADMINISTERED = b"\x02"  # given by no maker, and of one station: the two lowest bits of the first byte


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What a GRE tunnel puts around a packet (RFC 2784, RFC 2890).

    source, destination : of the outer IP header, one family
    key, sequence       : None for none
    """

    source: Address
    destination: Address
    ttl: int
    key: int | None = None
    checksum: bool = False
    sequence: int | None = None


def wrapped(packet: bytes, around: Around, number: int) -> bytes:
    """An IP packet in a tunnel; `number` is the identification of an outer IPv4 header.

    The outer header says "don't fragment", as Linux does unless told otherwise (`nopmtudisc`).
    """
    header = gre.Gre(
        protocol=ip_type(packet), checksum=0 if around.checksum else None, key=around.key, sequence=around.sequence
    )
    inside = gre.packet(header, packet)
    return ip_packet(around.source, around.destination, ipv4.GRE, inside, (around.ttl, number))


def framed(packet: bytes, link_type: int, link: str, ends: tuple[str, str]) -> bytes:
    """An IP packet as a frame of a link, with its check sequence.

    link_type : record.ETHERNET (padded to 60 bytes, CRC-32), record.PPP (FCS-16, without flags and escapes) or
                record.RAW (as it is)
    ends      : sender and receiver, whose Ethernet addresses are station_address's
    """
    if link_type == record.ETHERNET:
        sender, receiver = (station_address(one, link) for one in ends)
        header = ethernet.Ethernet(source=sender, destination=receiver, type_or_length=ip_type(packet))
        return ethernet.frame(header, packet, fcs=True)
    if link_type == record.PPP:
        protocol = ppp.IPV4 if ip_type(packet) == ethernet.IPV4 else ppp.IPV6
        return ppp.frame(ppp.Ppp(protocol=protocol), packet, PPP_16)
    assert link_type == record.RAW
    return packet


def station_address(router: str, link: str) -> bytes:
    """A locally administered Ethernet address of a router's interface: always the same for the same two names."""
    return _LOCALLY_ADMINISTERED + hashlib.sha256(f"{router}\0{link}".encode()).digest()[:_MAC_BYTES]


def ip_type(packet: bytes) -> int:
    """The Ethernet type of an IP packet."""
    return ethernet.IPV4 if packet[0] >> 4 == 4 else ethernet.IPV6
