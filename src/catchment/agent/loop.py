"""The loop of the agent: what happens goes in, what was decided goes out; the lease is renewed by deciding. [I/O]

    sources  --Event-->  decide  --Command-->  telling (the speaker's thread), store
                            |
                            +-- Turn --> sinks: journal, metrics, journald, systemd

Everything is decided here, in one place, one event after the other. Sources and sinks are small objects that know
nothing of each other.
"""

import asyncio
import traceback
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol

from catchment.agent.clock import now_s
from catchment.agent.decide import decide, nothing_left
from catchment.agent.events import AskSlot, Command, Event, Exported, Stopping, Tick
from catchment.agent.guarding import Guarding
from catchment.agent.speakers.speaker import Speaker
from catchment.agent.state import State, fresh, reloaded
from catchment.agent.telling import Telling
from catchment.model.agent import Policy

Tell = Callable[[Event], None]
"""Takes an event, from the loop's own thread; returns at once."""


class Source(Protocol):
    """Where events come from: checks, gossip, the store, counters of traffic."""

    async def run(self, tell: Tell, policy: Policy) -> None:
        """Tell events until cancelled. A reload cancels it and runs it again with the new policy."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One event, and what came of it."""

    event: Event
    before: State
    after: State
    commands: tuple[Command, ...]


class Sink(Protocol):
    """What wants to know of each turn. It must not wait; what goes wrong in it is shown, and stops nothing."""

    def note(self, turn: Turn, policy: Policy) -> None:
        """Called after each event, in order."""


AGAIN_S = 1.0
STOP_S = 30.0
"""How long a stopping agent waits for a speaker that does not confirm; less than the 90 s that systemd waits."""

Slots = Callable[[AskSlot], None]
"""Asks the store; the answer comes as an event."""


class Loop:
    """An agent that runs. slots: None: no store."""

    def __init__(
        self,
        policy: Policy,
        speaker: Speaker,
        guarding: Guarding,
        sources: Sequence[Source],
        sinks: Sequence[Sink],
        slots: Slots | None = None,
    ) -> None:
        self.policy = policy
        self.state = fresh(policy)
        self.guarding = guarding
        self.sources = sources
        self.sinks = sinks
        self.slots = slots
        self._speaker = speaker
        self._telling: Telling | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._renewed_s = float("-inf")
        self._over = asyncio.Event()
        self._last_s = float("inf")
        self._hurried = False

    async def run(self, begin: Sequence[Event] = ()) -> bool:
        """Until everything is withdrawn after `stop`; whether the speaker confirmed that it is.

        begin : what is known at the start, as what was inherited. It is decided on before anybody is told, or what
                is inherited would be withdrawn for a moment.
        """
        loop = asyncio.get_running_loop()
        for event in begin:
            self.tell(event)

        def from_thread(event: Exported) -> None:
            with suppress(RuntimeError):  # the loop is closed: nobody wants to know any more
                loop.call_soon_threadsafe(self.tell, event)

        self._telling = Telling(self._speaker, from_thread, self.policy.timing.read_s)
        self._renew(now_s())
        self._telling.start()
        self._start_sources()
        try:
            while not self._over.is_set() and now_s() < self._last_s:
                self.tell(Tick(at_s=now_s()))
                # Not wait_for(self._over.wait()): that makes a task each time, a sixth of an idle agent's CPU.
                await asyncio.sleep(self.policy.timing.tick_s)
        finally:
            await self._stop_sources()
            wait_s = 0.0 if self._hurried else self.policy.timing.lease_s
            await asyncio.to_thread(self._telling.stop, wait_s)
        return nothing_left(self.policy, self.state)

    def tell(self, event: Event) -> None:
        """Decide on an event, here and now."""
        before = self.state
        self.state, commands = decide(self.policy, before, event, store=self.slots is not None)
        if commands and self._telling is not None:  # what wakes it without a command makes it read, and tell us, anew
            self._telling.put(commands)
        for command in commands:
            if isinstance(command, AskSlot) and self.slots is not None:
                self.slots(command)
        turn = Turn(event=event, before=before, after=self.state, commands=commands)
        for sink in self.sinks:
            self._note(sink, turn)
        if isinstance(event, Tick):
            self._renew(event.at_s)
        if self.state.stopping and nothing_left(self.policy, self.state):
            self._over.set()

    def _note(self, sink: Sink, turn: Turn) -> None:
        try:
            sink.note(turn, self.policy)
        except Exception:  # noqa: BLE001  our own bug: it is shown, and decisions go on
            traceback.print_exc()

    def stop(self) -> None:
        """Withdraw everything, and end when the speaker confirms it; after STOP_S in any case: the guardian goes on.

        Asked twice it ends at once, and the guardian alone withdraws what is left.
        """
        if self.state.stopping:
            self._hurried = True
            self._over.set()
            return
        self._last_s = now_s() + STOP_S
        self.tell(Stopping(at_s=now_s()))

    async def reload(self, policy: Policy) -> None:
        """Go on with another policy. What did not change is not disturbed."""
        if policy == self.policy:
            return
        self.state = reloaded(self.policy, policy, self.state)
        if policy.timing.escalate != self.policy.timing.escalate:
            self.guarding.dismiss()  # it was told the steps when it began
        self.policy = policy
        self.guarding.timing = policy.timing
        if self._telling is not None:
            self._telling.read_s = policy.timing.read_s
        await self._stop_sources()
        self._start_sources()

    def _renew(self, at_s: float) -> None:
        """By the decision loop itself: whoever hangs renews nothing."""
        if at_s - self._renewed_s < self.policy.timing.renew_s:
            return
        self._renewed_s = at_s
        self.guarding.renew(at_s)
        if (word := self.guarding.news(at_s)) is not None:
            self.tell(word)

    def _start_sources(self) -> None:
        self._tasks = [asyncio.create_task(self._kept(one)) for one in self.sources]

    async def _kept(self, source: Source) -> None:
        """A source that breaks is begun again: what it does not tell meanwhile is missed by the rules for silence."""
        while True:
            try:
                await source.run(self.tell, self.policy)
            except Exception:  # noqa: BLE001  our own bug: it is shown, and the others go on
                traceback.print_exc()
            await asyncio.sleep(AGAIN_S)

    async def _stop_sources(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
