"""Asks every check again and again, each in its rhythm, and tells the results. [I/O]"""

import asyncio
from zlib import crc32

from catchment.agent.checks.asking import Asker
from catchment.agent.clock import now_s
from catchment.agent.loop import Tell
from catchment.model.agent import Check, Policy


class Checking:
    """A source of results. Checks begin spread over their interval, the same way each time; none waits for another."""

    async def run(self, tell: Tell, policy: Policy) -> None:
        """See Source."""
        asker = Asker()
        try:
            async with asyncio.TaskGroup() as group:
                for check in policy.checks:
                    group.create_task(_repeat(asker, check, tell))
        finally:
            asker.close()


async def _repeat(asker: Asker, check: Check, tell: Tell) -> None:
    next_s = now_s() + _phase(check)
    while True:
        await asyncio.sleep(max(0.0, next_s - now_s()))
        tell(await asker.ask(check))
        next_s = max(next_s + check.interval_s, now_s())  # after a stall no missed questions are made up for


def _phase(check: Check) -> float:
    """One of four moments: checks of one interval are asked in four groups, and many cost a quarter less CPU so."""
    return check.interval_s * (crc32(check.name.encode()) % 4) / 16
