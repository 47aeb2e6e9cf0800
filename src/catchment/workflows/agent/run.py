"""An agent that runs: from its file to the moment at which the speaker confirms that everything is withdrawn."""

import asyncio
import os
import signal
import socket
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

from catchment import __version__
from catchment.agent.checks.needs import must_be_able
from catchment.agent.checks.running import Checking
from catchment.agent.clock import now_s
from catchment.agent.control import serve
from catchment.agent.drains import kept, place
from catchment.agent.events import Event
from catchment.agent.guarding import Guarding
from catchment.agent.handover import Handed, hand_over, handed
from catchment.agent.journalling import Journalling
from catchment.agent.log import Journald, Log, writer
from catchment.agent.loop import Loop, Sink, Turn
from catchment.agent.notify import Notify, watchdog_s
from catchment.agent.speakers.opening import open_speaker
from catchment.agent.status import status
from catchment.agent.traffic import Counting
from catchment.designfile.agentfile.read import read_agent
from catchment.model.agent import Policy
from catchment.model.agent_config import AgentConfig
from catchment.workflows.agent.answers import Answers
from catchment.workflows.agent.fleet import Fleet
from catchment.workflows.agent.metrics import Metrics
from catchment.workflows.agent.reload import Reloading

Say = Callable[[str], None]
MIB = 2**20
JOURNAL_S = 2.0
"""How long an agent that ends waits for its journal; a disk that hangs does not hold it up longer."""


def read(path: Path, *, secrets: bool = False) -> AgentConfig:
    """The configuration. Raises DesignError. Who only asks, explains or withdraws needs no secrets: see read_agent."""
    return read_agent(path, socket.gethostname().split(".")[0], secrets=secrets)


def run(path: Path, say: Say) -> bool:
    """Run an agent until it is told to stop; whether the speaker confirmed at the end that everything is withdrawn.

    Raises CatchmentError when it cannot begin.
    """
    config, left = read(path, secrets=True), handed()
    must_be_able(config.policy.checks)
    return asyncio.run(Running(path, config, say).run(left))


class Running:
    """One agent, with the file that it came from."""

    def __init__(self, path: Path, config: AgentConfig, say: Say) -> None:
        self.path = path
        self.config = config
        write = writer(config.records.log, say, os.environ)
        self.log = Log(write, config.policy.site)
        self.say = say = self.log.say
        self.notify = Notify()
        self.guarding = Guarding(config.speaker, config.policy.timing)
        self.metrics = Metrics(config, self.guarding, say)
        self.metrics.journald = write if isinstance(write, Journald) else None
        self.drains = place(config.records.drains, os.environ)
        self.journal = _journal(config, say)
        self.metrics.journal = self.journal
        self.fleet = Fleet(config, say)
        self.loop = Loop(
            policy=config.policy,
            speaker=open_speaker(config.speaker, starts=True),
            guarding=self.guarding,
            sources=(Checking(), Counting(self.draining, say), *self.fleet.sources),
            sinks=(
                self.log,
                Watchdog(self.notify),
                self.metrics.counting,
                *([self.journal] if self.journal else []),
                *self.fleet.sinks,
            ),
            slots=self.fleet.slots,
        )
        self.reloading = Reloading(path, config, self.loop, self.notify, say, partial(read, secrets=True))
        self.answers = Answers(self.loop, self.guarding, self.reloading, self.drains, self.restart, self.fleet)

    async def run(self, left: Handed | None) -> bool:
        """Until everything is withdrawn after a signal; whether that was confirmed."""
        begin: list[Event] = list(kept(self.drains)) if self.drains and left is None else []
        server = await serve(self.config.control, self.answers.answer)
        running = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            running.add_signal_handler(number, self.stop)
        running.add_signal_handler(signal.SIGHUP, lambda: asyncio.ensure_future(self.reloading.reload()))
        if left is not None:
            left.adopt(self.guarding, now_s())
            begin = left.events(now_s())
        self.metrics.start(self.loop)
        self.notify.tell(READY=1)
        gone = False
        try:
            gone = await self.loop.run(begin)
        finally:
            self.metrics.stop()
            server.close()
            Path(self.config.control.socket).unlink(missing_ok=True)
            if self.journal is not None:
                self.journal.stop(JOURNAL_S)
            self.guarding.close()
        if not gone:
            self.say("the speaker did not confirm that everything is withdrawn; the guardian goes on")
        return gone

    def stop(self) -> None:
        """Withdraw, and end; asked twice, end at once."""
        if self.loop.state.stopping:
            self.say("asked to stop again: what is left is the guardian's")
        self.notify.tell(STOPPING=1)
        self.loop.stop()

    def draining(self) -> frozenset[str]:
        """Announcements that are in their draining form now."""
        standing = self.loop.state.announcements
        return frozenset(name for name, one in standing.items() if one.drain and one.wish.form is not None)

    def restart(self) -> None:
        """Become the same command anew; returns only when that does not work, and nothing has changed then."""
        command = [sys.executable, *sys.orig_argv[1:]]
        if self.journal is not None:
            self.journal.flush(JOURNAL_S)
        try:
            hand_over(self.loop.policy, self.loop.state, self.guarding, command)
        except OSError as error:
            self.say(f"not restarted, nothing changed: {error}")


def _journal(config: AgentConfig, say: Say) -> Journalling | None:
    records = config.records
    if not records.journal:
        return None
    most = int(records.journal_most_mib * MIB)
    store = config.store is not None
    return Journalling(Path(records.journal), most, f"catchment {__version__}", config.host, say, store=store)


class Watchdog(Sink):
    """Tells systemd that decisions are made."""

    def __init__(self, notify: Notify) -> None:
        self.notify = notify
        self.every_s = watchdog_s()
        self.told_s = float("-inf")

    def note(self, turn: Turn, policy: Policy) -> None:
        """See Sink."""
        at_s = turn.event.at_s
        if self.every_s is not None and at_s - self.told_s >= min(self.every_s, 1.0):
            self.told_s = at_s
            self.notify.tell(WATCHDOG=1, STATUS=status(policy, turn.after, at_s).in_words)
