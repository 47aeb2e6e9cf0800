"""From a lab to the steps that make it: namespaces, files, holders, wires, addresses, then programs.

Pure: what the machine can do is an argument, and nothing is done here.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from catchment.lab import delays, tunnels
from catchment.lab.agents import agent_process
from catchment.lab.frr import daemons_of, frr_processes, frr_told
from catchment.lab.nameservers import folders_of, owned_by, server_processes
from catchment.lab.nodes import Kind, Lab, Node, Pipe, Plug, Process, Wire, space_name
from catchment.lab.steps import Commands, Hold, Lend, Load, MakeSpaces, Start, Step, Tell, WriteFile
from catchment.lab.validation import validators
from catchment.model.address import Address
from catchment.model.network import Daemon

BIRD = ("bird", "-f", "-c", "/etc/bird/bird.conf", "-s", "/run/bird/bird.ctl", "-P", "/run/bird/bird.pid")
FOLDERS = {Daemon.BIRD: ("/etc/bird",), Daemon.FRR: ("/etc/frr", "/var/tmp/frr")}  # noqa: S108  FRR has its name compiled in
"""What a daemon reads and writes, besides /run: each node has its own."""

NETNS = Path("/run/netns")  # where `ip netns` has its names
BURST_MS = 5  # what tbf lets through at once; more than a tick of the kernel (4 ms at 250 Hz)
PIM, AFTER = 103, 1  # the protocol, also the number of a table for it; where the table of local addresses moves to
QUEUE_MS = 50  # how long a packet may wait for its rate before it is dropped


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """What the machine can do, as it was tried.

    delays  : what makes packets wait; None: nothing
    tbf     : whether rates can be limited
    tunnels : what makes tunnels, by the IP version of their outer packets; a program where it refuses
    python  : the program that runs our own modules on nodes
    """

    delays: delays.Backend | None
    tbf: bool
    tunnels: Mapping[int, tunnels.Backend]
    python: str


def plan(lab: Lab, means: Means) -> tuple[Step, ...]:
    """Every step, in the order in which they are done; taken back in the opposite order."""
    return (
        MakeSpaces(names=tuple(space_name(lab.name, node.name) for node in lab.nodes)),
        *_files(lab, means),
        *(_hold(node) for node in lab.nodes),
        *_wires(lab, means),
        *_addresses(lab, means),
        *(step for _, step in lends(lab)),
        *_bpf_ends(lab, means),
        *_queues(lab, means),
        *_loads(lab),
        *_starts(lab, all_processes(lab, means)),
    )


def all_processes(lab: Lab, means: Means) -> list[Process]:
    """What runs outside of all nodes, and on each."""
    outside = [process for process, _ in _delaying(lab, means)]
    return outside + [process for node in lab.nodes for process in processes(lab, node, means)]


def _delaying(lab: Lab, means: Means) -> Iterator[tuple[Process, str]]:
    """The programs that hold frames back, each with the text of its file."""
    texts = delays.files(_late(lab, means), lambda node: NETNS / space_name(lab.name, node))
    for number, text in enumerate(texts):
        file = f"delay-{number}.json"
        *words, _ = delays.words(Path(file), means.python)
        yield Process(node="", name=f"delay-{number}", words=tuple(words), file=file), text


def _late(lab: Lab, means: Means) -> list[Wire]:
    """Wires that are a program's and no veth."""
    if means.delays is not delays.Backend.PROGRAM:
        return []
    return [wire for wire in lab.wires if wire.delay_ms > 0]


def _starts(lab: Lab, wanted: Sequence[Process]) -> Iterator[Step]:
    """First what waits for nothing, on all nodes: what others wait for is there by then."""
    yield from (Start(process=one) for one in wanted if not one.after)
    yield from (Start(process=one) for one in wanted if one.after)
    for name in dict.fromkeys(one.node for one in wanted if one.node):
        if lab.node(name).daemon is Daemon.FRR:
            yield frr_told(lab.node(name))


