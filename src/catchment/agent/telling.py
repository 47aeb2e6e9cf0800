"""Tells the speaker what was decided and reads back what it exports, in a thread of its own. [I/O]

A speaker that is busy for four seconds holds up this thread, and never the decisions, the checks or the lease.
"""

import threading
import traceback
from collections.abc import Callable, Iterable

from catchment.agent.clock import now_s
from catchment.agent.events import Announce, Command, Escalate, Exported, Restore, Withdraw
from catchment.agent.speakers.speaker import Speaker, SpeakerSilent
from catchment.model.address import Prefix
from catchment.model.agent import Step

Told = Announce | Withdraw | Escalate | Restore
URGENCY: tuple[type[Told], ...] = (Restore, Withdraw, Escalate, Announce)
"""Restoring a speaker comes before telling it, withdrawing before announcing."""


class Telling:
    """Commands in, `Exported` out, after each batch of commands and every read_s.

    Of several commands for a prefix that wait, only the last is carried out; withdrawals go first. Each is taken when
    it is its turn: behind a speaker that was busy, what is wished no more is not carried out.
    """

    def __init__(self, speaker: Speaker, tell: Callable[[Exported], None], read_s: float) -> None:
        self.speaker = speaker
        self.tell = tell
        self.read_s = read_s
        self._waiting: tuple[dict[Prefix | Step, Told], ...] = tuple({} for _ in URGENCY)
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
                if isinstance(command, Announce | Withdraw | Escalate | Restore):
                    self._leave(command)
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
                if not any(self._waiting) and not self._ending:
                    self._changed.wait(self.read_s)
                idle, ending = not any(self._waiting), self._ending
            words, restored = self._carry_out()
            self.tell(self._read(words, restored))
            if ending and idle:
                self.speaker.close()
                return

    def _leave(self, command: Told) -> None:
        """In place of what waits for the same prefix, or step."""
        key = command.prefix if isinstance(command, Announce | Withdraw) else command.step
        for waiting in self._waiting:
            waiting.pop(key, None)
        self._waiting[URGENCY.index(type(command))][key] = command

    def _next(self) -> Told | None:
        """The most urgent command that waits, taken out; of equal ones the one that waits longest."""
        with self._changed:
            for waiting in self._waiting:
                if waiting:
                    return waiting.pop(next(iter(waiting)))
        return None

    def _carry_out(self) -> tuple[str, tuple[Step, ...]]:
        """What the speaker did not take, as words, and the steps that were undone.

        What was not done is asked for again by the core. After read_s the rest waits until the speaker was read.
        """
        failed: list[str] = []
        restored: list[Step] = []
        until_s = now_s() + self.read_s
        while now_s() < until_s and (command := self._next()) is not None:
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
                        restored.append(command.step)
            except SpeakerSilent as silent:
                failed.append(str(silent))
            except Exception as bug:  # noqa: BLE001  our own: without this thread nobody could withdraw any more
                traceback.print_exc()
                failed.append(f"a mistake of ours: {bug!r}")
        return "; ".join(dict.fromkeys(failed)), tuple(restored)

    def _read(self, words: str, restored: tuple[Step, ...]) -> Exported:
        try:
            return Exported(at_s=now_s(), exports=self.speaker.exports(), words=words, restored=restored)
        except SpeakerSilent as silent:
            return Exported(at_s=now_s(), exports=None, words=words or str(silent), restored=restored)
        except Exception as bug:  # noqa: BLE001  as above
            traceback.print_exc()
            return Exported(at_s=now_s(), exports=None, words=f"a mistake of ours: {bug!r}", restored=restored)
