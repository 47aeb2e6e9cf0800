"""Let something of a lab fail, or heal it, and wait until routes are at rest with what is predicted for it then.

Faults are written down before they are made; healing compares what is written with what is to be left, so that it
also takes back what a command that was killed half way has done, and a fault that hides another does not heal it.
"""

import signal
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from catchment.errors import Problem, UsageError
from catchment.lab import processes, spaces
from catchment.lab.agents import PROGRAM as AGENT
from catchment.lab.agents import drain
from catchment.lab.faults.flood import PROGRAM as FLOOD
from catchment.lab.faults.flood import senders
from catchment.lab.faults.listening import until_listening
from catchment.lab.faults.loss import lose, lose_no_more
from catchment.lab.faults.posing import PROGRAM as POSER
from catchment.lab.faults.posing import answers, local_routes, posed
from catchment.lab.faults.reloading import changed, reload
from catchment.lab.frr import daemons_of
from catchment.lab.nodes import Kind, Lab, Plug, Process, space_name
from catchment.lab.plan import interfaces_of, lends, restart, switched
from catchment.lab.steps import Alive, Start
from catchment.lab.watching import Patience, Rest
from catchment.model.address import Address
from catchment.model.fault import (
    DaemonKilled,
    Failed,
    Fault,
    Flooded,
    Hijacked,
    Hung,
    Killed,
    Lossy,
    Withdrawn,
    key,
    parsed,
)
from catchment.model.network import Daemon, Igp
from catchment.workflows.lab.agents import drainable
from catchment.workflows.lab.disturbed import Disturbed, gone_stale
from catchment.workflows.lab.done import done, healed
from catchment.workflows.lab.open import OpenLab, Prediction, chosen
from catchment.workflows.lab.up import Progress, wait

Say = Callable[[str], None]


Gone = frozenset[tuple[str, str]]
"""(node, program) of what does not run and is to."""


NOTICES_S = {Igp.ISIS: 35.0, Igp.EIGRP: 20.0}
"""After how long a silent neighbour is given up by IGPs whose timers are those of the daemon: 30 s and 15 s."""


