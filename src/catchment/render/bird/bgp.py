"""BGP as BIRD writes it: tables of its own, a protocol for each announcement, a filter each way for each neighbour.

BGP has tables apart from those that the kernel gets, and a pipe between them: otherwise a static or OSPF route for a
prefix hides that of BGP, which then tells its neighbours nothing of it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from catchment.errors import Problem
from catchment.model.bgp import NO_ADVERTISE, NO_EXPORT
from catchment.model.inside import Announcement
from catchment.model.speakers import NextHopSelf, Origin, Origination, Policy, Role, Speaker
from catchment.render.agent.gated import prepends_inside, ungated, ways
from catchment.render.bird.policies import DRAIN, DRAINS, statements, weighs
from catchment.render.bird.text import CHANNEL, attribute, block, in_order, prefix_set, quoted, said, symbols, value
from catchment.render.options import RenderOptions
from catchment.render.passwords import stand_in
from catchment.render.protection import refused_outside
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

PREFERENCE, OWN_PREFERENCE = 100, 101
"""Of BGP's routes, and of our announcements: these before those of BGP, and behind static routes and OSPF (150), which
say where packets go."""

HIGHEST_MED = 2**32 - 1

RETRY_S = 30  # after the server of VRPs did not answer; RFC 8210 6 suggests 600 s, in which a lab would be over

Policies = dict[tuple[int, str], str]
"""(family, "from" or "to") -> `all` or `filter NAME`."""

ORIGIN = {Origin.EGP: "ORIGIN_EGP", Origin.INCOMPLETE: "ORIGIN_INCOMPLETE"}
STAYS = {NO_ADVERTISE: "NO_ADVERTISE", NO_EXPORT: "NO_EXPORT", "65535:65283": "NO_EXPORT_SUBCONFED"}


def tables(versions: Iterable[int]) -> list[str]:
    """The tables of BGP."""
    return [f"{CHANNEL[version]} table t_bgp{version};" for version in versions]


def validation(view: View, versions: Iterable[int]) -> list[str]:
    """Where the router gets VRPs (RFC 8210). Until it was heard every route is unknown, and taken."""
    assert view.speaker is not None
    cache = view.speaker.validates
    if cache is None:
        return []
    lines = [f"roa{version} {{ table t_roa{version}; }};" for version in versions]
    lines += [f"remote {cache.address} port {cache.port};", f"refresh keep {cache.refresh_s};"]
    lines.append(f"retry keep {min(cache.refresh_s, RETRY_S)};")
    return [*(f"roa{version} table t_roa{version};" for version in versions), *block("protocol rpki p_rpki", lines)]


def pipes(versions: Iterable[int]) -> Iterator[list[str]]:
    """What BGP has goes to the table that the kernel gets."""
    for version in versions:
        lines = [f"table master{version};", f"peer table t_bgp{version};", "import all;", "export none;"]
        yield block(f"protocol pipe p_pipe{version}", lines)


def announcements(view: View) -> Iterator[list[str]]:
    """A protocol each, so that what watches a service can take it back: `birdc disable NAME`."""
    for one, name in announcement_names(view).items():
        while_ = f"while {' or '.join(one.servers)} is up" if one.servers else "always"
        yield [f"# Announced {while_}.", *_origin(name, one.origination)]
    held = ways(view)
    for way in held:
        origin = replace(way.origination, med=way.form.med, communities=frozenset(way.form.communities))
        about = "# The agent enables one of these for each prefix, or none." if way is held[0] else ""
        yield [*([about] if about else []), *_origin(way.name, origin, by_agent=True)]


def _origin(name: str, origin: Origination, *, by_agent: bool = False) -> list[str]:
    """A protocol that has one prefix. A prepend is the export filters', for inside our own AS it would be a loop."""
    version = origin.prefix.version
    sets = [f"bgp_origin = {ORIGIN[origin.origin]};"] if origin.origin in ORIGIN else []
    sets += [f"bgp_med = {origin.med};"] if origin.med is not None else []
    sets += [f"{attribute(word)}.add({value(word)});" for word in in_order(origin.communities)]
    route = f"route {origin.prefix} blackhole{' { ' + ' '.join(sets) + ' }' if sets else ''};"
    lines = said(block(CHANNEL[version], [f"table t_bgp{version};", f"preference {OWN_PREFERENCE};"]))
    return block(f"protocol static {name}", [*["disabled;"] * by_agent, *lines, route])


