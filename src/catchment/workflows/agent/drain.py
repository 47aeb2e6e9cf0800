"""Waits until a drain is over, so that the service behind it may be stopped."""

import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from catchment.agent.control import ask
from catchment.errors import MachineError, Problem
from catchment.workflows.agent.run import read

EVERY_S = 0.2
PATIENCE_S = 30.0
"""How long the speaker may take to confirm, beyond the time of the drain; escalation is over by then."""


def wait(path: Path, names: Sequence[str], say: Callable[[str], None] | None) -> None:
    """Return when announcements are withdrawn, and neighbours have had linger_s to hear of it. names: (): all.

    Raises MachineError when the speaker does not confirm in time or somebody ended the drain, UsageError when the agent
    ends meanwhile.
    """
    config = read(path)
    meant = [one for one in config.policy.announcements if one.name in names or not names]
    over_s = time.monotonic() + max((one.draining.for_s for one in meant), default=0.0) + PATIENCE_S
    told = ""
    while True:
        standing = {one["name"]: one for one in ask(config.control, {"ask": "status"})["status"]["announcements"]}
        if ended := [one.name for one in meant if not standing.get(one.name, {}).get("draining")]:
            what = f"{', '.join(ended)} does not drain"
            todo = "keep the service running; somebody ended the drain, or it was at its end"
            raise MachineError(Problem(where=str(path), what=what, todo=todo))
        left = [one.name for one in meant if _exported(standing[one.name])]
        if not left:
            break
        if say is not None and (words := f"draining {', '.join(left)}") != told:
            say(words)
            told = words
        if time.monotonic() >= over_s:
            what = f"{', '.join(left)} is not withdrawn"
            todo = "keep the service running; catchment agent status"
            raise MachineError(Problem(where=str(path), what=what, todo=todo))
        time.sleep(EVERY_S)
    time.sleep(max((one.draining.linger_s for one in meant), default=0.0))


def _exported(one: Mapping[str, Any]) -> bool:
    """Whether some of it may still be exported."""
    return any(prefix["wanted"] or prefix["exported"] or not prefix["known"] for prefix in one["prefixes"])
