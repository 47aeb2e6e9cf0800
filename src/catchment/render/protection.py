"""What no neighbour in another AS may tell us: space that is not for the Internet, and what is ours alone.

RFC 7454 6.1. The same lists for every daemon.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from ipaddress import ip_network

from catchment.model.address import Asn, Prefix, covers
from catchment.model.inside import Inside
from catchment.model.network import Network
from catchment.model.speakers import PrefixRange, or_longer
from catchment.render.view import View

# RFC 6890 and IANA's two registries of special purpose addresses; multicast (RFC 5771, RFC 4291 2.7).
BOGONS: tuple[Prefix, ...] = tuple(
    ip_network(one)
    for one in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
        "192.0.2.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/3",
        "::/8", "100::/64", "2001:2::/48", "2001:10::/28", "2001:db8::/32", "3fff::/20", "fc00::/7", "fe80::/10",
        "ff00::/8",
    )
)  # fmt: skip


def validation_notes(view: View) -> Iterator[str]:
    """What a person has to know of a router that validates origins."""
    if view.speaker is not None and view.speaker.validates is not None:
        cache = view.speaker.validates
        server = f"{cache.address} port {cache.port}"
        yield f"routes of other ASes with an invalid origin are dropped, by {server}; without it all are taken"


def refused_outside(view: View, version: int) -> tuple[PrefixRange, ...]:
    """What this router refuses over eBGP, and everything more specific, by family 4 or 6.

    First the bogons but those that the design itself uses: where documentation or private space is announced, it is
    there for that. Then the prefixes that only our own AS announces; of those that another AS announces too (anycast
    from several ASes) the copies are wanted, for when our own site is down.
    """
    assert view.speaker is not None
    held = _same(view.inside)
    return tuple(or_longer(one) for one in (*_bogons(held), *_ours(held, view.speaker.asn)) if one.version == version)


@dataclass(frozen=True, slots=True, eq=False)
class _Same:
    """Networks that are the same when they are the same object: comparing thousands takes longer."""

    inside: Inside


def _same(inside: Inside) -> _Same:
    if not _LATEST or _LATEST[0].inside is not inside:
        _LATEST[:] = [_Same(inside)]
        _bogons.cache_clear()
        _ours.cache_clear()
    return _LATEST[0]


_LATEST: list[_Same] = []


@cache
def _bogons(held: _Same) -> tuple[Prefix, ...]:
    used = _used(held.inside)
    return tuple(one for one in BOGONS if not any(covers(one, other) or covers(other, one) for other in used))


@cache
def _ours(held: _Same, asn: Asn) -> tuple[Prefix, ...]:
    asns = {speaker.name: speaker.asn for speaker in held.inside.bgp.speakers}
    mine, others = set[Prefix](), set[Prefix]()
    for one in held.inside.announcements:
        (mine if asns.get(one.router) == asn else others).add(one.origination.prefix)
    alone = [one for one in mine if not any(covers(one, other) for other in others)]
    alone = [one for one in alone if not any(one != other and covers(other, one) for other in alone)]
    return tuple(sorted(alone, key=lambda one: (one.version, int(one.network_address), one.prefixlen)))


def _used(inside: Inside) -> tuple[Prefix, ...]:
    """Every prefix that the design announces, and of all addresses in it the prefixes they stand in."""
    found: dict[Prefix, None] = {one.origination.prefix: None for one in inside.announcements}
    for network in inside.networks:
        found |= dict.fromkeys(_of_network(network))
    found |= dict.fromkeys(held.network for link in inside.links for end in link.ends for held in end.addresses)
    return tuple(found)


def _of_network(network: Network) -> Iterator[Prefix]:
    for router in network.routers:
        yield from (ip_network(one) for one in router.loopbacks)
        yield from (static.to for static in router.statics if static.to.prefixlen)
    for link in network.links:
        yield from (held.network for end in link.ends for held in end.addresses)
    for server in network.servers:
        yield from (ip_network(one) for one in server.addresses)
