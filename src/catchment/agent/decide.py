"""What this site should be telling its router, given what was seen. Pure: no clock, no socket, no log.

    Event --> decide(policy, state, event) --> State, what to do

The shell (agent/loop) says what happened and when; the state holds what is wanted, and what the speaker said that it
exports. What to do is the difference, asked for again with backoff until it is gone: a command that was lost, refused
or forgotten by a speaker that restarted is asked for again by the same rule as the first time.

The parts: `seen` writes an event into the state, `wishes` says what is wanted; here the difference becomes commands.
"""

from collections.abc import Iterator
from dataclasses import replace

from catchment.agent.events import Announce, AskSlot, Command, Escalate, Event, Restore, Withdraw
from catchment.agent.seen import awake, seen
from catchment.agent.state import Asked, State
from catchment.agent.wishes import settled, wished
from catchment.model.address import Prefix
from catchment.model.agent import Policy, Step


def decide(policy: Policy, state: State, event: Event, *, store: bool = False) -> tuple[State, tuple[Command, ...]]:
    """The state after an event, and what is to be done now.

    store : whether there is one that grants withdrawals
    Events that name checks or announcements which the policy does not have are let pass: they are of before a reload.
    """
    told = seen(policy, awake(policy, state, event), event)
    now = settled(policy, told, event.at_s, store=store)
    return _commands(policy, replace(now, at_s=event.at_s), event.at_s)


def _commands(policy: Policy, state: State, at_s: float) -> tuple[State, tuple[Command, ...]]:
    wanted = wished(policy, state)
    exports = state.exports if state.exports is not None else {}
    open_ = {prefix: form for prefix, form in wanted.items() if prefix not in exports or exports[prefix] != form}
    found: list[Command] = []
    asked: dict[Prefix, Asked] = {}
    # What must go goes first, and less of a route before more of one.
    for prefix, form in sorted(open_.items(), key=lambda item: item[1] is not None):
        before = state.asked.get(prefix)
        if before is None or before.form != form:
            asked[prefix] = Asked(form=form, first_s=at_s, last_s=at_s, times=1)
        elif at_s - before.last_s >= _wait_s(policy, before.times):
            asked[prefix] = replace(before, last_s=at_s, times=before.times + 1)
        else:
            asked[prefix] = before
            continue
        found.append(Withdraw(prefix=prefix) if form is None else Announce(prefix=prefix, form=form))
    leaving = any(form is None for form in open_.values())
    unconfirmed_s = (at_s if state.unconfirmed_s is None else state.unconfirmed_s) if leaving else None
    now = replace(state, asked=asked, unconfirmed_s=unconfirmed_s)
    now, steps = _escalated(policy, now, at_s)
    slots = [AskSlot(name=name) for name, one in now.announcements.items() if one.slot.asked_s == at_s]
    return now, (*steps, *found, *slots)


def _wait_s(policy: Policy, times: int) -> float:
    """Before it is commanded again."""
    return float(min(policy.timing.retry_most_s, policy.timing.retry_s * 2 ** min(times - 1, 16)))


def _escalated(policy: Policy, state: State, at_s: float) -> tuple[State, tuple[Command, ...]]:
    """The next steps that are due while a withdrawal is not confirmed; all of them undone when it is."""
    if state.unconfirmed_s is None:
        if not state.escalated or state.stopping:
            return state, ()
        return replace(state, escalated=()), tuple(Restore(step=step) for step in reversed(state.escalated))
    due = tuple(_due(policy, state, at_s - state.unconfirmed_s))
    return replace(state, escalated=(*state.escalated, *due)), tuple(Escalate(step=step) for step in due)


def _due(policy: Policy, state: State, waited_s: float) -> Iterator[Step]:
    for step, after_s in policy.timing.escalate:
        if waited_s >= after_s and step not in state.escalated:
            yield step
