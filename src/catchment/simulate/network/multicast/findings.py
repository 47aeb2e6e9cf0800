"""What is wrong with a group: every receiver that misses packets with the reason, and what else will surprise."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from catchment.model.address import Address
from catchment.results.multicast import LinkUse, Reached, Tree
from catchment.results.trace import TraceFinding
from catchment.simulate.network.multicast.pim import JOIN_OWN, JOIN_STAR
from catchment.simulate.network.multicast.rpf import Rpf, Upstream

if TYPE_CHECKING:
    from catchment.simulate.network.multicast.group import Group, Played


def findings(group: "Group", trees: Sequence[Tree], links: Sequence[LinkUse]) -> tuple[TraceFinding, ...]:
    """All findings on a group, in the order of their rules; one that is true of several senders is told once."""
    found: list[TraceFinding] = [*_down(group), *_rp(group), *_rates(links)]
    for played, tree in zip(group.played, trees, strict=True):
        found += _missing(group, played, tree)
        found += _extra(played, tree)
        found += _another_way(group, tree)
    return tuple(sorted(dict.fromkeys(found), key=lambda finding: finding.rule))


@dataclass(frozen=True, slots=True)
class Walk:
    """Joins from a router toward an address: the routers they pass, and how they end.

    end : `here`, `no route`, `closed` (the link carries nothing of the group) or `circle`
    """

    routers: tuple[str, ...]
    end: str
    link: str = ""


def walk(rpf: Rpf, router: str, to: Address, closed: frozenset[str]) -> Walk:
    """Where joins for `to` go, hop by hop."""
    passed = [router]
    while True:
        upstream = rpf(passed[-1], to)
        if upstream.here:
            return Walk(tuple(passed), "here")
        if upstream.hop is None:
            return Walk(tuple(passed), "no route")
        if upstream.hop.link in closed:
            return Walk((*passed, upstream.hop.router), "closed", upstream.hop.link)
        if upstream.hop.router in passed:
            return Walk((*passed[passed.index(upstream.hop.router) :], upstream.hop.router), "circle")
        passed.append(upstream.hop.router)


def told(router: str, upstream: Upstream) -> str:
    """One line of evidence: where a router looks for an address."""
    if upstream.entry is None:
        return f"{router}: no route"
    entry = upstream.entry
    to = upstream.hop.router if upstream.hop else entry.end or "nowhere"
    of = f", of {upstream.equal} equal ones" if upstream.equal > 1 else ""
    return f"{router}: {entry.prefix} {entry.protocol} [{entry.distance}/{entry.metric}] -> {to}{of}"


def _down(group: "Group") -> Iterator[TraceFinding]:
    roles: dict[str, list[str]] = {}
    for what, members in (("sends", group.group.senders), ("receives", group.group.receivers)):
        for one in members:
            if one.router in group.down.routers or one.name in group.down.servers:
                roles.setdefault(one.name, []).append(what)
    alike: dict[str, list[str]] = {}
    for name, parts in roles.items():
        alike.setdefault(" and ".join(parts), []).append(name)
    for verbs, names in alike.items():
        several = len(names) > 1
        does = verbs.replace("sends", "send").replace("receives", "receive") if several else verbs
        yield TraceFinding(
            rule="M006",
            what=f"{_few(names)} {'are' if several else 'is'} down and {does} nothing",
            todo="what others send and receive is shown without",
        )


def _rp(group: "Group") -> Iterator[TraceFinding]:
    """The RP cannot be reached: what still flows does so over trees of senders that routers know already."""
    if group.rp is None or group.rps:
        return
    rp = group.group.rp
    assert rp is not None
    flowing = any(tree.flow.arrivals for tree in group.played)
    missing = sorted(
        {
            one.name
            for played in group.played
            for one in group.others(played.sender)
            if one.name not in {arrival.member for arrival in played.flow.arrivals}
        }
    )
    lost = f", and {_few(missing)} {'misses' if len(missing) == 1 else 'miss'} packets" if missing else ""
    yield TraceFinding(
        rule="M004",
        what=f"the RP {rp.name} is down{lost}",
        evidence=(
            "streams that routers took from the sender's own tree go on: they know the sender, until it pauses "
            "(RFC 7761 4.2.1)"
            if flowing
            else "packets came over the shared tree, whose root is gone",
            "who begins to send or to receive now finds nobody to ask",
        ),
        todo=f"make the RP a service at several routers (anycast RP, RFC 4610); or bring {rp.name} up",
    )


def _missing(group: "Group", played: "Played", tree: Tree) -> Iterator[TraceFinding]:
    """A finding for each place where packets for receivers end."""
    if group.rp is not None and not group.rps:
        return  # told once for all, with the RP
    without = [one for one in tree.receivers if one.copies == 0]
    reasons: dict[TraceFinding, list[str]] = {}
    for one in without:
        reason = _reason(group, played, one)
        reasons.setdefault(reason, []).append(one.member)
    for reason, members in reasons.items():
        yield TraceFinding(
            rule=reason.rule,
            what=f"{_few(members)} {'misses' if len(members) == 1 else 'miss'} what {tree.sender} sends: {reason.what}",
            evidence=reason.evidence,
            todo=reason.todo,
        )


def _reason(group: "Group", played: "Played", one: Reached) -> TraceFinding:
    """Why a receiver gets nothing: the first thing that is wrong from it to the root, and from there to the sender."""
    setup = played.setup
    what, to = ("the sender", setup.source) if setup.rp is None else ("the RP", setup.rp)
    way = walk(group.rpf, one.router, to, group.closed)
    if way.end != "here":
        return _broken(group, way, what, to)
    if setup.rp is None and way.routers[-1] != played.sender.router:
        return _another(group, setup.source, way, played.sender.router)
    return _dropped(group, played, one) or _behind_rp(group, played, one.router, way.routers[-1])


def _dropped(group: "Group", played: "Played", one: Reached) -> TraceFinding | None:
    """Packets that set out and died of their TTL or size, where joins of the receiver had come by."""
    asked = {router for router, _ in _asking(played, one.router)}
    for drop in played.flow.drops:
        if drop.router not in asked:
            continue
        if drop.why == "ttl":
            return TraceFinding(
                rule="M002",
                what=f"the TTL of {played.setup.ttl} runs out at {drop.router}",
                evidence=(f"came by {' > '.join(drop.path)}",),
                todo="send with a larger TTL: one for each router on the way, and one more",
            )
        if drop.why == "size":
            takes = group.tables.links[drop.link].mtu
            return TraceFinding(
                rule="M012",
                what=f"its packets of {group.group.size} bytes are too large for {drop.link}, which takes {takes}",
                evidence=(f"came by {' > '.join(drop.path)}",),
                todo="send smaller packets, or raise the MTU; no ICMP error answers multicast (RFC 1122 3.2.2), so "
                "the sender never learns it",
            )
    return None


def _asking(played: "Played", router: str) -> Iterator[tuple[str, str]]:
    """The routers that a receiver's joins come by on either tree, with what they ask."""
    joins = played.settled.joins
    for what in (JOIN_STAR, JOIN_OWN):
        here, seen = router, {router}
        yield here, what
        while (hop := joins.get((what, here))) is not None and hop.router not in seen:
            here = hop.router
            seen.add(here)
            yield here, what
    yield played.sender.router, ""


