"""The arithmetic of an agent's timers: how long each failure takes, from its file."""

from pathlib import Path

from catchment.agent.bounds import Bound, bounds
from catchment.workflows.agent import read


def explain(path: Path) -> tuple[Bound, ...]:
    """What each failure leads to, and when. Raises DesignError."""
    return bounds(read(path).policy)
