"""Labs without root: one user namespace of the user's own, in which every command on labs runs as root. [I/O]

    user  --unshare-->  holder: user, mount, network and process namespace; what it holds ends with it
      |                   /run is its own: /run/netns for the nodes, /run/catchment is the user's folder of labs
      +--nsenter----->  the same command again, inside

So there is one code path: inside, a lab is made as root makes it. The holder ends when its record is removed, with
everything in it. Every user of the machine is number 0 inside: daemons that leave root stay what they are, for a
user without root has one number to give. user_namespaces(7), pid_namespaces(7).
"""

import fcntl
import json
import os
import re
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from catchment.errors import MachineError, Problem
from catchment.lab import processes
from catchment.lab.probe import neighbours_allowed
from catchment.lab.state import RECORD, boot_id, home
from catchment.lab.steps import Alive
from catchment.results.whole import write_whole

HELD = "held"
LIMIT_S = 10.0
LOG = ".holder.log"
NAMESPACES = ("--user", "--map-root-user", "--mount", "--net", "--pid")
UNSHARE = ("unshare", *NAMESPACES, "--fork", "--kill-child", "--mount-proc", "--propagation", "slave")

HOLD = f"""set -e
trap "exit 0" TERM
cd "$1"
for one in passwd group
do [ ! -e .$one ] || mount --bind .$one /etc/$one
done
mount -t tmpfs -o mode=755 catchment /run
mkdir /run/netns /run/catchment
mount --bind --no-canonicalize . /run/catchment
cd /
echo {HELD}
left=100
until [ -e /run/catchment/{RECORD} ]
do left=$((left - 1)); [ $left -gt 0 ]; sleep 0.1
done
while [ -e /run/catchment/{RECORD} ]
do sleep 2 & wait $!
done
"""
"""The first process inside. It reaps what is left behind, and ends soon after its record is gone."""

GO = 'cd "$1" && shift && exec "$@"'
"""Enter a folder and run a command: nsenter leaves it at the root of the mounts."""

SWITCHES = {
    "/proc/sys/kernel/unprivileged_userns_clone": ("0", "sysctl -w kernel.unprivileged_userns_clone=1"),
    "/proc/sys/user/max_user_namespaces": ("0", "sysctl -w user.max_user_namespaces=10000"),
    "/proc/sys/kernel/apparmor_restrict_unprivileged_userns": (
        "1",
        "sysctl -w kernel.apparmor_restrict_unprivileged_userns=0",
    ),
}
"""What forbids user namespaces: file -> (the value that does, what root can do). Debian, any Linux, Ubuntu 24.04."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What is written down of a holder. neighbours: how many the machine's table takes; inside it cannot be read."""

    holder: Alive
    boot: str
    neighbours: int | None


