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

from catchment.agent.lease import MOST_BYTES, Renewed, read_held, written
from catchment.agent.speakers.opening import to_words
from catchment.model.address import Prefix
from catchment.model.agent import SpeakerSpec, Timing

SILENT = 4
"""Renewals without an answer after which a guardian is taken for hung. It may be busy with a speaker for one or two."""

BEGINS_S = 5.0
"""How long a new guardian may take to answer first: an interpreter starts in 0.1 s, on a busy machine in seconds."""


class Process(Protocol):
    """A child of ours, as subprocess.Popen has it."""

    @property
    def pid(self) -> int:
        """Its number."""

    def poll(self) -> int | None:
        """None while it runs."""

    def send_signal(self, number: int, /) -> None:
        """See os.kill."""

    def wait(self) -> int:
        """Until it has ended."""


@dataclass
class Guarded:
    """A guardian that runs. answered: the number of the last word that it has read; 0: none yet."""

    process: Process
    socket: socket.socket
    began_s: float
    number: int = 0
    answered: int = 0


class Guarding:
    """Keeps one guardian alive, and its lease renewed.

    `renew` is called by the decision loop itself, after it has decided; no thread does it beside, which would go on
    when the loop hangs.
    """

    def __init__(self, spec: SpeakerSpec, timing: Timing) -> None:
        self.spec = spec
        self.timing = timing
        self.guarded: Guarded | None = None
        self.withdrew = False
        self.deaths = 0

    def renew(self, prefixes: tuple[Prefix, ...], at_s: float, lease_s: float | None = None) -> None:
        """Say that these may stand for lease_s more. Starts a guardian when there is none that lives and answers."""
        length_s = self.timing.lease_s if lease_s is None else lease_s
        self._read()
        if self.guarded is not None and not self._fit(self.guarded, at_s):
            self._bury(self.guarded)
        if self.guarded is None:
            self.guarded = self._start(prefixes, at_s, length_s)
            return
        self.guarded.number += 1
        word = Renewed(number=self.guarded.number, lease_s=length_s, prefixes=prefixes)
        with suppress(OSError):  # full: it does not read, and is seen by that it does not answer
            self.guarded.socket.send(written(word), socket.MSG_DONTWAIT)

    @property
    def pid(self) -> int | None:
        """Of the guardian that runs."""
        return None if self.guarded is None else self.guarded.process.pid

    def took_over(self) -> bool:
        """Whether the guardian has withdrawn since this was last asked."""
        self._read()
        found, self.withdrew = self.withdrew, False
        return found

    def dismiss(self) -> None:
        """End the guardian without a word; the next renewal starts one that is told how things are now."""
        if self.guarded is not None:
            self._bury(self.guarded)
            self.deaths -= 1

    def close(self) -> None:
        """Let the guardian see our end: it withdraws what is left, and ends by itself."""
        if self.guarded is not None:
            self.guarded.socket.close()

    def hand_over(self) -> tuple[int, int]:
        """The socket as a number that survives exec, and the guardian's process; the next agent adopts both."""
        assert self.guarded is not None, "there is a guardian from the first renewal on"
        fd = self.guarded.socket.fileno()
        os.set_inheritable(fd, True)
        return fd, self.guarded.process.pid

    def _read(self) -> None:
        guarded = self.guarded
        if guarded is None:
            return
        with suppress(OSError, ValueError, KeyError, TypeError):
            while datagram := guarded.socket.recv(MOST_BYTES, socket.MSG_DONTWAIT):
                held = read_held(datagram)
                guarded.answered = max(guarded.answered, held.number)
                self.withdrew = self.withdrew or held.withdrew

    def _fit(self, guarded: Guarded, at_s: float) -> bool:
        if guarded.process.poll() is not None:
            return False
        if guarded.answered == 0:
            return at_s - guarded.began_s < BEGINS_S
        return guarded.number - guarded.answered < SILENT

    def _bury(self, guarded: Guarded) -> None:
        """A guardian that is hung is killed: its socket then closes here and there, and only the new one counts."""
        self.deaths += 1
        with suppress(ProcessLookupError):
            guarded.process.send_signal(signal.SIGKILL)
        guarded.process.wait()
        guarded.socket.close()
        self.guarded = None

    def _start(self, prefixes: tuple[Prefix, ...], at_s: float, lease_s: float) -> Guarded | None:
        ours, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with its:
            words = [sys.executable, "-m", "catchment.agent.guardian", str(its.fileno())]
            try:
                process = subprocess.Popen(
                    words, pass_fds=(its.fileno(),), stdin=subprocess.DEVNULL, start_new_session=True
                )
            except OSError:  # no memory, no process numbers: it is tried again at the next renewal
                ours.close()
                self.deaths += 1
                return None
        # The first lease also covers the time that an interpreter takes to begin.
        lease = json.loads(written(Renewed(number=0, lease_s=lease_s + BEGINS_S, prefixes=prefixes)))
        steps = [[step.value, after_s] for step, after_s in self.timing.escalate]
        ours.send(json.dumps({"speaker": to_words(self.spec), "lease": lease, "steps": steps}).encode())
        return Guarded(process=process, socket=ours, began_s=at_s)


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

    def wait(self) -> int:
        """Until it has ended."""
        with suppress(ChildProcessError):
            return os.waitpid(self.pid, 0)[1]
        return -1
