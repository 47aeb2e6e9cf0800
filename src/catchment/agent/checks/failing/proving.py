"""Asks checks in every way in which they have to fail, and says which of them did. [I/O]"""

import asyncio
from dataclasses import dataclass, replace

from catchment.agent.checks.asking import Asker
from catchment.agent.checks.command import Commands
from catchment.agent.checks.failing.way import Way
from catchment.agent.checks.failing.ways import WITHOUT_NETWORK, ways
from catchment.model.agent import Check
from catchment.model.probes import CommandProbe

MOST_S = 1.0
"""Waited for an answer of servers that never give one, also when the check itself would wait longer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """One check asked in one way. failed: as it has to; words: what the check saw."""

    check: str
    way: str
    failed: bool
    words: str


async def proved(checks: tuple[Check, ...]) -> list[Proof]:
    """Every check in every way, in their order; all at once. Commands run without a network where the way says so."""
    asker, alone = Asker(), Asker(Commands(alone=True))
    try:
        return list(
            await asyncio.gather(
                *(
                    _asked(alone if way.what == WITHOUT_NETWORK else asker, check, way)
                    for check in checks
                    for way in ways(check.probe)
                )
            )
        )
    finally:
        asker.close()
        alone.close()


async def _asked(asker: Asker, check: Check, way: Way) -> Proof:
    try:
        async with way.world() as probe:
            result = await asker.ask(replace(check, probe=probe, timeout_s=min(check.timeout_s, MOST_S)))
    except (OSError, ImportError) as error:  # the world could not be made: nothing is proved
        return Proof(check=check.name, way=way.what, failed=False, words=f"could not be tried: {error}")
    if asker.commands.lost and isinstance(probe, CommandProbe):
        words = f"could not be tried: {asker.commands.lost}; without root there may be no network to leave"
        return Proof(check=check.name, way=way.what, failed=False, words=words)
    return Proof(check=check.name, way=way.what, failed=not result.passed, words=result.words)
