"""Many flows moved through the network at once, each router choosing for each of them by its own hash.

What a router does with a packet depends on its table and on the tunnels that the packet is in, so flows that are at one
router in one tunnel are moved together, as an array: as `follow` moves one packet, so here many, and to the same ends.
Packets of a tunnel are one flow to the routers below: its outer addresses, GRE, no ports.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from catchment.model.address import Address
from catchment.results.trace import Entry, NextHop, Outcome
from catchment.simulate.network.flowhash import Flow, hash32
from catchment.simulate.network.groups.hashes import Flows, Hashing, Values, values
from catchment.simulate.network.groups.ranges import Places
from catchment.simulate.network.tables import Tables

GRE = 47
TTL = 64
PROTOCOLS = {"tcp": 6, "udp": 17}
FIRST_PORT, LAST_PORT = 32768, 60999  # what Linux gives to clients: net.ipv4.ip_local_port_range

Which = npt.NDArray[np.int64]
"""int64[k]: flows, by their place in a crowd."""
Ends = npt.NDArray[np.int64]
"""int64[flow]: the place of the server in a list of names, or `failed(outcome)`, which is negative."""
OUTCOMES = tuple(Outcome)


@dataclass(frozen=True, slots=True, kw_only=True)
class Crowd:
    """Flows to one address.

    routers : where flows may start
    start   : int64[flow]  the place of the first router in `routers`
    phase   : float64[flow]  when in its period a flow sends, 0 to 1
    """

    flows: Flows
    routers: tuple[str, ...]
    start: Places
    phase: npt.NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.flows)


Choose = Callable[[str, Entry, Callable[[], Values], Which], Places]
"""(router, its entry, what works out the values of the flows, the flows) -> the place of the next hop of each."""


def crowd(random: np.random.Generator, size: int, destination: Address, port: int, routers: tuple[str, ...]) -> Crowd:
    """Flows of clients behind `routers`, evenly: documentation addresses, ports of Linux, half UDP and half TCP."""
    if destination.version == 4:
        nets = np.array([[192, 0, 2], [198, 51, 100], [203, 0, 113]], np.uint8)
        source = np.empty((size, 4), np.uint8)
        source[:, :3] = nets[random.integers(0, 3, size)]
        source[:, 3] = random.integers(1, 255, size)
    else:
        source = random.integers(0, 256, (size, 16)).astype(np.uint8)
        source[:, :4] = np.frombuffer(bytes.fromhex("20010db8"), np.uint8)
    return Crowd(
        flows=Flows(
            destination=destination,
            destination_port=port,
            source=source,
            source_port=random.integers(FIRST_PORT, LAST_PORT + 1, size).astype(np.uint16),
            protocol=np.where(random.random(size) < 0.5, PROTOCOLS["udp"], PROTOCOLS["tcp"]).astype(np.uint8),
        ),
        routers=routers,
        start=random.integers(0, len(routers), size),
        phase=random.random(size),
    )


def failed(outcome: Outcome) -> int:
    """The negative number that stands for a flow whose packets end so."""
    return -1 - OUTCOMES.index(outcome)


@dataclass(frozen=True, slots=True)
class _Header:
    """A tunnel that packets are in: the addresses of its header, and the TTL of the header below."""

    tunnel: str
    source: Address
    to: Address
    ttl_below: int


@dataclass(frozen=True, slots=True)
class _At:
    """Where packets are. `made_here`: their outermost header was put on by this router, which costs no TTL."""

    router: str
    ttl: int
    headers: tuple[_Header, ...] = ()
    made_here: bool = False


def walk(tables: Tables, these: Crowd, names: dict[str, int], hashing: Hashing, choose: Choose) -> Ends:
    """Where each flow ends.

    names : the servers (and routers, for their own addresses) by name; those that are met are added to it

    O(links crossed * distinct places), and a hash for each flow at each router with several next hops.
    """
    return _Walking(tables, these, names, hashing, choose).run()


def led_to(tables: Tables, these: Crowd, router: str) -> frozenset[str]:
    """The servers (and routers, for their own addresses) to which some choice of next hops leads from a router."""
    names: dict[str, int] = {}
    one = replace(these, routers=(router,), start=np.zeros(1, np.int64))
    _Spreading(tables, one, names).run()
    return frozenset(names)


class _Walking:
    def __init__(self, tables: Tables, these: Crowd, names: dict[str, int], hashing: Hashing, choose: Choose) -> None:
        self.tables, self.crowd, self.names, self.hashing, self.choose = tables, these, names, hashing, choose
        self.ends = np.zeros(len(these), np.int64)
        self.next: dict[_At, list[Which]] = {}

    def run(self) -> Ends:
        for place, router in enumerate(self.crowd.routers):
            which = np.flatnonzero(self.crowd.start == place)
            if router in self.tables.down.routers:
                self.ends[which] = failed(Outcome.DOWN)
            elif len(which):
                self.next[_At(router, TTL)] = [which]
        while self.next:  # ends, because every link takes one from the TTL
            here, self.next = self.next, {}
            for at, parts in here.items():
                self.arrive(at, np.concatenate(parts))
        return self.ends

    def arrive(self, at: _At, which: Which) -> None:
        to = at.headers[-1].to if at.headers else self.crowd.flows.destination
        entry = self.tables.match(at.router, to)
        if entry is not None and entry.end.startswith("server "):
            self.ends[which] = self.name(entry.end.removeprefix("server "))
        elif self.tables.own(at.router, to) and at.headers:  # the far end of a tunnel: its header comes off
            self.arrive(_At(at.router, at.headers[-1].ttl_below, at.headers[:-1]), which)
        elif self.tables.own(at.router, to):
            self.ends[which] = self.name(at.router)
        elif entry is None:
            self.ends[which] = failed(Outcome.NO_ROUTE)
        elif not entry.next_hops:
            self.ends[which] = failed(Outcome.DISCARD)
        elif at.ttl <= 1 and not at.made_here:
            self.ends[which] = failed(Outcome.TTL)
        else:
            self.pass_on(at, entry, which)

    def pass_on(self, at: _At, entry: Entry, which: Which) -> None:
        places = self.choose(at.router, entry, lambda: self.values(at, which), which)
        for place in np.unique(places).tolist():
            self.leave(at, entry.next_hops[place], which[places == place])

    def values(self, at: _At, which: Which) -> Values:
        seed, policy = self.hashing.seed_of(at.router), self.hashing.policy
        if not at.headers:
            return values(self.crowd.flows, which, seed, policy)
        outer = at.headers[-1]
        flow = Flow(source=outer.source, source_port=0, destination=outer.to, destination_port=0, protocol=GRE)
        return np.full(len(which), hash32(flow, seed, policy) >> 1)

    def leave(self, at: _At, hop: NextHop, which: Which) -> None:
        link, ttl = self.tables.links[hop.link], at.ttl if at.made_here else at.ttl - 1
        if link.tunnel is not None and any(hop.link == header.tunnel for header in at.headers):
            self.ends[which] = failed(Outcome.RECURSION)
        elif link.tunnel is not None:
            header = _Header(hop.link, link.outer(at.router), link.outer(hop.router), ttl)
            outer_ttl = ttl if link.tunnel.ttl is None else link.tunnel.ttl
            self.arrive(_At(at.router, outer_ttl, (*at.headers, header), made_here=True), which)
        elif hop.link in self.tables.down.silent:
            self.ends[which] = failed(Outcome.LOST)
        else:
            self.next.setdefault(_At(hop.router, ttl, at.headers), []).append(which)

    def name(self, where: str) -> int:
        return self.names.setdefault(where, len(self.names))


class _Spreading(_Walking):
    """Flows that take every next hop; a place that they have come to they do not leave again."""

    def __init__(self, tables: Tables, these: Crowd, names: dict[str, int]) -> None:
        super().__init__(tables, these, names, Hashing(lambda router: 1), lambda router, entry, values, which: which)
        self.left: set[tuple[str, tuple[str, ...]]] = set()

    def pass_on(self, at: _At, entry: Entry, which: Which) -> None:
        place = at.router, tuple(header.tunnel for header in at.headers)
        if place not in self.left:
            self.left.add(place)
            for hop in entry.next_hops:
                self.leave(at, hop, which[:1])
