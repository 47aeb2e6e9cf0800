"""Tells the speaker what was decided and reads back what it exports, in a thread of its own. [I/O]

A speaker that is busy for four seconds holds up this thread, and never the decisions, the checks or the lease.
"""

import threading
from collections.abc import Callable, Iterable

from catchment.agent.clock import now_s
from catchment.agent.events import Announce, Command, Escalate, Exported, Restore, Withdraw
from catchment.agent.speakers.speaker import Speaker, SpeakerSilent
from catchment.model.address import Prefix

Told = Announce | Withdraw | Escalate | Restore


class Telling:
    """Commands in, `Exported` out, after each batch of commands and every read_s.

    Of several commands for a prefix that wait, only the last is carried out; withdrawals go first.
    """

    def __init__(self, speaker: Speaker, tell: Callable[[Exported], None], read_s: float) -> None:
        self.speaker = speaker
        self.tell = tell
        self.read_s = read_s
        self._waiting: dict[Prefix | Escalate | Restore, Told] = {}
        self._changed = threading.Condition()
        self._ending = False
        self._thread = threading.Thread(target=self._run, name="telling", daemon=True)

    def start(self) -> None:
        """Begin; the first thing is to read."""
        self._thread.start()

    def put(self, commands: Iterable[Command]) -> None:
        """Leave commands to be carried out; returns at once."""
        with self._changed:
            for command in commands:
                if isinstance(command, Announce | Withdraw):
                    self._waiting[command.prefix] = command
                elif isinstance(command, Escalate | Restore):
                    self._waiting[command] = command
            self._changed.notify()

    def stop(self, wait_s: float) -> None:
        """End after what waits; at most wait_s are waited for it."""
        with self._changed:
            self._ending = True
            self._changed.notify()
        self._thread.join(wait_s)

    def _run(self) -> None:
        while True:
            with self._changed:
                if not self._waiting and not self._ending:
                    self._changed.wait(self.read_s)
                commands, ending = list(self._waiting.values()), self._ending
                self._waiting.clear()
            words = self._carry_out(commands)
            self.tell(self._read(words))
            if ending and not commands:
                self.speaker.close()
                return

    def _carry_out(self, commands: list[Told]) -> str:
        """What the speaker did not take, as words; what was not done is asked for again by the core."""
        failed = []
        for command in sorted(commands, key=_urgency):
            try:
                match command:
                    case Withdraw():
                        self.speaker.withdraw(command.prefix)
                    case Announce():
                        self.speaker.announce(command.prefix, command.form)
                    case Escalate():
                        self.speaker.escalate(command.step)
                    case Restore():
                        self.speaker.restore(command.step)
            except SpeakerSilent as silent:
                failed.append(str(silent))
        return "; ".join(dict.fromkeys(failed))

    def _read(self, words: str) -> Exported:
        try:
            return Exported(at_s=now_s(), exports=self.speaker.exports(), words=words)
        except SpeakerSilent as silent:
            return Exported(at_s=now_s(), exports=None, words=words or str(silent))


def _urgency(command: Told) -> int:
    """Restoring a speaker comes before telling it, withdrawing before announcing."""
    return (Restore, Withdraw, Escalate, Announce).index(type(command))
