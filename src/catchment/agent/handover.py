"""Hands the announcements of an agent to the one that follows it in the same process, so that nothing flaps. [I/O]

`agent restart` loads new code and a new file by exec: the number of the process stays, the guardian stays and holds a
lease that is long enough for an interpreter to begin, and what stood is inherited. The new agent does not believe it
for long: checks must confirm it within timing.inherit, and the first that falls ends it.
"""

import json
import os
import socket
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from catchment.agent.events import DrainAsked, Event, Inherited
from catchment.agent.guarding import Adopted, Guarded, Guarding
from catchment.agent.state import State
from catchment.model.agent import Level, Policy

VARIABLE = "CATCHMENT_AGENT_HANDOVER"
LEASE_S = 15.0
"""Of what is handed over: an interpreter begins within 0.3 s, on a machine that is busy within seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Handed:
    """What the former agent left. drains: as they were asked for; times are of the machine's clock, which goes on."""

    socket_fd: int
    guardian_pid: int
    number: int
    names: tuple[str, ...]
    drains: tuple[tuple[str, float, float | None, str], ...]

    def events(self, at_s: float) -> list[Event]:
        """What the new agent begins with."""
        found: list[Event] = [Inherited(at_s=at_s, names=self.names)]
        for name, asked_s, until_s, words in self.drains:
            found.append(DrainAsked(at_s=asked_s, names=(name,), until_s=until_s, words=words))
        return found

    def adopt(self, guarding: Guarding, at_s: float) -> None:
        """Keep the guardian that is there."""
        line = socket.socket(fileno=self.socket_fd)
        os.set_inheritable(self.socket_fd, False)
        guarding.guarded = Guarded(
            process=Adopted(self.guardian_pid), socket=line, began_s=at_s, number=self.number, answered=self.number
        )


def handed() -> Handed | None:
    """What was handed to us; None at a cold start. The word is taken: children do not see it."""
    text = os.environ.pop(VARIABLE, "")
    if not text:
        return None
    data = json.loads(text)
    return Handed(
        socket_fd=data["socket_fd"],
        guardian_pid=data["guardian_pid"],
        number=data["number"],
        names=tuple(data["names"]),
        drains=tuple((name, asked_s, until_s, words) for name, asked_s, until_s, words in data["drains"]),
    )


def hand_over(policy: Policy, state: State, guarding: Guarding, command: Sequence[str]) -> None:
    """Become `command`. Returns only by an OSError, and then everything goes on as it was.

    Whoever is announced because of health is handed over; a canary needs no word, and what a guard keeps is not
    healthy: it is handed over too, for the guard's reason still holds, and falls when the checks say so.
    """
    standing = state.announcements
    names = [one.name for one in policy.announcements if standing[one.name].acted > Level.DOWN]
    drains = [
        (name, one.drain.asked_s, one.drain.until_s, one.drain.words)
        for name, one in standing.items()
        if one.drain is not None
    ]
    fd, pid = guarding.hand_over()
    assert guarding.guarded is not None, "it was handed over"
    left = {"socket_fd": fd, "guardian_pid": pid, "number": guarding.guarded.number, "names": names, "drains": drains}
    environment: Mapping[str, str] = {**os.environ, VARIABLE: json.dumps(left)}
    sys.stdout.flush()
    sys.stderr.flush()
    os.execve(command[0], list(command), dict(environment))  # noqa: S606  it is our own command again
