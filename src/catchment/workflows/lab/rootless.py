"""Commands on labs for users without root: each is run again inside the namespaces that this user's labs have."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType

from catchment.lab.rootless import Holder, child_of, words_inside
from catchment.lab.state import home, names
from catchment.workflows.lab.up import Say

FORWARDED = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def inside(words: Sequence[str], say: Say, *, makes: bool) -> int | None:
    """Run `catchment lab WORDS` as root of this user's namespaces; its exit code. None: the caller is to go on itself.

    makes : the command may make a lab, so namespaces are made for it where there are none. They end with the last lab.

    Raises MachineError with what forbids user namespaces here.
    """
    if os.geteuid() == 0:
        return None
    holder = Holder(home())
    one = holder.started() if makes else holder.alive()
    if one is None:
        holder.forget_dead()
        if names():
            say("the namespaces of these labs are gone, after a reboot perhaps: catchment lab down NAME")
        return None
    try:
        return _ended(words_inside(one, (sys.executable, "-m", "catchment.cli", "lab", *words), Path.cwd()))
    finally:
        holder.end_if_unused()


def _ended(words: Sequence[str]) -> int:
    """Run a command to its end. What we are told to end by, it is told; a terminal tells it itself."""
    with subprocess.Popen(words) as process, _forwarding(process):
        code = process.wait()
    return 128 - code if code < 0 else code


@contextmanager
def _forwarding(process: "subprocess.Popen[bytes]") -> Iterator[None]:
    def forward(number: int, frame: FrameType | None) -> None:
        told_already = number == signal.SIGINT and _has_terminal()
        one = None if told_already else child_of(process.pid)  # nsenter itself hands nothing on
        if one:
            with suppress(ProcessLookupError):
                os.kill(one.pid, number)

    before = {number: signal.signal(number, forward) for number in FORWARDED}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _has_terminal() -> bool:
    """Whether Ctrl-C of a terminal reaches us, and all that we have started, by itself."""
    try:
        fd = os.open("/dev/tty", os.O_RDONLY | os.O_NOCTTY)
    except OSError:
        return False
    try:
        return os.tcgetpgrp(fd) == os.getpgrp()
    except OSError:
        return False
    finally:
        os.close(fd)
