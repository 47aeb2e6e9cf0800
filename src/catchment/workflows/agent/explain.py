"""The arithmetic of an agent's timers: how long each failure takes, from its file."""

from pathlib import Path

from catchment.agent.bounds import Bound, bounds
from catchment.agent.router.look import router_sessions
from catchment.workflows.agent.run import read


def explain(path: Path, router_config: Path | None = None) -> tuple[Bound, ...]:
    """What each failure leads to, and when. Raises DesignError.

    router_config : the file of the daemon; None: where its package has it
    """
    config = read(path)
    return bounds(config.policy, router_sessions(config.speaker, router_config))
