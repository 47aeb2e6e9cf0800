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
from dataclasses import dataclass, field

from catchment.agent.clock import now_s
from catchment.agent.damping import Flaps
from catchment.agent.encoding import codec
from catchment.agent.events import DrainAsked, Event, Inherited
from catchment.agent.guarding import Adopted, Guarded, Guarding
from catchment.agent.speakers.opening import to_words
from catchment.agent.state import DrainState, State
from catchment.model.agent import Level, Policy

VARIABLE = "CATCHMENT_AGENT_HANDOVER"
LEASE_S = 15.0
"""Of what is handed over: an interpreter begins within 0.3 s, on a machine that is busy within seconds. An agent that
ends meanwhile is seen at once, by its end of the socket; this is for one that begins and hangs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Handed:
    """What the former agent left. Times are of the machine's clock, which goes on.

    number : of the last word to the guardian; told: what that guardian was told of speaker and steps
    names, degraded, flaps : see Inherited
    drains : by announcement
    """

    socket_fd: int
    guardian_pid: int
    number: int
    told: str
    names: tuple[str, ...] = ()
    degraded: tuple[str, ...] = ()
    flaps: Mapping[str, Flaps] = field(default_factory=dict)
    drains: Mapping[str, DrainState] = field(default_factory=dict)

    def events(self, at_s: float) -> list[Event]:
        """What the new agent begins with. A drain goes on where it was, and what had left does not come back."""
        found: list[Event] = [Inherited(at_s=at_s, names=self.names, degraded=self.degraded, flaps=self.flaps)]
        for name, one in self.drains.items():
            gone = one.now or one.quiet or one.over
            found.append(
                DrainAsked(
                    at_s=at_s, names=(name,), until_s=one.until_s, words=one.words, now=gone, begun_s=one.asked_s
                )
            )
        return found

    def adopt(self, guarding: Guarding, at_s: float) -> None:
        """Keep the guardian that is there; one that knows another speaker, or other steps, is replaced."""
        line = socket.socket(fileno=self.socket_fd)
        os.set_inheritable(self.socket_fd, False)
        guarding.guarded = Guarded(
            process=Adopted(self.guardian_pid), socket=line, began_s=at_s, number=self.number, answered=self.number
        )
        if self.told != told(guarding):
            guarding.dismiss()


HANDED = codec(Handed)


def told(guarding: Guarding) -> str:
    """What a guardian is told when it begins, as text to compare."""
    steps = [[step.value, after_s] for step, after_s in guarding.timing.escalate]
    return json.dumps([to_words(guarding.spec), steps], sort_keys=True)


def handed() -> Handed | None:
    """What was handed to us; None at a cold start. The word is taken: children do not see it."""
    text = os.environ.pop(VARIABLE, "")
    return HANDED.read(json.loads(text)) if text else None


def left(policy: Policy, state: State, guarding: Guarding) -> Handed:
    """What is handed over. There is a guardian from the first renewal on.

    Whoever is announced because of health is handed over; a canary needs no word, and what a guard keeps is not
    healthy: it is handed over too, for the guard's reason still holds, and falls when the checks say so.
    """
    standing = state.announcements
    named = [one.name for one in policy.announcements if standing[one.name].acted > Level.DOWN]
    fd, pid = guarding.hand_over()
    assert guarding.guarded is not None, "it was handed over"
    return Handed(
        socket_fd=fd,
        guardian_pid=pid,
        number=guarding.guarded.number,
        told=told(guarding),
        names=tuple(named),
        degraded=tuple(name for name in named if standing[name].acted is Level.DEGRADED),
        flaps={name: one.flaps for name, one in standing.items() if one.flaps.count},
        drains={name: one.drain for name, one in standing.items() if one.drain is not None},
    )


def hand_over(policy: Policy, state: State, guarding: Guarding, command: Sequence[str]) -> None:
    """Become `command`. Returns only by an OSError, and then everything goes on as it was."""
    guarding.renew(now_s(), LEASE_S)
    text = json.dumps(HANDED.write(left(policy, state, guarding)))
    sys.stdout.flush()
    sys.stderr.flush()
    os.execve(command[0], list(command), {**os.environ, VARIABLE: text})  # noqa: S606  it is our own command again