def processes(lab: Lab, node: Node, means: Means) -> Iterator[Process]:
    """What runs on a node."""
    if node.daemon is Daemon.BIRD:
        yield Process(node=node.name, name="bird", words=BIRD)
    elif node.daemon is Daemon.FRR:
        yield from frr_processes(node)
    yield from validators(node)
    if node.agent:
        yield agent_process(lab.name, node, READY[node.daemon], means.python)
    for pipe in lab.pipes:
        for index, plug in enumerate(pipe.plugs):
            if plug.node == node.name and _backend(lab, pipe, means) is tunnels.Backend.PROGRAM:
                words = tunnels.words(pipe, index, means.python)
                yield Process(node=node.name, name=f"gre-{plug.interface}", words=words)
    for name, addresses in lab.servers:
        if name == node.name:
            yield from server_processes(node, addresses, means.python)


def _files(lab: Lab, means: Means) -> Iterator[Step]:
    for process, text in _delaying(lab, means):
        yield WriteFile(path=process.file, text=text)
    for node in lab.nodes:
        for file in node.files:
            yield WriteFile(path=f"nodes/{node.name}{file.target}", text=file.text, mode=file.mode)


LOADED = {
    "/etc/sysctl.d/": ("sysctl", "--quiet", "--ignore", "--load"),
    "/etc/nftables.d/": ("nft", "--file"),
}
"""Where a file goes that the kernel is told of, and what tells it."""


def _loads(lab: Lab) -> Iterator[Step]:
    for node in lab.nodes:
        for file in node.files:
            for folder, words in LOADED.items():
                if file.target.startswith(folder):
                    path = f"nodes/{node.name}{file.target}"
                    yield Load(space=space_name(lab.name, node.name), words=words, path=path)


def _hold(node: Node) -> Hold:
    # /run last: what is bound lies below the machine's own
    folders = (*FOLDERS.get(node.daemon, ()), *folders_of(node), "/run")
    return Hold(
        node=node.name,
        binds=tuple((f"nodes/{node.name}{folder}", folder) for folder in folders),
        owned=tuple((f"nodes/{node.name}{folder}", who) for folder, who in owned_by(node)),
    )


def _wires(lab: Lab, means: Means) -> Iterator[Step]:
    lines = []
    late = _late(lab, means)
    for wire in late:
        for index, plug in enumerate(wire.plugs):
            yield Commands(program="ip", space=space_name(lab.name, plug.node), lines=delays.lines(wire, index))
    for wire in lab.wires:
        if wire in late:
            continue
        one, two = wire.plugs
        near, far = (
            f"name {plug.interface} netns {space_name(lab.name, plug.node)} mtu {wire.mtu}" for plug in (one, two)
        )
        near, far = (
            f"{words} address {plug.mac}" if plug.mac else words for words, plug in ((near, one), (far, two))
        )
        lines.append(f"link add {near} type veth peer {far}")
    if lines:
        yield Commands(program="ip", space="", lines=tuple(lines))


def _addresses(lab: Lab, means: Means) -> Iterator[Step]:
    for node in lab.nodes:
        lines = ["link set dev lo up"]
        lines += [f"address add {one}/{one.max_prefixlen} dev lo" for one in node.loopbacks]
        for wire in lab.wires:
            for plug in wire.plugs:
                if plug.node == node.name:
                    lines += _plugged(plug)
        for pipe in lab.pipes:
            for index, plug in enumerate(pipe.plugs):
                if plug.node == node.name:
                    lines += [*tunnels.lines(pipe, index, _backend(lab, pipe, means)), *_plugged(plug)]
        lines += [f"neighbour add {who} lladdr {mac} dev {over} nud permanent" for who, over, mac in node.knows]
        lines += [f"route add {to} via {via} dev {over} onlink" for to, via, over in node.routes]
        lines += _meeting(node)
        yield Commands(program="ip", space=space_name(lab.name, node.name), lines=tuple(lines))


def _meeting(node: Node) -> Iterator[str]:
    """PIM to an address of a rendezvous point is the router's, even where the address is lent to a server.

    Registers come to it by unicast. A rule has to stand before the table of local addresses, which is the first.
    """
    if node.meets:
        yield from (f"rule add pref {AFTER} lookup local", "rule del pref 0")
    for one in node.meets:
        yield f"rule add pref 0 to {one} ipproto {PIM} lookup {PIM}"
        yield f"route add local {one} dev lo table {PIM}"


def _plugged(plug: Plug) -> Iterator[str]:
    for one in plug.addresses:
        yield f"address add {one} dev {plug.interface}{_at_once(one.ip)}"
    yield f"link set dev {plug.interface} up"


