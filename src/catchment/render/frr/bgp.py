"""BGP as FRR writes it: sessions by address, a route-map on every one of them, and what the router announces.

An announcement is a `network` line that needs no route (`no bgp network import-check`), so that what watches a service
can take it away and put it back prefix by prefix; behind it stands a blackhole, the last that is used.
"""

from collections.abc import Iterator
from dataclasses import replace
from ipaddress import ip_network

from catchment.model.inside import Announcement
from catchment.model.speakers import DEFAULT_LOCAL_PREF, DENY_ALL, NextHopSelf, Policy, Profile, Role, Speaker
from catchment.render.agent.gated import prepends_inside, ungated
from catchment.render.frr.parts import FAMILY_WORD, Part, Section, router_id
from catchment.render.frr.policies import Direction, announced, range_list, route_map
from catchment.render.options import RenderOptions
from catchment.render.passwords import stand_in
from catchment.render.protection import refused_outside, validation_notes
from catchment.render.running import checks_ttl
from catchment.render.timers import (
    BFD_INTERVAL_MS,
    BFD_MULTIPLIER,
    BGP_HOLD_S,
    BGP_KEEPALIVE_S,
    MOST_CUSTOMER_PREFIXES,
    MOST_PREFIXES,
)
from catchment.render.view import Neighbour, View

BEHIND = 254
"""Distance of the blackhole behind an announcement: after every other route, 255 being never used."""

CONNECT_S = 5  # between attempts; FRR's own 120 s would keep a site down for two minutes after a reboot
RESTART_MIN = 5  # after a neighbour that sent too much; without it a person would have to come
RETRY_S = 30  # after the server of VRPs did not answer
BFD = "steady"
REFUSED = "not-from-outside"

NEXT_HOP_SELF = {
    NextHopSelf.NO: [],
    NextHopSelf.EXTERNAL: ["next-hop-self"],
    NextHopSelf.ALL: ["next-hop-self force"],
}


def bgp(view: View, options: RenderOptions) -> Part:
    """What BGP adds; nothing for a router that does not speak it."""
    if view.speaker is None:
        return Part()
    names = dict(zip(view.neighbours, _names(view), strict=True))
    sections = [*_behind(view), *_bfd(view), *_rpki(view.speaker)]
    for version in (4, 6):
        refused = _refused(view, options, version)
        sections += refused
        for one, name in names.items():
            if version in one.families:
                refuses = (f"{REFUSED}-v{version}",) if refused and one.external else ()
                imports, exports = _policies(view.speaker, one)
                way = _way(view, one, f"from-{name}", version, refuses)
                sections += route_map(imports, replace(way, validates=_validates(view.speaker, one)))
                sections += route_map(exports, _way(view, one, f"to-{name}", version, ()))
    sections += [part for one in ungated(view) for part in announced(one.origination, _says(one))]
    return Part(
        daemons=("bgpd", "bfdd") if any(one.interface for one in view.neighbours) else ("bgpd",),
        sections=(
            *sections,
            Section(f"router bgp {view.speaker.asn}", tuple(_router(view, view.speaker, names, options))),
        ),
        lacking=tuple(_lacking(view, view.speaker)),
        notes=tuple(_notes(view)),
        modules={"bgpd": ("rpki",)} if view.speaker.validates else {},
    )


def _rpki(speaker: Speaker) -> tuple[Section, ...]:
    """Where VRPs come from (RFC 8210). While the server has never been heard every route is unknown, and taken."""
    cache = speaker.validates
    if cache is None:
        return ()
    times = (f"rpki polling_period {cache.refresh_s}", f"rpki retry_interval {min(cache.refresh_s, RETRY_S)}")
    return (Section("rpki", (*times, f"rpki cache {cache.address} {cache.port} preference 1")),)


def _validates(speaker: Speaker, one: Neighbour) -> bool:
    return one.external and speaker.validates is not None


def _notes(view: View) -> Iterator[str]:
    for line in validation_notes(view):
        yield f"{line}; bgpd needs the package frr-rpki-rtrlib"
        # the first VRPs are looked at before the table of them counts as whole (bgp_rpki.c, is_synchronized)
        yield "FRR 8.4 may keep what it heard before the first ROAs came: clear bgp ipv4 (and ipv6) unicast * soft in"


def _policies(speaker: Speaker, one: Neighbour) -> tuple[Policy | None, Policy | None]:
    """Import and export; over eBGP a speaker that asks for policies has one that denies where there is none."""
    missing = DENY_ALL if one.external and speaker.requires_policy else None
    return one.near.imports or missing, one.near.exports or missing


def _names(view: View) -> list[str]:
    """Of neighbours, for route-maps: the router's, and a number from its second session on."""
    seen: dict[str, int] = {}
    found = []
    for one in view.neighbours:
        seen[one.name] = count = seen.get(one.name, 0) + 1
        found.append(one.name if count == 1 else f"{one.name}-{count}")
    return found


def _way(view: View, one: Neighbour, name: str, version: int, refuses: tuple[str, ...]) -> Direction:
    assert view.speaker is not None
    prepends = one.asn if name.startswith("from-") else view.speaker.asn
    return Direction(name=f"{name}-v{version}", version=version, other=one.name, prepends=prepends, refuses=refuses)


