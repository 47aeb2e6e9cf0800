"""A lab that is up, beside the design that it was made from and what is predicted for it."""

import hashlib
import sys
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from catchment.errors import Problem, UsageError
from catchment.lab import delays, tunnels
from catchment.lab.building import Builder
from catchment.lab.faults.posing import poser
from catchment.lab.nodes import Kind, Lab
from catchment.lab.plan import Means
from catchment.lab.probe import Ability, abilities
from catchment.lab.state import Keeper, State, names
from catchment.model.address import Address, Prefix
from catchment.model.design import Design
from catchment.model.fault import DaemonKilled, Hijacked, parsed
from catchment.model.network import ClientSite, Daemon
from catchment.render.options import RenderOptions
from catchment.results.lab import Expected, Routes
from catchment.results.trace import End, Outcome
from catchment.simulate.network.follow import Packet, Way, follow
from catchment.simulate.network.tunnels import Settled, settled
from catchment.workflows.lab.design import for_lab
from catchment.workflows.lab.disturbed import disturbed, not_predicted
from catchment.workflows.lab.nouns import lab_of
from catchment.workflows.lab.servers import name_servers
from catchment.workflows.trace import read_inside

DAEMONS = {"": None, "bird": Daemon.BIRD, "frr": Daemon.FRR}


@dataclass(frozen=True)
class Drawn:
    """A design as a lab would run it: its copy, and what the lab is made of.

    programs : service -> the name server that answers for it, of those that ours does not answer for
    """

    path: Path
    design: Design
    lab: Lab
    digest: str
    programs: tuple[tuple[str, str], ...] = ()


def drawn(path: Path, name: str | None, daemon: str, servers: str | Mapping[str, str] = "") -> Drawn:
    """Read a design and draw its lab. Raises CatchmentError.

    servers : which name servers are wanted, as typed; or which were chosen for each service
    """
    design = for_lab(read_inside(path), DAEMONS[daemon])
    programs = name_servers(design, servers) if isinstance(servers, str) else servers
    lab = lab_of(design, lab_name(name or design.name), RenderOptions(daemon=DAEMONS[daemon]), programs)
    return Drawn(path=path.resolve(), design=design, lab=lab, digest=digest(path), programs=tuple(programs.items()))


