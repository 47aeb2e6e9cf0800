"""Address space that is set aside: private, for documentation, for one link; and the RFC that sets it aside.

From the IANA IPv4 and IPv6 Special-Purpose Address Registries (RFC 6890), without the blocks that are reachable
from everywhere (192.31.196.0/24, 192.52.193.0/24, 192.175.48.0/24, 2001:1::1/128 and their like).
"""

from ipaddress import ip_network

from catchment.model.address import Prefix, covers

# (block, what it is for, source)
SPECIAL: tuple[tuple[Prefix, str, str], ...] = tuple(
    (ip_network(block), what, source)
    for block, what, source in (
        ("0.0.0.0/8", "this network", "RFC 791"),
        ("10.0.0.0/8", "private use", "RFC 1918"),
        ("100.64.0.0/10", "carrier-grade NAT", "RFC 6598"),
        ("127.0.0.0/8", "loopback", "RFC 1122"),
        ("169.254.0.0/16", "link local", "RFC 3927"),
        ("172.16.0.0/12", "private use", "RFC 1918"),
        ("192.0.0.0/24", "IETF protocol assignments", "RFC 6890"),
        ("192.0.2.0/24", "documentation", "RFC 5737"),
        ("192.168.0.0/16", "private use", "RFC 1918"),
        ("198.18.0.0/15", "benchmarks", "RFC 2544"),
        ("198.51.100.0/24", "documentation", "RFC 5737"),
        ("203.0.113.0/24", "documentation", "RFC 5737"),
        ("224.0.0.0/4", "multicast", "RFC 5771"),
        ("240.0.0.0/4", "reserved", "RFC 1112"),
        ("::/128", "the unspecified address", "RFC 4291"),
        ("::1/128", "loopback", "RFC 4291"),
        ("::ffff:0:0/96", "IPv4-mapped addresses", "RFC 4291"),
        ("64:ff9b:1::/48", "local translation", "RFC 8215"),
        ("100::/64", "discard only", "RFC 6666"),
        ("2001:2::/48", "benchmarks", "RFC 5180"),
        ("2001:db8::/32", "documentation", "RFC 3849"),
        ("3fff::/20", "documentation", "RFC 9637"),
        ("5f00::/16", "segment routing", "RFC 9602"),
        ("fc00::/7", "unique local use", "RFC 4193"),
        ("fe80::/10", "link local", "RFC 4291"),
        ("ff00::/8", "multicast", "RFC 4291"),
    )
)

INSIDE = ("private use", "unique local use", "carrier-grade NAT")
"""What networks use inside themselves."""


def special_prefix(prefix: Prefix) -> tuple[str, str] | None:
    """What the space that `prefix` lies in is set aside for, and the RFC that says so; None for ordinary space."""
    for block, what, source in SPECIAL:
        if covers(block, prefix):
            return what, source
    return None
