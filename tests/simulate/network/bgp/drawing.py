"""Small networks for tests: speakers and peerings in a line each, tables in words.

Speaker number n of a network has the router id 10.0.0.n and its sessions the address 192.0.2.n unless told otherwise.
"""

from collections.abc import Mapping
from dataclasses import replace
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any

from catchment.model.address import Address, Asn, Prefix
from catchment.model.speakers import (
    BgpNetwork,
    Change,
    Match,
    NextHopSelf,
    Origination,
    Peering,
    Policy,
    Side,
    Speaker,
    Term,
    Then,
)
from catchment.simulate.network.bgp.outcome import Outcome

PREFIX: Prefix = ip_network("203.0.113.0/24")
PREFIX6: Prefix = ip_network("2001:db8:53::/48")


def near(_: str, __: Address) -> int | None:
    """An IGP in which everything is equally far."""
    return 1


def costs(table: Mapping[tuple[str, str], int | None], otherwise: int | None = 1) -> Any:
    """An IGP from {(speaker, name of the speaker that is the next hop): cost}; see `address_of`."""
    return lambda speaker, hop: table.get((speaker, str(hop)), otherwise)


def speaker(number: int, asn: int, name: str = "", **more: Any) -> Speaker:
    router_id = more.pop("router_id", IPv4Address(f"10.0.0.{number}"))
    return Speaker(name=name or f"r{number}", asn=Asn(asn), router_id=router_id, **more)


def originating(one: Speaker, prefix: Prefix = PREFIX, **more: Any) -> Speaker:
    return replace(one, originates=(*one.originates, Origination(prefix=prefix, **more)))


def side(one: Speaker, **more: Any) -> Side:
    number = int(one.router_id) & 0xFF
    address = more.pop("address", IPv4Address(f"192.0.2.{number}"))
    return Side(speaker=one.name, address=address, other_address=IPv6Address(f"2001:db8::{number:x}"), **more)


def peering(
    a: Speaker, b: Speaker, at_a: Mapping[str, Any] | None = None, at_b: Mapping[str, Any] | None = None
) -> Peering:
    return Peering(a=side(a, **(at_a or {})), b=side(b, **(at_b or {})), families=frozenset({4, 6}))


def network(speakers: list[Speaker], *peerings: Peering) -> BgpNetwork:
    return BgpNetwork(speakers=tuple(speakers), peerings=peerings)


def ip(text: str) -> Address:
    return ip_address(text)


def prefer(local_pref: int, **match: Any) -> Policy:
    """Local preference for what matches, and everything is accepted."""
    return Policy(terms=(Term(match=Match(**match), change=Change(local_pref=local_pref)),))


def changing(**change: Any) -> Policy:
    return Policy(terms=(Term(change=Change(**change)),))


def only(*communities: str) -> Policy:
    """Accepts what carries one of these, denies the rest."""
    return Policy(terms=(Term(match=Match(communities=frozenset(communities))),), otherwise=Then.DENY)


SELF: Mapping[str, Any] = {"next_hop_self": NextHopSelf.EXTERNAL}
CLIENT: Mapping[str, Any] = {"client": True}


def via(outcome: Outcome, name: str, prefix: Prefix = PREFIX) -> str | None:
    """The neighbour that a speaker's best route came from, "" for its own, None without a route."""
    best = outcome.best(name, prefix)
    return None if best is None else best.neighbour


def words(outcome: Outcome, name: str, prefix: Prefix = PREFIX) -> dict[str, str]:
    """{neighbour: what became of its route}."""
    return {entry.neighbour: entry.words for entry in outcome.table(name, prefix).heard}
