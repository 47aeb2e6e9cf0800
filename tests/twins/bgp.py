"""The slow twin of BGP inside a network: everybody looks at everybody's best route at once, round after round.

Written from RFC 4271 9, RFC 4456 and RFC 1997, not from simulate/network/bgp: it reads the same network and nothing
else of it. No messages, no tables, no order: in each round every speaker asks all its neighbours what they would say
now. It knows the default decision, policies, well-known communities, reflection and next-hop-self; no third-party next
hops.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from catchment.model.address import Address, Prefix
from catchment.model.speakers import BgpNetwork, NextHopSelf, Peering, Policy, Side, Speaker

ROUNDS = 200


class Way(NamedTuple):
    """A route as a speaker holds it. kind: 0 own, 1 eBGP, 2 iBGP. peering: its number, -1 for the own."""

    peering: int
    neighbour: str
    kind: int
    next_hop: Address | None
    path: tuple[Any, ...]
    origin: int
    med: int | None
    local_pref: int
    communities: frozenset[str]
    originator: int | None
    clusters: tuple[int, ...]
    router_id: int
    address: int
    weight: int


SELF_FOR = {(1, NextHopSelf.EXTERNAL), (1, NextHopSelf.ALL), (2, NextHopSelf.ALL)}


def settled(network: BgpNetwork, prefix: Prefix, igp: Callable[[str, Address], int | None]) -> dict[str, Way] | None:
    """The best way of every speaker that has one, when two rounds agree; None when they never do."""
    best: dict[str, Way] = {}
    for _ in range(ROUNDS):
        new = {}
        for speaker in network.speakers:
            ways = [*own_ways(speaker, prefix), *heard_ways(network, speaker, prefix, best)]
            ways = [way for way in ways if far(network, speaker, way, igp) is not None]
            if ways:
                new[speaker.name] = choose(ways, lambda way, at=speaker: far(network, at, way, igp) or 0)
        if new == best:
            return best
        best = new
    return None


def far(network: BgpNetwork, speaker: Speaker, way: Way, igp: Callable[[str, Address], int | None]) -> int | None:
    if way.next_hop is None:
        return 0
    cost = igp(speaker.name, way.next_hop)
    return 0 if cost is None and way.kind == 1 else cost


def own_ways(speaker: Speaker, prefix: Prefix) -> list[Way]:
    return [
        Way(
            -1,
            "",
            0,
            None,
            (),
            one.origin,
            one.med,
            100,
            one.communities,
            None,
            (),
            int(speaker.router_id),
            0,
            one.weight,
        )
        for one in speaker.originates
        if one.prefix == prefix
    ]


def heard_ways(network: BgpNetwork, speaker: Speaker, prefix: Prefix, best: dict[str, Way]) -> list[Way]:
    ways = []
    for number, peering in enumerate(network.peerings):
        for mine, yours in ((peering.a, peering.b), (peering.b, peering.a)):
            if mine.speaker != speaker.name or yours.speaker not in best or prefix.version not in peering.families:
                continue
            you = network.by_name[yours.speaker]
            said = says(network, number, you, yours, speaker, prefix, best[you.name])
            way = said and hears(number, you, yours, speaker, mine, prefix, said)
            if way:
                ways.append(way)
    return ways


def says(  # noqa: PLR0917
    network: BgpNetwork,
    number: int,
    me: Speaker,
    mine: Side,
    you: Speaker,
    prefix: Prefix,
    best: Way,
) -> Way | None:
    """What a speaker tells a neighbour of its best way."""
    outside = me.asn != you.asn
    if best.peering == number or "65535:65282" in best.communities:
        return None
    if outside and best.communities & {"65535:65281", "65535:65283"}:
        return None
    if not outside and best.kind == 2:
        source = network.peerings[best.peering]
        from_client = my_side(source, me.name).client
        if not from_client and not mine.client:
            return None
        best = best._replace(
            originator=best.router_id if best.originator is None else best.originator,
            clusters=(int(me.cluster_id or me.router_id), *best.clusters),
        )
    my_address = mine.address if mine.address.version == prefix.version else mine.other_address
    if outside:
        best = best._replace(
            med=best.med if best.kind == 0 else None, originator=None, clusters=(), next_hop=my_address
        )
    elif best.kind == 0 or (best.kind, mine.next_hop_self) in SELF_FOR:
        best = best._replace(next_hop=my_address)
    filtered = through(mine.exports, best, prefix, you.name, me.asn)
    if filtered is None or not outside:
        return filtered
    return filtered._replace(path=(me.asn, *filtered.path))


def hears(  # noqa: PLR0917
    number: int,
    you: Speaker,
    yours: Side,
    me: Speaker,
    mine: Side,
    prefix: Prefix,
    said: Way,
) -> Way | None:
    """What a speaker makes of what a neighbour tells it."""
    outside = me.asn != you.asn
    if (
        me.asn in said.path
        or said.originator == int(me.router_id)
        or int(me.cluster_id or me.router_id) in said.clusters
    ):
        return None
    said = said._replace(
        peering=number,
        neighbour=you.name,
        kind=1 if outside else 2,
        router_id=int(you.router_id),
        address=int(yours.address),
        weight=0,
        local_pref=100 if outside else said.local_pref,
    )
    filtered = through(mine.imports, said, prefix, you.name, you.asn)
    if filtered is not None and outside and "65535:0" in filtered.communities:
        return filtered._replace(local_pref=0)
    return filtered


def my_side(peering: Peering, name: str) -> Side:
    return peering.a if peering.a.speaker == name else peering.b


def through(policy: Policy | None, way: Way, prefix: Prefix, neighbour: str, asn: int) -> Way | None:
    for term in policy.terms if policy else ():
        wanted, change = term.match, term.change
        if wanted.prefixes and not any(one.holds(prefix) for one in wanted.prefixes):
            continue
        if wanted.communities and not wanted.communities & way.communities:
            continue
        if wanted.neighbours and neighbour not in wanted.neighbours:
            continue
        if term.then == "deny":
            return None
        if change.local_pref is not None:
            way = way._replace(local_pref=change.local_pref)
        if change.med is not None:
            way = way._replace(med=change.med)
        if change.weight is not None:
            way = way._replace(weight=change.weight)
        way = way._replace(
            path=(asn,) * change.prepend + way.path, communities=way.communities - change.remove | change.add
        )
        if term.then == "accept":
            return way
    return None if policy and policy.otherwise == "deny" else way


def choose(ways: list[Way], cost: Callable[[Way], int]) -> Way:
    """RFC 4271 9.1.2.2, literally: remove from consideration, a to g, with weight before and clusters after."""
    ways = [way for way in ways if way.weight == max(other.weight for other in ways)]
    ways = [way for way in ways if way.local_pref == max(other.local_pref for other in ways)]
    ways = [way for way in ways if way.kind == 0] or ways
    ways = [way for way in ways if len(way.path) == min(len(other.path) for other in ways)]
    ways = [way for way in ways if way.origin == min(other.origin for other in ways)]
    ways = [
        way for way in ways if not any(o.path[:1] == way.path[:1] and (o.med or 0) < (way.med or 0) for o in ways)
    ]
    ways = [way for way in ways if way.kind < 2] or ways
    ways = [way for way in ways if cost(way) == min(cost(other) for other in ways)]
    return min(
        ways, key=lambda w: (w.router_id if w.originator is None else w.originator, len(w.clusters), w.address)
    )
