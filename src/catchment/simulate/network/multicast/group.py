"""A group whole: the tree of every sender, every receiver, copies on each link, and what is wrong."""

from collections.abc import Sequence
from dataclasses import dataclass

from catchment.model.address import Address
from catchment.model.multicast import Member, MemberKind, MulticastGroup, MulticastMode
from catchment.model.multicast_address import range_of
from catchment.results.multicast import Branch, GroupResult, LinkUse, Reached, Tree
from catchment.simulate.network.multicast.copies import Crossings, Roads, add, own_address
from catchment.simulate.network.multicast.findings import findings
from catchment.simulate.network.multicast.forwarding import Arrival, Flow
from catchment.simulate.network.multicast.membership import membership, up
from catchment.simulate.network.multicast.pim import Origin, Pim, Settled, Setup
from catchment.simulate.network.multicast.rpf import rpf_of
from catchment.simulate.network.tables import Tables


@dataclass(frozen=True, slots=True)
class Played:
    """One sender played through.

    flow  : one of its packets after everything has settled
    loads : copies of one packet on each link and direction
    alone : the same for a packet to each receiver alone
    """

    sender: Member
    setup: Setup
    settled: Settled
    flow: Flow
    loads: Crossings
    alone: Crossings


class Group:
    """One group at one address over some tables.

    kept : of each sender, the routers that know it from before something failed
    """

    def __init__(
        self, group: MulticastGroup, address: Address, roads: Roads, kept: dict[str, frozenset[str]] | None = None
    ) -> None:
        self.group, self.address, self.roads = group, address, roads
        self.tables: Tables = roads.tables
        self.down = self.tables.down
        self.closed = frozenset(group.boundary) | self.down.silent
        size = group.size or 0
        self.narrow = frozenset(link.name for link in self.tables.links.values() if link.mtu < size)
        self.rpf = rpf_of(self.tables, self.closed)
        self.receivers = up(group.receivers, self.down)
        self.memberships = membership(group, address, self.down)
        self.rp = self._rp_address()
        self.rps = self._rps()
        self.played = self._play(kept or {})

    def _rp_address(self) -> Address | None:
        if self.group.mode is MulticastMode.SSM or self.group.rp is None:
            return None
        return next(one for one in self.group.rp.addresses if one.version == self.address.version)

    def _rps(self) -> tuple[str, ...]:
        """Routers that are the RP and up; of a service, those whose server is."""
        rp = self.group.rp
        if rp is None or self.rp is None:
            return ()
        down = self.down.routers | {name for name in rp.routers if f"{rp.name}@{name}" in self.down.servers}
        return tuple(name for name in rp.routers if name not in down)

    def setup(self, source: Address, senders: Sequence[Member]) -> Setup:
        """What PIM needs to know of those who send from one address."""
        here: dict[str, tuple[str, ...]] = {held.router: held.members for held in self.memberships}
        return Setup(
            source=source,
            origins=tuple(
                Origin(router=one.router, port=one.name, fresh=one.kind is MemberKind.ROUTER) for one in senders
            ),
            ttl=self.group.ttl,
            members=here,
            listening=frozenset(one.name for one in self.receivers if one.kind is MemberKind.ROUTER),
            rpf=self.rpf,
            rp=self.rp,
            rps=self.rps,
            switches=self.group.switches,
            closed=self.closed,
            narrow=self.narrow,
            registers=self._registers,
        )

    def _registers(self, router: str, rp: Address) -> str | None:
        way = self.roads.unicast(router, rp)
        where = way.where.rpartition("@")[2]
        return where if way.where and where in self.rps else None

    def _play(self, kept: dict[str, frozenset[str]]) -> tuple[Played, ...]:
        """Every sender that is up; routers cannot tell apart those who send from one address."""
        routers = tuple(
            router.name
            for network in self.tables.inside.networks
            for router in network.routers
            if router.name not in self.down.routers
        )
        senders = up(self.group.senders, self.down)
        by_source: dict[Address, list[Member]] = {}
        for sender in senders:
            source = next(one for one in sender.addresses if one.version == self.address.version)
            by_source.setdefault(source, []).append(sender)
        played: dict[str, Played] = {}
        for source, same in by_source.items():
            setup = self.setup(source, same)
            known = frozenset().union(*(kept.get(one.name, frozenset()) for one in same)) - self.down.routers
            settled = Pim(setup, routers, alive=set(known)).settle()
            for sender in same:
                flow = settled.flow[sender.name]
                loads = self.roads.crossings(flow, self.rp, self.rps)
                played[sender.name] = Played(sender, setup, settled, flow, loads, self._alone(sender))
        return tuple(played[sender.name] for sender in senders)

    def _alone(self, sender: Member) -> Crossings:
        """Copies when each receiver gets a packet of its own."""
        alone: Crossings = {}
        for member in self.others(sender):
            to = own_address(self.tables, member.router, self.address.version)
            if to is not None and member.router != sender.router:
                for crossing, share in self.roads.unicast(sender.router, to).crossings.items():
                    add(alone, crossing, share)
        return alone

    def others(self, sender: Member) -> tuple[Member, ...]:
        """The receivers of a sender that are up: all but itself."""
        return tuple(one for one in self.receivers if one.name != sender.name)

    def result(self, before: "Group | None" = None) -> GroupResult:
        """The facts; with `before`, the same with nothing down, also what changed."""
        known = range_of(self.address)
        was = {one.sender.name: one for one in before.played} if before else {}
        trees = tuple(self._tree(one, was.get(one.sender.name), scenario=before is not None) for one in self.played)
        links = self._links(before)
        return GroupResult(
            name=self.group.name,
            address=self.address,
            what=f"{known.what} ({known.source})",
            scope=known.scope.words,
            mode=self.group.mode.value,
            rp=self.group.rp.name if self.group.rp else "",
            rps=self.group.rp.routers if self.group.rp else (),
            ttl=self.group.ttl,
            rate_bps=self.group.rate_bps,
            switches=self.group.switches,
            memberships=self.memberships,
            trees=trees,
            links=links,
            findings=findings(self, trees, links),
        )

    def _tree(self, played: Played, was: Played | None, *, scenario: bool) -> Tree:
        settled, setup = played.settled, played.setup
        reached_before = {one.member for one in was.flow.arrivals} if was else set()
        receivers = tuple(
            self._reached(member, played, member.name in reached_before if scenario else None)
            for member in self.others(played.sender)
        )
        start = settled.first[played.sender.name]
        first, branches = _branches(start), _branches(played.flow)
        return Tree(
            sender=played.sender.name,
            router=played.sender.router,
            source=setup.source,
            first=() if first == branches else first,
            branches=branches,
            receivers=receivers,
            messages=tuple(settled.messages),
            asked=tuple(
                (router, what, hop.router, hop.link)
                for (what, router), hop in sorted(
                    settled.joins.items(), key=lambda item: (self.tables.order(item[0][1]), item[0][0])
                )
            ),
            copies=self.roads.wires(played.loads),
            unicast=self.roads.wires(played.alone),
            first_reached=tuple(dict.fromkeys(one.member for one in start.arrivals)),
        )

    def _reached(self, member: Member, played: Played, was: bool | None) -> Reached:
        arrivals = [one for one in played.flow.arrivals if one.member == member.name]
        one = arrivals[0] if arrivals else None
        to = own_address(self.tables, member.router, self.address.version)
        alone = self.roads.unicast(played.sender.router, to) if to is not None else None
        return Reached(
            member=member.name,
            router=member.router,
            copies=len(arrivals),
            path=one.path if one else (),
            ttl=one.ttl if one else None,
            delay_ms=self._delay_ms(one, played) if one else None,
            unicast_delay_ms=alone.delay_ms if alone else None,
            was=was,
        )

    def _delay_ms(self, arrival: Arrival, played: Played) -> float | None:
        if not arrival.registered:
            return self.roads.delay_ms(arrival.path, arrival.links)
        target = arrival.path[0]
        sender = played.flow.registers[target]
        legs = [
            (sender, self.rp if sender not in self.rps else own_address(self.tables, target, self.address.version))
        ]
        if sender != played.sender.router:
            legs.append((played.sender.router, self.rp))
        delays = [self.roads.unicast(start, to).delay_ms if to else None for start, to in legs]
        delays.append(self.roads.delay_ms(arrival.path, arrival.links[1:]))
        return None if None in delays else sum(delay for delay in delays if delay is not None)

    def _links(self, before: "Group | None") -> tuple[LinkUse, ...]:
        loads, alone = _sum([one.loads for one in self.played]), _sum([one.alone for one in self.played])
        was = _sum([one.loads for one in before.played]) if before else {}
        position = {name: number for number, name in enumerate(self.tables.links)}
        found = []
        for name, near, far in sorted(
            {*loads, *alone, *was},
            key=lambda one: (position[one[0]], self.tables.links[one[0]].ends[0].router != one[1]),
        ):
            link, crossing = self.tables.links[name], (name, near, far)
            copies = loads.get(crossing, 0.0)
            found.append(
                LinkUse(
                    link=name,
                    sender=near,
                    receiver=far,
                    kind="tunnel" if link.tunnel else "wire",
                    copies=copies,
                    unicast=alone.get(crossing, 0.0),
                    was=was.get(crossing, 0.0) if before else None,
                    rate_bps=None if self.group.rate_bps is None else copies * self.group.rate_bps,
                    takes_bps=link.rate_bps,
                )
            )
        return tuple(found)

    @property
    def alive(self) -> dict[str, frozenset[str]]:
        """Of each sender, the routers that know it."""
        return {one.sender.name: one.settled.alive for one in self.played}


def _sum(crossings: Sequence[Crossings]) -> Crossings:
    whole: Crossings = {}
    for one in crossings:
        for crossing, count in one.items():
            add(whole, crossing, count)
    return whole


def _branches(flow: Flow) -> tuple[Branch, ...]:
    """The tree that a packet took, parents first; a router that threw its copy away is no part of it."""
    thrown = {(drop.path, drop.link) for drop in flow.drops if drop.why == "rpf"}
    place: dict[tuple[tuple[str, ...], bool], int] = {}
    found: list[Branch] = []
    for visit in flow.visits:
        if (visit.path, visit.iif[0]) in thrown:
            continue
        here = visit.path, visit.registered
        leaves = [one.member for one in flow.arrivals if (one.path, one.registered) == here]
        place[here] = len(found)
        parent = place.get((visit.path[:-1], visit.registered), -1) if len(visit.path) > 1 else -1
        found.append(
            Branch(router=visit.router, parent=parent, link=visit.iif[0], ttl=visit.ttl, leaves=tuple(leaves))
        )
    return tuple(found)