def lends(lab: Lab) -> Iterator[tuple[str, Lend]]:
    """(name of the wire, the step) for each service's interface at a router."""
    for wire in lab.wires:
        for near, far in (wire.plugs, wire.plugs[::-1]):
            if near.lent:
                space = space_name(lab.name, near.node)
                yield wire.name, Lend(space=space, interface=near.interface, addresses=near.lent, mac=far.mac)


def _at_once(address: Address) -> str:
    return " nodad" if address.version == 6 else ""  # nobody else is on the wire: no wait for duplicates


def _backend(lab: Lab, pipe: Pipe, means: Means) -> tunnels.Backend:
    return tunnels.fitting(pipe, means.tunnels[pipe.tunnel.outer[0].version], lab.least_mtu)


def _bpf_ends(lab: Lab, means: Means) -> Iterator[Step]:
    """Where there are interfaces of all wires and tunnels, the programs of tunnels' ends are put at them."""
    made = [pipe for pipe in lab.pipes if _backend(lab, pipe, means) is tunnels.Backend.BPF]
    for pipe in made:
        for index, end in enumerate(pipe.plugs):
            others: list[Wire | Pipe] = [*lab.wires, *(one for one in made if one is not pipe)]
            over = [plug.interface for one in others for plug in one.plugs if plug.node == end.node]
            yield Tell(node=end.node, words=tunnels.bpf_words(pipe, index, over, means.python), after=())


def _queues(lab: Lab, means: Means) -> Iterator[Step]:
    lines: dict[str, list[str]] = {}
    for wire in lab.wires:
        for plug in wire.plugs:
            lines.setdefault(plug.node, []).extend(_queue(wire, plug, means))
    for node, given in lines.items():
        if given:
            yield Commands(program="tc", space=space_name(lab.name, node), lines=tuple(given))


def _queue(wire: Wire, plug: Plug, means: Means) -> Iterator[str]:
    delayed = means.delays is delays.Backend.NETEM and wire.delay_ms > 0
    if delayed:
        yield f"qdisc add dev {plug.interface} root handle 1: netem delay {wire.delay_ms:g}ms limit 100000"
    if means.tbf and wire.rate_bps is not None:
        burst = max(int(wire.rate_bps * BURST_MS / 8000), 2 * wire.mtu)
        where = "parent 1:1" if delayed else "root"
        rate = f"rate {wire.rate_bps:.0f}bit burst {burst} latency {QUEUE_MS}ms"
        yield f"qdisc add dev {plug.interface} {where} tbf {rate}"


def interfaces_of(lab: Lab, name: str) -> list[Plug]:
    """The interfaces that go down when something called `name` does: a link, a router, or a server.

    Of what ties a host to its router only the router's end: so the host keeps its routes.
    """
    found = []
    routers = {node.name for node in lab.of_kind(Kind.ROUTER)}
    for one in lab.joined:
        if name == one.name or name in [plug.node for plug in one.plugs]:
            found += [plug for plug in one.plugs if plug.node in routers]
    return found


def needs_frr(lab: Lab) -> set[str]:
    """Daemons of FRR that some node runs."""
    return {daemon for node in lab.nodes if node.daemon is Daemon.FRR for daemon in daemons_of(node)}


def restart(lab: Lab, means: Means, gone: frozenset[tuple[str, str]], down: tuple[str, ...]) -> tuple[Step, ...]:
    """Start what is not alive, (node, program) in `gone`, but what belongs to something that is down still."""
    wanted = [one for one in all_processes(lab, means) if one.node not in down and (one.node, one.name) in gone]
    return tuple(_starts(lab, wanted))


READY = {Daemon.BIRD: "/run/bird/bird.ctl", Daemon.FRR: "/run/frr/bgpd.vty"}


def switched(lab: Lab, down: Collection[str], changed: Collection[str]) -> tuple[Step, ...]:
    """Tell daemons what to announce now, as what watches the servers would; of what has to do with `changed`."""
    found = []
    for one in lab.switches:
        if one.node not in down and {one.node, *one.servers} & set(changed):
            up = any(server not in down for server in one.servers)
            ready = READY[lab.node(one.node).daemon]
            found.append(Tell(node=one.node, words=one.on if up else one.off, after=(ready,)))
    return tuple(found)
