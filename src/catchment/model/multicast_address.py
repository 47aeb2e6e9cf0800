"""Multicast group addresses: what each range is for, how far it may go, and the RP that an IPv6 address can carry.

IPv4: RFC 5771 and the IANA registry; administrative scopes of RFC 2365. IPv6: flags and scopes of RFC 4291 2.7 and
RFC 7346, unicast-prefix-based groups of RFC 3306, the RP inside the address of RFC 3956. SSM: RFC 4607.
"""

from dataclasses import dataclass
from enum import IntEnum
from ipaddress import IPv4Address, IPv4Network, IPv6Address, ip_network

from catchment.model.address import Address, Prefix


class Scope(IntEnum):
    """How far a group may go; the numbers are the scopes of IPv6 (RFC 7346 2), and a larger one goes further."""

    INTERFACE = 0x1
    LINK = 0x2
    REALM = 0x3
    ADMIN = 0x4
    SITE = 0x5
    ORGANISATION = 0x8
    GLOBAL = 0xE

    @property
    def words(self) -> str:
        """`link-local`, `organisation-local`, `global` and so on."""
        return "global" if self is Scope.GLOBAL else f"{self.name.lower()}-local"


@dataclass(frozen=True, slots=True)
class Range:
    """A range of group addresses: what it is for, who says so, and how far it goes."""

    prefix: Prefix
    what: str
    source: str
    scope: Scope


IPV4_RANGES = tuple(
    Range(ip_network(prefix), what, source, scope)
    for prefix, what, source, scope in (
        ("224.0.0.0/24", "local network control", "RFC 5771 4", Scope.LINK),
        ("224.0.1.0/24", "internetwork control", "RFC 5771 5", Scope.GLOBAL),
        ("232.0.0.0/8", "source-specific multicast", "RFC 4607 1", Scope.GLOBAL),
        ("233.252.0.0/24", "documentation", "RFC 6676 2", Scope.GLOBAL),
        ("233.252.0.0/14", "AD-HOC block III", "RFC 5771 9.2", Scope.GLOBAL),
        ("233.0.0.0/8", "GLOP: an AS's own", "RFC 3180", Scope.GLOBAL),
        ("234.0.0.0/8", "unicast-prefix-based", "RFC 6034 3", Scope.GLOBAL),
        ("239.255.0.0/16", "IPv4 local scope", "RFC 2365 6.1", Scope.SITE),
        ("239.192.0.0/14", "IPv4 organisation local scope", "RFC 2365 6.2", Scope.ORGANISATION),
        ("239.0.0.0/8", "administratively scoped", "RFC 2365 4", Scope.ORGANISATION),
        ("224.0.0.0/4", "assigned or reserved by IANA", "RFC 5771 3", Scope.GLOBAL),
    )
)
"""The first that holds an address is its range. Of 239/8 only two scopes have names; the rest grows out of them."""

SSM_RANGES: tuple[Prefix, ...] = (ip_network("232.0.0.0/8"), *(ip_network(f"ff3{n:x}::/32") for n in range(16)))
"""Where routers build trees for single sources only and hear of no RP: RFC 4607 1; for IPv6 ff3x::/32."""

EXAMPLES_IPV6: tuple[Prefix, ...] = tuple(ip_network(f"ff0{n:x}::db8:0:0/96") for n in range(16))
"""Groups for documentation (RFC 6676)."""


def range_of(group: Address) -> Range:
    """The range that a group lies in. Raises ValueError for what is no group, and for a scope that is reserved."""
    if not group.is_multicast:
        raise ValueError(f"{group} is no multicast address")
    if isinstance(group, IPv4Address):
        return next(one for one in IPV4_RANGES if group in one.prefix)
    return _ipv6_range(group)


def _ipv6_range(group: IPv6Address) -> Range:
    flags, scope = group.packed[1] >> 4, group.packed[1] & 0xF
    if scope not in set(Scope):
        kept = "reserved" if scope in (0x0, 0xF) else "not assigned"
        raise ValueError(f"{group} has scope {scope:x}, which is {kept}")
    what, source = "well-known" if not flags & 1 else "transient", "RFC 4291 2.7"
    if any(group in prefix for prefix in EXAMPLES_IPV6):
        what, source = "documentation", "RFC 6676"
    elif is_ssm(group):
        what, source = "source-specific multicast", "RFC 4607 1"
    elif flags & 0b0111 == 0b0111:
        what, source = "unicast-prefix-based, with its RP inside", "RFC 3956 3"
    elif flags & 0b0011 == 0b0011:
        what, source = "unicast-prefix-based", "RFC 3306 4"
    return Range(ip_network(f"ff{group.packed[1]:02x}::/16"), what, source, Scope(scope))


def is_ssm(group: Address) -> bool:
    """Whether a group belongs to single sources (RFC 4607)."""
    return any(group.version == prefix.version and group in prefix for prefix in SSM_RANGES)


def stays_on_link(group: Address) -> bool:
    """Whether no router ever passes the group on: RFC 5771 4, RFC 4291 2.7."""
    return range_of(group).scope <= Scope.LINK


def embedded_rp(group: Address) -> IPv6Address | None:
    """The RP that an IPv6 group carries (RFC 3956 4): its prefix and, as the last four bits, the RIID; None without.

    ff70::/12 with a prefix length of 1 to 64 and a RIID of at least 1.
    """
    if not isinstance(group, IPv6Address) or group.packed[1] >> 4 != 0b0111:
        return None
    riid, length = group.packed[2] & 0xF, group.packed[3]
    if not (1 <= length <= 64 and riid):
        return None
    prefix = int.from_bytes(group.packed[4:12], "big") >> (64 - length) << (64 - length)
    return IPv6Address((prefix << 64) | riid)


def glop_asn(group: Address) -> int | None:
    """The AS that a GLOP group belongs to: its number is the middle two bytes (RFC 3180); None for other groups."""
    if range_of(group).source != "RFC 3180":
        return None
    return int.from_bytes(group.packed[1:3], "big")


def unicast_prefix(group: Address) -> Prefix | None:
    """The unicast prefix whose holder owns the group: RFC 6034 3 (234/8, a /24), RFC 3306 4; None without one."""
    if isinstance(group, IPv4Address):
        return IPv4Network((group.packed[1:] + b"\0", 24)) if group.packed[0] == 234 else None
    length = group.packed[3]
    if is_ssm(group) or group.packed[1] >> 4 & 0b0011 != 0b0011 or not 1 <= length <= 64:
        return None
    return ip_network((group.packed[4:12] + bytes(8), length), strict=False)


def ethernet_address(group: Address) -> str:
    """The Ethernet address that frames of the group go to: RFC 1112 6.4 (23 bits of 28), RFC 2464 7 (32 of 112)."""
    if isinstance(group, IPv4Address):
        last = bytes((0x01, 0x00, 0x5E, group.packed[1] & 0x7F, *group.packed[2:]))
    else:
        last = b"\x33\x33" + group.packed[12:]
    return last.hex(":")
