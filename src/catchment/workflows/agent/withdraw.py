"""Withdraws everything of an agent's file in the speaker, without an agent, and confirms it."""

import time
from collections.abc import Callable
from pathlib import Path

from catchment.agent.control import ask
from catchment.agent.speakers.opening import open_speaker
from catchment.agent.speakers.speaker import Speaker, SpeakerSilent
from catchment.errors import MachineError, Problem, UsageError
from catchment.model.address import Prefix
from catchment.model.agent_config import Control
from catchment.workflows.agent.run import read

AGAIN_S = 0.25
ASK_S = 1.0
"""How long an agent may take to say that it lives; one that hangs does not, and is not waited for."""


def withdraw(path: Path, within_s: float, say: Callable[[str], None], *, force: bool) -> bool:
    """Whether the speaker confirmed, within within_s or so, that nothing is exported.

    Raises DesignError for the file, and UsageError when an agent runs with it, unless force.
    """
    config = read(path)
    if not force and _lives(config.control):
        what, todo = (
            "an agent runs with this file and would announce again",
            "catchment agent drain --now, or --force",
        )
        raise UsageError(Problem(where=str(path), what=what, todo=todo))
    speaker = open_speaker(config.speaker)
    ours = {prefix for one in config.policy.announcements for prefix in one.prefixes}
    over_s, silent = time.monotonic() + within_s, ""
    while True:
        try:
            left = _left(speaker, ours)
            if not left:
                say("nothing is announced")
                return True
            say(f"withdrawing {', '.join(map(str, left))}")
            for prefix in left:
                speaker.withdraw(prefix)
            if not _left(speaker, ours):
                say("nothing is announced")
                return True
        except SpeakerSilent as error:
            if str(error) != silent:
                silent = str(error)
                say(f"the speaker does not confirm: {silent}")
        if time.monotonic() >= over_s:
            return False
        time.sleep(AGAIN_S)


def _left(speaker: Speaker, ours: set[Prefix]) -> list[Prefix]:
    """What is, or may be, exported. A prefix of which the speaker says nothing may be."""
    exports = speaker.exports()
    return [prefix for prefix in {*ours, *exports} if exports.get(prefix, "unknown") is not None]


def _lives(control: Control) -> bool:
    try:
        ask(control, {"ask": "status"}, ASK_S)
    except (UsageError, MachineError):
        return False
    return True
