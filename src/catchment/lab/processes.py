"""Start programs on nodes, and end them by their number and the time at which they began, never by name. [I/O]

A number alone may be somebody else's by now: the kernel gives it out again.
"""

import os
import select
import signal
import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from catchment.errors import MachineError, Problem
from catchment.lab.steps import Alive

GRACE_S = 3.0
"""How long a program may take to end after SIGTERM; then it is killed."""


def began(pid: int) -> int | None:
    """When a process began, in clock ticks after boot (proc(5), field 22 of stat); None when there is none."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
    except OSError:
        return None
    return int(stat.rpartition(")")[2].split()[19])  # the name before it may hold spaces and parentheses


def is_alive(one: Alive) -> bool:
    """Whether the very program that was started still runs (not only waits to be reaped)."""
    if began(one.pid) != one.began:
        return False
    with suppress(OSError):
        stat = Path(f"/proc/{one.pid}/stat").read_text(encoding="ascii", errors="replace")
        return stat.rpartition(")")[2].split()[0] not in ("Z", "X")
    return False


def enter(holder: Alive) -> tuple[str, ...]:
    """The words before a command that is to run on the node that `holder` keeps. Raises MachineError."""
    if not is_alive(holder):
        what = f"the process that keeps {holder.node} is gone"
        raise MachineError(Problem(where="lab", what=what, todo="catchment lab down, then up again"))
    return ("nsenter", f"--target={holder.pid}", "--net", "--uts", "--mount", "--")


def start(words: Sequence[str], node: str, name: str, log: Path) -> Alive:
    """Start a program that outlives us; what it says goes to the file `log`."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
    actions = [
        (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
        (os.POSIX_SPAWN_OPEN, 1, str(log), flags, 0o600),
        (os.POSIX_SPAWN_DUP2, 1, 2),
    ]
    try:
        pid = os.posix_spawnp(words[0], list(words), os.environ, file_actions=actions, setsid=True)
    except OSError as error:
        what = f"cannot start {words[0]}: {error.strerror or error}"
        raise MachineError(Problem(where=node, what=what)) from error
    return Alive(node=node, name=name, pid=pid, began=began(pid) or 0)


def end(ones: Iterable[Alive], grace_s: float = GRACE_S) -> None:
    """End programs: all are asked, and what has not ended after `grace_s` is killed. Who is gone is passed over."""
    held = [(one, fd) for one in ones if (fd := _hold(one)) is not None]
    try:
        for signal_number in (signal.SIGTERM, signal.SIGKILL):
            waiting = {fd for _, fd in held}
            for fd in waiting:
                with suppress(ProcessLookupError):
                    signal.pidfd_send_signal(fd, signal_number)
            left = _wait(waiting, grace_s)
            held = [pair for pair in held if pair[1] in left]
            if not held:
                break
    finally:
        for _, fd in held:
            os.close(fd)


def send(ones: Iterable[Alive], number: int) -> None:
    """Send a signal to programs and to what they have forked (NSD answers in children); who is gone is passed over.

    After SIGKILL they are waited for.
    """
    held = [fd for one in _with_forks(list(ones)) if (fd := _hold(one)) is not None]
    for fd in held:
        with suppress(ProcessLookupError):
            signal.pidfd_send_signal(fd, number)
    left = _wait(set(held), GRACE_S) if number == signal.SIGKILL else set(held)
    for fd in left:
        os.close(fd)


def _with_forks(ones: list[Alive]) -> list[Alive]:
    """Programs, and then the processes of the sessions that they lead: `start` gives each one of its own."""
    leaders = {one.pid: one for one in ones if began(one.pid) == one.began}
    found = list(ones)
    for entry in os.scandir("/proc") if leaders else ():
        if entry.name.isdecimal() and int(entry.name) not in leaders:
            with suppress(OSError):
                session = os.getsid(int(entry.name))
                when = began(int(entry.name))
                if session in leaders and when is not None:
                    leader = leaders[session]
                    found.append(Alive(node=leader.node, name=leader.name, pid=int(entry.name), began=when))
    return found


def _hold(one: Alive) -> int | None:
    """A descriptor of exactly that process, None when it is gone: it stays right when the number is given out again."""
    try:
        fd = os.pidfd_open(one.pid)
    except OSError:
        return None
    if began(one.pid) == one.began:
        return fd
    os.close(fd)
    return None


def _wait(fds: set[int], limit_s: float) -> set[int]:
    """Those of `fds` whose process has not ended when the time is over; the others are closed and reaped."""
    poll, left = select.poll(), set(fds)
    for fd in fds:
        poll.register(fd, select.POLLIN)
    over = time.monotonic() + limit_s
    while left and (wait_s := over - time.monotonic()) > 0:
        for fd, _ in poll.poll(wait_s * 1000):
            with suppress(ChildProcessError):  # a child of an earlier `catchment lab up` is not ours to reap
                os.waitid(os.P_PIDFD, fd, os.WEXITED | os.WNOHANG)
            poll.unregister(fd)
            os.close(fd)
            left.discard(fd)
    return left


def networks(spaces: Iterable[Path]) -> dict[int, str]:
    """The numbers of network namespaces, which stay theirs while somebody is inside, with their names."""
    wanted = {}
    for path in spaces:
        with suppress(OSError):
            wanted[path.stat().st_ino] = path.name
    return wanted


def inside(wanted: Mapping[int, str]) -> list[Alive]:
    """Every process in one of these `networks`, whoever started it."""
    found = []
    for entry in os.scandir("/proc") if wanted else ():
        if entry.name.isdecimal():
            with suppress(OSError):
                name = wanted.get(os.stat(f"/proc/{entry.name}/ns/net").st_ino)
                when = began(int(entry.name))
                if name is not None and when is not None and int(entry.name) != os.getpid():
                    found.append(Alive(node=name, name="", pid=int(entry.name), began=when))
    return found
