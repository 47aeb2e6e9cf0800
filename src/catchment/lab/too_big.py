"""Tell the sender of a packet that it is too big for a tunnel: ICMP "fragmentation needed", ICMPv6 "packet too big".

Pure. RFC 1191 4, RFC 8201 4, RFC 4443 3.2. The message comes from the address that the packet was going to, as Linux
does for its bridged tunnels (iptunnel_pmtud_build_icmp): a message with an address of this very machine as its source
would be refused as a martian when it comes in at the tunnel.
"""

import struct
from ipaddress import IPv4Address, IPv6Address

from catchment.lab.gre_header import IPV4, ones_sum, protocol_of

IPV4_HEADER, IPV6_HEADER = 20, 40
LEAST_IPV4_MTU, LEAST_IPV6_MTU = 68, 1280  # RFC 791 3.2; RFC 8200 5
ICMP, ICMPV6 = 1, 58
DONT_FRAGMENT = 0x4000
OFFSET = 0x1FFF
TTL = 64


def may_be_cut(packet: bytes) -> bool:
    """Whether routers may fragment it: IPv4 without DF."""
    return protocol_of(packet) == IPV4 and not struct.unpack_from(">H", packet, 6)[0] & DONT_FRAGMENT


def too_big(packet: bytes, mtu: int) -> bytes | None:
    """The message to the sender of `packet`, as an IP packet; None when nobody may be told (RFC 1122 3.2.2).

    mtu : the largest inner packet that passes; never told lower than the protocol allows
    """
    if protocol_of(packet) == IPV4:
        return _four(packet, max(mtu, LEAST_IPV4_MTU))
    return _six(packet, max(mtu, LEAST_IPV6_MTU))


def _four(packet: bytes, mtu: int) -> bytes | None:
    if len(packet) < IPV4_HEADER:
        return None
    header_bytes = (packet[0] & 15) * 4
    source, destination = packet[12:16], packet[16:20]
    fragment = struct.unpack_from(">H", packet, 6)[0] & OFFSET
    about_an_error = packet[9] == ICMP and len(packet) > header_bytes and packet[header_bytes] in (3, 4, 5, 11, 12)
    if fragment or about_an_error or not _one_host(source) or IPv4Address(destination).is_multicast:
        return None
    quoted = packet[: header_bytes + 8]  # RFC 792
    body = struct.pack(">BBHHH", 3, 4, 0, 0, mtu) + quoted
    body = body[:2] + struct.pack(">H", 0xFFFF - ones_sum(body)) + body[4:]
    start = struct.pack(">BBHHHBBH", 0x45, 0xC0, IPV4_HEADER + len(body), 0, 0, TTL, ICMP, 0) + destination + source
    return start[:10] + struct.pack(">H", 0xFFFF - ones_sum(start)) + start[12:] + body


def _six(packet: bytes, mtu: int) -> bytes | None:
    """Of multicast nobody is told, though RFC 4443 2.4 e.3 allows it: whose address would the message come from?"""
    if len(packet) < IPV6_HEADER:
        return None
    source, destination = packet[8:24], packet[24:40]
    about_an_error = packet[6] == ICMPV6 and len(packet) > IPV6_HEADER and packet[IPV6_HEADER] < 128
    if about_an_error or not _one_host(source) or IPv6Address(destination).is_multicast:
        return None
    quoted = packet[: LEAST_IPV6_MTU - IPV6_HEADER - 8]
    body = struct.pack(">BBHI", 2, 0, 0, mtu) + quoted
    pseudo = destination + source + struct.pack(">IHBB", len(body), 0, 0, ICMPV6)
    body = body[:2] + struct.pack(">H", 0xFFFF - ones_sum(pseudo + body)) + body[4:]
    return struct.pack(">IHBB", 0x60000000, len(body), ICMPV6, TTL) + destination + source + body


def _one_host(source: bytes) -> bool:
    address = IPv4Address(source) if len(source) == 4 else IPv6Address(source)
    return not (address.is_multicast or address.is_unspecified or address.is_loopback)
