"""A speaker that is only a table in memory: for rehearsals without a daemon, and to hold the conformance suite to."""

from collections.abc import Mapping

from catchment.agent.events import Exports
from catchment.agent.speakers.speaker import Session, SpeakerSilent
from catchment.model.address import Prefix
from catchment.model.agent import Form, SpeakerSpec, Step


class FakeSpeaker:
    """answers: False makes it silent; deaf: True makes it lose what it is told, and say nothing of it."""

    name = "fake"

    def __init__(self, spec: SpeakerSpec) -> None:
        self.table: dict[Prefix, Form | None] = dict.fromkeys(prefix for prefix, _ in spec.routes)
        self.answers = True
        self.deaf = False
        self.stopped: set[Step] = set()
        self.others: dict[Prefix, tuple[str, ...]] = {}
        self.moves: list[tuple[Prefix, Form | None]] = []

    def version(self) -> str:
        """See Speaker."""
        return "fake"

    def exports(self) -> Exports:
        """See Speaker."""
        self._answer()
        return dict.fromkeys(self.table) if self.stopped else dict(self.table)

    def announce(self, prefix: Prefix, form: Form) -> None:
        """See Speaker."""
        self._told(prefix, form)

    def withdraw(self, prefix: Prefix) -> None:
        """See Speaker."""
        self._told(prefix, None)

    def told(self, prefix: Prefix) -> Mapping[str, bool] | None:
        """See Speaker."""
        return {"neighbour": self.exports()[prefix] is not None}

    def heard(self, prefix: Prefix) -> tuple[str, ...]:
        """As `others` has it, which a rehearsal may fill."""
        self._answer()
        return self.others.get(prefix, ())

    def sessions(self) -> tuple[Session, ...]:
        """See Speaker."""
        self._answer()
        return (Session(name="neighbour", neighbour="192.0.2.1", up=not self.stopped),)

    def escalate(self, step: Step) -> None:
        """See Speaker."""
        self.stopped.add(step)

    def restore(self, step: Step) -> None:
        """See Speaker."""
        self.stopped.discard(step)

    def close(self) -> None:
        """See Speaker."""

    def _answer(self) -> None:
        if not self.answers:
            raise SpeakerSilent("it is made to be silent")

    def _told(self, prefix: Prefix, form: Form | None) -> None:
        self._answer()
        if not self.deaf and self.table.get(prefix) != form:
            self.table[prefix] = form
            self.moves.append((prefix, form))
