"""What is wrong with the way of a packet, each with its rule, the evidence and what to do."""

from collections.abc import Iterator

from catchment.model.network import Igp
from catchment.results.trace import End, Hop, Outcome, TraceFinding
from catchment.simulate.network.flat import Flat
from catchment.simulate.network.follow import Packet, Way
from catchment.simulate.network.igp.numbers import runs
from catchment.simulate.network.tables import Tables
from catchment.simulate.network.tunnels import Settled

PREFERS = {
    Igp.OSPF: "OSPF: intra-area before inter-area before E1 before E2, whatever the cost (RFC 2328 11)",
    Igp.ISIS: "IS-IS: level 1 before level 2, whatever the metric (RFC 5302 3.2); out of level 1 by the nearest border",
}
REMEDY = {
    Igp.OSPF: "have a server, or none, in each area, or make it one area",
    Igp.ISIS: "leak the service's address into level 1, or have a server in each area",
}
"""What sends clients past a nearer server, and what to do about it."""


def findings(
    settled: Settled, way: Way, packet: Packet, *, one_flow: bool, flat: Flat | None = None
) -> tuple[TraceFinding, ...]:
    """The findings on a way, in the order of their rules.

    one_flow : what is followed is one flow and not many
    flat     : beside the same tables, when several ways are looked at
    """
    ended = {outcome: [end for end in way.ends if end.outcome is outcome] for outcome in Outcome}
    tables = settled.tables
    hops = {hop.router: hop for hop in sorted(way.hops, key=lambda hop: bool(hop.chosen))}
    last = {hop.router: hop for hop in way.hops if not hop.chosen}
    over = tuple(_passed_over(flat or Flat(tables), way, packet))
    found = [
        *_ttl(way, ended[Outcome.TTL], packet, hops),
        *_no_route(tables, ended[Outcome.NO_ROUTE], packet, last),
        *_discard(ended[Outcome.DISCARD], last),
        *_too_big(ended[Outcome.TOO_BIG], packet),
        *_split(ended[Outcome.SERVER], one_flow=one_flow),
        *(over or _other_server(way, ended[Outcome.SERVER])),
        *_recursion(ended[Outcome.RECURSION]),
        *_lost(settled, way, ended[Outcome.LOST]),
        *_restless(tables),
    ]
    return tuple(sorted(found, key=lambda finding: finding.rule))


def matched(hop: Hop) -> str:
    """One line of evidence: what a router matched and where it sent the packet."""
    entry = hop.entry
    if entry is None:
        return f"{hop.router}: no route"
    to = ", ".join(next_hop.router for next_hop, _ in hop.chosen) or entry.end or "nowhere"
    by = f"{entry.protocol} {entry.kind}".strip()
    return f"{hop.router}: {entry.prefix} {by} [{entry.distance}/{entry.metric}] -> {to}"


def _ttl(way: Way, ends: list[End], packet: Packet, hops: dict[str, Hop]) -> Iterator[TraceFinding]:
    if way.loop:
        yield TraceFinding(
            rule="N001",
            what="a loop: " + " > ".join(way.loop),
            evidence=tuple(matched(hops[router]) for router in dict.fromkeys(way.loop)),
            todo=_break_up([hops[router] for router in way.loop]),
        )
    elif ends:
        yield TraceFinding(
            rule="N004",
            what=f"the TTL of {packet.ttl} runs out at {', '.join(end.where for end in ends)}",
            evidence=tuple(matched(hops[end.where]) for end in ends),
            todo="send with a larger TTL; 64 is usual",
        )


def _break_up(circle: list[Hop]) -> str:
    if any(hop.entry and hop.entry.protocol == "static" for hop in circle):
        return "a static route on this circle points back: correct it, or let the IGP carry the prefix everywhere"
    if any(hop.entry and hop.entry.protocol == "bgp" for hop in circle):
        return (
            "routers on the way chose other exits than the one before them: give each the routes that its neighbour "
            "has (a mesh, or reflectors that follow the links), or set next-hop-self at the border"
        )
    return "the routers on this circle do not agree: look at their tables with `catchment routes`"


def _no_route(tables: Tables, ends: list[End], packet: Packet, hops: dict[str, Hop]) -> Iterator[TraceFinding]:
    for end in ends:
        there = [
            one.name for network in tables.inside.networks for one in network.servers if packet.to in one.addresses
        ]
        up = [one.name for one in tables.servers if packet.to in one.addresses]
        servers = f"servers of it that are up: {', '.join(up) or 'none'} of {len(there)}" if there else ""
        yield TraceFinding(
            rule="N002",
            what=f"{end.where} has no route to {hops[end.where].to} and drops the packet",
            evidence=tuple(line for line in (matched(hops[end.where]), servers) if line),
            todo=_remedy(tables, end.where, known=bool(there), elsewhere=bool(up)),
        )


def _remedy(tables: Tables, router: str, *, known: bool, elsewhere: bool) -> str:
    if not known:
        return "attach the address, or write a static route or a default"
    if elsewhere and tables.bgp:
        return "no session brings the prefix here: `catchment bgp` tells who hears it and who keeps it to himself"
    if elsewhere and not runs(tables.network(router)):
        return "a static route does not notice that a server died: watch it and take the route away, or use an IGP"
    return "bring a server or link up"


