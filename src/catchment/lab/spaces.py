"""Network namespaces, and what `ip` and `tc` make in them: many lines in one call. [I/O]"""

import ctypes
import os
import re
import subprocess
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from catchment.errors import MachineError, Problem
from catchment.lab.steps import Lend, lending

NETNS = Path("/run/netns")
LIMIT_S = 60
"""How long `ip` may take for a batch; 500 namespaces take about a second."""

APPEARS_S = 3.0
CLONE_NEWNET = 0x40000000


def exists(name: str) -> bool:
    """Whether there is a namespace of this name."""
    return (NETNS / name).exists()


def make(names: Sequence[str]) -> None:
    """Make namespaces, all or, after an error, some."""
    batch("ip", "", [f"netns add {name}" for name in names])


def remove(names: Iterable[str]) -> None:
    """Remove namespaces; those that are gone are passed over."""
    there = [name for name in names if exists(name)]
    if there:
        batch("ip", "", [f"netns del {name}" for name in there])


def batch(program: str, space: str, lines: Sequence[str]) -> None:
    """Run lines of `ip` or `tc` in a namespace ("": the machine's own). Raises MachineError with the line."""
    within = ["-n", space] if space else []
    words = [program, *within, "-batch", "-"]
    done = run(words, "\n".join(lines) + "\n")
    if done.returncode != 0:
        failed = re.search(r"Command failed -:(\d+)", done.stderr)
        line = lines[int(failed[1]) - 1] if failed else "..."
        said = done.stderr.strip().splitlines()
        what = f"`{' '.join([program, *within])} {line}` failed: {said[0] if said else 'without a word'}"
        raise MachineError(Problem(where=space or "lab", what=what))


def lend(step: Lend) -> None:
    """See Lend. Raises MachineError. The kernel makes IPv6's own route a moment after the address: it is waited for."""
    for address in step.addresses:
        first, *others = lending(step, address)
        over = time.monotonic() + APPEARS_S
        while run(["ip", "-n", step.space, f"-{address.version}", *first.split()]).returncode != 0:
            if time.monotonic() > over:
                what = f"{address} does not come up on {step.interface}"
                raise MachineError(Problem(where=step.space, what=what))
            time.sleep(0.01)
        batch("ip", step.space, others)


@contextmanager
def in_space(path: Path) -> Iterator[None]:
    """This thread is in another network namespace while this holds. Raises MachineError."""
    home = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
    try:
        try:
            there = os.open(path, os.O_RDONLY)
        except OSError as error:
            raise MachineError(Problem(where=path.name, what="the namespace is gone")) from error
        try:
            _setns(there)
            yield
        finally:
            _setns(home)
            os.close(there)
    finally:
        os.close(home)


def _setns(fd: int) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.setns(fd, CLONE_NEWNET) != 0:
        number = ctypes.get_errno()
        what = f"cannot enter a namespace: {os.strerror(number)}"
        raise MachineError(Problem(where="lab", what=what, todo="run it as the user who made the lab"))


def run(words: Sequence[str], given: str = "", limit_s: float = LIMIT_S) -> "subprocess.CompletedProcess[str]":
    """Run a command to its end. Raises MachineError when it is not there, or takes too long."""
    try:
        return subprocess.run(
            list(words), input=given, capture_output=True, text=True, check=False, timeout=limit_s, errors="replace"
        )
    except FileNotFoundError as error:
        what = f"{words[0]} is not installed"
        raise MachineError(Problem(where="lab", what=what, todo="apt-get install iproute2 util-linux")) from error
    except subprocess.TimeoutExpired as error:
        raise MachineError(Problem(where="lab", what=f"{words[0]} did not end within {limit_s:g} s")) from error
