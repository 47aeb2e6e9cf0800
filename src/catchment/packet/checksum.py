"""The Internet checksum of IPv4, UDP, TCP, ICMP, IGMP, PIM and GRE (RFC 1071), and the pseudo-headers it covers."""

from ipaddress import IPv4Address, IPv6Address

Address = IPv4Address | IPv6Address


def ones_sum(data: bytes) -> int:
    """The one's complement sum of 16-bit words, 0 to 0xffff; an odd last byte is followed by a zero (RFC 1071 1).

    2^16 is 1 modulo 0xffff, so the whole is one number modulo 0xffff. Only bytes that are all zero have the sum 0;
    any other multiple of 0xffff is written 0xffff.
    """
    if len(data) % 2:
        data += b"\0"
    number = int.from_bytes(data, "big")
    return number % 0xFFFF or (0xFFFF if number else 0)


def checksum(data: bytes) -> int:
    """The Internet checksum of bytes whose own checksum field is zero."""
    return 0xFFFF - ones_sum(data)


def is_right(data: bytes) -> bool:
    """Whether bytes with their checksum inside add up to 0xffff (RFC 1071 1, step 3)."""
    return ones_sum(data) == 0xFFFF


def pseudo_header(source: Address, destination: Address, protocol: int, length_bytes: int) -> bytes:
    """What UDP, TCP, ICMPv6 and PIM over IPv6 cover beside themselves (RFC 768, RFC 9293 3.1, RFC 8200 8.1)."""
    ends = source.packed + destination.packed
    if isinstance(source, IPv4Address):
        return ends + bytes((0, protocol)) + length_bytes.to_bytes(2, "big")
    return ends + length_bytes.to_bytes(4, "big") + bytes((0, 0, 0, protocol))