def unheard(_sentence: str) -> None:
    """For who does not want to know."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Acted:
    """What was done to a lab, and what is predicted now.

    done  : a sentence for each fault
    notes : what is not predicted, as sentences
    """

    done: tuple[str, ...]
    prediction: Prediction

    @property
    def notes(self) -> tuple[str, ...]:
        """What is not predicted of what has failed now."""
        return self.prediction.notes


def fail(word: str | None, texts: Sequence[str], patience: Patience, progress: Progress, say: Say = unheard) -> Rest:
    """Make faults (model/fault.py says how they are written) and wait for rest.

    Raises UsageError for what is no fault, for names that are unknown, and for what is failed already.
    """
    faults = [parsed(text) for text in texts]
    opened = OpenLab(chosen(word))
    with opened.builder.keeper.alone():
        return _told(opened, cause(opened, faults), patience, progress, say)


def heal(word: str | None, texts: Sequence[str], patience: Patience, progress: Progress, say: Say = unheard) -> Rest:
    """Take back what `fail` made; without texts all of it. A text may leave out the amount: `loss:seoul-kt`."""
    opened = OpenLab(chosen(word))
    faults = named(opened, texts)
    with opened.builder.keeper.alone():
        return _told(opened, take_back(opened, faults), patience, progress, say)


def named(opened: OpenLab, texts: Sequence[str]) -> list[Fault]:
    """The faults that are meant of those that hold now, all without texts. Raises UsageError."""
    there = [parsed(text) for text in opened.state.down]
    found = []
    for text in texts:
        meant = [one for one in there if text in (str(one), key(one), str(one).partition("=")[0])]
        if not meant:
            todo = f"down are {', '.join(opened.state.down) or 'none'}"
            raise UsageError(Problem(where=text, what="it is not down", todo=todo))
        found += meant
    return found if texts else there


def cause(opened: OpenLab, faults: Sequence[Fault]) -> Acted:
    """Make faults in a lab that nobody else changes meanwhile (`keeper.alone`); waits for nothing but programs."""
    before = opened.predicted
    down = (*opened.state.down, *map(str, faults))
    stale = gone_stale([*before.faults, *faults], faults, opened.state.stale)
    prediction = Prediction(opened.drawn, down, stale)
    opened.builder.note(replace(opened.state, down=down, stale=stale))
    for fault in faults:
        _begin(opened, fault)
    _set(opened, _closed(opened.lab, prediction) - _closed(opened.lab, before), on=False)
    _pose(opened, prediction, faults)  # who announces is there when the first packets come
    _tell(opened, before.disturbed, prediction, faults)
    return Acted(done=tuple(done(opened.lab, fault, prediction.disturbed) for fault in faults), prediction=prediction)


def take_back(opened: OpenLab, faults: Sequence[Fault]) -> Acted:
    """Heal faults that hold now, in a lab that nobody else changes meanwhile; waits for nothing but programs."""
    before = opened.predicted
    down = tuple(text for text in opened.state.down if parsed(text) not in faults)
    left = [one for one in before.faults if one not in faults]
    stale = gone_stale(left, faults, opened.state.stale)
    prediction = Prediction(opened.drawn, down, stale)
    _serve(opened, prediction)
    opening = _closed(opened.lab, before) - _closed(opened.lab, prediction)
    _set(opened, opening, on=False)  # where a command was killed before it did this
    _set(opened, opening, on=True)
    opened.builder.build([step for wire, step in lends(opened.lab) if wire in _wires(opened.lab, opening)])
    for fault in faults:
        _end(opened, fault)
    _tell(opened, before.disturbed, prediction, faults, gone=_gone(opened, prediction))
    _pose(opened, prediction, faults)
    # Only now: a command that is killed before this leaves what a later one heals again from the start.
    opened.builder.note(replace(opened.state, down=down, stale=stale))
    return Acted(done=tuple(healed(fault) for fault in faults), prediction=prediction)


def _serve(opened: OpenLab, prediction: Prediction) -> None:
    """Start servers that are to live again, and wait for them: what watches a server tells of it once it answers."""
    addresses = dict(opened.lab.servers)
    gone = frozenset((node, name) for node, name in _gone(opened, prediction) if node in addresses)
    opened.builder.build(restart(opened.lab, opened.means, gone, ()))
    for server in sorted({node for node, _ in gone}):
        until_listening(opened.state.holder(server).pid, addresses[server])


def _told(opened: OpenLab, acted: Acted, patience: Patience, progress: Progress, say: Say) -> Rest:
    for sentence in (*acted.done, *(f"not predicted: {note}" for note in acted.notes)):
        say(sentence)
    return wait(opened.lab, acted.prediction, patient(opened, acted.prediction, patience), progress)


def patient(opened: OpenLab, prediction: Prediction, patience: Patience) -> Patience:
    """How long nothing may move before all is said to be at rest: who hears nothing more only notices after a while."""
    silent = prediction.down.silent or prediction.down.mute
    slow = max((NOTICES_S.get(network.igp, 0.0) for network in opened.drawn.design.networks), default=0.0)
    return replace(patience, quiet_s=max(patience.quiet_s, slow)) if silent else patience


def _begin(opened: OpenLab, fault: Fault) -> None:
    """What is done to programs and to the kernel; interfaces and files come after."""
    match fault:
        case Failed(name=name):
            _stop(opened, [one for one in _programs(opened, name) if one.name.startswith((POSER, FLOOD))])
            opened.builder.stop(name)
        case Killed(server=name):
            processes.send(_programs(opened, name), signal.SIGKILL)
        case Hung(server=name):
            processes.send(_programs(opened, name), signal.SIGSTOP)
        case DaemonKilled(router=name):
            processes.send(_routing(opened, name), signal.SIGKILL)
            opened.builder.forget_sockets(name)
        case Withdrawn(router=name):
            _drain(opened, name, on=True)
        case Lossy():
            opened.builder.build(lose(opened.lab, fault))
        case Flooded():
            opened.builder.build([Start(process=one) for one in _senders(opened, fault)])


def _end(opened: OpenLab, fault: Fault) -> None:
    match fault:
        case Hung(server=name):
            processes.send(_programs(opened, name), signal.SIGCONT)
        case Withdrawn(router=name):
            _drain(opened, name, on=False)
        case Lossy():
            opened.builder.build(lose_no_more(opened.lab, fault))
        case Flooded():
            _stop(opened, [one for one in opened.state.alive if one.name == f"{FLOOD}-{fault.service}"])


def _drain(opened: OpenLab, router: str, *, on: bool) -> None:
    """Where an agent announces, it is asked to stop, as an operator would. One that does not run announces nothing."""
    runs = any(processes.is_alive(one) for one in _programs(opened, router) if one.name == AGENT)
    if runs and drainable(opened.drawn.design, router):
        opened.builder.build([drain(opened.lab.node(router), opened.means.python, on=on)])


def _tell(
    opened: OpenLab, before: Disturbed, prediction: Prediction, acted: Sequence[Fault], gone: Gone = frozenset()
) -> None:
    """Give routers the files of the design as it is now, start what is `gone`, and switch announcements."""
    was, now = _as_told(opened, before), _as_told(opened, prediction.disturbed)
    down, silent = prediction.down, prediction.down.routers | prediction.down.mute
    files = [{node.name: node.files for node in lab.of_kind(Kind.ROUTER)} for lab in (was, now)]
    differ = changed(*files)
    fresh = {node for node, name in gone if node in files[1] and name in _routing_names(now, node)}
    for name in differ:  # what starts reads its files then
        alive = name not in silent | fresh
        opened.builder.build(list(reload(now.node(name), files[0][name], files[1][name], alive=alive)))
    opened.builder.build(restart(now, opened.means, gone, tuple(down.routers | down.servers)))
    for fault in prediction.faults:
        if isinstance(fault, Hung):
            processes.send(_programs(opened, fault.server), signal.SIGSTOP)
    touched = {*differ, *fresh, *(one.name for one in acted if isinstance(one, Failed))}
    touched |= down.servers ^ before.down.servers
    opened.builder.build(switched(now, silent | down.servers, touched))


def _as_told(opened: OpenLab, of: Disturbed) -> Lab:
    """The lab as its routers are to know the design: what a hijacker announces, it alone knows."""
    design = opened.drawn.design
    told = opened.lab if of.told is design else opened.redrawn(of.told)
    if not of.hijackers:
        return told
    taking = opened.redrawn(of.hijacked)
    return replace(
        told,
        nodes=tuple(taking.node(node.name) if node.name in of.hijackers else node for node in told.nodes),
        switches=(
            *(one for one in told.switches if one.node not in of.hijackers),
            *(one for one in taking.switches if one.node in of.hijackers),
        ),
    )


def _pose(opened: OpenLab, prediction: Prediction, acted: Sequence[Fault]) -> None:
    """Hijackers answer for what they have taken now, and for nothing else."""
    takers = [one for one in prediction.faults if isinstance(one, Hijacked)]
    routers = {one.router for one in acted if isinstance(one, Hijacked)}
    routers |= {one.name for one in acted if isinstance(one, Failed)} & {one.router for one in takers}
    for router in sorted(routers):
        _stop(opened, [one for one in opened.state.alive if (one.node, one.name) == (router, POSER)])
        kept = {address for one in takers if one.router == router for address in posed(opened.lab, one)}
        lost = {address for one in acted if isinstance(one, Hijacked) for address in posed(opened.lab, one)} - kept
        opened.builder.build(list(local_routes(opened.lab, router, sorted(kept, key=str), on=True)))
        opened.builder.build(list(local_routes(opened.lab, router, sorted(lost, key=str), on=False)))
        program = answers(opened.lab, takers, router, opened.means.python)
        if program is not None and router not in prediction.down.routers:
            opened.builder.start([program])
            until_listening(opened.state.holder(router).pid, sorted(kept, key=str))


def _stop(opened: OpenLab, ones: Sequence[Alive]) -> None:
    """End programs that a fault had started; they are not the lab's any more."""
    processes.end(ones)
    opened.builder.note(replace(opened.state, alive=tuple(one for one in opened.state.alive if one not in ones)))


