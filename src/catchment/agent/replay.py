"""Decides again what a journal tells, on any machine: the same decisions, or those of another policy. Pure.

With the journal's own policy every line must come out as it was written, byte for byte; a difference is a bug of ours,
or a journal of another version. With another policy (`what if`) the events stay and the speaker is imagined: it does at
once what it is told, and answers when it answered then.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TypeVar

from catchment.agent.decide import decide
from catchment.agent.events import Announce, Command, Exported, Exports, Withdraw
from catchment.agent.journal import Begun, Decided, Record, Reloaded, decided, line
from catchment.agent.state import State, fresh, reloaded
from catchment.model.agent import Policy

Known = TypeVar("Known", Policy, State)


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """One event of a journal, decided on again.

    again  : what is decided now; written: as the journal has it
    wall_s : seconds since 1970, as far as the agent's clock knew
    """

    written: Decided
    again: Decided
    before: State
    after: State
    policy: Policy
    wall_s: float

    @property
    def same(self) -> bool:
        """Whether it is what was decided then."""
        return self.written == self.again and line(self.written) == line(self.again)


def replay(records: Iterable[Record]) -> Iterator[Played | Begun]:
    """Every decision once more; each `begun` on the way as it is. Raises ValueError for a decision before any."""
    policy: Policy | None = None
    state: State | None = None
    store, offset_s = False, 0.0
    for record in records:
        match record:
            case Begun():
                policy, state, store = record.policy, record.state, record.store
                offset_s = record.wall_s - record.at_s
                yield record
            case Reloaded():
                policy, state = _known(policy), reloaded(_known(policy), record.policy, _known(state))
                policy = record.policy
            case Decided():
                before, policy = _known(state), _known(policy)
                state, commands = decide(policy, before, record.event, store=store)
                yield Played(
                    written=record,
                    again=decided(record.event, before, state, commands),
                    before=before,
                    after=state,
                    policy=policy,
                    wall_s=record.event.at_s + offset_s,
                )


def what_if(records: Iterable[Record], policy: Policy) -> Iterator[Played | Begun]:
    """The same events under another policy; the policies of the journal are left aside.

    The state of the first `begun` is taken over as far as it fits, as a reload does. A later one, of another run, is
    begun afresh.
    """
    state: State | None = None
    table: Exports = {}
    store, offset_s = False, 0.0
    for record in records:
        match record:
            case Begun():
                begun = record.state.at_s is None or state is None
                state = reloaded(record.policy, policy, record.state) if begun else _known(state)
                if state.at_s is None:
                    state = fresh(policy)
                table = dict(state.exports or {})
                store, offset_s = record.store, record.wall_s - record.at_s
                yield record
            case Decided():
                before, event = _known(state), record.event
                if isinstance(event, Exported) and event.exports is not None:
                    prefixes = [prefix for one in policy.announcements for prefix in one.prefixes]
                    event = replace(event, exports={**dict.fromkeys(prefixes), **table})
                state, commands = decide(policy, before, event, store=store)
                table = obeyed(table, commands)
                yield Played(
                    written=record,
                    again=decided(event, before, state, commands),
                    before=before,
                    after=state,
                    policy=policy,
                    wall_s=event.at_s + offset_s,
                )
            case Reloaded():
                continue


def obeyed(table: Exports, commands: Iterable[Command]) -> Exports:
    """What a speaker exports that did all that it was told."""
    now = dict(table)
    for command in commands:
        if isinstance(command, Announce):
            now[command.prefix] = command.form
        elif isinstance(command, Withdraw):
            now[command.prefix] = None
    return now


def _known(value: Known | None) -> Known:
    if value is None:
        raise ValueError("the journal does not say what the agent began with")
    return value
