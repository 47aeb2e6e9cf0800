"""Asks every check again and again, each in its rhythm, and tells the results. [I/O]"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any
from zlib import crc32

from catchment.agent.checks.outcome import Outcome
from catchment.agent.checks.tcp import tcp
from catchment.agent.clock import now_s
from catchment.agent.events import Result
from catchment.agent.loop import Tell
from catchment.model.agent import Check, Policy
from catchment.model.probes import TcpProbe

Asking = Callable[[Any, float], Awaitable[Outcome]]
KINDS: dict[type, Asking] = {TcpProbe: tcp}
"""Which function asks which kind of probe."""


async def ask(check: Check) -> Result:
    """One question, and its result."""
    began_s = now_s()
    outcome = await KINDS[type(check.probe)](check.probe, check.timeout_s)
    at_s = now_s()
    return Result(at_s=at_s, check=check.name, passed=outcome.passed, took_s=at_s - began_s, words=outcome.words)


class Checking:
    """A source of results. Checks begin spread over their interval, the same way each time."""

    async def run(self, tell: Tell, policy: Policy) -> None:
        """See Source."""
        async with asyncio.TaskGroup() as group:
            for check in policy.checks:
                group.create_task(_repeat(check, tell))


async def _repeat(check: Check, tell: Tell) -> None:
    next_s = now_s() + _phase(check)
    while True:
        await asyncio.sleep(max(0.0, next_s - now_s()))
        tell(await ask(check))
        next_s = max(next_s + check.interval_s, now_s())  # after a stall no missed questions are made up for


def _phase(check: Check) -> float:
    return check.interval_s * crc32(check.name.encode()) / 2**32 / 4