def announcement_names(view: View) -> dict[Announcement, str]:
    """The protocol of each announcement of a router that is not the agent's."""
    own = ungated(view)
    return dict(zip(own, symbols("p_announce_", (str(one.origination.prefix) for one in own)), strict=True))


def bfd(view: View) -> list[str]:
    """For sessions over one hop; those between loopbacks are held by the IGP, which finds another way."""
    if not any(one.interface for one in view.neighbours):
        return []
    keys = f"interval {BFD_INTERVAL_MS} ms; multiplier {BFD_MULTIPLIER};"
    return block("protocol bfd p_bfd", [f'interface "*" {{ {keys} }};'])


def drain() -> list[str]:
    """RFC 8326 4: whoever is about to go down is the last choice; a policy that removes the community opts out."""
    return block(f"function {DRAIN}()", ["if (65535, 0) ~ bgp_community then bgp_local_pref = 0;"])


def sessions(view: View, options: RenderOptions) -> Iterator[list[str]]:
    """For each neighbour its filters and its protocol."""
    assert view.speaker is not None
    words = symbols("", (one.name for one in view.neighbours))
    for neighbour, word in zip(view.neighbours, words, strict=True):
        policies: Policies = {}
        for version in sorted(neighbour.families):
            ways = ("from", _import(view, neighbour, version, options)), ("to", _export(view, neighbour, version))
            for way, lines in ways:
                held = [*lines]
                if held == ["accept;"]:
                    policies[version, way] = "all"
                else:
                    name = f"f_{way}_{word}_{version}"
                    policies[version, way] = f"filter {name}"
                    yield block(f"filter {name}", held)
        guarded = checks_ttl(view, neighbour, options)
        inside = 0 if neighbour.external else prepends_inside(view)
        session = _session(view.speaker, neighbour, policies, guarded=guarded, inside=inside)
        yield block(f"protocol bgp p_bgp_{word}", session)


def _import(view: View, neighbour: Neighbour, version: int, options: RenderOptions) -> Iterator[str]:
    assert view.speaker is not None
    policy, speaker = neighbour.near.imports, view.speaker
    if neighbour.external and options.protect:
        ranges = refused_outside(view, version)
        if ranges:
            yield f"if net ~ {prefix_set(ranges)} then reject; # RFC 7454 6.1"
    if neighbour.external and speaker.validates:
        yield f"if roa_check(t_roa{version}, net, bgp_path.last) = ROA_INVALID then reject; # RFC 6811"
    if neighbour.external and policy is None and speaker.requires_policy:
        yield "reject; # no policy (RFC 8212)"
        return
    drains = neighbour.external and speaker.profile in DRAINS
    yield from statements(
        policy, neighbour=neighbour.name, asn=neighbour.asn, version=version,
        before_accept=f"{DRAIN}();" if drains else "",
    )  # fmt: skip


def _export(view: View, neighbour: Neighbour, version: int) -> Iterator[str]:
    assert view.speaker is not None
    policy, speaker = neighbour.near.exports, view.speaker
    # BIRD heeds these two in routes that it heard by BGP, and not in its own.
    held = [way for way in ways(view) if way.prefix.version == version]
    told = {word for one in view.announcements for word in one.origination.communities}
    told |= {word for way in held for word in way.form.communities}
    stays = [word for word in STAYS if word in told]
    for word in stays:
        if neighbour.external or word == NO_ADVERTISE:
            yield f"if source = RTS_STATIC && {value(word)} ~ bgp_community then reject; # {STAYS[word]}"
    if neighbour.external and policy is None and speaker.requires_policy:
        yield "reject; # no policy (RFC 8212)"
        return
    # BIRD sends a MED to another AS only if this filter sets it.
    for one, name in announcement_names(view).items():
        if neighbour.external and one.origination.med is not None and one.origination.prefix.version == version:
            yield f'if proto = "{name}" then bgp_med = {one.origination.med};'
    for way in held if neighbour.external else ():
        changes = [f"bgp_med = {way.form.med};"] if way.form.med is not None else []
        changes += [f"bgp_path.prepend({speaker.asn});"] * way.form.prepend
        if changes:
            body = changes[0] if len(changes) == 1 else f"{{ {' '.join(changes)} }}"
            yield f'if proto = "{way.name}" then {body}'
    yield from statements(policy, neighbour=neighbour.name, asn=speaker.asn, version=version)


