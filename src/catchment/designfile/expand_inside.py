"""The inside of a design in the long form: every address, every session and every policy, as they would be written."""

from collections.abc import Iterable, Sequence
from typing import Any

from catchment.designfile.bgp_language import MED_OPTIONS, OPPOSITE
from catchment.designfile.units import shown_delay, shown_rate
from catchment.model.inside import Announcement, Inside
from catchment.model.network import ECMP_OFF, MOST_COST, Igp, Link, Network, Router, Tunnel
from catchment.model.place import Place
from catchment.model.rpki import Cache
from catchment.model.speakers import Peering, Policy, PrefixRange, Side, Speaker, Term, Then

Data = dict[str, Any]

_NEXT_HOP_SELF = {"NO": False, "EXTERNAL": True, "ALL": "all"}
_THEN = {Then.ACCEPT: "accept", Then.DENY: "deny", Then.NEXT: "next"}


def place_data(place: Place) -> Data:
    """A place by its coordinates."""
    data: Data = {"lat": place.latitude_deg, "lon": place.longitude_deg}
    return data | {key: getattr(place, key) for key in ("name", "iata", "country") if getattr(place, key)}


def inside_data(inside: Inside) -> Data:
    """The keys networks, links, tunnels and sessions; those that have nothing are left out."""
    by_ends: dict[tuple[str, str], list[Link]] = {}
    for link in inside.all_links:
        by_ends.setdefault((link.ends[0].router, link.ends[1].router), []).append(link)
    talks: dict[str, Peering] = {}
    listed: list[Peering] = []
    for peering in inside.bgp.peerings:
        between = by_ends.get((peering.a.speaker, peering.b.speaker), ())
        over = next((link.name for link in between if link.name not in talks and _over(link, peering)), None)
        if over is None:
            listed.append(peering)
        else:
            talks[over] = peering
    wires = [link for link in inside.links if link.tunnel is None]
    found: Data = {
        "networks": {network.name: _network(network, inside) for network in inside.networks},
        "links": [_border(link, talks.get(link.name)) for link in wires],
        "tunnels": {
            link.name: _tunnel(link, inside, talks.get(link.name)) for link in inside.all_links if link.tunnel
        },
        "sessions": [_session(peering) for peering in listed],
    }
    return {key: held for key, held in found.items() if held}


def _over(link: Link, peering: Peering) -> bool:
    """Whether a session runs over the link: between its ends, in their order, from addresses of it."""
    ends = zip(link.ends, (peering.a, peering.b), strict=True)
    return all(side.speaker == end.router and side.address in [one.ip for one in end.addresses] for end, side in ends)


def _network(network: Network, inside: Inside) -> Data:
    data: Data = {"asn": network.asn} if network.asn else {}
    data |= {"igp": network.igp.value, "ecmp": "off" if network.ecmp == ECMP_OFF else network.ecmp}
    speakers = [inside.bgp.by_name.get(router.name) for router in network.routers]
    if inside.bgp.speakers and network.asn:
        known = [speaker for speaker in speakers if speaker]
        data["bgp"] = _bgp(network, known[0]) if known else {"inside": "off"}
    data["routers"] = {
        router.name: _router(router, speaker, inside.announcements) | _igp(router, network)
        for router, speaker in zip(network.routers, speakers, strict=True)
    }
    data |= _password(network)
    if network.igp is Igp.EIGRP:
        data |= {"variance": network.variance, "metric": "wide" if network.wide else "classic"}
    return {**data, "links": [_link(link, network) for link in network.links if link.tunnel is None]}


def _bgp(network: Network, speaker: Speaker) -> Data:
    data = {"inside": "none", "next-hop-self": not network.tells_borders}
    options = (speaker.always_compare_med, speaker.missing_med_is_worst)
    med = [word for word, on in zip(MED_OPTIONS, options, strict=True) if on]
    return data | ({"med": med} if med else {}) | {"local-pref": speaker.default_local_pref}


def _router(router: Router, speaker: Speaker | None, announcements: Iterable[Announcement]) -> Data:
    data: Data = {"at": place_data(router.place)} if router.place else {}
    data["loopback"] = [str(address) for address in router.loopbacks]
    data |= {"router-id": str(router.router_id)} if router.router_id else {}
    data["daemon"] = router.daemon.value
    data["device"] = router.device.value
    data |= {"provider": router.provider.name} if router.provider else {}
    if speaker:
        data["decision"] = speaker.profile.value
        data |= {"rpki": _cache(speaker.validates)} if speaker.validates else {}
        data |= {"cluster-id": str(speaker.cluster_id)} if speaker.cluster_id else {}
        said = [_announcement(one) for one in announcements if one.router == router.name]
        data |= {"announce": said} if said else {}
    if router.statics:
        data["static"] = [
            {"to": str(static.to), "via": static.via or "discard", "distance": static.distance}
            for static in router.statics
        ]
    return data


def _cache(cache: Cache) -> Data:
    return {"server": str(cache.address), "port": cache.port, "refresh": cache.refresh_s}


