"""The metrics of an agent that runs: counted, put together when somebody asks, shown where the file says."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from catchment import __version__
from catchment.agent.clock import now_s
from catchment.agent.counting import Counting
from catchment.agent.exposing import keep_served, keep_written
from catchment.agent.guarding import Guarding
from catchment.agent.loop import Loop
from catchment.agent.metrics import Around, samples, text
from catchment.agent.sessions import Sessions
from catchment.agent.speakers.opening import open_speaker
from catchment.model.agent_config import AgentConfig


class Lossy(Protocol):
    """A record that drops what it cannot take."""

    @property
    def lost(self) -> int:
        """Lines that were dropped, in all."""


class Metrics:
    """counting: to be among the loop's sinks. journal, journald: where there are such records."""

    def __init__(self, config: AgentConfig, guarding: Guarding, say: Callable[[str], None]) -> None:
        self.config = config
        self.guarding = guarding
        self.say = say
        self.counting = Counting(self._answered)
        self.journal: Lossy | None = None
        self.journald: Lossy | None = None
        self._sessions: Sessions | None = None
        self._tasks: list[asyncio.Task[None]] = []

    def start(self, loop: Loop) -> None:
        """Begin to show, if the file wants it. A port that is taken is told; no site is withdrawn for its metrics."""
        records = self.config.records
        if not (records.metrics or records.textfile):
            return

        def page() -> str:
            return self.page(loop)

        self._sessions = Sessions(open_speaker(self.config.speaker))
        self._sessions.start()
        if records.metrics:
            self._tasks.append(asyncio.create_task(keep_served(records.metrics, page, self.say)))
        if records.textfile:
            self._tasks.append(asyncio.create_task(keep_written(Path(records.textfile), page, self.say)))

    def stop(self) -> None:
        """Show no more."""
        for task in self._tasks:
            task.cancel()
        if self._sessions is not None:
            self._sessions.stop()

    def page(self, loop: Loop) -> str:
        """The metrics as they are now."""
        held = loop.state.guarded
        around = Around(
            version=__version__,
            speaker=self.config.speaker.kind.value,
            sessions=None if self._sessions is None else self._sessions.last,
            lease_s=self.counting.lease_s,
            guardian=self.guarding.pid is not None if held is None else held,
            guardian_deaths=self.guarding.deaths,
            journal_lost=None if self.journal is None else self.journal.lost,
            journald_lost=None if self.journald is None else self.journald.lost,
        )
        return text(samples(loop.policy, loop.state, self.counting.counts, around, now_s()))

    def _answered(self) -> int | None:
        guarded = self.guarding.guarded
        return None if guarded is None or guarded.answered == 0 else guarded.answered
