"""What a lab is made of: nodes, the wires and tunnels between them, and the programs that run on them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from catchment.lab.spoken import Spoken
from catchment.model.address import Address, Prefix
from catchment.model.network import Daemon, Interface, Tunnel
from catchment.results.config import ConfigFile


class Kind(StrEnum):
    """What a node stands for."""

    ROUTER = "router"
    SERVER = "server"
    CLIENT = "client"


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A machine of the lab: a namespace of its own for network, host name and mounts.

    loopbacks : addresses of `lo` besides the usual ones
    daemon    : what routes here; OTHER: nothing
    files     : with their targets, as the daemon loads them
    routes    : (to, by way of, over which interface) that hosts have from the start
    knows     : (address, over which interface, hardware address) that a host need not ask for
    meets     : addresses at which a router is a rendezvous point of multicast: it takes PIM sent to them itself
    program   : the name server that a server runs from its files, `nsd` or `knot`; "" our own, which needs none
    spoken    : what a server speaks besides; (): DNS, where no program does
    validates_at : addresses and ports at which it hands out validated prefixes
    agent     : the node in whose network the agent of this router runs, for the service is local there; "": no agent
    """

    name: str
    kind: Kind
    loopbacks: tuple[Address, ...] = ()
    daemon: Daemon = Daemon.OTHER
    files: tuple[ConfigFile, ...] = ()
    routes: tuple[tuple[Prefix, Address, str], ...] = ()
    knows: tuple[tuple[Address, str, str], ...] = ()
    meets: tuple[Address, ...] = ()
    program: str = ""
    spoken: tuple[Spoken, ...] = ()
    validates_at: tuple[tuple[Address, int], ...] = ()
    agent: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plug:
    """One end of a wire.

    addresses : of the interface
    mac       : its hardware address; "": any
    lent      : of the addresses those at which the far end answers: daemons see them here, packets go there
    """

    node: str
    interface: str
    addresses: tuple[Interface, ...] = ()
    mac: str = ""
    lent: tuple[Address, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Wire:
    """A link between two nodes, or what ties a host to its router.

    name     : of the link in the design, or of the host
    delay_ms : one way; 0 when nothing is to be played
    rate_bps : None: as fast as the machine is
    """

    name: str
    plugs: tuple[Plug, Plug]
    mtu: int = 1500
    delay_ms: float = 0.0
    rate_bps: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pipe:
    """A tunnel between two routers; its plugs and its outer addresses are in the same order."""

    name: str
    plugs: tuple[Plug, Plug]
    tunnel: Tunnel
    mtu: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Process:
    """A program on a node that has to go on running.

    node  : "" for the machine itself, outside of all nodes
    name  : unique on the node: `bird`, `answers`
    words : the program and its arguments, as seen from inside the node
    after : a file of the node that has to be there before it starts, "" for none
    file  : a written file below the lab's folder, as the last word; "" for none
    space : the network namespace that it is in where that is not the node's, as `ip netns` calls it
    """

    node: str
    name: str
    words: tuple[str, ...]
    after: str = ""
    file: str = ""
    space: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Switch:
    """An announcement that a router makes while one of some servers is up, and how its daemon is told.

    on, off : commands on the node; each may be given twice
    """

    node: str
    servers: tuple[str, ...]
    on: tuple[str, ...]
    off: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lab:
    """Everything of a lab, in the order of the design: routers, then servers, then clients.

    servers : (node that answers, the addresses that it answers on)
    """

    name: str
    nodes: tuple[Node, ...]
    wires: tuple[Wire, ...]
    pipes: tuple[Pipe, ...] = ()
    servers: tuple[tuple[str, tuple[Address, ...]], ...] = ()
    switches: tuple[Switch, ...] = ()

    def node(self, name: str) -> Node:
        """A node by its name, which must be one."""
        return next(one for one in self.nodes if one.name == name)

    def of_kind(self, kind: Kind) -> tuple[Node, ...]:
        """The nodes of a kind."""
        return tuple(one for one in self.nodes if one.kind is kind)

    @property
    def joined(self) -> tuple[Wire | Pipe, ...]:
        """The wires, and then the tunnels."""
        return (*self.wires, *self.pipes)

    @property
    def least_mtu(self) -> int:
        """The largest packet that every wire takes."""
        return min((wire.mtu for wire in self.wires), default=1500)

    def plugs(self, node: str) -> Iterator[tuple[str, Plug, Plug]]:
        """(name, near end, far end) of each wire and pipe of a node."""
        for one in self.joined:
            for near, far in (one.plugs, one.plugs[::-1]):
                if near.node == node:
                    yield one.name, near, far

    def behind(self, node: str) -> dict[str, str]:
        """Interface of a node -> the node at its far end."""
        return {near.interface: far.node for _, near, far in self.plugs(node)}


def space_name(lab: str, node: str) -> str:
    """What the network namespace of a node is called, for `ip netns`."""
    return f"cm-{lab}-{node}"


def twice(names: Iterable[str]) -> list[str]:
    """The names that are there more than once, each once."""
    seen: set[str] = set()
    found: dict[str, None] = {}
    for name in names:
        if name in seen:
            found[name] = None
        seen.add(name)
    return list(found)
