"""Processes that a test can recognize, wherever they went: each sleeps for a time that is the test's own."""

import itertools
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from signal import SIGKILL

_NUMBERS = itertools.count(1)


class Mark:
    """A time to sleep for, as no other process does."""

    def __init__(self) -> None:
        self.sleep = f"sleep {900_000 + os.getpid()}.{next(_NUMBERS):03}"

    def pids(self) -> list[int]:
        """Who sleeps for so long now."""
        wanted = b"\0".join(word.encode() for word in self.sleep.split()) + b"\0"
        found = []
        for entry in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                if (entry / "cmdline").read_bytes() == wanted:
                    found.append(int(entry.name))
        return found

    def gone(self, limit_s: float = 3.0) -> bool:
        """Whether nobody does any more, within a time."""
        return _within(limit_s, lambda: not self.pids())

    def count(self, least: int, limit_s: float = 3.0) -> bool:
        """Whether at least so many do, within a time."""
        return _within(limit_s, lambda: len(self.pids()) >= least)


def ended(pid: int, limit_s: float = 3.0) -> bool:
    """Whether a process ends within a time; one that nobody has waited for yet has ended too."""

    def seen() -> bool:
        try:
            return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
        except OSError:
            return True

    return _within(limit_s, seen)


def _within(limit_s: float, seen: Callable[[], bool]) -> bool:
    until_s = time.monotonic() + limit_s
    while not seen():
        if time.monotonic() > until_s:
            return False
        time.sleep(0.01)
    return True


@contextmanager
def marked() -> Iterator[Mark]:
    """A mark, whose processes are gone afterwards in any case."""
    mark = Mark()
    try:
        yield mark
    finally:
        for pid in mark.pids():
            with suppress(ProcessLookupError):
                os.kill(pid, SIGKILL)