def _session(
    speaker: Speaker, neighbour: Neighbour, policies: Policies, *, guarded: bool, inside: int
) -> Iterator[str]:
    direct = neighbour.interface is not None
    yield f"description {quoted(f'{neighbour.name}, AS{neighbour.asn}')};"
    yield f"local {neighbour.near.address} as {speaker.asn};"
    yield f"neighbor {neighbour.far.address} as {neighbour.asn};"
    yield "direct;" if direct else "multihop;"
    yield from [f"password {quoted(stand_in(neighbour.password))}; # RFC 2385"] if neighbour.password else []
    yield f"hold time {BGP_HOLD_S}; keepalive time {BGP_KEEPALIVE_S};"
    yield "connect delay time 1; connect retry time 10; error wait time 2, 30;"
    yield "graceful restart off; long lived graceful restart off;"
    yield "deterministic med on;"
    if direct:
        yield "bfd on;"
    if neighbour.external:
        if guarded:
            yield "ttl security on; # RFC 5082: both ends, or the session does not come up"
        if neighbour.near.role is not None:
            yield f"local role {neighbour.near.role.value}; # RFC 9234"
        yield "enforce first as on;"
    elif neighbour.near.client:
        yield f"rr client; rr cluster id {speaker.cluster};"
    elif speaker.cluster_id is not None:
        yield f"rr cluster id {speaker.cluster};"
    yield from [f"allow local as {inside}; # forms of FRR's agents have prepends"] * bool(inside)
    yield f"default bgp_local_pref {speaker.default_local_pref};"
    if speaker.always_compare_med:
        yield "med metric on;"
    if speaker.missing_med_is_worst:
        yield f"default bgp_med {HIGHEST_MED};"
    for version in sorted(neighbour.families):
        validates = neighbour.external and speaker.validates is not None
        yield from said(block(CHANNEL[version], _channel(neighbour, policies, version, validates=validates)))


def _channel(neighbour: Neighbour, policies: Policies, version: int, *, validates: bool) -> Iterator[str]:
    yield f"table t_bgp{version}; igp table master{version};"
    yield f"import {policies[version, 'from']}; export {policies[version, 'to']};"
    near = neighbour.near
    if near.next_hop(version) != near.address:
        yield f"next hop address {near.next_hop(version)};"
    if neighbour.external:
        most = MOST_CUSTOMER_PREFIXES if near.role is Role.PROVIDER else MOST_PREFIXES[version]
        yield f"receive limit {most} action restart;"
        yield from ["import table on; # so that a new ROA is held against what was heard before it"] * validates
    elif near.next_hop_self is not NextHopSelf.NO:
        yield f"next hop self{' ebgp' if near.next_hop_self is NextHopSelf.EXTERNAL else ''};"


def open_sessions(view: View) -> list[str]:
    """Neighbours in other ASes that are told everything, because the design says nothing about it."""
    if view.speaker is None or view.speaker.requires_policy:
        return []
    return [one.name for one in view.neighbours if one.external and one.near.exports is None]


def lacking(view: View) -> Iterator[Problem]:
    """What of the design's BGP this daemon does not have."""
    for neighbour in view.neighbours:
        ways: tuple[tuple[str, Policy | None], ...] = (("import", neighbour.near.imports),)
        for way, policy in ways:
            if weighs(policy):
                yield Problem(
                    where=f"{view.name}, session with {neighbour.name}, {way}",
                    what="the policy sets a weight, which BIRD does not have",
                    todo="use local-pref, or daemon: frr on this router",
                    rule="R002",
                )
