"""Do the steps of a plan, write down each before it is done, and take everything back. [I/O]"""

import os
import re
import shutil
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from itertools import groupby
from pathlib import Path

from catchment.errors import MachineError, Problem
from catchment.lab import processes, spaces
from catchment.lab.nodes import Process
from catchment.lab.state import Keeper, State, boot_id, with_alive
from catchment.lab.steps import Commands, Hold, Lend, Load, MakeSpaces, Start, Step, Tell, WriteFile
from catchment.lab.stopping import deaf

HOLD_LIMIT_S = 20.0
AT_ONCE = 4
MOST_HOST_NAME = 63  # a label, RFC 1035 2.3.4; Linux takes 64

HOLD = """set -e
cd "$1"
hostname "$2"
exec 3>held
for one in ipv4/ip_forward ipv6/conf/all/forwarding ipv6/conf/all/keep_addr_on_down ipv6/conf/default/keep_addr_on_down
do echo 1 >/proc/sys/net/$one; done
echo 1 >/proc/sys/net/ipv4/ip_nonlocal_bind # pimd binds to addresses of services, which are lent to servers
for one in all default
do
  echo 0 >/proc/sys/net/ipv6/conf/$one/accept_dad
  echo 0 >/proc/sys/net/ipv6/conf/$one/accept_ra
  echo 0 >/proc/sys/net/ipv4/conf/$one/rp_filter
  echo 1 >/proc/sys/net/ipv4/conf/$one/accept_local
done
here=$PWD
shift 2
while [ $# -gt 0 ]
do
  mount --bind "$here/$1" "$2"
  shift 2
done
echo held >&3
exec sleep infinity 3>&-
"""
"""Run in new namespaces for mounts and the host name. Arguments: the node's folder, its name, pairs of binds."""

Say = Callable[[str], None]


