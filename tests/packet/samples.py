"""Packets for documentation addresses made with our own encoders, one of each layer, for tests and for the sample."""

from ipaddress import IPv4Address, IPv6Address

from catchment.packet import (
    arp,
    ethernet,
    gre,
    icmp,
    igmp,
    ipv4,
    ipv6,
    pim,
    ppp,
    pppoe,
    record,
    tcp,
    udp,
    vlan,
)
from catchment.packet.crc import PPP_16, PPP_32
from catchment.packet.record import Capture, Link, Packet

A, B = IPv4Address("192.0.2.1"), IPv4Address("198.51.100.2")
A6, B6 = IPv6Address("2001:db8::1"), IPv6Address("2001:db8:1::2")
MAC_A, MAC_B = ethernet.mac("02:00:00:00:00:01"), ethernet.mac("02:00:00:00:00:02")
QUERY = (
    bytes.fromhex("4a31 0100 0001 0000 0000 0001")  # RFC 1035 4.1.1: one question, one additional record
    + b"\2id\6server\0" + bytes.fromhex("0010 0003")  # which site answers? (RFC 4892): TXT, CHAOS
    + bytes.fromhex("00 0029 1000 00000000 0014 0003 0000 000c 000c") + bytes(12)  # NSID (RFC 5001), padding (7830)
)  # fmt: skip
KEEPALIVE = b"\xff" * 16 + b"\0\x13\4"  # BGP, RFC 4271 4.4

DNS = udp.datagram(udp.Udp(source=53000, destination=53), QUERY, A, B)
UDP4 = ipv4.packet(ipv4.Ipv4(source=A, destination=B, protocol=ipv4.UDP, identification=7), DNS)
TCP4 = ipv4.packet(
    ipv4.Ipv4(source=A, destination=B, protocol=ipv4.TCP),
    tcp.segment(tcp.Tcp(source=40000, destination=179, sequence=1, flags=0x18, options=b"\1\1\1\1"), KEEPALIVE, A, B),
)
ICMP4 = ipv4.packet(
    ipv4.Ipv4(source=A, destination=B, protocol=ipv4.ICMP), icmp.message(icmp.Icmp(type=8, rest=b"\0\1\0\2"), b"ping")
)
UDP6 = ipv6.packet(
    ipv6.Ipv6(source=A6, destination=B6, next_header=ipv4.UDP),
    udp.datagram(udp.Udp(source=53000, destination=53), QUERY, A6, B6),
)
ICMP6 = ipv6.packet(
    ipv6.Ipv6(source=A6, destination=B6, next_header=ipv4.ICMPV6),
    icmp.message6(icmp.Icmp(type=128, rest=b"\0\1\0\2", version=6), b"ping", A6, B6),
)
GRE4 = ipv4.packet(
    ipv4.Ipv4(source=A, destination=B, protocol=ipv4.GRE),
    gre.packet(gre.Gre(protocol=ethernet.IPV4, checksum=0, key=64496, sequence=3), UDP4),
)
GROUP = IPv4Address("233.252.0.1")  # MCAST-TEST-NET (RFC 5771 9.2)
ALL_IGMP3, ALL_PIM = IPv4Address("224.0.0.22"), IPv4Address("224.0.0.13")
REPORT = ipv4.packet(
    ipv4.Ipv4(source=A, destination=ALL_IGMP3, protocol=ipv4.IGMP, ttl=1, options=b"\x94\4\0\0"),
    igmp.message(igmp.Report3(records=(igmp.Record(type=5, group=GROUP, sources=(B,)),))),
)
MEMBER = ipv4.packet(
    ipv4.Ipv4(source=A, destination=GROUP, protocol=ipv4.IGMP, ttl=1),
    igmp.message(igmp.Igmp(type=igmp.REPORT_2, group=GROUP)),
)
HELLO = ipv4.packet(
    ipv4.Ipv4(source=A, destination=ALL_PIM, protocol=ipv4.PIM, ttl=1),
    pim.message(
        pim.HELLO,
        pim.Hello(
            options=(pim.Option(type=1, value=b"\0\x69"), pim.Option(type=19, value=b"\0\0\0\1"),
                     pim.Option(type=20, value=b"\1\2\3\4")),
        ).encode(), A, ALL_PIM,
    ),
)  # fmt: skip
JOIN = ipv4.packet(
    ipv4.Ipv4(source=A, destination=ALL_PIM, protocol=ipv4.PIM, ttl=1),
    pim.message(
        pim.JOIN_PRUNE,
        pim.JoinPrune(
            upstream=B, holdtime_s=210, groups=(pim.Group(address=GROUP, joined=(pim.Source(address=B),)),)
        ).encode(), A, ALL_PIM,
    ),
)  # fmt: skip
REGISTER6 = ipv6.packet(
    ipv6.Ipv6(source=A6, destination=B6, next_header=ipv4.PIM),
    pim.message(pim.REGISTER, bytes(4) + UDP6, A6, B6),
)
WHO_HAS = arp.Arp(
    hardware=1, protocol=ethernet.IPV4, operation=1, sender_hardware=MAC_A, sender_protocol=A.packed,
    target_hardware=bytes(6), target_protocol=IPv4Address("192.0.2.2").packed,
).encode()  # fmt: skip


