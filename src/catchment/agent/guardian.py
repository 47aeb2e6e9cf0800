"""The guardian: a small process that withdraws when the agent's renewals stop. It does nothing else. [I/O]

It is started by the agent, in a session of its own, with a socket to it and a control connection of its own to the
speaker. Whatever happens to the agent, one of these is seen here:

    killed, crashed, out of memory   its end of the socket closes: everything is withdrawn at once
    hung, stopped in a debugger      no word for lease_s: everything is withdrawn, again and again until it is gone
    well again after that            it renews, and the guardian stands back

Without an agent it goes on until the speaker confirms that nothing is left, and ends then. Its own death changes
nothing of what is announced; the agent sees it and starts another. Signals do not end it: systemd sends them to all
processes of a unit at once, and then the agent's own end is what it waits for.
"""

import json
import os
import select
import signal
import socket
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from catchment.agent.clock import now_s
from catchment.agent.lease import MOST_BYTES, Held, Lease, orphaned, read_renewed, renewed, written
from catchment.agent.speakers.opening import from_words, open_speaker
from catchment.agent.speakers.speaker import Speaker, SpeakerSilent
from catchment.model.address import Prefix
from catchment.model.agent import Step

TURN_S = 0.25
"""The longest wait before the lease is looked at again: `select` does not count the time of a machine's sleep."""

REACH_S = 10.0
"""How often it tries its connection to the speaker, so that one that it may not use is found before it is needed."""

FOR_LONG_S = 600.0
"""How long a guardian without an agent goes on when the speaker never confirms."""


def say(words: str) -> None:
    """On stderr, if that takes it at once: a full pipe, or one whose reader is gone, must not hold up a withdrawal."""
    with suppress(OSError, ValueError):
        if select.select([], [2], [], 0)[1]:
            os.write(2, f"{words}\n".encode()[: select.PIPE_BUF])