def _behind_rp(group: "Group", played: "Played", router: str, rp: str) -> TraceFinding:
    """The receiver has joined at the RP, and what the sender sends does not come there or is not wanted from there."""
    setup = played.setup
    assert setup.rp is not None
    if played.sender.router not in group.rps and setup.registers(played.sender.router, setup.rp) is None:
        return TraceFinding(
            rule="M004",
            what=f"Registers from {played.sender.router} do not arrive at the RP {setup.rp}",
            evidence=(told(played.sender.router, group.rpf(played.sender.router, setup.rp)),),
            todo="give the router a route to the RP, or let a router that it reaches be the RP",
        )
    for start in (router, rp):
        way = walk(group.rpf, start, setup.source, group.closed)
        if way.end == "here" and way.routers[-1] != played.sender.router:
            return _another(group, setup.source, way, played.sender.router)
    return _broken(group, way, "the sender", setup.source)


def _broken(group: "Group", way: Walk, what: str, to: Address) -> TraceFinding:
    last = way.routers[-1]
    if way.end == "closed":
        dead = way.link in group.down.silent
        near = way.routers[-2]
        return TraceFinding(
            rule="M003",
            what=f"the way to {what} leads over {way.link}, which "
            + ("carries nothing" if dead else "is a boundary of the group"),
            evidence=(told(near, group.rpf(near, to)),),
            todo="mend the tunnel"
            if dead
            else "take a group of a wider scope and no boundary there, or keep members on one side of it (RFC 2365)",
        )
    if way.end == "circle":
        return TraceFinding(
            rule="M011",
            what=f"joins for {what} {to} go in a circle: {' > '.join(way.routers)}",
            evidence=tuple(told(router, group.rpf(router, to)) for router in dict.fromkeys(way.routers)),
            todo="correct the static route that points back",
        )
    return TraceFinding(
        rule="M001",
        what=f"{last} has no route to {what} {to}",
        evidence=(told(last, group.rpf(last, to)), *_gone(group)),
        todo="joins follow the unicast route: tell the address by the IGP, or write a static route",
    )


