"""A lab's design with faults: what its routers are to be told then, what is down, and what is predicted of it."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from catchment.errors import Problem, UsageError
from catchment.model.address import Prefix, covers
from catchment.model.design import Design
from catchment.model.fault import (
    DaemonKilled,
    Failed,
    Fault,
    Flooded,
    Hijacked,
    Hung,
    Killed,
    Lossy,
    Prepended,
    Withdrawn,
    key,
)
from catchment.model.inside import Announcement, Inside
from catchment.model.speakers import (
    ACCEPT_ALL,
    Change,
    Match,
    Origination,
    Peering,
    Policy,
    PrefixRange,
    Side,
    Speaker,
    Term,
    Then,
)
from catchment.render.protection import refused_outside
from catchment.render.view import views
from catchment.simulate.network.topology import Down
from catchment.workflows.lab.agents import drainable, watched_servers, withdraws
from catchment.workflows.trace import check_names, down_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Disturbed:
    """A design with faults.

    told      : as the routers of the design are to know it: announcements taken back, prepends
    hijacked  : the same with what hijackers announce, as they alone know it
    inside    : what is predicted: with hijacks, and with what the filters of others refuse of them
    down      : what is down, silent or mute
    hijackers : routers that announce what is not theirs, each once
    quiet     : servers that take questions, or have gone, without anybody noticing, and how that is said
    shut      : servers that live behind an interface that is down, because only an IGP announces them
    """

    told: Design
    hijacked: Design
    inside: Inside
    down: Down
    hijackers: tuple[str, ...] = ()
    quiet: tuple[tuple[str, str], ...] = ()
    shut: tuple[str, ...] = ()


def disturbed(design: Design, faults: Sequence[Fault]) -> Disturbed:
    """Raises UsageError for what the design does not have, with all problems."""
    _known(design, faults)
    shut = tuple(dict.fromkeys(name for one in faults if isinstance(one, Withdrawn) for name in _shut(design, one)))
    asked = [one for one in faults if isinstance(one, Withdrawn) and drainable(design, one.router)]
    told = design
    for fault in faults:
        if isinstance(fault, Withdrawn):
            told = told if fault in asked else _without(told, fault)
        elif isinstance(fault, Prepended):
            told = _with_policies(told, fault)
    takers = [fault for fault in faults if isinstance(fault, Hijacked)]
    hijacked = replace(told, inside=_announcing(told.inside, takers))
    inside = _refusing(told, hijacked.inside, takers) if takers else told.inside
    for fault in asked:
        inside = _without(replace(told, inside=inside), fault).inside
    down = down_of(design, [fault.name for fault in faults if isinstance(fault, Failed)])
    return Disturbed(
        told=told,
        hijacked=hijacked,
        inside=inside,
        down=replace(
            down,
            servers=down.servers | set(shut),
            silent=frozenset(one.link for one in faults if isinstance(one, Lossy) and one.is_all),
            mute=frozenset(one.router for one in faults if isinstance(one, DaemonKilled)),
            unfit=_unfit(design, faults),
        ),
        hijackers=tuple(dict.fromkeys(one.router for one in takers)),
        quiet=tuple(_quiet(faults)),
        shut=shut,
    )


def not_predicted(faults: Sequence[Fault], stale: Collection[str] = ()) -> Iterator[str]:
    """What the prediction does not say of some faults, as sentences. stale: the texts of some, see `gone_stale`."""
    for fault in faults:
        match fault:
            case Lossy(is_all=False):
                yield f"{fault}: which answers are lost, and whether sessions over it flap, is not predicted"
            case Lossy(sender=sender) if sender:
                yield f"{fault}: predicted as lost both ways; who hears one side only may keep a neighbour in truth"
            case Flooded():
                yield f"{fault}: what it makes the servers and links lose is not predicted"
            case DaemonKilled(router=router) if str(fault) in stale:
                yield f"{fault}: what the kernel of {router} keeps is not predicted, for other routes have moved since"


def gone_stale(standing: Sequence[Fault], acted: Sequence[Fault], stale: Collection[str]) -> tuple[str, ...]:
    """The texts of killed daemons since which something has moved routes: their kernels keep what nobody knows.

    standing : the faults that hold after the act; acted: those that were made or healed by it, in that order
    """
    found = set(stale)
    for number, moved in enumerate(acted):
        if not isinstance(moved, Killed | Hung | Flooded):
            later = {str(one) for one in acted[number:]}
            found |= {str(one) for one in standing if isinstance(one, DaemonKilled) and str(one) not in later}
    return tuple(str(one) for one in standing if str(one) in found)


def service_prefixes(design: Design, router: str) -> tuple[Prefix, ...]:
    """What a router announces of the service by BGP: while a server is up, or as a prefix of the design."""
    return tuple(
        one.origination.prefix
        for one in design.inside.announcements
        if one.router == router
        and (one.servers or any(covers(mine, one.origination.prefix) for mine in design.prefixes))
    )


def _known(design: Design, faults: Sequence[Fault]) -> None:
    """Raise UsageError for names that the design does not have, and for what is said twice or has no effect."""
    networks = design.networks
    routers = [one.name for network in networks for one in network.routers]
    servers = [one.name for network in networks for one in network.servers]
    links = [link.name for link in design.inside.all_links]
    for fault in faults:
        where = str(fault)
        match fault:
            case Failed():
                down_of(design, [fault.name])
            case Killed(server=name) | Hung(server=name):
                check_names("fault", "server", [name], servers)
            case Lossy():
                check_names("fault", "link", [fault.link], links)
                ends = [
                    end.router for link in design.inside.all_links if link.name == fault.link for end in link.ends
                ]
                check_names("fault", "end of that link", [fault.sender] if fault.sender else [], ends)
            case Flooded():
                check_names("fault", "service", [fault.service], [one.name for one in design.services])
            case DaemonKilled(router=name) | Withdrawn(router=name) | Prepended(router=name) | Hijacked(router=name):
                check_names("fault", "router", [name], routers)
        if problem := _senseless(design, fault):
            raise UsageError(Problem(where=where, what=problem[0], todo=problem[1]))
    keys = [key(one) for one in faults]
    if again := [str(one) for one, of in zip(faults, keys, strict=True) if keys.count(of) > 1]:
        raise UsageError(
            Problem(where=again[-1], what="it is down already", todo="catchment lab heal brings it back first")
        )


def _senseless(design: Design, fault: Fault) -> tuple[str, str] | None:
    """(what, what to do) for a fault that would change nothing."""
    if isinstance(fault, Withdrawn) and not service_prefixes(design, fault.router) and not _shut(design, fault):
        return f"{fault.router} announces nothing of the service", "name a router that has a server or announces it"
    if isinstance(fault, Prepended):
        if not service_prefixes(design, fault.router):
            return f"{fault.router} announces nothing of the service by BGP", "name a router that does"
        if not any(
            _prepends(design, fault, side) for peering in design.inside.bgp.peerings for side in _ways(peering)
        ):
            whom = fault.neighbour or "another AS"
            return f"{fault.router} has no session with {whom}", "BGP prepends towards other ASes only"
    if isinstance(fault, Hijacked):
        if fault.router not in design.inside.bgp.by_name:
            return f"{fault.router} does not speak BGP", "name a router that does"
        if any(
            one.router == fault.router and one.origination.prefix == fault.prefix
            for one in design.inside.announcements
        ):
            return f"{fault.router} announces {fault.prefix} anyway", "name a router of another AS"
    return None


def _shut(design: Design, fault: Withdrawn) -> list[str]:
    """Servers at a router that announces nothing by BGP: an IGP tells of them while their interface is up."""
    if service_prefixes(design, fault.router):
        return []
    return [one.name for network in design.networks for one in network.servers if one.router == fault.router]


def _without(design: Design, fault: Withdrawn) -> Design:
    gone = service_prefixes(design, fault.router)
    left = tuple(
        one for one in design.inside.announcements if one.router != fault.router or one.origination.prefix not in gone
    )
    return replace(design, inside=replace(design.inside, announcements=left))


Pair = tuple[Side, Side]


def _ways(peering: Peering) -> tuple[Pair, Pair]:
    """(near, far) from both ends."""
    return (peering.a, peering.b), (peering.b, peering.a)


def _prepends(design: Design, fault: Prepended, side: Pair) -> bool:
    near, far = side
    asn = {one.name: one.asn for one in design.inside.bgp.speakers}
    is_border = near.speaker == fault.router and asn[near.speaker] != asn[far.speaker]
    return is_border and fault.neighbour in ("", far.speaker)


def _with_policies(design: Design, fault: Prepended) -> Design:
    mine = tuple(PrefixRange(within=one) for one in service_prefixes(design, fault.router))
    term = Term(match=Match(prefixes=mine), change=Change(prepend=fault.times), then=Then.NEXT)
    speakers = design.inside.bgp.by_name

    def longer(side: Pair) -> Side:
        near = side[0]
        if not _prepends(design, fault, side):
            return near
        old = near.exports
        if old is None:
            old = Policy(otherwise=Then.DENY) if speakers[near.speaker].requires_policy else ACCEPT_ALL
        return replace(near, exports=replace(old, terms=(term, *old.terms)))

    peerings = tuple(
        replace(one, a=longer((one.a, one.b)), b=longer((one.b, one.a))) for one in design.inside.bgp.peerings
    )
    return replace(design, inside=replace(design.inside, bgp=replace(design.inside.bgp, peerings=peerings)))


def _announcing(inside: Inside, takers: Sequence[Hijacked]) -> Inside:
    more = tuple(Announcement(router=one.router, origination=Origination(prefix=one.prefix)) for one in takers)
    return replace(inside, announcements=(*inside.announcements, *more))


def _refusing(told: Design, inside: Inside, takers: Sequence[Hijacked]) -> Inside:
    """With what the filters of routers that were not told of a hijack refuse over eBGP: their own AS's prefixes."""
    hijackers = {one.router for one in takers}
    refused: dict[str, tuple[PrefixRange, ...]] = {}
    for view in views(told):
        if view.speaker is not None and view.name not in hijackers:
            versions = {one.prefix.version for one in takers}
            ranges = [held for version in sorted(versions) for held in refused_outside(view, version)]
            refused[view.name] = tuple(
                PrefixRange(within=one.prefix) for one in takers if any(held.holds(one.prefix) for held in ranges)
            )
    speakers = inside.bgp.by_name
    peerings = tuple(
        replace(one, a=_deaf(one.a, one.b, speakers, refused), b=_deaf(one.b, one.a, speakers, refused))
        for one in inside.bgp.peerings
    )
    return replace(inside, bgp=replace(inside.bgp, peerings=peerings))


def _deaf(
    near: Side, far: Side, speakers: Mapping[str, Speaker], refused: dict[str, tuple[PrefixRange, ...]]
) -> Side:
    ranges = refused.get(near.speaker, ())
    if not ranges or speakers[near.speaker].asn == speakers[far.speaker].asn:
        return near
    if near.imports is None and speakers[near.speaker].requires_policy:
        return near  # nothing comes in anyway
    old = near.imports or ACCEPT_ALL
    return replace(near, imports=replace(old, terms=(Term(match=Match(prefixes=ranges), then=Then.DENY), *old.terms)))


def _unfit(design: Design, faults: Sequence[Fault]) -> frozenset[str]:
    """Dead servers that an agent withdraws for."""
    dead = {one.server for one in faults if isinstance(one, Killed | Hung)}
    if not dead or design.agent is None or not withdraws(design.agent):
        return frozenset()
    return watched_servers(design) & dead


def _quiet(faults: Sequence[Fault]) -> Iterator[tuple[str, str]]:
    for fault in faults:
        if isinstance(fault, Hung):
            yield fault.server, f"{fault.server} is hung"
        elif isinstance(fault, Killed):
            yield fault.server, f"{fault.server} is killed"