class Builder:
    """A lab that is being made or changed; `state` is what is written down."""

    def __init__(self, keeper: Keeper, state: State) -> None:
        self.keeper, self.state = keeper, state

    def note(self, state: State) -> None:
        """Take over a new state, and write it down."""
        self.state = state
        self.keeper.write(state)

    def build(self, steps: Sequence[Step]) -> None:
        """Do the steps. On any error what was done stays, and is written down: `undo` takes it back.

        What has nothing to do with each other is done side by side. Raises MachineError, of a full disk too.
        """
        try:
            self._build(steps)
        except OSError as error:
            what = f"cannot write {error.filename or 'a file'}: {error.strerror or error}"
            todo = "make room there, or see who may write there"
            raise MachineError(Problem(where="lab", what=what, todo=todo)) from error

    def _build(self, steps: Sequence[Step]) -> None:
        for kind, group in groupby(steps, _kind):
            ones = list(group)
            if kind is Hold:
                self.hold([one for one in ones if isinstance(one, Hold)])
            elif kind is Start:
                self.start([one.process for one in ones if isinstance(one, Start)])
            elif kind is Load or kind is Commands:
                with ThreadPoolExecutor(AT_ONCE) as pool:
                    list(pool.map(self.do, ones))
            else:
                for one in ones:
                    self.do(one)

    def do(self, step: Step) -> None:
        """Do one step."""
        match step:
            case MakeSpaces(names=names):
                self.spaces(names)
            case WriteFile():
                self.file(step)
            case Commands(program=program, space=space, lines=lines):
                spaces.batch(program, space, lines)
            case Lend():
                spaces.lend(step)
            case Load():
                self.load(step)
            case Tell():
                self.tell(step)

    def spaces(self, names: tuple[str, ...]) -> None:
        """Namespaces; none of the names may be taken."""
        taken = [name for name in names if spaces.exists(name)]
        if taken:
            what = f"there is a namespace {taken[0]} already that this lab did not make"
            raise MachineError(Problem(where="lab", what=what, todo="give the lab another --name"))
        self.note(replace(self.state, spaces=names))
        spaces.make(names)

    def file(self, step: WriteFile) -> None:
        """A file below the lab's folder; readable by daemons that run as another user."""
        path = self.keeper.folder / step.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(step.text, encoding="utf-8")
        path.chmod(step.mode)

    def hold(self, holds: Iterable[Hold]) -> None:
        """Keep nodes: a sleeping process in the namespaces of each. They are ready when they say so."""
        waiting = []
        for step in holds:
            folder = self.keeper.folder / "nodes" / step.node
            binds = []
            _daemons_own(folder / "run")
            for inner, outer in step.binds:
                (self.keeper.folder / inner).mkdir(parents=True, exist_ok=True)
                if Path(outer).is_dir():
                    binds += [str((self.keeper.folder / inner).relative_to(folder)), outer]
            for inner, who in step.owned:
                _give(self.keeper.folder / inner, who)
            space = spaces.NETNS / f"cm-{self.keeper.name}-{step.node}"
            within = ("nsenter", f"--net={space}", "unshare", "--mount", "--uts", "sh", "-c", HOLD, "hold")
            words = (*within, str(folder), _host_name(step.node), *binds)
            with deaf():
                one = processes.start(words, step.node, "", folder / "hold.log")
                self.state = replace(self.state, holders=(*self.state.holders, one))
            waiting.append((step.node, folder))
        self.note(self.state)
        self._until_held(waiting)

    def _until_held(self, waiting: list[tuple[str, Path]]) -> None:
        over = time.monotonic() + HOLD_LIMIT_S
        while waiting := [(node, folder) for node, folder in waiting if not _says(folder / "held")]:
            node, folder = waiting[0]
            if not processes.is_alive(self.state.holder(node)) or time.monotonic() > over:
                said = _tail(folder / "hold.log") or "without a word"
                raise MachineError(Problem(where=node, what=f"its namespaces could not be kept: {said}"))
            time.sleep(0.01)

    def load(self, step: Load) -> None:
        """Load a file into the kernel of a namespace."""
        words = (
            "nsenter",
            f"--net={spaces.NETNS / step.space}",
            "--",
            *step.words,
            str(self.keeper.folder / step.path),
        )
        done = spaces.run(words)
        if done.returncode != 0:
            said = (done.stderr.strip() or done.stdout.strip()).splitlines()
            what = f"{step.words[0]} refuses {step.path}: {said[0] if said else 'without a word'}"
            raise MachineError(Problem(where=step.space, what=what))

    def start(self, wanted: Iterable[Process]) -> None:
        """Start programs on nodes, or outside of all; what was started is written down also when one cannot be.

        Who is killed before that leaves them in network namespaces that are written down, where `undo` finds them: so
        what runs outside of all nodes is in the network of the first one too.
        """
        wanted = list(wanted)
        again = {(one.node, one.name) for one in wanted}  # their earlier selves are dead, and no reason to give up
        left = tuple(one for one in self.state.alive if (one.node, one.name) not in again or processes.is_alive(one))
        state = replace(self.state, alive=left)
        try:
            for process in wanted:
                words = self._words(process, state)
                log = self._folder(process.node) / f"{process.name}.log"
                with deaf():
                    state = with_alive(state, processes.start(words, process.node, process.name, log))
        finally:
            self.note(state)

    def _words(self, process: Process, state: State) -> tuple[str, ...]:
        """The command of a process, once what it waits for is there."""
        self.until_there(process.node, [process.after] if process.after else [], state)
        network = ("nsenter", f"--net={spaces.NETNS / state.spaces[0]}", "--")
        within = processes.enter(state.holder(process.node)) if process.node else network
        if process.space:  # opened before the mounts of the node hide it
            within = (*within[:2], f"--net={spaces.NETNS / process.space}", *within[3:])
        last = (str(self.keeper.folder / process.file),) if process.file else ()
        return (*within, *process.words, *last)

    def tell(self, step: Tell) -> None:
        """Run a command on a node, which has to succeed."""
        self.until_there(step.node, step.after, self.state)
        done = spaces.run((*processes.enter(self.state.holder(step.node)), *step.words))
        if done.returncode != 0:
            said = (done.stderr.strip() or done.stdout.strip()).splitlines()
            what = f"`{' '.join(step.words)}` failed: {said[-1] if said else 'without a word'}"
            raise MachineError(Problem(where=step.node, what=what))

    def until_there(self, node: str, files: Iterable[str], state: State) -> None:
        """Wait for files of a node below its /run; a program of it that has ended meanwhile is an error."""
        folder = self.keeper.folder / "nodes" / node
        over = time.monotonic() + HOLD_LIMIT_S
        for file in files:
            while not (folder / file.lstrip("/")).exists():
                dead = [one for one in state.alive if one.node == node and not processes.is_alive(one)]
                if dead or time.monotonic() > over:
                    name = dead[0].name if dead else file
                    said = _tail(folder / f"{name}.log") or "without a word"
                    what = f"{name} has ended: {said}" if dead else f"{file} does not appear"
                    raise MachineError(Problem(where=node, what=what))
                time.sleep(0.01)

    def ended(self) -> Iterator[str]:
        """Programs that do not run any more, each with its last words."""
        for one in self.state.alive:
            if not processes.is_alive(one):
                said = _tail(self._folder(one.node) / f"{one.name}.log") or "without a word"
                yield f"{one.name} on {one.node or 'the machine'} has ended: {said}"

    def _folder(self, node: str) -> Path:
        return self.keeper.folder / "nodes" / node if node else self.keeper.folder

    def stop(self, node: str) -> None:
        """End every program of a node; their sockets go too."""
        processes.end([one for one in self.state.alive if one.node == node])
        self.forget_sockets(node)

    def forget_sockets(self, node: str) -> None:
        """Control sockets that a killed daemon has left: a later one is there when its own are."""
        for name in ("bird", "frr"):
            for path in (self.keeper.folder / "nodes" / node / "run" / name).glob("*"):
                path.unlink(missing_ok=True)

    def undo(self) -> None:
        """Take back everything that is written down; what is gone already is passed over. The folder goes last."""
        if self.state.boot == boot_id():
            networks = processes.networks(spaces.NETNS / name for name in self.state.spaces)
            processes.end(self.state.alive)
            processes.end(processes.inside(networks), grace_s=1.0)
            processes.end(self.state.holders)
            spaces.remove(self.state.spaces)
            processes.end(processes.inside(networks), grace_s=0.2)  # who was just on the way in
        self.keeper.forget()
        with suppress(OSError):
            os.rmdir(self.keeper.folder.parent)  # only when it was the last lab