class Holder:
    """The holder of one user; `folder` is where that user's labs have theirs."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.file = folder, folder / RECORD

    def alive(self) -> Alive | None:
        """The first process inside; None when there is no holder now."""
        try:
            data = json.loads(self.file.read_text(encoding="utf-8"))
            one = Alive(**data["holder"])
            same = data["boot"] == boot_id()
        except (OSError, ValueError, KeyError, TypeError):
            return None
        return one if same and processes.is_alive(one) else None

    def started(self) -> Alive:
        """The holder that there is, or a new one. Raises MachineError with what forbids it."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with self._alone():
            return self.alive() or self._start()

    def _start(self) -> Alive:
        for name, pattern in (("passwd", r"^([^:]*:[^:]*):\d+:\d+:"), ("group", r"^([^:]*:[^:]*):\d+:")):
            with suppress(OSError):
                text = Path("/etc", name).read_text(encoding="utf-8", errors="surrogateescape")
                zeros = r"\1:0:0:" if name == "passwd" else r"\1:0:"
                mapped = re.sub(pattern, zeros, text, flags=re.MULTILINE)
                (self.folder / f".{name}").write_text(mapped, encoding="utf-8", errors="surrogateescape")
        log = self.folder / LOG
        self.file.unlink(missing_ok=True)
        log.unlink(missing_ok=True)
        outer = processes.start((*UNSHARE, "sh", "-c", HOLD, "holder", str(self.folder)), "", "holder", log)
        try:
            inner = self._until_held(outer, log)
            record = Record(holder=inner, boot=boot_id(), neighbours=neighbours_allowed())
            write_whole(self.file, [json.dumps(asdict(record)).encode()], 0o600)
        except BaseException:
            processes.end([outer], grace_s=0.5)
            self.file.unlink(missing_ok=True)
            raise
        return inner

    def _until_held(self, outer: Alive, log: Path) -> Alive:
        over = time.monotonic() + LIMIT_S
        while True:
            over_by_now = not processes.is_alive(outer) or time.monotonic() > over
            said = log.read_text(encoding="utf-8", errors="replace") if log.exists() else ""
            inner = child_of(outer.pid)
            if said.strip().endswith(HELD) and inner is not None:
                return inner
            if over_by_now:  # found before its last words were read
                raise MachineError(refusal(said, _switches()))
            time.sleep(0.01)

    def end_if_unused(self) -> None:
        """End the holder when no lab is left, and leave nothing of it."""
        if not self.folder.is_dir():
            return
        with self._alone():
            if any(one.is_dir() for one in self.folder.iterdir()):
                return
            one = self.alive()
            if one:
                processes.end([one])
            self._forget()
        with suppress(OSError):
            self.folder.rmdir()

    def forget_dead(self) -> None:
        """Remove what a holder has left that was killed, or that a reboot has ended. Its labs' folders stay."""
        if self.file.exists():
            with self._alone():
                if self.alive() is None:
                    self._forget()

    def _forget(self) -> None:
        for name in (RECORD, LOG, ".passwd", ".group"):
            (self.folder / name).unlink(missing_ok=True)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        fd = os.open(self.folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            fcntl.flock(fd, fcntl.LOCK_EX)
            yield
        finally:
            os.close(fd)


def words_inside(holder: Alive, words: Sequence[str], where: Path) -> tuple[str, ...]:
    """The command that runs `words` inside, in the folder `where`."""
    target = (f"--target={holder.pid}", "--user", "--preserve-credentials", "--mount", "--net", "--pid")
    return ("nsenter", *target, "--", "sh", "-c", GO, "inside", str(where), *words)


def child_of(pid: int) -> Alive | None:
    """A child of a process, None when it has none."""
    for entry in os.scandir("/proc"):
        if entry.name.isdecimal():
            with suppress(OSError):
                stat = Path(entry.path, "stat").read_text(encoding="ascii", errors="replace")
                if int(stat.rpartition(")")[2].split()[1]) == pid:
                    number = int(entry.name)
                    return Alive(node="", name="", pid=number, began=processes.began(number) or 0)
    return None


def _switches() -> dict[str, str]:
    found = {}
    for path in SWITCHES:
        with suppress(OSError):
            found[path] = Path(path).read_text(encoding="ascii").strip()
    return found


def refusal(said: str, switches: Mapping[str, str]) -> Problem:
    """Why a user without root can have no lab here. switches: file of SWITCHES -> what stands in it."""
    last = (said.strip().splitlines() or ["without a word"])[-1]
    what = f"without root a lab needs a user namespace, and this machine gives none: {last}"
    off = [todo for path, (bad, todo) in SWITCHES.items() if switches.get(path) == bad]
    ways = [f"let root run `{todo}`" for todo in off] or ["a container may forbid it"]
    return Problem(where="lab", what=what, todo=f"{'; '.join(ways)}; or sudo catchment lab up DESIGN")


def neighbours_outside() -> int | None:
    """What the holder's record says of the machine's neighbour table; None without a record."""
    try:
        found = json.loads((home() / RECORD).read_text(encoding="utf-8"))["neighbours"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return found if isinstance(found, int) else None
