"""The packet that a client sends, of a wanted size: a DNS question, the first of TCP, NTP, an echo, or plain UDP.

What is above IP stays the same on the whole way; the IP header is made anew for each link, with the TTL it has there.
"""

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address

from catchment.packet import dns, icmp, ipv4, ipv6, tcp, udp
from catchment.packet.checksum import Address

PORTS = {"dns": 53, "ntp": 123, "http": 80, "https": 443, "tls": 443}
TRACEROUTE_PORT = 33434
"""Where traceroute begins: nobody listens there, and no decoder takes the bytes for a protocol."""

MOST_BYTES = 0xFFFF

_SYN, _ACK, _PUSH = 0x02, 0x10, 0x08
_FIRST_BYTE_SEQUENCE = 1
_CLIENT = 0x23  # leap indicator 0, version 4, mode 3 (RFC 5905 7.3)
_NTP_BYTES = 48


class NoSuchProbe(Exception):
    """The packet cannot be made: what is in the way, and what to do about it."""

    def __init__(self, what: str, todo: str) -> None:
        super().__init__(what)
        self.what, self.todo = what, todo


@dataclass(frozen=True, slots=True, kw_only=True)
class Ends:
    """Who sends to whom. Both addresses are of one family; ports count for UDP and TCP."""

    source: Address
    destination: Address
    source_port: int = 40000
    destination_port: int = TRACEROUTE_PORT

    @property
    def header_bytes(self) -> int:
        """Of the IP header, which has no options."""
        return ipv4.LEAST_BYTES if self.source.version == 4 else ipv6.SIZE_BYTES


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """A packet without its IP header: who to whom, the IP protocol, and the bytes of it with their checksum."""

    ends: Ends
    protocol: int
    payload: bytes
    what: str

    @property
    def size_bytes(self) -> int:
        """Of the whole IP packet."""
        return self.ends.header_bytes + len(self.payload)

    def packet(self, ttl: int, number: int) -> bytes:
        """The IP packet as it is with this TTL; `number` is the identification of IPv4."""
        return ip_packet(self.ends.source, self.ends.destination, self.protocol, self.payload, (ttl, number))


def ip_packet(
    source: Address, destination: Address, protocol: int, payload: bytes, of_header: tuple[int, int]
) -> bytes:
    """An IP packet of the family of its addresses, not to be fragmented.

    of_header : TTL or hop limit, and the identification of IPv4 (any will do for what is no fragment, RFC 6864 4.1)
    """
    ttl, number = of_header
    if isinstance(source, IPv4Address) and isinstance(destination, IPv4Address):
        header = ipv4.Ipv4(
            source=source, destination=destination, protocol=protocol, ttl=ttl, identification=number & 0xFFFF
        )
        return ipv4.packet(header, payload)
    assert isinstance(source, IPv6Address)
    assert isinstance(destination, IPv6Address)
    header6 = ipv6.Ipv6(source=source, destination=destination, next_header=protocol, hop_limit=ttl)
    return ipv6.packet(header6, payload)


def dns_question(ends: Ends, name: str, record_type: str, *, number: int, size: int | None = None) -> Probe:
    """A DNS question over UDP; padded with EDNS to `size`; the message's identifier is `number`. Raises NoSuchProbe."""
    number &= 0xFFFF
    try:
        message = dns.question(name, record_type, number=number)
        if size is not None:
            empty = len(message) + dns.PADDING_BYTES
            padding = _room(ends, size, udp.SIZE_BYTES + empty, f"a DNS question for {name} that can be padded")
            message = dns.question(name, record_type, number=number, padding=padding)
    except ValueError as error:
        raise NoSuchProbe(f"this is no question for DNS: {error}", "correct the check, or leave it out") from error
    return _udp(ends, message, f"DNS question {name} {record_type}")


def ntp_request(ends: Ends, *, size: int | None = None) -> Probe:
    """What an NTP client asks (RFC 5905 7.3). It has one size: Raises NoSuchProbe for another one."""
    probe = _udp(ends, bytes((_CLIENT,)) + bytes(_NTP_BYTES - 1), "NTP request")
    if size not in (None, probe.size_bytes):
        raise NoSuchProbe(
            f"an NTP request cannot be padded: it has {probe.size_bytes} bytes and not {size}",
            f"write --size {probe.size_bytes}, or give a --flow to another port",
        )
    return probe


def plain_udp(ends: Ends, *, size: int | None = None) -> Probe:
    """A datagram, empty or filled to `size` as traceroute fills it. Raises NoSuchProbe."""
    return _udp(ends, _filling(ends, size, udp.SIZE_BYTES, "a UDP datagram"), "UDP datagram")


def tcp_segment(ends: Ends, *, size: int | None = None) -> Probe:
    """The SYN that opens a connection; with a `size` the segment of data that comes later. Raises NoSuchProbe."""
    data = _filling(ends, size, tcp.LEAST_BYTES, "a TCP segment")
    flags, acknowledged = (_ACK | _PUSH, 1) if data else (_SYN, 0)
    header = tcp.Tcp(
        source=ends.source_port, destination=ends.destination_port, flags=flags, acknowledgment=acknowledged,
        sequence=_FIRST_BYTE_SEQUENCE if data else 0,
    )  # fmt: skip
    payload = tcp.segment(header, data, ends.source, ends.destination)
    return Probe(ends=ends, protocol=ipv4.TCP, payload=payload, what="TCP data" if data else "TCP SYN")


def echo_request(ends: Ends, *, number: int, size: int | None = None) -> Probe:
    """What ping sends; `number` is its sequence number. Raises NoSuchProbe."""
    data = _filling(ends, size, icmp.SIZE_BYTES, "an echo request")
    rest = b"\0\1" + (number & 0xFFFF).to_bytes(2, "big")
    source, destination = ends.source, ends.destination
    if isinstance(source, IPv6Address) and isinstance(destination, IPv6Address):
        message = icmp.message6(icmp.Icmp(type=128, rest=rest, version=6), data, source, destination)
        return Probe(ends=ends, protocol=ipv4.ICMPV6, payload=message, what="ICMPv6 echo request")
    message = icmp.message(icmp.Icmp(type=8, rest=rest), data)
    return Probe(ends=ends, protocol=ipv4.ICMP, payload=message, what="ICMP echo request")


def _udp(ends: Ends, data: bytes, what: str) -> Probe:
    header = udp.Udp(source=ends.source_port, destination=ends.destination_port)
    payload = udp.datagram(header, data, ends.source, ends.destination)
    return Probe(ends=ends, protocol=ipv4.UDP, payload=payload, what=what)


def _filling(ends: Ends, size: int | None, least: int, what: str) -> bytes:
    room = 0 if size is None else _room(ends, size, least, what)
    return bytes(0x40 + place % 0x3F for place in range(room))


def _room(ends: Ends, size: int, least: int, what: str) -> int:
    """How many bytes are left in an IP packet of this size. Raises NoSuchProbe when it is too small, or too large."""
    smallest = ends.header_bytes + least
    if not smallest <= size <= MOST_BYTES:
        of = f"{what} over IPv{ends.source.version} takes {smallest:,} to {MOST_BYTES:,} bytes, and not {size:,}"
        raise NoSuchProbe(of, f"write --size {smallest} or more" if size < smallest else "write a smaller --size")
    return size - smallest