def _daemons_own(run: Path) -> None:
    """Folders for control sockets; FRR's daemons leave root behind and must be able to write into theirs."""
    for name in ("bird", "frr"):
        (run / name).mkdir(parents=True, exist_ok=True)
    _give(run / "frr", "frr")


def _give(folder: Path, user: str) -> None:
    """Make a folder that is a user's and of the group of that name; root's where the machine has no such user.

    Without root there is nobody else to give it to, and nobody else who runs.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with suppress(LookupError, OSError):
        shutil.chown(folder, user, user)


def _host_name(node: str) -> str:
    """A name that Linux takes: `resolver@seoul` is `resolver-seoul`."""
    return re.sub(r"[^A-Za-z0-9-]", "-", node)[:MOST_HOST_NAME].strip("-") or "node"


def _kind(step: Step) -> object:
    """Steps of one kind beside each other may be done together; lines for the machine's own namespace stand alone."""
    return step if isinstance(step, Commands) and not step.space else type(step)


def _says(path: Path) -> bool:
    """Whether there is something in a file."""
    with suppress(OSError):
        return path.stat().st_size > 0
    return False


def _tail(path: Path, lines: int = 3) -> str:
    with suppress(OSError):
        return " | ".join(path.read_text(encoding="utf-8", errors="replace").strip().splitlines()[-lines:])
    return ""