def _igp(router: Router, network: Network) -> Data:
    """What it says to the IGP; an area or level only where the protocol has them."""
    data: Data = {}
    if network.igp in (Igp.OSPF, Igp.ISIS):
        data["area"] = router.area
    if network.igp is Igp.ISIS:
        data["level"] = router.level.value
    if router.redistributes:
        data["redistribute"] = [
            {"what": one.what.value, "as": one.told.value, **({} if network.igp is Igp.EIGRP else {"cost": one.cost})}
            for one in router.redistributes
        ]
    return data | ({"leak": [str(prefix) for prefix in router.leaks]} if router.leaks else {})


def _announcement(one: Announcement) -> Data:
    data: Data = {"prefix": str(one.origination.prefix)}
    if one.servers:
        data["while"] = list(one.servers)
    if one.origination.med is not None:
        data["med"] = one.origination.med
    return data | ({"communities": sorted(one.origination.communities)} if one.origination.communities else {})


def _link(link: Link, network: Network) -> Data:
    first, second = link.ends
    cost: Data = {}
    if network.igp in MOST_COST:
        same = first.cost == second.cost
        cost["cost"] = first.cost if same else {first.router: first.cost, second.router: second.cost}
    if network.igp is Igp.OSPF:
        cost["area"] = link.area
    if network.igp is Igp.ISIS:
        cost["level"] = link.level.value
    return _wire(link, cost)


def _wire(link: Link, more: Data) -> Data:
    first, second = link.ends
    data: Data = {"name": link.name, "between": [first.router, second.router], **more}
    if link.delay_ms is not None:
        data["delay"] = shown_delay(link.delay_ms)
    if link.rate_bps is not None:
        data["rate"] = shown_rate(link.rate_bps)
    return {**data, "mtu": link.mtu, "medium": link.medium.value, "addresses": _addresses(link)}


def _addresses(link: Link) -> list[str]:
    pairs = zip(link.ends[0].addresses, link.ends[1].addresses, strict=True)
    return [str(one) for pair in pairs for one in pair]


def _border(link: Link, peering: Peering | None) -> Data:
    return _wire(link, {}) | _talk(link, peering)


def _tunnel(link: Link, inside: Inside, peering: Peering | None) -> Data:
    tunnel: Tunnel | None = link.tunnel
    assert tunnel is not None
    data: Data = {
        "type": "gre",
        "ends": [end.router for end in link.ends],
        "inner": _addresses(link),
        "outer": [str(address) for address in tunnel.outer],
        **({} if tunnel.key is None else {"key": tunnel.key}),
        "checksum": tunnel.checksum,
        "sequence": tunnel.sequence,
        "ttl": tunnel.ttl or "inherit",
        "mtu": link.mtu,
    }
    if link not in inside.links:
        data["cost"] = link.ends[0].cost
    return data | _talk(link, peering)


def _talk(link: Link, peering: Peering | None) -> Data:
    if peering is None:
        return {"bgp": False}
    first, second = ({one.version for one in end.addresses} for end in link.ends)
    families = True if peering.families == first & second else f"ipv{min(peering.families)}"
    return {
        "bgp": families,
        **_role(peering),
        **_password(peering),
        "sides": {side.speaker: _side(side) for side in (peering.a, peering.b)},
    }


def _password(held: Peering | Network) -> Data:
    """The name of the file; what is in it is nobody's business here."""
    return {"password-file": held.password} if held.password else {}


def _session(peering: Peering) -> Data:
    a, b = peering.a, peering.b
    addresses = [a.address, b.address]
    if a.other_address and b.other_address:
        addresses += [a.other_address, b.other_address]
    return {
        "between": [a.speaker, b.speaker],
        "addresses": [str(address) for address in addresses],
        **_role(peering),
        **_password(peering),
        "sides": {side.speaker: _side(side) for side in (a, b)},
    }


def _role(peering: Peering) -> Data:
    """What the first end is to the second, when one of them goes by it."""
    if peering.a.role:
        return {"role": peering.a.role.value}
    return {"role": OPPOSITE[peering.b.role.value]} if peering.b.role else {}


def _side(side: Side) -> Data:
    data: Data = {}
    if side.imports is not None and side.role is None:  # else they follow from the role
        data["import"] = _terms(side.imports)
    if side.exports is not None and side.role is None:
        data["export"] = _terms(side.exports)
    return {**data, "client": side.client, "next-hop-self": _NEXT_HOP_SELF[side.next_hop_self.name]}


def _terms(policy: Policy) -> Sequence[Data]:
    return [_term(term) for term in policy.terms] or [{"then": "accept"}]


def _term(term: Term) -> Data:
    match, change = term.match, term.change
    given: Data = {
        "prefix": [_prefix(one) for one in match.prefixes],
        "community": sorted(match.communities),
        "local-pref": change.local_pref,
        "weight": change.weight,
        "prepend": change.prepend or None,
        "med": change.med,
        "add": sorted(change.add),
        "remove": sorted(change.remove),
    }
    kept = {key: held for key, held in given.items() if held is not None and held != []}
    return {**kept, "then": _THEN[term.then]}


def _prefix(one: PrefixRange) -> str:
    if one.shortest is None:
        return str(one.within)
    return f"{one.within}+" if one.longest is None else f"{one.within}-{one.longest}"
