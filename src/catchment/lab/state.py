"""What a lab has made, in a file that is written before each act: so `down` finds all of it after a crash too. [I/O]

/run/catchment/NAME/state.json; without root below $XDG_RUNTIME_DIR. The folder is made first and removed last, so
whoever has made it owns the name.
"""

import fcntl
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from catchment.errors import MachineError, Problem, UsageError
from catchment.lab.processes import began
from catchment.lab.steps import Alive
from catchment.results.whole import write_whole

VERSION = 1
FILE = "state.json"
RECORD = ".holder.json"
"""Beside the labs of a user without root: what keeps their namespaces (lab/rootless.py)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """A lab as it is on the machine.

    design, digest : what it was made from: the file's path, and its hash
    daemon, delays : how it was to be: what runs where the design does not say; whether links are late
    boot           : of the machine when it was made; after another boot its processes are gone
    ready          : it came up as a whole
    spaces         : namespaces that may have been made
    holders        : the processes that keep nodes
    alive          : programs on nodes
    down           : the texts of the faults that hold now, in the order of their making
    stale          : of these the killed routing daemons since which something else has moved routes
    choices        : what the machine could do, and what was done for it
    programs       : (service, the name server that answers for it), of those that ours does not answer for
    """

    name: str
    design: str
    digest: str
    daemon: str
    boot: str
    delays: bool = True
    ready: bool = False
    spaces: tuple[str, ...] = ()
    holders: tuple[Alive, ...] = ()
    alive: tuple[Alive, ...] = ()
    down: tuple[str, ...] = ()
    stale: tuple[str, ...] = ()
    choices: tuple[tuple[str, str], ...] = ()
    programs: tuple[tuple[str, str], ...] = ()

    def holder(self, node: str) -> Alive:
        """Who keeps a node. Raises UsageError."""
        for one in self.holders:
            if one.node == node:
                return one
        known = ", ".join(one.node for one in self.holders[:12])
        raise UsageError(
            Problem(where=node, what=f'the lab {self.name} has no node "{node}"', todo=f"it has {known}")
        )


def home() -> Path:
    """Where labs keep their folders; for users without root where the system has a place for them, else at home."""
    if os.geteuid() == 0:
        return Path("/run/catchment")
    place = Path(os.environ.get("XDG_RUNTIME_DIR") or f"/run/user/{os.geteuid()}")
    return (place if os.access(place, os.W_OK) else Path.home() / ".local" / "state") / "catchment"


def boot_id() -> str:
    """A word that is another one after each boot; inside a user's own namespaces also for each holder of them."""
    word = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    return f"{word} {began(1)}" if in_user_namespace() else word


def in_user_namespace() -> bool:
    """Whether root's rights are for our own namespaces only: not every user of the machine is here (proc(5))."""
    try:
        words = Path("/proc/self/uid_map").read_text(encoding="ascii").split()
    except OSError:
        return False
    return words != ["0", "0", str(2**32 - 1)]


class Keeper:
    """The folder of one lab, and its state."""

    def __init__(self, name: str) -> None:
        self.name, self.folder = name, home() / name

    def claim(self, state: State) -> None:
        """Take the name: the folder is made, with the state in it. Raises UsageError when there is such a lab."""
        self.folder.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
        try:
            self.folder.mkdir(mode=0o755)
        except FileExistsError:
            self.must_be_free()
            raise
        try:
            self.write(state)
        except BaseException:  # a full disk: the name stays free
            self.forget()
            raise

    def must_be_free(self) -> None:
        """Raises UsageError when there is such a lab."""
        if self.folder.exists():
            what = f"a lab {self.name} is up already, or was left behind"
            todo = f"catchment lab status {self.name}; catchment lab down {self.name}; or give another --name"
            raise UsageError(Problem(where="lab", what=what, todo=todo))

    def write(self, state: State) -> None:
        """Write the state, whole or not at all."""
        write_whole(self.folder / FILE, [json.dumps({"version": VERSION, **asdict(state)}, indent=1).encode()], 0o600)

    def read(self) -> State:
        """The state. Raises UsageError when there is no such lab, MachineError when it cannot be understood."""
        path = self.folder / FILE
        try:
            data = json.loads(path.read_text(encoding="utf-8"))
            if data.pop("version") != VERSION:
                raise ValueError("it is of another version")
            return _state(data)
        except FileNotFoundError as error:
            todo = f"labs that are up: {', '.join(names()) or 'none'}"
            raise UsageError(Problem(where="lab", what=f"there is no lab {self.name}", todo=todo)) from error
        except (OSError, ValueError, KeyError, TypeError) as error:
            todo = "remove its namespaces (ip netns list) and this folder by hand"
            raise MachineError(Problem(where=str(path), what=f"cannot read it: {error}", todo=todo)) from error

    def forget(self) -> None:
        """Remove the folder."""
        with suppress(FileNotFoundError):
            shutil.rmtree(self.folder)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """While this holds nobody else changes the lab. Raises UsageError when somebody does."""
        try:
            fd = os.open(self.folder, os.O_RDONLY | os.O_DIRECTORY)
        except FileNotFoundError:
            yield  # there is no such lab; whoever reads it says so
            return
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            yield
        except BlockingIOError as error:
            what = f"another command is changing the lab {self.name} right now"
            raise UsageError(Problem(where="lab", what=what, todo="wait until it has ended")) from error
        finally:
            os.close(fd)


def names() -> list[str]:
    """Every lab that there is."""
    with suppress(OSError):
        return sorted(path.parent.name for path in home().glob(f"*/{FILE}"))
    return []


def with_alive(state: State, one: Alive) -> State:
    """The same with a program more, or again."""
    others = tuple(old for old in state.alive if (old.node, old.name) != (one.node, one.name))
    return replace(state, alive=(*others, one))


def _state(data: dict[str, Any]) -> State:
    for name in ("holders", "alive"):
        data[name] = tuple(Alive(**one) for one in data[name])
    for name in ("spaces", "down", "stale"):
        data[name] = tuple(data.get(name, ()))
    data["choices"] = tuple((str(what), str(why)) for what, why in data["choices"])
    data["programs"] = tuple((str(service), str(program)) for service, program in data.get("programs", ()))
    return State(**data)
