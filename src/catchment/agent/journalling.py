"""Writes the journal while the agent runs, in a thread of its own: a full or slow disk holds up no decision. [I/O]

What is durable: lines are handed to the kernel as they come, so that the death of the agent loses none that was
written. The disk is asked to keep them (fdatasync) after a turn that commanded something or changed a wish, at most
once in SYNC_S: when the machine loses power, what was seen since the last decision may be lost.

What is bounded: past `most` bytes a new file is begun, and one old file is kept beside it as FILE.1. At most QUEUED
lines wait in memory.

What cannot be written is dropped and counted, and said once; when it works again the journal goes on with the whole
state (`begun` with `lost`), so that what follows can be replayed.
"""

import os
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from catchment.agent.clock import now_s, wall_s
from catchment.agent.journal import Begun, Reloaded, decided, line
from catchment.agent.loop import Sink, Turn
from catchment.agent.state import State
from catchment.model.agent import Policy

SYNC_S = 1.0
QUEUED = 10_000
"""Five minutes of an agent with 20 checks a second; 2 MiB."""

AGAIN_S = 1.0
"""How often a disk that failed is tried again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """text: to be written; weighty: what must be kept; anew: a new file begins with it."""

    text: str
    weighty: bool = False
    anew: bool = False


class Journalling(Sink):
    """A sink that writes every turn down.

    path : of the file; most_bytes: see above; say: for words to the operator, called from a thread
    lost : lines that were not written, in all
    """

    def __init__(
        self, path: Path, most_bytes: int, program: str, host: str, say: Callable[[str], None], *, store: bool
    ) -> None:
        self.path = path
        self.most_bytes = most_bytes
        self.program = program
        self.host = host
        self.say = say
        self.store = store
        self.lost = 0
        self._policy: Policy | None = None
        self._bytes = 0
        self._waiting: deque[Line] = deque()
        self._changed = threading.Condition()
        self._missed = 0
        self._failed_s: float | None = None
        self._told_failure = False
        self._ending = False
        self._writing = False
        self._file: int | None = None
        self._synced_s = float("-inf")
        self._dirty = False
        self._thread = threading.Thread(target=self._run, name="journal", daemon=True)
        self._thread.start()

    def note(self, turn: Turn, policy: Policy) -> None:
        """See Sink."""
        at_s = turn.event.at_s
        with self._changed:
            if self._failed_s is not None and now_s() - self._failed_s < AGAIN_S:
                self._drop(1)
                return
            failed, self._failed_s = self._failed_s is not None, None
        if self._policy is None or failed or self._missed or self._bytes > self.most_bytes:
            self._begin(turn.before, policy, at_s, anew=self._bytes > self.most_bytes)
        elif policy != self._policy:
            self._put(Line(text=line(Reloaded(policy=policy)), weighty=True))
        self._policy = policy
        record = decided(turn.event, turn.before, turn.after, turn.commands)
        self._put(Line(text=line(record), weighty=bool(record.commands or record.wishes)))

    def stop(self, wait_s: float) -> None:
        """Write what waits, and end; at most wait_s are waited for it."""
        with self._changed:
            self._ending = True
            self._changed.notify_all()
        self._thread.join(wait_s)

    def flush(self, wait_s: float) -> None:
        """Wait until what was noted is handed to the kernel; at most wait_s."""
        with self._changed:
            self._changed.wait_for(lambda: not self._waiting and not self._writing, wait_s)

    def _begin(self, state: State, policy: Policy, at_s: float, *, anew: bool) -> None:
        with self._changed:
            missed, self._missed = self._missed, 0
        begun = Begun(
            program=self.program, host=self.host, policy=policy, state=state, store=self.store,
            at_s=at_s, wall_s=wall_s() - now_s() + at_s, lost=missed,
        )  # fmt: skip
        self._put(Line(text=line(begun), weighty=True, anew=anew))

    def _put(self, one: Line) -> None:
        with self._changed:
            if one.anew:
                self._bytes = 0
            self._bytes += len(one.text)
            if len(self._waiting) >= QUEUED:  # the disk hangs
                self._drop(len(self._waiting) + 1)
                self._waiting.clear()
            else:
                self._waiting.append(one)
            self._changed.notify_all()

    def _drop(self, count: int) -> None:
        self._missed += count
        self.lost += count

    # --- the thread

    def _run(self) -> None:
        while True:
            with self._changed:
                if not self._waiting and not self._ending:
                    self._changed.wait(SYNC_S if self._dirty else None)
                lines, ending = list(self._waiting), self._ending
                self._waiting.clear()
                self._writing = bool(lines)
            try:
                self._write(lines)
                if self._dirty and (ending or now_s() - self._synced_s >= SYNC_S):
                    self._sync()
            except OSError as error:
                self._failed(error, len(lines))
            with self._changed:
                self._writing = False
                self._changed.notify_all()
            if ending and not lines:
                self._close()
                return

    def _write(self, lines: list[Line]) -> None:
        start = 0
        for number, one in enumerate(lines):
            if one.anew:
                self._append(lines[start:number])
                self._anew()
                start = number
        self._append(lines[start:])

    def _append(self, lines: list[Line]) -> None:
        if not lines:
            return
        file = self._file if self._file is not None else self._open()
        text = "".join(one.text for one in lines).encode()
        while text:
            text = text[os.write(file, text) :]
        self._dirty = self._dirty or any(one.weighty for one in lines)

    def _open(self) -> int:
        """Append to what is there, on a line of its own: what was there may be torn."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._file = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o640)
        there = os.fstat(self._file).st_size
        if there:
            os.write(self._file, b"\n")
        with self._changed:
            self._bytes += there
            if self._told_failure:
                self.say(f"the journal is written again; {self.lost} lines were lost")
                self._told_failure = False
        return self._file

    def _anew(self) -> None:
        self._close()
        if self.path.exists():
            self.path.replace(self.path.with_name(self.path.name + ".1"))

    def _sync(self) -> None:
        if self._file is not None:
            os.fdatasync(self._file)
        self._synced_s, self._dirty = now_s(), False

    def _close(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def _failed(self, error: OSError, lines: int) -> None:
        """Say it once; the next line after AGAIN_S tries anew, with the whole state."""
        self._close()
        with self._changed:
            self._drop(lines + len(self._waiting))
            self._waiting.clear()
            self._failed_s, self._dirty = now_s(), False
        if not self._told_failure:
            self._told_failure = True
            self.say(f"the journal {self.path} cannot be written: {error.strerror}; decisions go on without it")
