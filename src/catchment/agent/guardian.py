"""The guardian: a small process that withdraws when the agent's renewals stop. It does nothing else. [I/O]

It is started by the agent, in a session of its own, with a socket to it and a control connection of its own to the
speaker. Whatever happens to the agent, one of these is seen here:

    killed, crashed, out of memory   its end of the socket closes: everything is withdrawn at once
    hung, stopped in a debugger      no word for lease_s: everything is withdrawn, again and again until it is gone
    well again after that            it renews, and the guardian stands back

Without an agent it goes on until the speaker confirms that nothing is left, and ends then. Its own death changes
nothing of what is announced; the agent sees it and starts another.
"""

import json
import select
import signal
import socket
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from types import FrameType

from catchment.agent.clock import now_s
from catchment.agent.lease import MOST_BYTES, Held, Lease, read_renewed, renewed, written
from catchment.agent.speakers.opening import from_words, open_speaker
from catchment.agent.speakers.speaker import Speaker, SpeakerSilent
from catchment.model.address import Prefix
from catchment.model.agent import Step

AGAIN_S = 0.25
"""Between two attempts to withdraw, while anything may be left."""

FOR_LONG_S = 600.0
"""How long a guardian without an agent goes on when the speaker never answers."""


@dataclass
class Guardian:
    """speaker: its own connection; steps: (step, after_s of a withdrawal that is not confirmed)."""

    speaker: Speaker
    agent: socket.socket
    lease: Lease
    steps: tuple[tuple[Step, float], ...] = ()
    say: Callable[[str], None] = lambda words: print(words, file=sys.stderr, flush=True)  # noqa: T201
    taken: list[Step] = field(default_factory=list)
    withdrew: bool = False
    orphan_s: float | None = None
    tried_s: float = float("-inf")
    since_s: float | None = None

    def run(self) -> None:
        """Until the agent is gone and nothing is left, or nothing can be done."""
        while True:
            at_s = now_s()
            if not self.lease.over(at_s):
                self._stand_back()
                self._listen(self.lease.until_s - at_s)
                continue
            gone = self._withdraw(at_s)
            if self.orphan_s is None:
                self._listen(AGAIN_S)
            elif gone or at_s - self.orphan_s > FOR_LONG_S:
                return
            else:
                select.select([], [], [], AGAIN_S)

    def _listen(self, wait_s: float) -> None:
        """Read the agent's words for so long at most. Its end is the end of the lease."""
        ready, _, _ = select.select([self.agent], [], [], max(0.0, wait_s))
        if not ready:
            return
        try:
            datagram = self.agent.recv(MOST_BYTES)
        except OSError:
            datagram = b""
        at_s = now_s()
        if not datagram:
            self.orphan(at_s)
            return
        word = read_renewed(datagram)
        self.lease = renewed(self.lease, word, at_s)
        self._answer(Held(number=word.number, withdrew=self.withdrew))
        self.withdrew = False

    def orphan(self, at_s: float) -> None:
        """From now on there is no agent."""
        self.orphan_s = at_s
        self.lease = Lease(prefixes=self.lease.prefixes, until_s=at_s)

    def _answer(self, word: Held) -> None:
        try:
            self.agent.send(written(word), socket.MSG_DONTWAIT)
        except OSError:  # an agent that does not read is seen by its renewals
            return

    def _withdraw(self, at_s: float) -> bool:
        """Withdraw everything; whether the speaker says that nothing of it is exported."""
        first = self.since_s is None
        self.since_s = at_s if self.since_s is None else self.since_s
        self.withdrew = True
        try:
            left = self._left()
            if left and first:  # an agent that ended well has left nothing, and nothing is said
                said = "the agent is gone" if self.orphan_s is not None else "the agent renews the lease no more"
                self.say(f"{said}: withdrawing {', '.join(map(str, left))}")
            for prefix in left:
                self.speaker.withdraw(prefix)
            return not (left and self._left())
        except SpeakerSilent as silent:
            self.say(f"the speaker does not confirm: {silent}")
            self._escalate(at_s - self.since_s)
            return False

    def _stand_back(self) -> None:
        """The agent renews again: it withdraws and escalates itself."""
        self.since_s = None
        while self.taken:
            try:
                self.speaker.restore(self.taken[-1])
            except SpeakerSilent as silent:
                self.say(f"{self.taken[-1].value} cannot be undone yet: {silent}")
                return
            self.taken.pop()

    def _left(self) -> list[Prefix]:
        exports = self.speaker.exports()
        return [prefix for prefix in {*self.lease.prefixes, *exports} if exports.get(prefix) is not None]

    def _escalate(self, waited_s: float) -> None:
        for step, after_s in self.steps:
            if waited_s >= after_s and step not in self.taken:
                self.taken.append(step)
                self.say(f"escalating: {step.value}")
                try:
                    self.speaker.escalate(step)
                except SpeakerSilent as silent:
                    self.say(f"{step.value} did not work: {silent}")


def main() -> None:
    """Start from what the agent says in its first datagram: the speaker, the prefixes, the steps, the first lease."""
    agent = socket.socket(fileno=int(sys.argv[1]))
    first = json.loads(agent.recv(MOST_BYTES))
    steps = tuple((Step(step), float(after_s)) for step, after_s in first["steps"])
    one = read_renewed(json.dumps(first["lease"]).encode())
    lease = renewed(Lease(prefixes=frozenset(), until_s=0.0), one, now_s())
    guardian = Guardian(speaker=open_speaker(from_words(first["speaker"])), agent=agent, lease=lease, steps=steps)

    def stop(number: int, frame: FrameType | None) -> None:
        """The machine, or systemd after the agent's death, ends us: withdraw before."""
        guardian.orphan(now_s())

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the agent's: it withdraws, and then closes the socket
    guardian.run()


if __name__ == "__main__":
    main()
