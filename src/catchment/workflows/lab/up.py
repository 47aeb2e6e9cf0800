"""A lab from up to down: a design in namespaces of this machine, with the very files that real routers load."""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Thread

from catchment.errors import MachineError, Problem
from catchment.lab import delays, tunnels
from catchment.lab.building import Builder
from catchment.lab.nodes import Lab
from catchment.lab.plan import needs_frr, plan
from catchment.lab.probe import TRIED, Ability, abilities, missing_programs, neighbours_allowed
from catchment.lab.rootless import neighbours_outside
from catchment.lab.state import Keeper, State, boot_id, in_user_namespace, names
from catchment.lab.steps import words
from catchment.lab.stopping import deaf, interruptible
from catchment.lab.watching import Patience, Read, Rest, routes_of, until_at_rest
from catchment.model.network import Daemon
from catchment.results.lab import Routes
from catchment.verify.observed import fitting, route_differences
from catchment.workflows.lab.agents import sentences, settles_s
from catchment.workflows.lab.design import stand_ins
from catchment.workflows.lab.open import Drawn, Prediction, chosen, drawn, means
from catchment.workflows.lab.servers import server_words
from catchment.workflows.trace import read_inside

Say = Callable[[str], None]
Progress = Callable[[int, int | None], None]
PATIENT = Patience()
NAMED = 6  # differences that an error lists


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """How a lab is to be. name: None: that of the design; daemon: for routers of which the design says nothing.

    delays : whether links are as late as the design says, where the machine can do that
    servers: the name server that answers for services that speak DNS; "": as the design says
    """

    name: str | None = None
    daemon: str = ""
    delays: bool = True
    patience: Patience = PATIENT
    servers: str = ""


def up(path: Path, wanted: Wanted, say: Say, progress: Progress) -> Rest:
    """Make a lab and wait until it is at rest. Whatever stops it half way, what was made is taken back.

    Raises UsageError when there is such a lab, MachineError for what the machine cannot do. A lab that is still moving
    when the time is over stays up, to be looked at; that is a MachineError too.
    """
    _must_be_root()
    of = drawn(path, wanted.name, wanted.daemon, wanted.servers)
    keeper = Keeper(of.lab.name)
    keeper.must_be_free()
    prediction = Prediction(of, ())
    tried = abilities()
    _must_have(of.lab, tried)
    choices = (
        *_choices(of, path, tried, late=wanted.delays),
        *(("servers", words) for words in server_words(of.design, dict(of.programs), wanted.servers)),
    )
    for what, why in choices:
        say(f"{what}: {why}")
    state = State(
        name=of.lab.name,
        design=str(of.path),
        digest=of.digest,
        daemon=wanted.daemon,
        boot=boot_id(),
        choices=choices,
        delays=wanted.delays,
        programs=of.programs,
    )
    if prediction.moves:
        say("bgp: by the prediction it never settles, so routes may move for ever: catchment bgp tells why")
    with interruptible():
        keeper.claim(state)
        builder = Builder(keeper, state)
        try:
            with keeper.alone():
                early = Thread(target=lambda: prediction.routes, daemon=True)  # seconds, for hundreds of routers
                early.start()
                builder.build(plan(of.lab, means(tried, late=wanted.delays)))
                nodes = f"{len(of.lab.nodes)} nodes, {len(of.lab.wires) + len(of.lab.pipes)} links"
                say(f"{of.lab.name}: {nodes}; waiting until routes are at rest")
                early.join()
                rest = wait(of.lab, prediction, wanted.patience, progress)
                builder.note(replace(builder.state, ready=rest.quiet))
                for sentence in builder.ended():
                    say(sentence)
        except BaseException:
            with deaf():
                builder.undo()
            raise
    _must_rest(of.lab.name, prediction, rest)
    return rest


def steps(path: Path, wanted: Wanted) -> Iterator[str]:
    """What `up` would do, as lines; nothing is made but the namespace in which the machine is tried."""
    of = drawn(path, wanted.name, wanted.daemon, wanted.servers)
    for step in plan(of.lab, means(abilities() if os.geteuid() == 0 else UNTRIED, late=wanted.delays)):
        yield from words(step)


UNTRIED = tuple(Ability(name=name, works=name == "tun") for name in TRIED)
"""Without root nothing can be tried: the least is assumed."""


def down(word: str | None) -> str | None:
    """Take a lab back: exactly what was made for it, also after a crash. None when there was none."""
    if word is None and not names():
        return None
    keeper = chosen(word)
    if not keeper.folder.exists():
        return None
    with keeper.alone(), deaf():
        Builder(keeper, keeper.read()).undo()
    return keeper.name


def wait(lab: Lab, prediction: Prediction, patience: Patience, progress: Progress) -> Rest:
    """Wait until the routers' kernels have the routes that are predicted, or nothing moves any more."""
    expected = prediction.routes
    before: Read = {}
    counted: dict[str, tuple[Routes, tuple[int, int]]] = {}

    def fits(seen: Mapping[str, Routes]) -> tuple[int, int]:
        for router, wanted in expected.items():
            if router not in counted or counted[router][0] is not seen[router]:
                counted[router] = seen[router], fitting({router: wanted}, seen)
        return sum(done for _, (done, _) in counted.values()), sum(total for _, (_, total) in counted.values())

    quiet_s = max(patience.quiet_s, settles_s(prediction.drawn.design, lab.name, expected))
    patience = replace(patience, quiet_s=quiet_s)
    return until_at_rest(lambda: routes_of(lab.name, expected, before), fits, patience, progress)


