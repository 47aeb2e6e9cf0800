"""Each check of an agent's file asked once, or proved to be able to fail."""

import asyncio
from pathlib import Path

from catchment.agent.checks.asking import Asker
from catchment.agent.checks.failing.proving import Proof, proved
from catchment.agent.checks.needs import must_be_able
from catchment.agent.events import Result
from catchment.designfile.values import did_you_mean
from catchment.errors import Problem, UsageError
from catchment.model.agent import Check
from catchment.workflows.agent.run import read


def check_once(path: Path, names: tuple[str, ...]) -> list[Result]:
    """What each check of these names, or of all, says now. Raises DesignError, MachineError, UsageError."""
    return asyncio.run(_asked(_chosen(path, names)))


def prove(path: Path, names: tuple[str, ...]) -> list[Proof]:
    """Whether each check fails in every way in which it has to. Raises DesignError, MachineError, UsageError."""
    return asyncio.run(proved(_chosen(path, names)))


def _chosen(path: Path, names: tuple[str, ...]) -> tuple[Check, ...]:
    checks = read(path).policy.checks
    known = [check.name for check in checks]
    problems = [
        Problem(
            where=name, what="there is no such check", todo=did_you_mean(name, known, f"known: {', '.join(known)}")
        )
        for name in names
        if name not in known
    ]
    if problems:
        raise UsageError(*problems)
    chosen = tuple(check for check in checks if not names or check.name in names)
    must_be_able(chosen)
    return chosen


async def _asked(checks: tuple[Check, ...]) -> list[Result]:
    asker = Asker()
    try:
        return list(await asyncio.gather(*(asker.ask(check) for check in checks)))
    finally:
        asker.close()