def _programs(opened: OpenLab, node: str) -> list[Alive]:
    return [one for one in opened.state.alive if one.node == node]


def _routing(opened: OpenLab, router: str) -> list[Alive]:
    """The daemons that route on a node, without the ends of tunnels."""
    return [one for one in _programs(opened, router) if one.name in _routing_names(opened.lab, router)]


def _routing_names(lab: Lab, router: str) -> tuple[str, ...]:
    node = lab.node(router)
    return daemons_of(node) if node.daemon is Daemon.FRR else ("bird",)


def _gone(opened: OpenLab, prediction: Prediction) -> Gone:
    """What does not run and is to, with the faults that are left."""
    dead = {(one.node, one.name) for one in opened.state.alive if not processes.is_alive(one)}
    for fault in prediction.faults:
        if isinstance(fault, Killed):
            dead = {one for one in dead if one[0] != fault.server}
        elif isinstance(fault, DaemonKilled):
            names = _routing_names(opened.lab, fault.router)
            dead = {(node, name) for node, name in dead if node != fault.router or name not in names}
    down = {one.name for one in prediction.faults if isinstance(one, Failed)}
    return frozenset((node, name) for node, name in dead if node not in down)


def _senders(opened: OpenLab, fault: Flooded) -> Iterable[Process]:
    addresses = next(one.addresses for one in opened.drawn.design.services if one.name == fault.service)
    numbers: dict[str, int] = {}
    aims: dict[str, list[Address]] = {}
    for network in opened.drawn.design.networks:
        for client in network.clients:
            spoken = {host.version for host in client.addresses}
            aims[client.name] = [one for one in addresses if one.version in spoken]
            if aims[client.name]:
                path = spaces.NETNS / space_name(opened.lab.name, client.name)
                numbers[client.name] = path.stat().st_ino
    return senders(fault, numbers, aims, opened.means.python)


def _closed(lab: Lab, prediction: Prediction) -> frozenset[Plug]:
    """The interfaces that are down."""
    names = [one.name for one in prediction.faults if isinstance(one, Failed)]
    return frozenset(plug for name in (*names, *prediction.disturbed.shut) for plug in interfaces_of(lab, name))


def _wires(lab: Lab, plugs: Iterable[Plug]) -> set[str]:
    """The names of the wires that these are ends of."""
    ends = set(plugs)
    return {wire.name for wire in lab.wires if set(wire.plugs) & ends}


def _set(opened: OpenLab, plugs: Iterable[Plug], *, on: bool) -> None:
    by_node: dict[str, list[str]] = {}
    for plug in sorted(plugs, key=lambda one: (one.node, one.interface)):
        by_node.setdefault(plug.node, []).append(f"link set dev {plug.interface} {'up' if on else 'down'}")
    for node, lines in by_node.items():
        spaces.batch("ip", space_name(opened.lab.name, node), lines)
