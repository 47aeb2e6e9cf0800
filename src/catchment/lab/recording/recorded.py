"""Start a recorder, take in what it says, and stop it: it never outlives us. [I/O]"""

import json
import subprocess
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from catchment.errors import MachineError, Problem
from catchment.lab.recording.orders import SILENT_S, Orders, written
from catchment.results.timeline import Question, RouteMove, Stream

READY_S = 30.0


class Recording:
    """A recorder at work. What it found so far can be looked at at any time.

    It is a process of its own, for what we do meanwhile must not make questions late; when we end, however we end,
    its stdin does, and it goes.
    """

    def __init__(self, orders: Orders) -> None:
        self.orders = orders
        self.questions: list[Question] = []
        self.streams: list[Stream] = []
        self.moves: list[RouteMove] = []
        self.before: list[tuple[str, str, tuple[str, ...]]] = []
        self.late_ms = 0.0
        self._works = False
        self._ready = threading.Event()  # it works, or it is gone
        self._process = subprocess.Popen(
            [sys.executable, "-m", "catchment.lab.recording.recorder"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            start_new_session=True,  # Ctrl-C is for us; we tell it when to stop
        )  # fmt: skip
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def begin(self) -> None:
        """Give the orders, and wait until it asks. Raises MachineError."""
        assert self._process.stdin is not None
        with suppress(BrokenPipeError):
            self._process.stdin.write(written(self.orders) + "\n")
            self._process.stdin.flush()
        self._ready.wait(READY_S)
        if not self._works:
            raise MachineError(Problem(where="lab", what=f"the recorder does not work: {self._last_words()}"))

    @property
    def lives(self) -> bool:
        """Whether it still records."""
        return self._process.poll() is None

    def end(self, *, at_once: bool = False) -> str:
        """Stop it when it has told what was under way; why it ended by itself, "" when it did not. Twice is fine.

        at_once : what is under way is not waited for
        """
        ended = "" if self.lives else f"the recorder has ended: {self._last_words()}"
        assert self._process.stdin is not None
        with suppress(OSError, ValueError):  # closed already
            self._process.stdin.write("now\n" if at_once else "")
            self._process.stdin.close()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(self.orders.asking.wait_s + SILENT_S + 5)
        self._process.kill()
        self._process.wait()
        self._reader.join(5)
        for pipe in (self._process.stdout, self._process.stderr):
            if pipe is not None:
                pipe.close()
        return ended

    def _last_words(self) -> str:
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(1.0)  # it has closed its stdout, and may need a moment to go
        if self.lives or self._process.stderr is None or self._process.stderr.closed:
            return "it says nothing"
        said = self._process.stderr.read().strip().splitlines()
        return said[-1] if said else f"exit code {self._process.returncode}"

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            with suppress(ValueError, TypeError):  # half a line of one that was killed
                self.take(json.loads(line))
        self._ready.set()  # whoever waits sees that it is gone

    def take(self, record: Sequence[Any]) -> None:
        """Take in one thing that it found."""
        kind, *rest = record
        match kind:
            case "question":
                flow, sent_s, server, rtt_ms, words, port = rest
                self.questions.append(
                    Question(flow=flow, sent_s=sent_s, server=server, rtt_ms=rtt_ms, words=words, port=port)
                )
            case "stream":
                flow, server, from_s, to_s, how, tries, most_ms = rest
                self.streams.append(
                    Stream(
                        flow=flow, server=server, from_s=from_s, to_s=to_s, how=how, tries=tries, most_ms=most_ms
                    )
                )  # fmt: skip
            case "move":
                at_s, router, prefix, vias = rest
                self.moves.append(
                    RouteMove(at_s=at_s, router=router, prefix=prefix, vias=None if vias is None else tuple(vias))
                )
            case "before":
                router, prefix, vias = rest
                self.before.append((router, prefix, tuple(vias)))
            case "late":
                self.late_ms = rest[0]
            case "ready":
                self._works = True
                self._ready.set()
