"""The agent's side of the lease: starts the guardian, renews, and starts another when it is dead or silent. [I/O]"""

import json
import os
import signal
import socket
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol

from catchment.agent.events import BEGUN, Holding
from catchment.agent.lease import MOST_BYTES, Held, Renewed, read_held, written
from catchment.agent.program import words
from catchment.agent.speakers.opening import to_words
from catchment.model.agent import SpeakerSpec, Timing

SILENT = 4
"""Renewals without an answer after which a guardian is taken for hung. It may be busy with a speaker for one or two."""

BEGINS_S = 5.0
"""How long a new guardian may take to answer first: an interpreter starts in 0.1 s, on a busy machine in seconds."""

AGAIN_MOST_S = 8.0
"""The longest wait before another is started when none begins; the first wait is AGAIN_S, and it doubles."""

AGAIN_S = 0.25


class Process(Protocol):
    """A child of ours, as subprocess.Popen has it."""

    @property
    def pid(self) -> int:
        """Its number."""

    def poll(self) -> int | None:
        """None while it runs."""

    def send_signal(self, number: int, /) -> None:
        """See os.kill."""


@dataclass
class Guarded:
    """A guardian that runs. number: of the last word to it; answered: of the last that it has read, 0: none yet."""

    process: Process
    socket: socket.socket
    began_s: float
    number: int = 0
    answered: int = 0
    reaches: bool = True
    words: str = ""

    def fits(self, at_s: float) -> bool:
        """Whether it lives, and answers."""
        if self.process.poll() is not None:
            return False
        if self.answered == 0:
            return at_s - self.began_s < BEGINS_S
        return self.number - self.answered < SILENT

    def read(self) -> list[Held]:
        """What it has answered."""
        found = []
        with suppress(OSError, ValueError, KeyError, TypeError):
            while datagram := self.socket.recv(MOST_BYTES, socket.MSG_DONTWAIT):
                found.append(read_held(datagram))
                self.answered = max(self.answered, found[-1].number)
                self.reaches, self.words = found[-1].reaches, found[-1].words
        return found

    def renew(self, at_s: float, lease_s: float) -> None:
        """Announcements may stand for lease_s from now."""
        self.number += 1
        word = Renewed(number=self.number, said_s=at_s, lease_s=lease_s)
        with suppress(OSError):  # full: it does not read, and is seen by that it does not answer
            self.socket.send(written(word), socket.MSG_DONTWAIT)


