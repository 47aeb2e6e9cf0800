"""Agents without a guardian and without a daemon, many in one process: core, sources and store are the real ones."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from tests.agent.policies import ANNOUNCEMENT, POLICY, PREFIX, SERVICE

from catchment.agent.clock import now_s
from catchment.agent.decide import decide
from catchment.agent.events import Announce, AskSlot, Event, Exported, Result, Tick, Withdraw
from catchment.agent.loop import Slots, Source, Turn
from catchment.agent.state import State, fresh
from catchment.model.agent import Form, Guard, HoldDown, Policy

TICK_S = 0.05


def guarded(guard: Guard, site: str = "seoul") -> Policy:
    """One check that needs one pass, one announcement."""
    check = replace(POLICY.checks[0], rise=1, fall=1, interval_s=1000.0, timeout_s=900.0)
    one = replace(ANNOUNCEMENT, guard=guard, hold=HoldDown(base_s=0.2, most_s=0.2))
    return Policy(site=site, checks=(check,), services=(SERVICE,), announcements=(one,))


@dataclass
class Member:
    """An agent. well: what its next check will say."""

    policy: Policy
    parts: tuple[object, ...] = ()
    slots: Slots | None = None
    well: bool = True
    state: State = field(init=False)
    exports: Form | None = None
    tasks: list["asyncio.Task[None]"] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.state = fresh(self.policy)

    def tell(self, event: Event) -> None:
        before = self.state
        self.state, commands = decide(self.policy, before, event, store=self.slots is not None)
        for command in commands:
            if isinstance(command, AskSlot) and self.slots is not None:
                self.slots(command)
            elif isinstance(command, Announce | Withdraw):
                self.exports = command.form if isinstance(command, Announce) else None
        turn = Turn(event=event, before=before, after=self.state, commands=commands)
        for part in self.parts:
            if hasattr(part, "note"):
                part.note(turn, self.policy)

    @property
    def announced(self) -> bool:
        return self.exports is not None

    @property
    def why(self) -> str:
        return self.state.announcements["anycast"].wish.why

    def start(self) -> None:
        sources: list[Source] = [part for part in self.parts if hasattr(part, "run")]
        self.tasks = [asyncio.create_task(one.run(self.tell, self.policy)) for one in sources]
        self.tasks.append(asyncio.create_task(self._tick()))

    async def _tick(self) -> None:
        while True:
            at_s = now_s()
            self.tell(Exported(at_s=at_s, exports={PREFIX: self.exports}))
            self.tell(Result(at_s=at_s, check="dns", passed=self.well))
            self.tell(Tick(at_s=at_s))
            await asyncio.sleep(TICK_S)

    async def stop(self) -> None:
        for task in self.tasks:
            task.cancel()
        ended = await asyncio.gather(*self.tasks, return_exceptions=True)
        assert all(isinstance(one, asyncio.CancelledError) for one in ended), ended


async def until(holds: Callable[[], object], within_s: float, what: Callable[[], object] | str) -> float:
    """How many seconds it took."""
    began_s = time.monotonic()
    while not holds():
        said = what if isinstance(what, str) else what()
        assert time.monotonic() - began_s < within_s, f"{said} after {within_s:g} s"
        await asyncio.sleep(0.02)
    return time.monotonic() - began_s