def _must_rest(name: str, prediction: Prediction, rest: Rest) -> None:
    if rest.quiet:
        return
    wrong = list(route_differences(prediction.routes, rest.routes))
    listed = "; ".join(f"{one.router}: {one.prefix}" for one in wrong[:NAMED])
    what = f"after {rest.took_s:.0f} s {len(wrong)} routes are not as predicted and still move: {listed}"
    todo = f"it stays up to be looked at: catchment lab status {name}; catchment lab down {name}"
    raise MachineError(Problem(where=f"lab {name}", what=what, todo=todo))


def _must_be_root() -> None:
    if os.geteuid() != 0:
        what = "namespaces with links between them need root here"
        raise MachineError(Problem(where="lab", what=what, todo="sudo catchment lab up DESIGN"))


PACKAGES = {
    "bird": "bird2",
    "birdc": "bird2",
    "vtysh": "frr",
    "nft": "nftables",
    "sysctl": "procps",
    "ip": "iproute2",
    "stayrtr": "stayrtr",
}


def _package(program: str) -> str:
    return PACKAGES.get(program, "frr" if "frr" in program else "util-linux")


def _must_have(lab: Lab, tried: Sequence[Ability]) -> None:
    """Programs, and what the kernel cannot do without. Raises MachineError with everything that is missing."""
    wanted = {"ip", "tc", "unshare", "nsenter", "sysctl"}
    daemons = {node.daemon for node in lab.nodes}
    wanted |= {"bird", "birdc"} if Daemon.BIRD in daemons else set()
    wanted |= {"vtysh", *(f"/usr/lib/frr/{one}" for one in needs_frr(lab))} if Daemon.FRR in daemons else set()
    wanted |= {"nft"} if any(file.target.endswith(".nft") for node in lab.nodes for file in node.files) else set()
    wanted |= {"stayrtr"} if any(node.validates_at for node in lab.nodes) else set()
    problems = [
        Problem(where="lab", what=f"{one} is not installed", todo=f"apt-get install {_package(one)}")
        for one in missing_programs(wanted)
    ]
    works = {one.name: one for one in tried}
    if not works["veth"].works:
        problems.append(Problem(where="lab", what=f"the kernel makes no veth: {works['veth'].words}"))
    for version in _outer(lab):
        best = tunnels.choice(version, tried)
        if best.backend is None:
            problems.append(Problem(where="lab", what=best.why, todo="leave the tunnels out of the design"))
        for pipe, why in _left_to_program(lab, version, best):
            if not works["tun"].works:
                what = f"{pipe} is a tunnel for a program: {why}; no TUN interface can be made ({works['tun'].words})"
                problems.append(Problem(where="lab", what=what))
    allowed, needed = neighbours_allowed(), 2 * len(lab.wires)
    allowed = neighbours_outside() if allowed is None else allowed
    if allowed is not None and needed >= allowed:
        what = f"{needed} neighbours do not fit the kernel's table of {allowed}, which all namespaces share"
        todo = (
            f"sysctl -w net.ipv4.neigh.default.gc_thresh3={4 * needed} net.ipv6.neigh.default.gc_thresh3={4 * needed}"
        )
        problems.append(Problem(where="lab", what=what, todo=todo))
    if problems:
        raise MachineError(*problems)


def _choices(of: Drawn, path: Path, tried: Sequence[Ability], *, late: bool) -> Iterator[tuple[str, str]]:
    """What was chosen for this machine, and why."""
    works = {one.name: one for one in tried}
    counts = {daemon: sum(node.daemon is daemon for node in of.lab.nodes) for daemon in (Daemon.BIRD, Daemon.FRR)}
    yield "routers", ", ".join(f"{count} with {daemon.value}" for daemon, count in counts.items() if count) or "none"
    if in_user_namespace():
        yield "rights", "no root: everything is in one user namespace of yours, and ends with it"
    for sentence in sentences(of.design):
        yield "agents", sentence
    for sentence in stand_ins(read_inside(path)):
        yield "stand-in", sentence
    if any(wire.delay_ms for wire in of.lab.wires):
        best = delays.choice(tried)
        fast = "" if best.backend else "; every link is as fast as it can be"
        yield "delays", f"{best.why}{fast}" if late else "left out, as asked for"
    if any(wire.rate_bps is not None for wire in of.lab.wires):
        tbf = works["tbf"]
        yield "rates", "tbf" if tbf.works else f"not limited (tbf: {tbf.words})"
    for version in _outer(of.lab):
        how = tunnels.choice(version, tried)
        yield "tunnels", how.why
        for pipe, why in _left_to_program(of.lab, version, how):
            yield "tunnels", f"a program moves the packets of {pipe}: {why}"


def _left_to_program(lab: Lab, version: int, best: tunnels.Choice) -> Iterator[tuple[str, str]]:
    """(tunnel, why) for each over IP of this version that what is best here refuses."""
    for pipe in lab.pipes:
        if best.backend is not None and pipe.tunnel.outer[0].version == version:
            why = tunnels.refusal(best.backend, pipe, lab.least_mtu)
            if why:
                yield pipe.name, why


def _outer(lab: Lab) -> list[int]:
    """The versions of IP that tunnels go over."""
    return sorted({pipe.tunnel.outer[0].version for pipe in lab.pipes})