class Guarding:
    """Keeps one guardian alive, and its lease renewed.

    `renew` is called by the decision loop itself, after it has decided; no thread does it beside, which would go on
    when the loop hangs. `news` says what the core has to know of it. python: that the guardian runs in.
    """

    def __init__(self, spec: SpeakerSpec, timing: Timing, python: str = sys.executable) -> None:
        self.spec = spec
        self.python = python
        self.timing = timing
        self.guarded: Guarded | None = None
        self.former: Guarded | None = None
        self.deaths = 0
        self._withdrew = False
        self._why = BEGUN
        self._told: tuple[bool, str] | None = None
        self._killed: list[Process] = []
        self._in_vain = 0
        self._next_s = float("-inf")

    def renew(self, at_s: float, lease_s: float | None = None) -> None:
        """Say that announcements may stand for lease_s more. Starts a guardian when none lives and answers."""
        length_s = self.timing.lease_s if lease_s is None else lease_s
        self._read()
        self._killed = [one for one in self._killed if one.poll() is None]
        if self.former is not None and (self.holds or not self.former.fits(at_s)):
            self._kill(self.former)
            self.former = None
        if self.guarded is not None and not self.guarded.fits(at_s):
            self._bury(self.guarded, at_s)
        if self.guarded is None and at_s >= self._next_s:
            self.guarded = self._start(at_s, length_s)
        for one in (self.guarded, self.former):
            if one is not None:
                one.renew(at_s, length_s)

    def news(self, at_s: float) -> Holding | None:
        """What changed since this was last asked; None: nothing."""
        self._read()
        held, withdrew = self.holds or self.former is not None, self._withdrew
        words = "" if held else self._why
        self._withdrew = False
        if (held, words) == self._told and not withdrew:
            return None
        self._told = held, words
        return Holding(at_s=at_s, held=held, withdrew=withdrew, words=words)

    @property
    def holds(self) -> bool:
        """Whether a guardian has answered, of late, and reaches the speaker."""
        one = self.guarded
        return one is not None and one.answered > 0 and one.number - one.answered < SILENT and one.reaches

    @property
    def pid(self) -> int | None:
        """Of the guardian that runs."""
        return None if self.guarded is None else self.guarded.process.pid

    def dismiss(self) -> None:
        """Have another guardian, that is told how things are now; this one holds the lease until that one does."""
        if self.former is not None and self.guarded is not None:
            self._kill(self.guarded)
        else:
            self.former = self.guarded
        self.guarded = None

    def close(self) -> None:
        """Let the guardian see our end: it withdraws what is left, and ends by itself."""
        for one in (self.guarded, self.former):
            if one is not None:
                one.socket.close()

    def hand_over(self) -> tuple[int, int]:
        """The socket as a number that survives exec, and the guardian's process; the next agent adopts both.

        Raises OSError when there is none to hand over.
        """
        if self.guarded is None or not self.holds:
            raise OSError(self._why or "no guardian holds the lease")
        if self.former is not None:
            self._kill(self.former)
            self.former = None
        fd = self.guarded.socket.fileno()
        os.set_inheritable(fd, True)
        return fd, self.guarded.process.pid

    def _read(self) -> None:
        for one in (self.guarded, self.former):
            if one is not None:
                self._withdrew = any(held.withdrew for held in one.read()) or self._withdrew
        if self.guarded is not None and self.guarded.answered:
            self._in_vain, self._why = 0, self.guarded.words

    def _bury(self, one: Guarded, at_s: float) -> None:
        """It is dead, or hung and killed; another is begun at once if it was of use, else later and later."""
        self.deaths += 1
        if not one.answered:
            self._in_vain += 1
            self._next_s = at_s + self._wait_s()
        said = "answers no more" if one.process.poll() is None else "is dead"
        self._why = f"the guardian {said}" if one.answered else f"a guardian was begun in vain, {self._in_vain} times"
        self._kill(one)
        self.guarded = None

    def _kill(self, one: Guarded) -> None:
        """Killed before its socket is closed, or it would take us for dead and withdraw. It is not waited for."""
        with suppress(ProcessLookupError):
            one.process.send_signal(signal.SIGKILL)
        self._killed.append(one.process)
        one.socket.close()

    def _wait_s(self) -> float:
        return float(min(AGAIN_MOST_S, AGAIN_S * 2 ** min(self._in_vain, 10)))

    def _start(self, at_s: float, lease_s: float) -> Guarded | None:
        """None when the machine has no process, memory or file descriptor for it."""
        steps = [[step.value, after_s] for step, after_s in self.timing.escalate]
        said = json.dumps({"speaker": to_words(self.spec), "steps": steps, "lease_s": lease_s}).encode()
        try:
            ours, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        except OSError as error:
            self._failed(error, at_s)
            return None
        try:
            with its, open(os.memfd_create("guardian"), "w+b") as told:  # of any length
                told.write(said)
                told.seek(0)
                process = subprocess.Popen(
                    [*words("catchment.agent.guardian", self.python), str(its.fileno())],
                    pass_fds=(its.fileno(),), stdin=told, start_new_session=True,
                )  # fmt: skip
        except OSError as error:
            ours.close()
            self._failed(error, at_s)
            return None
        return Guarded(process=process, socket=ours, began_s=at_s)

    def _failed(self, error: OSError, at_s: float) -> None:
        self.deaths += 1
        self._in_vain += 1
        self._next_s = at_s + self._wait_s()
        self._why = f"no guardian can be begun: {error.strerror or error}"


class Adopted:
    """The process of a guardian that a former agent started: after exec it still is our child."""

    def __init__(self, pid: int) -> None:
        self.pid = pid

    def poll(self) -> int | None:
        """None while it runs."""
        with suppress(ChildProcessError):
            done, status = os.waitpid(self.pid, os.WNOHANG)
            return None if done == 0 else status
        return -1

    def send_signal(self, number: int) -> None:
        """See os.kill."""
        os.kill(self.pid, number)
