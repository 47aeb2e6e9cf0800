"""Runs the core in virtual time: results of checks go in, recorded or invented, and what is decided comes out. Pure.

Ticks, and a speaker that does what it is told after answer_s, are added as the loop has them. A speaker may be silent
for a while: what it is told then is lost.
"""

import heapq
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import count

from catchment.agent.decide import decide
from catchment.agent.events import Command, Event, Exported, Exports, Result, Tick
from catchment.agent.replay import obeyed
from catchment.agent.state import State, fresh
from catchment.model.agent import Check, Policy


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsed:
    """One event, what was decided on it, and what the speaker then exports."""

    event: Event
    before: State
    after: State
    commands: tuple[Command, ...]
    table: Exports


@dataclass(frozen=True, slots=True, kw_only=True)
class Acting:
    """How the speaker acts. silent: from, to; answer_s: from a command to its effect."""

    answer_s: float = 0.001
    silent: tuple[tuple[float, float], ...] = ()

    def at(self, at_s: float) -> bool:
        """Whether it acts."""
        return not any(begin <= at_s < end for begin, end in self.silent)


def rehearse(
    policy: Policy, told: Iterable[Event], until_s: float, acting: Acting | None = None
) -> Iterator[Rehearsed]:
    """Decide on events from 0 to until_s. Events of one moment come in the order that they were given, ticks last."""
    acts, order, state = acting or Acting(), count(), fresh(policy)
    table: Exports = dict.fromkeys(prefix for one in policy.announcements for prefix in one.prefixes)
    waiting: list[tuple[float, int, Event | tuple[Command, ...]]] = [(one.at_s, next(order), one) for one in told]
    waiting.append((0.0, next(order), Exported(at_s=0.0, exports=table)))
    heapq.heapify(waiting)
    ticks = 0
    read_s = 0.0
    while True:
        tick_s = ticks * policy.timing.tick_s
        if waiting and waiting[0][0] <= tick_s:
            at_s, _, what = heapq.heappop(waiting)
        else:
            at_s, what, ticks = tick_s, Tick(at_s=tick_s), ticks + 1
        if at_s > until_s:
            return
        if isinstance(what, tuple):  # commands arrive at the speaker, which then says what it exports
            table = obeyed(table, what) if acts.at(at_s) else table
            what = Exported(at_s=at_s, exports=table if acts.at(at_s) else None)
        before = state
        state, commands = decide(policy, before, what)
        if commands:
            heapq.heappush(waiting, (at_s + acts.answer_s, next(order), commands))
        if at_s - read_s >= policy.timing.read_s:
            read_s = at_s
            heapq.heappush(waiting, (at_s, next(order), ()))
        yield Rehearsed(event=what, before=before, after=state, commands=commands, table=table)


WORDS = ("up", "down", "hung", "half", "silent")
PART = re.compile(rf"({'|'.join(WORDS)})\s+([0-9.]+)\s*s")


def pattern(check: Check, text: str, begin_s: float = 0.0) -> list[Result]:
    """Results of a check as a pattern says: `up 20 s, half 10 s, down 5 s, hung 3 s, silent 4 s`.

    up, down : each question passes, fails at once
    hung     : each question fails at its timeout
    half     : every second question fails, the first passes
    silent   : nothing comes

    Raises ValueError for another word.
    """
    found: list[Result] = []
    at_s = begin_s
    for part in text.split(","):
        match = PART.fullmatch(part.strip())
        if match is None:
            raise ValueError(f'"{part.strip()}" is none of {", ".join(f"{word} 10 s" for word in WORDS)}')
        word, end_s = match[1], at_s + float(match[2])
        found += _results(check, word, at_s, end_s)
        at_s = end_s
    return found


def length_s(text: str) -> float:
    """How long a pattern is."""
    return sum(float(match[2]) for match in PART.finditer(text))


def _results(check: Check, word: str, begin_s: float, end_s: float) -> Iterator[Result]:
    for number in count():
        at_s = begin_s + number * check.interval_s
        if at_s >= end_s or word == "silent":
            return
        passed = word == "up" or (word == "half" and number % 2 == 0)
        late_s = check.timeout_s if word == "hung" else 0.0
        words = "as the pattern says" if passed else "no answer" if word == "hung" else "refused"
        yield Result(at_s=at_s + late_s, check=check.name, passed=passed, took_s=late_s, words=words)
