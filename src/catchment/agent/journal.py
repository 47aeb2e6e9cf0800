"""The journal of an agent: every event, what was decided on it, and from what; a line of JSON each.

Pure. A journal is replayed to the same decisions (agent/replay): it begins with all that decisions depend on.

    {"begun": {"version": 1, "program": ..., "host": ..., "policy": {...}, "state": {...}, ...}}
    {"Result": {"at_s": 81.2, "check": "dns", "passed": false, ...}}
    {"Tick": {"at_s": 81.3}, "do": [{"Withdraw": {...}}], "wish": {"anycast": {"form": null, "rule": "health", ...}}}
    {"reloaded": {...policy...}}

do: what was commanded, in order; wish: the wishes that are others than before. Both are left out when there are none.
A `begun` in the middle is another run, or the point from which lines could be written again.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from catchment.agent.encoding import codec
from catchment.agent.events import Command, Event
from catchment.agent.state import State, Wish
from catchment.model.agent import Policy

VERSION = 1

EVENT, COMMANDS = codec(Event), codec(tuple[Command, ...])
WISHES, POLICY = codec(Mapping[str, Wish]), codec(Policy)


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """From here on everything is told.

    wall_s : seconds since 1970 at the moment that the agent's own clock calls at_s
    store  : whether there was one that grants withdrawals
    lost   : lines that could not be written before this one
    """

    program: str
    host: str
    policy: Policy
    state: State
    store: bool
    at_s: float
    wall_s: float
    lost: int = 0
    version: int = VERSION


@dataclass(frozen=True, slots=True, kw_only=True)
class Reloaded:
    """The agent went on with another policy."""

    policy: Policy


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """An event, and what came of it. wishes: those that changed, by announcement."""

    event: Event
    commands: tuple[Command, ...] = ()
    wishes: Mapping[str, Wish]


Record = Begun | Reloaded | Decided
BEGUN = codec(Begun)


class NotAJournal(Exception):
    """A text that no agent wrote, or one of another version. line: from 1 on."""

    def __init__(self, line: int, words: str) -> None:
        self.line = line
        super().__init__(words)


def decided(event: Event, before: State, after: State, commands: tuple[Command, ...]) -> Decided:
    """A turn of the loop as a record."""
    if before.announcements is after.announcements:
        return Decided(event=event, commands=commands, wishes={})
    changed = {
        name: one.wish
        for name, one in after.announcements.items()
        if name not in before.announcements or before.announcements[name].wish != one.wish
    }
    return Decided(event=event, commands=commands, wishes=changed)


def line(record: Record) -> str:
    """A record as its line, with the end of the line. Equal records are equal texts."""
    match record:
        case Begun():
            data: dict[str, Any] = {"begun": BEGUN.write(record)}
        case Reloaded():
            data = {"reloaded": POLICY.write(record.policy)}
        case Decided():
            data = EVENT.write(record.event)
            if record.commands:
                data["do"] = COMMANDS.write(record.commands)
            if record.wishes:
                data["wish"] = WISHES.write(record.wishes)
    return json.dumps(data, separators=(",", ":"), ensure_ascii=False) + "\n"


def records(lines: Iterable[str]) -> Iterator[Record]:
    """The records of a journal. Raises NotAJournal.

    The last line may be torn: the agent, or the machine, died while it was written; so may one before a `begun`, where
    the disk was full. Neither was decided on by anybody, and it is left out.
    """
    torn: NotAJournal | None = None
    begun = False
    for number, text in enumerate(lines, start=1):
        if not text.strip():
            continue
        try:
            record = _record(json.loads(text))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            if torn is not None:
                raise torn from error
            torn = NotAJournal(number, f"no line of a journal: {error}")
            continue
        if isinstance(record, Begun):
            if record.version != VERSION:
                raise NotAJournal(number, f"a journal of version {record.version}; this reads {VERSION}")
            begun, torn = True, None
        if torn is not None:
            raise torn
        if not begun:
            raise NotAJournal(number, "it does not say what the agent began with")
        yield record
    if not begun:
        raise torn or NotAJournal(1, "it is empty")


def _record(data: dict[str, Any]) -> Record:
    if "begun" in data:
        return BEGUN.read(data["begun"])  # type: ignore[no-any-return]
    if "reloaded" in data:
        return Reloaded(policy=POLICY.read(data["reloaded"]))
    commands, wishes = COMMANDS.read(data.pop("do", [])), WISHES.read(data.pop("wish", {}))
    return Decided(event=EVENT.read(data), commands=commands, wishes=wishes)