@dataclass
class Guardian:
    """speaker: its own connection; steps: (step, after_s of a withdrawal that is not confirmed).

    ours  : prefixes that the speaker must tell of before they count as withdrawn
    taken : steps in force, and those that did not work yet
    number, read : of the last word of the agent, and whether it has to be answered
    """

    speaker: Speaker
    agent: socket.socket
    lease: Lease
    ours: frozenset[Prefix]
    steps: tuple[tuple[Step, float], ...] = ()
    say: Callable[[str], None] = say
    taken: dict[Step, bool] = field(default_factory=dict)
    withdrew: bool = False
    number: int = 0
    read: bool = False
    reaches: bool = False
    words: str = "it has not tried to reach the speaker yet"
    tried_s: float = float("-inf")
    orphan_s: float | None = None
    since_s: float | None = None

    def run(self) -> None:
        """Until the agent is gone and nothing is left, or nothing can be done."""
        while True:
            self._listen()
            at_s = now_s()
            if self.lease.over(at_s):
                gone = self._withdraw(at_s)
                if self.orphan_s is not None and self._ends(gone, at_s):
                    return
            else:
                self._stand_back()
                self._reach(at_s)
            self._answer()
            self._wait()

    def _wait(self) -> None:
        """For a word of the agent, the end of the lease, or the next turn. The end of an agent is there only once."""
        left_s = self.lease.until_s - now_s()
        turn_s = min(TURN_S, left_s) if left_s > 0 and not self.lease.orphaned else TURN_S
        select.select([] if self.lease.orphaned else [self.agent], [], [], turn_s)

    def _listen(self) -> None:
        """Read all words that wait. The last one counts; the agent's end is the end of the lease."""
        while not self.lease.orphaned:
            try:
                datagram = self.agent.recv(MOST_BYTES, socket.MSG_DONTWAIT)
            except BlockingIOError:
                return
            except OSError:
                datagram = b""
            if not datagram:
                self.orphan_s = now_s()
                self.lease = orphaned(self.lease)
                return
            with suppress(ValueError, KeyError, TypeError):  # what no agent says renews nothing
                word = read_renewed(datagram)
                self.lease = renewed(self.lease, word)
                self.number, self.read = word.number, True

    def _answer(self) -> None:
        if not self.read or self.lease.orphaned:
            return
        word = Held(number=self.number, withdrew=self.withdrew, reaches=self.reaches, words=self.words)
        with suppress(OSError):  # an agent that does not read is seen by its renewals
            self.agent.send(written(word), socket.MSG_DONTWAIT)
            self.read = self.withdrew = False

    def _withdraw(self, at_s: float) -> bool:
        """Withdraw everything; whether the speaker says that nothing of it is exported."""
        first = self.since_s is None
        self.since_s = at_s if self.since_s is None else self.since_s
        self.withdrew = True
        left: list[Prefix] = []
        told = self._tried(lambda: left.extend(self._left()))
        if left and first:  # an agent that ended well has left nothing, and nothing is said
            said = "the agent is gone" if self.lease.orphaned else "the agent renews the lease no more"
            self.say(f"{said}: withdrawing {', '.join(map(str, left))}")
        for prefix in left:
            self._listen()
            if not self.lease.over(now_s()):
                return False  # it renews: what is announced is its own again
            told = self._tried(lambda one=prefix: self.speaker.withdraw(one)) and told  # type: ignore[misc]
        still = list(left)
        told = told and self._tried(lambda: still.__setitem__(slice(None), self._left() if left else []))
        if told and not still:
            return True
        self._escalate(at_s - self.since_s)
        return False

    def _tried(self, doing: Callable[[], object]) -> bool:
        """Whether the speaker took it. Whatever goes wrong is said, and tried again: nobody is left who would."""
        try:
            doing()
        except SpeakerSilent as silent:
            self.say(f"the speaker does not confirm: {silent}")
            return False
        except Exception as error:  # noqa: BLE001  our own bug must not end the last one who can withdraw
            self.say(f"the guardian failed, and goes on: {type(error).__name__}: {error}")
            return False
        return True

    def _left(self) -> list[Prefix]:
        """What is exported, or may be."""
        exports = self.speaker.exports()
        unknown = [prefix for prefix in self.ours if prefix not in exports]
        return sorted({*unknown, *(prefix for prefix, form in exports.items() if form is not None)}, key=str)

    def _escalate(self, waited_s: float) -> None:
        """Steps that are due, each until it worked."""
        for step, after_s in self.steps:
            if waited_s >= after_s and not self.taken.get(step):
                if step not in self.taken:
                    self.say(f"escalating: {step.value}")
                self.taken[step] = self._tried(lambda one=step: self.speaker.escalate(one))  # type: ignore[misc]

    def _restore(self) -> bool:
        """Undo the steps, the last first; whether all are undone."""
        for step in reversed(list(self.taken)):
            if not self._tried(lambda one=step: self.speaker.restore(one)):  # type: ignore[misc]
                return False
            del self.taken[step]
        return True

    def _stand_back(self) -> None:
        """The agent renews again: it withdraws and escalates itself."""
        self.since_s = None
        self._restore()

    def _ends(self, gone: bool, at_s: float) -> bool:
        """Whether there is nothing left to do, or nothing that helps."""
        if gone and self._restore():
            return True
        if self.orphan_s is not None and at_s - self.orphan_s > FOR_LONG_S:
            self.say(f"the speaker did not confirm for {FOR_LONG_S:g} s: given up")
            return True
        return False

    def _reach(self, at_s: float) -> None:
        """Try the connection now and then; sooner while it does not work."""
        if at_s - self.tried_s < (REACH_S if self.reaches else 4 * TURN_S):
            return
        self.tried_s = at_s
        try:
            self.speaker.exports()
            self.reaches, self.words = True, ""
        except Exception as error:  # noqa: BLE001  see _tried
            self.reaches, self.words = False, f"the guardian does not reach the speaker: {error}"


def main() -> None:
    """Start from what stdin says: the speaker, the steps, the lease. The socket to the agent is the only argument."""
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    with suppress(OSError):  # where it may: killed for memory after the agent, never before it
        Path("/proc/self/oom_score_adj").write_text("-900")
    first = json.load(sys.stdin)
    spec = from_words(first["speaker"])
    Guardian(
        speaker=open_speaker(spec),
        agent=socket.socket(fileno=int(sys.argv[1])),
        # An agent that hung meanwhile is found a lease after our start; words that wait here say more.
        lease=Lease(until_s=now_s() + first["lease_s"]),
        ours=frozenset(prefix for prefix, _ in spec.routes),
        steps=tuple((Step(step), float(after_s)) for step, after_s in first["steps"]),
    ).run()


if __name__ == "__main__":
    main()