def _discard(ends: list[End], hops: dict[str, Hop]) -> Iterator[TraceFinding]:
    for end in ends:
        yield TraceFinding(
            rule="N003",
            what=f"a discard route of {end.where} drops the packet",
            evidence=(matched(hops[end.where]),),
            todo="nothing if it is meant; else remove the route",
        )


def _too_big(ends: list[End], packet: Packet) -> Iterator[TraceFinding]:
    for end in ends:
        yield TraceFinding(
            rule="N005",
            what=f"a packet of {packet.size} bytes does not fit at {end.where}",
            evidence=(f"dropped with Fragmentation Needed or Packet Too Big at {end.where} (RFC 1191, RFC 8201)",),
            todo="raise the link's MTU, or clamp the TCP MSS; without the ICMP message the sender never learns it",
        )


def _split(ends: list[End], *, one_flow: bool) -> Iterator[TraceFinding]:
    if len(ends) > 1 and not one_flow:
        yield TraceFinding(
            rule="N006",
            what="the flows are split between " + ", ".join(f"{end.where} {end.share:.0%}" for end in ends),
            evidence=("routers on the way have several equally good next hops (ECMP)",),
            todo="fine for datagrams; a TCP connection breaks when a member comes or goes and its flow is rehashed",
        )


def _passed_over(flat: Flat, way: Way, packet: Packet) -> Iterator[TraceFinding]:
    over = flat.passed_over(way.hops[0].router, packet.to, way) if way.hops else None
    if over is not None:
        network = flat.tables.network(over.at.router)
        yield TraceFinding(
            rule="N030",
            what=f"{over.reached} is reached at cost {over.cost}, past {over.nearer} at cost {over.least}",
            evidence=(matched(over.at), PREFERS[network.igp]),
            todo=REMEDY[network.igp],
        )


def _other_server(way: Way, ends: list[End]) -> Iterator[TraceFinding]:
    """The first router counted on one server, and the packet ends at another: a router on the way preferred its own."""
    start = way.hops[0] if way.hops else None
    if start is None or not start.chosen:
        return
    kind = start.entry.kind if start.entry and start.entry.protocol != "static" else None
    known = [one for one in start.beliefs if one.cost is not None and kind in (None, one.kind)]
    costs = [one.cost for one in known if one.cost is not None]
    counted = [one.server for one in known if one.cost == min(costs)]
    for end in ends:
        if counted and end.where not in counted:
            last = next(hop for hop in way.hops if hop.entry and hop.entry.end == f"server {end.where}")
            own = next((b.cost for b in last.beliefs if b.server == end.where), None)
            yield TraceFinding(
                rule="N008",
                what=f"{start.router} counts on {', '.join(counted)} at cost {min(costs)}, "
                f"and the packet ends at {end.where}",
                evidence=(matched(last), f"a connected route beats the IGP's whatever its cost, here {own}"),
                todo="each router decides alone; give the server's route the cost that it deserves, or accept it",
            )


def _recursion(ends: list[End]) -> Iterator[TraceFinding]:
    for end in ends:
        yield TraceFinding(
            rule="N010",
            what=f"at {end.where}, the way to the tunnel's far end leads into the tunnel",
            evidence=("Linux drops such a packet and says: Dead loop on virtual device",),
            todo="route the far end's outer address over the links beneath, e.g. by a static host route",
        )


def _lost(settled: Settled, way: Way, ends: list[End]) -> Iterator[TraceFinding]:
    for lost in settled.lost:
        if any(lost.tunnel in hop.inside for hop in way.hops):
            yield TraceFinding(
                rule="N011",
                what=f"tunnel {lost.tunnel} looks up and loses what is sent into it",
                evidence=(f"from {lost.start} to {lost.to}: {lost.end.outcome} ({lost.end.where})",),
                todo="say hello over it (an IGP, BGP, BFD, or GRE keepalives): then routes into it go when it fails",
            )
    for end in ends:
        yield TraceFinding(
            rule="N011",
            what=f"{end.where} looks up and loses what is sent over it",
            todo="say hello over it (an IGP, BGP or BFD): then routes over it go when it fails",
        )


def _restless(tables: Tables) -> Iterator[TraceFinding]:
    for problem in tables.bgp.findings if tables.bgp else ():
        yield TraceFinding(
            rule="N012", what=f"this is one moment of a BGP at unrest: {problem.what}", todo=problem.todo
        )


def moved(tables: Tables, was: tuple[End, ...], now: tuple[End, ...]) -> Iterator[TraceFinding]:
    """N009 for one flow: `was` and `now` are its ends before and after something failed."""
    up = {server.name for server in tables.servers}
    before = {end.where for end in was if end.outcome is Outcome.SERVER} & up
    after = {end.where for end in now if end.outcome is Outcome.SERVER}
    if before and after and before != after:
        yield TraceFinding(
            rule="N009",
            what=f"the flow moves from {', '.join(sorted(before))}, which is up, to {', '.join(sorted(after))}",
            evidence=("with fewer next hops the ranges of the hash are cut anew, or the way there is gone",),
            todo="a datagram does not mind, a TCP connection breaks; resilient next-hop groups keep flows in place",
        )
