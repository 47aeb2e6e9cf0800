"""How BIRD's language is written: blocks, names that it takes, prefixes and communities."""

from collections.abc import Iterable
from ipaddress import IPv4Address
from re import sub

from catchment.model.network import Igp
from catchment.model.speakers import PrefixRange
from catchment.render.view import View

CHANNEL = {4: "ipv4", 6: "ipv6"}

LONGEST_NAME = 60  # of a symbol: 64 with the zero byte (conf/conf.h: SYM_MAX_LEN)


def block(head: str, lines: Iterable[str]) -> list[str]:
    """`head { ... }` with its lines indented; on one line when there are none."""
    inner = [f"  {line}" if line else "" for line in lines]
    return [f"{head} {{", *inner, "}"] if inner else [f"{head} {{ }}"]


def said(block_lines: list[str]) -> list[str]:
    """A block inside a block ends with a semicolon."""
    return [*block_lines[:-1], f"{block_lines[-1]};"]


def symbols(prefix: str, words: Iterable[str]) -> list[str]:
    """A name for each word, in their order, every one different; the prefix keeps them apart from BIRD's own words."""
    found: dict[str, None] = {}
    for word in words:
        plain = f"{prefix}{sub(r'[^A-Za-z0-9_]', '_', word)}"[:LONGEST_NAME]
        name, number = plain, 1
        while name in found:
            number += 1
            name = f"{plain[: LONGEST_NAME - 4]}_{number}"
        found[name] = None
    return list(found)


def quoted(text: str) -> str:
    """A string; BIRD has no way to write a quotation mark inside one."""
    return '"' + text.replace('"', "'") + '"'


def prefix_set(ranges: Iterable[PrefixRange]) -> str:
    """`[ 10.0.0.0/8{8,32}, 192.0.2.0/24 ]`."""
    return f"[ {', '.join(_range(one) for one in ranges)} ]"


def _range(one: PrefixRange) -> str:
    if one.shortest is None and one.longest is None:
        return str(one.within)
    low = one.within.prefixlen if one.shortest is None else one.shortest
    if low == one.within.prefixlen and one.longest in (None, one.within.max_prefixlen):
        return f"{one.within}+"
    high = one.within.max_prefixlen if one.longest is None else one.longest
    return f"{one.within}{{{low},{high}}}"


def attribute(community: str) -> str:
    """The attribute that holds it: RFC 8092 has three parts, RFC 1997 two."""
    return "bgp_large_community" if community.count(":") == 2 else "bgp_community"


def value(community: str) -> str:
    """`64500:1` -> `(64500,1)`."""
    return f"({community.replace(':', ',')})"


def in_order(communities: Iterable[str]) -> list[str]:
    """By their numbers, those of two parts first."""
    return sorted(communities, key=lambda one: (one.count(":"), [int(part) for part in one.split(":")]))


def router_id(view: View) -> IPv4Address:
    """As BGP has it, else as the design says, else the IPv4 loopback, else the router's place in its network."""
    if view.speaker is not None:
        return view.speaker.router_id
    given = [view.router.router_id, *view.router.loopbacks]
    place = 1 + [router.name for router in view.network.routers].index(view.name)
    return next((one for one in given if isinstance(one, IPv4Address)), IPv4Address(place))


def versions(view: View) -> tuple[int, ...]:
    """The families that occur in the router's network or sessions: those that it needs tables for."""
    network = view.network
    held: set[int] = {one.version for router in network.routers for one in router.loopbacks}
    held |= {one.version for link in network.links for end in link.ends for one in end.addresses}
    held |= {one.version for interface in view.interfaces for one in interface.own.addresses}
    held |= {one.version for server in network.servers for one in server.addresses}
    held |= {static.to.version for static in view.router.statics}
    held |= {one.version for port in view.ports for one in port.client.gateways}
    held |= {version for neighbour in view.neighbours for version in neighbour.families}
    held |= {one.origination.prefix.version for one in view.announcements}
    return tuple(sorted(held))


def speaks_ospf(view: View) -> bool:
    """Whether OSPF runs here."""
    return view.network.igp is Igp.OSPF
