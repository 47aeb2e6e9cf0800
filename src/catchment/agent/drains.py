"""Keeps drains over the end of the agent and of the machine: a drain is a person's word, not the belief of a run. [I/O]

The file is for people too: times of the wall clock, and why. It is written whole beside the old one, kept on disk, and
then takes its place, so that there is always one that can be read.
"""

import json
import os
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from catchment.agent.clock import now_s, wall_s
from catchment.agent.events import DrainAsked
from catchment.agent.state import DrainState
from catchment.errors import MachineError, Problem

VERSION = 1
STATE_DIRECTORY = "STATE_DIRECTORY"
"""Where systemd tells a unit its StateDirectory=; several are separated by colons."""


def place(told: str, environment: Mapping[str, str]) -> Path | None:
    """The file: as the agent's file says, else in systemd's directory for the unit; None: nowhere."""
    if told:
        return Path(told)
    directory = environment.get(STATE_DIRECTORY, "").split(":")[0]
    return Path(directory) / "drains.json" if directory else None


def keep(path: Path, drains: Mapping[str, DrainState]) -> None:
    """Write the drains that there are; those of before are forgotten. Raises OSError."""
    offset_s = wall_s() - now_s()
    said = {
        name: {
            "asked": _written(one.asked_s + offset_s),
            "until": None if one.until_s is None else _written(one.until_s + offset_s),
            "because": one.words,
            "now": one.now,
        }
        for name, one in drains.items()
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f"{path.name}.{os.getpid()}")
    file = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o644)
    try:
        os.write(file, json.dumps({"version": VERSION, "drains": said}, indent=1).encode() + b"\n")
        os.fsync(file)
    finally:
        os.close(file)
    beside.replace(path)


def kept(path: Path) -> tuple[DrainAsked, ...]:
    """The drains of a file that still hold, as they are asked for again; none when there is no file.

    Raises MachineError for a file that says nothing certain: to announce what somebody drained would be worse than
    not to begin.
    """
    try:
        text = path.read_text()
    except FileNotFoundError:
        return ()
    except OSError as error:
        raise _unsure(path, error.strerror or str(error)) from error
    at_s, offset_s = now_s(), wall_s() - now_s()
    try:
        data = json.loads(text)
        if data["version"] != VERSION:
            raise ValueError(f"it is of version {data['version']}")
        found = tuple(_asked(name, one, at_s, offset_s) for name, one in data["drains"].items())
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise _unsure(path, f"it cannot be understood ({error})") from error
    return tuple(one for one in found if one.until_s is None or one.until_s > at_s)


def _asked(name: str, one: Mapping[str, Any], at_s: float, offset_s: float) -> DrainAsked:
    until = one["until"]
    return DrainAsked(
        at_s=at_s,
        names=(name,),
        until_s=None if until is None else _read(until) - offset_s,
        words=str(one["because"]),
        now=bool(one["now"]),
        begun_s=_read(one["asked"]) - offset_s,
    )


def _written(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")


def _read(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()


def _unsure(path: Path, what: str) -> MachineError:
    todo = "see which announcements are to be drained, remove the file, and begin anew"
    return MachineError(Problem(where=str(path), what=f"drains are kept here, but {what}", todo=todo))