def _behind(view: View) -> Iterator[Section]:
    own = {ip_network(one) for one in view.router.loopbacks}  # always there, so nothing has to stand behind them
    for prefix in dict.fromkeys(
        one.origination.prefix for one in view.announcements if one.origination.prefix not in own
    ):
        yield Section(f"{FAMILY_WORD[prefix.version]} route {prefix} blackhole {BEHIND}")


def _bfd(view: View) -> tuple[Section, ...]:
    """For sessions over one hop; those between loopbacks are held by the IGP, which finds another way."""
    if not any(one.interface for one in view.neighbours):
        return ()
    inner = (f"profile {BFD}", f" detect-multiplier {BFD_MULTIPLIER}", f" receive-interval {BFD_INTERVAL_MS}")
    return (Section("bfd", (*inner, f" transmit-interval {BFD_INTERVAL_MS}", "exit")),)


def _refused(view: View, options: RenderOptions, version: int) -> tuple[Section, ...]:
    """The list of what no other AS may tell us. Never an empty one: FRR takes that for everything."""
    if not options.protect or not any(one.external and version in one.families for one in view.neighbours):
        return ()
    return range_list(f"{REFUSED}-v{version}", refused_outside(view, version))


def _says(one: Announcement) -> str:
    return f"announce-{one.origination.prefix.network_address}-{one.origination.prefix.prefixlen}"


def _router(view: View, speaker: Speaker, names: dict[Neighbour, str], options: RenderOptions) -> Iterator[str]:
    yield f"bgp router-id {router_id(view)}"
    if speaker.cluster_id:
        yield f"bgp cluster-id {speaker.cluster_id}"
    yield from ("bgp log-neighbor-changes", "no bgp default ipv4-unicast", "bgp graceful-restart-disable")
    yield from ("no bgp network import-check", f"timers bgp {BGP_KEEPALIVE_S} {BGP_HOLD_S}")
    if speaker.default_local_pref != DEFAULT_LOCAL_PREF:
        yield f"bgp default local-preference {speaker.default_local_pref}"
    if speaker.profile is not Profile.FRR:
        # So that the choice follows from the routes alone, and not from which came first.
        yield from ("bgp bestpath compare-routerid", "bgp deterministic-med", "bgp bestpath as-path multipath-relax")
    if speaker.always_compare_med:
        yield "bgp always-compare-med"
    if speaker.missing_med_is_worst:
        yield "bgp bestpath med missing-as-worst"
    for one in names:
        yield from _neighbour(one, guarded=checks_ttl(view, one, options))
    for version in (4, 6):
        yield from _family(view, speaker, names, version)


def _neighbour(one: Neighbour, *, guarded: bool) -> Iterator[str]:
    peer = f"neighbor {one.far.address}"
    yield f"{peer} remote-as {one.asn}"
    yield f"{peer} description {one.name}"
    yield f"{peer} update-source {one.near.address}"
    if one.password:
        yield f"{peer} password {stand_in(one.password)}"
    if one.external:
        yield f"{peer} enforce-first-as"
        if one.multihop or one.interface is None:
            yield f"{peer} ebgp-multihop"
        elif guarded:
            yield f"{peer} ttl-security hops 1"
    yield f"{peer} timers connect {CONNECT_S}"
    if one.interface:
        yield from (f"{peer} bfd", f"{peer} bfd profile {BFD}")
    if one.near.role:
        yield f"{peer} local-role {one.near.role.value}"


def _family(view: View, speaker: Speaker, names: dict[Neighbour, str], version: int) -> Iterator[str]:
    spoken = [one for one in names if version in one.families]
    said = {one.origination.prefix: one for one in ungated(view) if one.origination.prefix.version == version}
    if not spoken and not said:
        return
    yield f"address-family ipv{version} unicast"
    for prefix, announcement in said.items():
        with_map = f" route-map {_says(announcement)}" if announced(announcement.origination, "") else ""
        yield f" network {prefix}{with_map}"
    for one in spoken:
        peer, name = f" neighbor {one.far.address}", names[one]
        yield f"{peer} activate"
        if one.external:
            most = MOST_CUSTOMER_PREFIXES if one.near.role is Role.PROVIDER else MOST_PREFIXES[version]
            yield f"{peer} maximum-prefix {most} restart {RESTART_MIN}"
            if _validates(
                speaker, one
            ):  # a new ROA is held against what was heard before it, which FRR keeps only so
                yield f"{peer} soft-reconfiguration inbound"
        else:
            yield from (f"{peer} {line}" for line in NEXT_HOP_SELF[one.near.next_hop_self])
            yield from [f"{peer} route-reflector-client"] * one.near.client
            if times := prepends_inside(view):
                yield f"{peer} allowas-in {times}"
        yield f"{peer} route-map from-{name}-v{version} in"
        yield f"{peer} route-map to-{name}-v{version} out"
    width = view.network.ecmp
    yield from (f" maximum-paths {width}", f" maximum-paths ibgp {width}")
    yield "exit-address-family"


def _lacking(view: View, speaker: Speaker) -> Iterator[str]:
    if speaker.profile not in (Profile.DEFAULT, Profile.FRR):
        yield f"FRR does not decide as {speaker.profile.value} does"
    for one in view.neighbours:
        if 4 in one.families and one.far.address.version == 6:
            yield f"IPv4 over the session with {one.far.address} needs next hops of IPv6, which are not written"