def on_ethernet(payload: bytes, kind: int = ethernet.IPV4, *, fcs: bool = True) -> bytes:
    """A frame from one sample station to the other."""
    return ethernet.frame(ethernet.Ethernet(destination=MAC_B, source=MAC_A, type_or_length=kind), payload, fcs=fcs)


TAGGED = vlan.Vlan(priority=3, drop_eligible=False, vlan=42, type=ethernet.IPV6).encode() + UDP6
PPP_PLAIN = ppp.frame(ppp.Ppp(protocol=ppp.IPV4), UDP4, PPP_16)
PPP_PLAIN_32 = ppp.frame(ppp.Ppp(protocol=ppp.IPV4), UDP4, PPP_32)
IN_PPPOE = pppoe.packet(pppoe.SESSION, 0x17, ppp.frame(ppp.Ppp(protocol=ppp.IPV4, address_control=False), UDP4, None))
PADI = pppoe.packet(
    0x09, 0, pppoe.Tag(type=0x0101, value=b"").encode() + pppoe.Tag(type=0x0103, value=b"me").encode()
)

ETHERNET_FRAMES = (
    on_ethernet(WHO_HAS, ethernet.ARP), on_ethernet(UDP4), on_ethernet(TCP4), on_ethernet(ICMP4),
    on_ethernet(UDP6, ethernet.IPV6), on_ethernet(ICMP6, ethernet.IPV6), on_ethernet(TAGGED, ethernet.VLAN),
    on_ethernet(GRE4), on_ethernet(REPORT), on_ethernet(MEMBER), on_ethernet(HELLO), on_ethernet(JOIN),
    on_ethernet(REGISTER6, ethernet.IPV6), on_ethernet(IN_PPPOE, ethernet.PPPOE_SESSION),
    on_ethernet(PADI, ethernet.PPPOE_DISCOVERY),
)  # fmt: skip


def journey() -> Capture:
    """One query on its way: Ethernet at the client, PPP on the line, GRE between the sites, raw at the server."""
    links = (
        Link(link_type=record.ETHERNET, name="client-lan", fcs_bytes=4),
        Link(link_type=record.PPP, name="line", comment="tshark -o ppp.fcs_type:16-Bit"),
        Link(link_type=record.ETHERNET, name="between-sites", fcs_bytes=4),
        Link(link_type=record.RAW, name="server"),
    )
    frames = (
        (0, on_ethernet(UDP4), "leaves the client"),
        (1, PPP_PLAIN, "on the serial line, FCS-16 behind it"),
        (2, on_ethernet(GRE4), "in the tunnel: key 64496, sequence 3, checksum"),
        (3, UDP4, "arrives"),
    )
    begin_ns = 1_767_225_600 * record.NANOSECONDS  # 2026-01-01
    packets = tuple(
        Packet(
            link=link, data=data, wire_bytes=len(data), at_ns=begin_ns + index * 1_500_000, direction="out",
            comments=(comment,),
        )
        for index, (link, data, comment) in enumerate(frames)
    )  # fmt: skip
    return Capture(format="pcapng, little-endian", links=links, packets=packets)