def digest(path: Path) -> str:
    """A word that is another one when the design file is."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def lab_name(word: str) -> str:
    """A name that can be part of a namespace's and of a folder's. Raises UsageError."""
    if not word or not all(one.isascii() and (one.isalnum() or one in "-_") for one in word) or len(word) > 40:
        what = f'"{word}" cannot be the name of a lab'
        todo = "give --name with letters, digits, - and _, 40 at most"
        raise UsageError(Problem(where="--name", what=what, todo=todo))
    return word


def chosen(word: str | None) -> Keeper:
    """The lab that a word means: its name, or its design file; without a word the only one. Raises UsageError."""
    known = names()
    if word is None:
        if len(known) == 1:
            return Keeper(known[0])
        what = f"there are {len(known)} labs: {', '.join(known)}" if known else "no lab is up"
        raise UsageError(Problem(where="lab", what=what, todo="name one" if known else "catchment lab up DESIGN"))
    if word not in known and Path(word).is_file():
        path = str(Path(word).resolve())
        of_design = [name for name in known if Keeper(name).read().design == path]
        if len(of_design) == 1:
            return Keeper(of_design[0])
        what = f"{len(of_design)} labs are up with this design" if of_design else "no lab is up with this design"
        todo = f"name one of {', '.join(of_design)}" if of_design else f"catchment lab up {word}"
        raise UsageError(Problem(where=word, what=what, todo=todo))
    return Keeper(word)


def means(tried: Sequence[Ability], *, late: bool) -> Means:
    """What was tried, as a plan needs it. late: whether delays are wanted."""
    made = {
        version: best.backend for version in (4, 6) if (best := tunnels.choice(version, tried)).backend is not None
    }
    return Means(
        delays=delays.choice(tried).backend if late else None,
        tbf=any(one.works for one in tried if one.name == "tbf"),
        tunnels=made,
        python=sys.executable,
    )


class OpenLab:
    """A lab that is up. Raises UsageError when there is none, or when its design file was changed since."""

    def __init__(self, keeper: Keeper) -> None:
        state = keeper.read()
        self.builder = Builder(keeper, state)
        path = Path(state.design)
        if not path.is_file() or digest(path) != state.digest:
            what = f"{path} is not what the lab {state.name} was made from any more"
            raise UsageError(Problem(where="lab", what=what, todo=f"catchment lab down {state.name}, then up again"))
        self.drawn = drawn(path, state.name, state.daemon, dict(state.programs))
        self.means = means(abilities(), late=state.delays)
        self._predicted: tuple[tuple[str, ...], Prediction] | None = None

    @property
    def state(self) -> State:
        """What is written down of it."""
        return self.builder.state

    @property
    def predicted(self) -> "Prediction":
        """With what is failed now."""
        if self._predicted is None or self._predicted[0] != self.state.down:
            self._predicted = self.state.down, Prediction(self.drawn, self.state.down, self.state.stale)
        return self._predicted[1]

    def redrawn(self, design: Design) -> Lab:
        """The same lab as another design would have it."""
        state = self.state
        return lab_of(design, state.name, RenderOptions(daemon=DAEMONS[state.daemon]), dict(state.programs))

    @property
    def lab(self) -> Lab:
        """What it is made of."""
        return self.drawn.lab


class Prediction:
    """What routers and clients of a lab are to see, with some faults: their texts, in the order of their making.

    stale : of these texts those of daemons that were killed before other routes moved
    """

    def __init__(self, of: Drawn, down: Sequence[str], stale: Collection[str] = ()) -> None:
        self.drawn, self.stale = of, stale
        self.faults = tuple(parsed(one) for one in down)
        self.disturbed = disturbed(of.design, self.faults)
        self.down = self.disturbed.down
        kept = {
            fault.router: Prediction(of, down[:number]).settled.tables
            for number, fault in enumerate(self.faults)
            if isinstance(fault, DaemonKilled)
        }
        self.settled: Settled = settled(self.disturbed.inside, self.down, kept)

    @property
    def notes(self) -> tuple[str, ...]:
        """What it does not say, as sentences."""
        return tuple(not_predicted(self.faults, self.stale))

    @property
    def moves(self) -> bool:
        """Whether BGP never settles."""
        bgp = self.settled.tables.bgp
        return bgp is not None and bool(bgp.oscillations)

    @cached_property
    def routes(self) -> dict[str, Routes]:
        """For each router that is up its routes that are not connected; none for one of which they are not known."""
        unsure = {one.router for one in self.faults if isinstance(one, DaemonKilled) and str(one) in self.stale}
        return {
            node.name: self._routes(node.name)
            for node in self.drawn.lab.of_kind(Kind.ROUTER)
            if node.name not in self.down.routers | unsure
        }

    def _routes(self, router: str) -> Routes:
        over = {name: near.interface for name, near, _ in self.drawn.lab.plugs(router)}
        found: dict[Prefix, frozenset[str]] = {}
        for entry in self.settled.tables.table(router):
            if entry.next_hops and entry.protocol != "connected":
                found[entry.prefix] = frozenset(over[hop.link] for hop in entry.next_hops)
        return found

    @cached_property
    def answers(self) -> tuple[Expected, ...]:
        """For each client and address of a service who may answer."""
        return tuple(self._answers())

    def _answers(self) -> Iterator[Expected]:
        for client, service, address, host in self._questions():
            yield self._answer(client, service, address, host)

    def _questions(self) -> Iterator[tuple[ClientSite, str, Address, Address]]:
        """(client, service, the address that is asked, the client's own) for all that can be asked."""
        design = self.drawn.design
        for network in design.networks:
            for client in network.clients:
                hosts = {host.version: host.ip for host in client.addresses}
                for service in design.services if hosts else ():
                    for address in service.addresses if service.routers else ():
                        if address.version in hosts:
                            yield client, service.name, address, hosts[address.version]

    @property
    def reached(self) -> Iterator[tuple[str, str, Mapping[str, float]]]:
        """(client, service, who is reached -> the share of packets) for each address; "" where nobody is."""
        for client, service, address, _ in self._questions():
            found: dict[str, float] = {"": 1.0} if client.router in self.down.routers else {}
            for end in self._way(client, address).ends if not found else ():
                name, _ = self._answering(end, address)
                found[name] = found.get(name, 0.0) + end.share
            yield client.name, service, found

    def _way(self, client: ClientSite, address: Address) -> Way:
        return follow(self.settled.tables, client.router, Packet(to=address), believing=False)

    def _answer(self, client: ClientSite, service: str, address: Address, host: Address) -> Expected:
        """Who answers a client: the servers that its packets reach and whose answers come back."""
        if client.router in self.down.routers:
            why = f"{client.router} is down"
            return Expected(client=client.name, service=service, address=address, servers=(), why=why)
        way = self._way(client, address)
        found = [(self._answering(end, address), end) for end in way.ends]
        reached = {name: self._back(name, start, host) for (name, start), _ in found if name}
        lost = [f"{end.outcome.value} at {end.where}" for (name, _), end in found if not name]
        return Expected(
            client=client.name,
            service=service,
            address=address,
            servers=tuple(server for server, (comes, _) in reached.items() if comes),
            why="; ".join([*lost, *(why for _, why in reached.values() if why)]),
            way=" > ".join(dict.fromkeys(hop.router for hop in way.hops)),
        )

    def _answering(self, end: End, address: Address) -> tuple[str, str]:
        """(who answers where a packet ended, the router it hangs on); ("", "") for nobody."""
        if end.outcome is Outcome.SERVER:
            return end.where, next(one.router for one in self.settled.tables.servers if one.name == end.where)
        taken = [one for one in self.faults if isinstance(one, Hijacked) and one.router == end.where]
        if end.outcome is Outcome.DISCARD and any(address in one.prefix for one in taken):
            return poser(end.where), end.where
        return "", ""

    def _back(self, server: str, start: str, host: Address) -> tuple[bool, str]:
        """(whether answers of a server come back on some way, why not on all of them; "" when they do)."""
        if why := dict(self.disturbed.quiet).get(server):
            return False, why
        ends = follow(self.settled.tables, start, Packet(to=host), believing=False).ends
        lost = [end for end in ends if end.outcome is not Outcome.CLIENT]
        why = f"the answer of {server} is {lost[0].outcome.value} at {lost[0].where}" if lost else ""
        return len(lost) < len(ends), why
