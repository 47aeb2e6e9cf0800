"""Numbers that name networks: AS numbers and IP prefixes, and which of them are for private or documentation use."""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from typing import NewType

Asn = NewType("Asn", int)
"""An autonomous system number, 1 to 4294967295 (RFC 6793); shown as `AS64500`."""

Prefix = IPv4Network | IPv6Network
Address = IPv4Address | IPv6Address

LAST_ASN = 2**32 - 1

# IANA "Special-Purpose AS Numbers": first, last, what for, source.
SPECIAL_ASNS: tuple[tuple[int, int, str, str], ...] = (
    (0, 0, "reserved", "RFC 7607"),
    (23456, 23456, "AS_TRANS", "RFC 6793"),
    (64496, 64511, "documentation", "RFC 5398"),
    (64512, 65534, "private use", "RFC 6996"),
    (65535, 65535, "reserved", "RFC 7300"),
    (65536, 65551, "documentation", "RFC 5398"),
    (4200000000, 4294967294, "private use", "RFC 6996"),
    (4294967295, 4294967295, "reserved", "RFC 7300"),
)


def special_asn(asn: int) -> tuple[str, str] | None:
    """What `asn` is set aside for, and the RFC that says so; None for an ordinary AS number."""
    for first, last, what, source in SPECIAL_ASNS:
        if first <= asn <= last:
            return what, source
    return None


def covers(wide: Prefix, narrow: Prefix) -> bool:
    """Whether every address of `narrow` is in `wide`; False across address families."""
    if isinstance(wide, IPv4Network) and isinstance(narrow, IPv4Network):
        return narrow.subnet_of(wide)
    if isinstance(wide, IPv6Network) and isinstance(narrow, IPv6Network):
        return narrow.subnet_of(wide)
    return False