def _gone(group: "Group") -> Iterator[str]:
    """What is down, and tunnels that carry nothing because of it."""
    down = group.down
    if names := sorted(down.routers | down.links):
        yield f"down: {', '.join(names)}"
    if dead := sorted(down.silent):
        yield f"carrying nothing: {', '.join(dead)}"


def _another(group: "Group", source: Address, way: Walk, first: str) -> TraceFinding:
    last = way.routers[-1]
    return TraceFinding(
        rule="M010",
        what=f"its joins for {source} end at {last}, and the sender is at {first}",
        evidence=(told(way.routers[0], group.rpf(way.routers[0], source)),),
        todo="the address is anycast, so each router finds the nearest that has it; let senders send from an address "
        "of their own (source: own)",
    )


def _extra(played: "Played", tree: Tree) -> Iterator[TraceFinding]:
    twice = [one for one in tree.receivers if one.copies > 1]
    if twice:
        yield TraceFinding(
            rule="M005",
            what=f"{_few([one.member for one in twice])} gets {twice[0].copies} copies of what {tree.sender} sends",
            evidence=tuple(
                " > ".join(arrival.path) for arrival in played.flow.arrivals if arrival.member == twice[0].member
            ),
            todo="receivers have to count packets and drop those that they have",
        )
    if not played.settled.quiet:
        yield TraceFinding(
            rule="M009",
            what=f"the routers do not agree on a tree for {tree.sender}",
            evidence=(f"still changing in round {max((one.round for one in tree.messages), default=0)}",),
            todo="what is shown is one moment of it; look for routes that depend on the tree itself",
        )


def _another_way(group: "Group", tree: Tree) -> Iterator[TraceFinding]:
    """The tree follows the receivers' routes to the sender, unicast the sender's to them."""
    for one in tree.receivers:
        if one.copies != 1 or one.delay_ms is None or one.unicast_delay_ms is None:
            continue
        slower = one.delay_ms - one.unicast_delay_ms
        if abs(slower) < 1e-9:
            continue
        asked = one.path[-1] if one.path else one.router
        yield TraceFinding(
            rule="M007",
            what=f"{one.member} hears {tree.sender} by {' > '.join(one.path)} in {one.delay_ms:g} ms, and would be "
            f"reached by unicast in {one.unicast_delay_ms:g} ms",
            evidence=(
                told(asked, group.rpf(asked, tree.source)),
                "a packet that came as unicast does would fail the RPF check there (RFC 7761 4.2)",
            ),
            todo="joins follow the receiver's route to the sender or RP, unicast the sender's route to the receiver: "
            "give both directions of each link one cost, or let receivers switch to the sender's tree",
        )


def _rates(links: Sequence[LinkUse]) -> Iterator[TraceFinding]:
    for one in links:
        if one.rate_bps is not None and one.takes_bps is not None and one.rate_bps > one.takes_bps:
            yield TraceFinding(
                rule="M008",
                what=f"{one.link} from {one.sender} to {one.receiver} is asked for {one.rate_bps / 1e6:g} Mbps and "
                f"takes {one.takes_bps / 1e6:g}",
                evidence=(f"{one.copies:g} copies when all senders send",),
                todo="send less, or lead the tree elsewhere by costs",
            )


def _few(words: Sequence[str], most: int = 4) -> str:
    more = f" and {len(words) - most} more" if len(words) > most else ""
    return ", ".join(words[:most]) + more
