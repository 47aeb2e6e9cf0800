"""Trace: where packets from clients go inside our own networks, router by router, also with something down."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path

from catchment.designfile.load import read_design
from catchment.designfile.values import did_you_mean
from catchment.errors import Problem, UsageError
from catchment.model.address import Address
from catchment.model.design import Design
from catchment.model.network import Network
from catchment.results.provenance import Provenance
from catchment.results.trace import End, NextHop, Outcome, Trace, TraceFinding
from catchment.simulate.network.findings import findings, moved
from catchment.simulate.network.flat import Flat
from catchment.simulate.network.flowhash import Flow, member
from catchment.simulate.network.follow import Packet, Way, evenly, follow
from catchment.simulate.network.topology import Down
from catchment.simulate.network.tunnels import settled
from catchment.workflows.dropped import dropped
from catchment.workflows.provenance import provenance

PROTOCOLS = {"tcp": 6, "udp": 17}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Options of the command line as they were typed.

    sources : clients or routers; (): every client, or every router of a design without clients
    targets : addresses or services; (): every service
    flow    : `192.0.2.10:40000-10.0.0.1:53/udp`, IPv6 addresses in brackets
    seed    : the hash seed of every router (Linux); None: not known
    back    : after each trace also the way of the answer, from the server that was reached to the client's address
    """

    sources: Sequence[str] = ()
    targets: Sequence[str] = ()
    down: Sequence[str] = ()
    flow: str | None = None
    seed: int | None = None
    ttl: int = 64
    size: int | None = None
    back: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One trace to make: who sends from which router of which network to which address."""

    network: Network
    client: str
    start: str
    to: Address
    service: str


def trace(path: Path, asked: Asked) -> tuple[Trace, ...]:
    """The traces asked for: for each source, each address. Raises CatchmentError for anything wrong outside of us."""
    return trace_in(read_inside(path), path, asked)


def trace_in(design: Design, path: Path, asked: Asked) -> tuple[Trace, ...]:
    """The same in a design that was read from `path`."""
    down = down_of(design, asked.down)
    flow = flow_of(asked.flow) if asked.flow else None
    given = [("down", word) for word in asked.down]
    given += [(name, str(value)) for name, value in (("flow", asked.flow), ("seed", asked.seed)) if value is not None]
    made = provenance(path, (), tuple(given))
    tracing = _Tracing(design, down, asked, flow, made)
    found: list[Trace] = []
    for question in questions(design, asked, flow):
        found.append(tracing.answer(question))
        found += tracing.answers(question, found[-1]) if asked.back else ()
    if asked.back and not any(client.addresses for network in design.networks for client in network.clients):
        todo = "give clients an address: clients: {office: {router: seoul, address: 198.18.0.1/31}}"
        raise UsageError(Problem(where="--back", what="no client has an address to answer to", todo=todo))
    return tuple(found)


class _Tracing:
    def __init__(self, design: Design, down: Down, asked: Asked, flow: Flow | None, made: Provenance) -> None:
        self.down, self.asked, self.flow, self.made, self.name = down, asked, flow, made, design.name
        self.intents = design.intents
        self.hosts = {client.name: client.addresses for network in design.networks for client in network.clients}
        self.now = settled(design.inside, down)
        self.flat = Flat(self.now.tables)
        self.before = settled(design.inside).tables if asked.down else None

    def answer(self, question: Question) -> Trace:
        packet = Packet(to=question.to, ttl=self.asked.ttl, size=self.asked.size)
        name, start = question.network.name, question.start
        was = follow(self.before, start, packet, self.choose).ends if self.before else ()
        hashed = self.flow is not None and self.asked.seed is not None
        if start in self.down.routers:
            who = f"{question.client} hangs on {start}, which" if question.client else start
            found: tuple[TraceFinding, ...] = (
                TraceFinding(
                    rule="N007", what=f"{who} is down", todo="nothing leaves from here until it is up again"
                ),
            )
            way = Way(hops=(), ends=(End(outcome=Outcome.DOWN, where=start, share=1.0),), mtu=None, loop=())
        else:
            way = follow(self.now.tables, start, packet, self.choose)
            found = findings(self.now, way, packet, one_flow=hashed, flat=self.flat)
            if hashed:
                found += tuple(moved(self.now.tables, was, way.ends))
        return Trace(
            title=self.title(question),
            network=name,
            client=question.client,
            start=start,
            to=question.to,
            service=question.service,
            hops=way.hops,
            ends=way.ends,
            was=was,
            mtu=way.mtu,
            findings=found,
            notes=tuple(self.notes(way, question, hashed=hashed)),
            provenance=self.made,
            legs=way.legs,
        )

    def answers(self, question: Question, there: Trace) -> Iterator[Trace]:
        """The ways back to the client, from each server that is reached; none for one without an address."""
        for network in self.now.tables.inside.networks:
            for server in network.servers:
                if server.name in [end.where for end in there.ends if end.outcome is Outcome.SERVER]:
                    for host in self.hosts.get(question.client, ()):
                        if host.version == question.to.version:
                            yield self.answer(
                                Question(
                                    network=network, client=server.name, start=server.router, to=host.ip, service=""
                                )
                            )

    def title(self, question: Question) -> str:
        who = f"{question.client} (router {question.start})" if question.client else f"router {question.start}"
        what = f"{question.service} {question.to}" if question.service else str(question.to)
        flow = f", flow {self.asked.flow}" if self.asked.flow else ""
        return f"{self.name}: {who} to {what}{flow}{down_words(self.asked.down)}"

    def choose(self, router: str, next_hops: tuple[NextHop, ...]) -> tuple[tuple[NextHop, float], ...]:
        if self.flow is None or self.asked.seed is None or len(next_hops) == 1:
            return evenly(router, next_hops)
        return ((next_hops[member(self.flow, self.asked.seed, len(next_hops))], 1.0),)

    def notes(self, way: Way, question: Question, *, hashed: bool) -> Iterator[str]:
        crossed = [question.start, *(hop.router for hop in way.hops)]
        yield from dropped(self.now.tables.bgp, crossed, question.to)
        if self.intents:
            yield "`catchment failures` holds the intents"
        if not any(len(hop.entry.next_hops) > 1 for hop in way.hops if hop.entry):
            return
        if hashed:
            yield (
                "ECMP member as Linux chooses it (fib_multipath_hash_policy 1, the same seed at every router), if the "
                "kernel lists next hops in the order shown: `ip route` tells"
            )
        elif self.flow is not None:
            yield "which member this flow takes depends on each router's hash seed; shares are of many flows"


def read_inside(path: Path) -> Design:
    """The design at `path`. Raises DesignError, or UsageError when it has no network of our own."""
    design = read_design(path)
    if not design.networks:
        todo = "add networks: with routers and links (docs/guide/inside-one-as.md); the Internet is for predict"
        raise UsageError(Problem(where=str(path), what="the design has no network of our own", todo=todo))
    return design


def down_of(design: Design, words: Sequence[str]) -> Down:
    """What is down: names of routers, links and servers (`resolver@seoul`). Raises UsageError with all problems."""
    check_names("--down", "router, link or server", words, fallible(design))
    routers = {router.name for network in design.networks for router in network.routers}
    links = {link.name for link in design.inside.all_links}
    servers = {server.name for network in design.networks for server in network.servers}
    asked = frozenset(words)
    return Down(routers=asked & routers, links=asked & links, servers=asked & servers)


def fallible(design: Design) -> list[str]:
    """The names of all that can go down: routers, then links, then servers, each by name."""
    routers = sorted(router.name for network in design.networks for router in network.routers)
    links = sorted(link.name for link in design.inside.all_links)
    return [*routers, *links, *sorted(server.name for network in design.networks for server in network.servers)]


def check_names(option: str, kind: str, words: Sequence[str], known: list[str]) -> None:
    """Raise UsageError with a problem for each word that is no name of that kind of thing."""
    problems = [
        Problem(
            where=f"{option} {word}",
            what=f'the design has no {kind} "{word}"',
            todo=did_you_mean(word, known, f"there are {', '.join(known[:12])}{' ...' if len(known) > 12 else ''}"),
        )
        for word in words
        if word not in known
    ]
    if problems:
        raise UsageError(*problems)


def down_words(words: Sequence[str]) -> str:
    """What is down, for a title."""
    return f", {', '.join(words)} down" if words else ""


def questions(design: Design, asked: Asked, flow: Flow | None) -> Iterator[Question]:
    """Each source with each address that is asked for. Raises UsageError with all problems."""
    problems: list[Problem] = []
    sources = _sources(design, asked.sources, problems)
    pairs = _targets(design, asked.targets, problems)
    if problems:
        raise UsageError(*problems)
    if flow is not None:
        if pairs and all(flow.destination != to for to, _ in pairs):
            what = f"the flow goes to {flow.destination} and not to {', '.join(str(to) for to, _ in pairs)}"
            raise UsageError(Problem(where="--flow", what=what, todo="leave out --to, or write the same address"))
        pairs = _target(design, str(flow.destination)) or []
    elif not pairs:
        pairs = [(one, service.name) for service in design.services if service.routers for one in service.addresses]
    if not pairs:
        raise UsageError(Problem(where="--to", what="the design has no service at a router", todo="name an address"))
    for network, client, start in sources:
        for to, service in pairs:
            yield Question(network=network, client=client, start=start, to=to, service=service)


def _sources(design: Design, words: Sequence[str], problems: list[Problem]) -> list[tuple[Network, str, str]]:
    """(network, client or "", router) for each word; all clients without words, or all routers without clients."""
    clients = [(network, one.name, one.router) for network in design.networks for one in network.clients]
    routers = [(network, "", router.name) for network in design.networks for router in network.routers]
    known = {router: (network, "", router) for network, _, router in routers}
    known |= {
        server.name: (network, server.name, server.router)
        for network in design.networks
        for server in network.servers
    }
    known |= {client: (network, client, router) for network, client, router in clients}
    for word in words:
        if word not in known:
            todo = did_you_mean(word, list(known), f"there are {', '.join(list(known)[:12])}")
            problems.append(Problem(where=f"--from {word}", what=f'no client, router or server "{word}"', todo=todo))
    return [known[word] for word in words if word in known] if words else clients or routers


def _targets(design: Design, words: Sequence[str], problems: list[Problem]) -> list[tuple[Address, str]]:
    pairs: list[tuple[Address, str]] = []
    for word in words:
        found = _target(design, word)
        if found is None:
            hosts = [client.name for network in design.networks for client in network.clients if client.addresses]
            known = [*(service.name for service in design.services), *hosts]
            todo = did_you_mean(
                word, known, "write an address, or the name of a service or of a client with an address"
            )
            problems.append(Problem(where=f"--to {word}", what=f'no service "{word}", and no address', todo=todo))
        pairs += found or []
    return pairs


def _target(design: Design, word: str) -> list[tuple[Address, str]] | None:
    for service in design.services:
        if service.name == word:
            return [(address, word) for address in service.addresses]
    for network in design.networks:
        for client in network.clients:
            if client.name == word and client.addresses:
                return [(host.ip, "") for host in client.addresses]
    try:
        address = ip_address(word)
    except ValueError:
        return None
    owner = next((service.name for service in design.services if address in service.addresses), "")
    return [(address, owner)]


_FLOW = re.compile(
    r"(?:\[([^]]+)\]|([0-9.]+)):([0-9]{1,5})-(?:\[([^]]+)\]|([0-9.]+)):([0-9]{1,5})/(\w+)", re.IGNORECASE
)


def flow_of(word: str) -> Flow:
    """`192.0.2.10:40000-10.0.0.1:53/udp`. Raises UsageError."""
    todo = "write --flow 192.0.2.10:40000-10.0.0.1:53/udp, IPv6 addresses in [brackets]"
    found = _FLOW.fullmatch(word.strip())
    try:
        if not found or found[7].lower() not in PROTOCOLS:
            raise ValueError("expected source:port-destination:port/udp or /tcp")
        source, destination = ip_address(found[1] or found[2]), ip_address(found[4] or found[5])
        ports = int(found[3]), int(found[6])
        if source.version != destination.version or max(ports) > 65535:
            raise ValueError("its ends are of two families" if max(ports) <= 65535 else "ports end at 65535")
    except ValueError as error:
        raise UsageError(Problem(where=f"--flow {word}", what=f"this is no flow: {error}", todo=todo)) from error
    return Flow(
        source=source, source_port=ports[0], destination=destination, destination_port=ports[1],
        protocol=PROTOCOLS[found[7].lower()],
    )  # fmt: skip
