"""PIM for one source and one group: the state of every router, message by message, until packets change nothing more.

The macros of RFC 7761 4.1.6 and the rules of 4.2, 4.4 and 4.5, on point-to-point links, where there are no asserts and
every router is the designated one. Time is in rounds: in each one every router that wants another upstream than it
has told says so to its neighbour. When all is quiet the sender sends a packet; what routers learn from it (the
source is alive, its packets come over its own tree) may make them want something else.

    joins(*,G)      `star`    over which links neighbours want the group over the shared tree
    joins(S,G)      `own`     over which links neighbours want this source
    prunes(S,G,rpt) `pruned`  over which links of the shared tree neighbours do not want this source any more
    KeepaliveTimer  `alive`   routers that count the source as alive
    SPTbit          `spt`     routers that take the source from its own tree
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from catchment.model.address import Address
from catchment.results.multicast import Message
from catchment.results.trace import NextHop
from catchment.simulate.network.multicast.forwarding import Drop, Flow, Out, Visit, copies, run
from catchment.simulate.network.multicast.rpf import Rpf, Upstream

JOIN_STAR, JOIN_OWN, PRUNE_RPT = "Join (*,G)", "Join (S,G)", "Prune (S,G,rpt)"
LEFT = {JOIN_STAR: "Prune (*,G)", JOIN_OWN: "Prune (S,G)", PRUNE_RPT: "Join (S,G,rpt)"}
"""What takes each back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """A sender: its router, and its name, which is also that of its port there.

    fresh : it is the router itself, and going out costs no TTL
    """

    router: str
    port: str
    fresh: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """One source, one group, and the ground they stand on.

    source    : the address packets come from
    origins   : who sends from it: one, or several that share an anycast address and that routers cannot tell apart
    members   : for each router the names of its receivers
    listening : receivers that are routers themselves
    rp        : address of the RP; None: SSM
    rps       : routers that are the RP and up
    switches  : routers with receivers leave the shared tree at the first packet
    closed    : links that carry neither joins nor packets of the group
    narrow    : links that take only smaller packets
    registers : (router, address) -> the RP that a Register from that router arrives at; None: at none
    """

    source: Address
    origins: tuple[Origin, ...]
    ttl: int
    members: dict[str, tuple[str, ...]]
    listening: frozenset[str]
    rpf: Rpf
    rp: Address | None = None
    rps: tuple[str, ...] = ()
    switches: bool = True
    closed: frozenset[str] = frozenset()
    narrow: frozenset[str] = frozenset()
    registers: Callable[[str, Address], str | None] = lambda router, address: None


@dataclass(slots=True)
class Settled:
    """What it came to.

    first    : of each sender, by its port, its first packet
    flow     : of each, a packet after everything is quiet
    messages : in the order of rounds
    alive    : routers that count the source as alive
    joins    : (what, router) -> the neighbour that it asks, at the end
    quiet    : False when it still changed after more rounds than any network needs
    """

    flow: dict[str, Flow]
    first: dict[str, Flow]
    messages: list[Message]
    alive: frozenset[str]
    joins: dict[tuple[str, str], NextHop]
    quiet: bool


@dataclass(slots=True)
class Pim:
    """The routers. `told` is what each asked of which neighbour; star, own and pruned are made of it."""

    setup: Setup
    routers: tuple[str, ...]
    alive: set[str] = field(default_factory=set)
    spt: set[str] = field(default_factory=set)
    stopped: set[tuple[str, str]] = field(default_factory=set)
    refreshed: set[str] = field(default_factory=set)
    told: dict[tuple[str, str], NextHop] = field(default_factory=dict)
    star: dict[str, set[Out]] = field(default_factory=dict)
    own: dict[str, set[Out]] = field(default_factory=dict)
    pruned: dict[str, set[Out]] = field(default_factory=dict)
    messages: list[Message] = field(default_factory=list)
    round: int = 0

    @property
    def listening(self) -> frozenset[str]:
        """Receivers that are routers themselves."""
        return self.setup.listening

    @property
    def narrow(self) -> frozenset[str]:
        """Links that take only smaller packets."""
        return self.setup.narrow

    @property
    def ssm(self) -> bool:
        """Whether there is no shared tree."""
        return self.setup.rp is None

    # What RFC 7761 4.1.6 calls macros.

    def local(self, router: str) -> set[Out]:
        """pim_include: ports with receivers."""
        return {("", name) for name in self.setup.members.get(router, ())}

    def to_source(self, router: str) -> Upstream:
        """RPF_interface(S) and RPF'(S,G)."""
        return self.setup.rpf(router, self.setup.source)

    def to_rp(self, router: str) -> Upstream:
        """RPF_interface(RP(G)) and RPF'(*,G)."""
        if self.setup.rp is None:
            return Upstream()
        return self.setup.rpf(router, self.setup.rp)

    def inherited_rpt(self, router: str) -> set[Out]:
        """inherited_olist(S,G,rpt): who wants this source over the shared tree."""
        if self.ssm:
            return set()
        return self.star.get(router, set()) - self.pruned.get(router, set()) | self.local(router)

    def inherited(self, router: str) -> set[Out]:
        """inherited_olist(S,G): who wants this source at all."""
        wanted = self.inherited_rpt(router) | self.own.get(router, set())
        return wanted | self.local(router) if self.ssm else wanted

    def wants_star(self, router: str) -> bool:
        """JoinDesired(*,G)."""
        return not self.ssm and bool(self.star.get(router) or self.local(router))

    def wants_own(self, router: str) -> bool:
        """JoinDesired(S,G)."""
        if self.own.get(router) or (self.ssm and self.local(router)):
            return True
        return router in self.alive and bool(self.inherited(router))

    def wants_pruned(self, router: str) -> bool:
        """PruneDesired(S,G,rpt)."""
        if not self.wants_star(router):
            return False
        apart = self.to_rp(router).hop != self.to_source(router).hop
        return not self.inherited_rpt(router) or (router in self.spt and apart)

    # Control: rounds until nobody has anything new to say.

    def settle(self) -> Settled:
        """Rounds and packets until a packet changes nothing. O(rounds * routers), and rounds are like the diameter."""
        limit = 4 * len(self.routers) + 16
        self.control(limit)
        first = flow = self.packets()
        for _ in range(limit):
            before = set(self.alive), set(self.spt), set(self.stopped), dict(self.told)
            self.control(limit)
            flow = self.packets()
            if before == (self.alive, self.spt, self.stopped, self.told):
                if self.alive <= self.refreshed:
                    return self._settled(first, flow, quiet=True)
                self.alive &= self.refreshed  # no packet for Keepalive_Period: 210 s, RFC 7761 4.11
        return self._settled(first, flow, quiet=False)

    def _settled(self, first: dict[str, Flow], flow: dict[str, Flow], *, quiet: bool) -> Settled:
        return Settled(flow, first, self.messages, frozenset(self.alive), dict(self.told), quiet)

    def control(self, limit: int) -> None:
        """Rounds until nobody asks anything new."""
        for _ in range(limit):
            # RFC 7761 4.5.5: when JoinDesired becomes FALSE.
            self.spt = {router for router in self.spt if self.wants_own(router)}
            wanted = dict(self._wanted())
            if wanted == self.told:
                return
            self.round += 1
            for key in sorted(self.told.keys() | wanted.keys()):
                self._say(key, self.told.get(key), wanted.get(key))
            self.told = wanted
            self._hear()

    def _wanted(self) -> Iterator[tuple[tuple[str, str], NextHop]]:
        for router in self.routers:
            for what, wants, upstream in (
                (JOIN_STAR, self.wants_star, self.to_rp),
                (JOIN_OWN, self.wants_own, self.to_source),
                (PRUNE_RPT, self.wants_pruned, self.to_rp),
            ):
                if wants(router) and (hop := upstream(router).hop) is not None:
                    yield (what, router), hop

    def _say(self, key: tuple[str, str], was: NextHop | None, now: NextHop | None) -> None:
        what, router = key
        if was == now:
            return
        for hop, word in ((was, LEFT[what]), (now, what)):
            if hop is not None:
                lost = hop.link in self.setup.closed
                self.messages.append(
                    Message(round=self.round, what=word, sender=router, to=hop.router, link=hop.link, lost=lost)
                )

    def _hear(self) -> None:
        self.star, self.own, self.pruned = {}, {}, {}
        tables = {JOIN_STAR: self.star, JOIN_OWN: self.own, PRUNE_RPT: self.pruned}
        for (what, router), hop in self.told.items():
            if hop.link not in self.setup.closed:
                tables[what].setdefault(hop.router, set()).add((hop.link, router))

    # Data: one packet of each sender.

    def packets(self) -> dict[str, Flow]:
        """Send one packet each, natively and in Registers; what routers learn is in alive, spt and stopped."""
        self.refreshed = set()
        flows: dict[str, Flow] = {}
        for one in self.setup.origins:
            flow = flows[one.port] = Flow()
            start = Visit(one.router, ("", one.port), self.setup.ttl, (one.router,), (), fresh=one.fresh)
            run(flow, start, self)
            if self.setup.rp is not None and one.router in self.refreshed:
                self._register(flow, one, self.setup.rp)
        self.alive |= self.refreshed
        return flows

    def receive(self, visit: Visit) -> set[Out] | None:
        """RFC 7761 4.2: what a router does with a packet; None when it fails the RPF check."""
        router, came = visit.router, visit.iif
        source, rp = self.to_source(router), self.to_rp(router)
        direct = source.here and not came[0]
        from_source = direct or (source.hop is not None and came == (source.hop.link, source.hop.router))
        if self.ssm:
            self.refreshed |= {router} if direct else set()
            return self.inherited(router) if from_source else None
        joined = direct or (JOIN_OWN, router) in self.told
        if direct or (from_source and joined and self.inherited(router)):
            self.refreshed.add(router)
        self._learn_tree(router, from_source=from_source)
        if from_source and router in self.spt:
            return self.inherited(router)
        if rp.hop is not None and came == (rp.hop.link, rp.hop.router) and router not in self.spt:
            self._check_switch(router)
            return self.inherited_rpt(router)
        return set() if direct else None

    def _learn_tree(self, router: str, *, from_source: bool) -> None:
        """Update_SPTbit, RFC 7761 4.2.2; its further conditions are about asserts, which only LANs have."""
        if from_source and (self.wants_own(router) or (router in self.refreshed and self.inherited(router))):
            self.spt.add(router)

    def _check_switch(self, router: str) -> None:
        """CheckSwitchToSpt, RFC 7761 4.2.1."""
        if self.setup.switches and self.local(router):
            self.refreshed.add(router)

    def _register(self, flow: Flow, origin: Origin, rp: Address) -> None:
        """RFC 7761 4.4: the sender's router hands packets to the RP, and that to the other RPs (RFC 4610 3)."""
        setup, first = self.setup, origin.router
        nearest: str | None = first if first in setup.rps else setup.registers(first, rp)
        if nearest is None:
            return
        ttl = setup.ttl if origin.fresh else setup.ttl - 1
        if ttl < 1:
            flow.drops.append(Drop(first, "ttl", "", (first,)))
            return
        others = [one for one in setup.rps if one != nearest]
        # An RP passes on what it gets: when it has stopped the sender's router, others get nothing from it either.
        relays = first in setup.rps or (first, nearest) not in self.stopped
        for number, one in enumerate((nearest, *others)):
            if one == first:
                continue
            sender = first if number == 0 or first in setup.rps else nearest
            self.refreshed.add(one)  # the source is alive: RP_Keepalive_Period, with null Registers too
            if (first, one) not in self.stopped and (relays or sender == first):
                self._tell_once("Register", sender, one)
                flow.registers[one] = sender
                self._decapsulate(flow, one, ttl)
            if one in self.spt or not self.inherited(one):
                if (first, one) not in self.stopped:
                    self._tell_once("Register-Stop", one, sender)
                self.stopped.add((first, one))
            else:
                self.stopped.discard((first, one))

    def _tell_once(self, what: str, sender: str, to: str) -> None:
        if any((one.what, one.sender, one.to) == (what, sender, to) for one in self.messages):
            return
        self.round += 1
        self.messages.append(Message(round=self.round, what=what, sender=sender, to=to, link="", lost=False))

    def _decapsulate(self, flow: Flow, rp: str, ttl: int) -> None:
        """The RP takes the packet out of the Register and sends it down the shared tree."""
        if rp in self.spt or not self.inherited_rpt(rp):
            return
        visit = Visit(rp, ("register", ""), ttl, (rp,), ("register",), registered=True)
        flow.visits.append(visit)
        for onward in copies(flow, visit, self.inherited_rpt(rp), self):
            run(flow, onward, self)
