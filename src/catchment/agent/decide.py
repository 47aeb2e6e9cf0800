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
from catchment.model.agent import Form, Policy, Step


def decide(policy: Policy, state: State, event: Event, *, store: bool = False) -> tuple[State, tuple[Command, ...]]:
    """The state after an event, and what is to be done now.

    store : whether there is one that grants withdrawals
    Events that name checks or announcements which the policy does not have are let pass: they are of before a reload.
    """
    # Events of other threads, and drains of a former run, are told late with their own time: ours never goes back.
    at_s = event.at_s if state.at_s is None else max(event.at_s, state.at_s)
    told = seen(policy, awake(policy, state, event), event)
    now = settled(policy, told, at_s, store=store)
    now, found = _commands(policy, replace(now, at_s=at_s), at_s)
    slots = [AskSlot(name=name) for name in now.announcements if _asks(told, now, name)]
    return now, (*found, *slots)


def nothing_left(policy: Policy, state: State) -> bool:
    """Whether the speaker confirms that nothing of ours is exported, and steps are undone. What is not told may be."""
    return not state.restoring and all(prefix in state.withdrawn for prefix in wished(policy, state))


def _asks(before: State, now: State, name: str) -> bool:
    slot = now.announcements[name].slot
    return slot.asked_s is not None and slot.asked_s != before.announcements[name].slot.asked_s


def _open(state: State, prefix: Prefix, form: Form | None) -> bool:
    """Whether it is not as wanted; or it is, and a command for something else may still be on its way."""
    exports = state.exports if state.exports is not None else {}
    if prefix not in exports or exports[prefix] != form:
        return True
    return prefix in state.asked and state.asked[prefix].form != form


def _commands(policy: Policy, state: State, at_s: float) -> tuple[State, tuple[Command, ...]]:
    open_ = {prefix: form for prefix, form in wished(policy, state).items() if _open(state, prefix, form)}
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
    withdrawn = state.withdrawn - {command.prefix for command in found if isinstance(command, Announce)}
    # Each prefix for itself: one that was told just now is not late because another was.
    leaving = [one.first_s for prefix, one in asked.items() if one.form is None and prefix not in withdrawn]
    now = replace(state, asked=asked, withdrawn=withdrawn, unconfirmed_s=min(leaving, default=None))
    now, steps = _escalated(policy, now, at_s)
    return now, (*steps, *found)


def _wait_s(policy: Policy, times: int) -> float:
    """Before it is commanded again."""
    return float(min(policy.timing.retry_most_s, policy.timing.retry_s * 2 ** min(times - 1, 16)))


def _escalated(policy: Policy, state: State, at_s: float) -> tuple[State, tuple[Command, ...]]:
    """The steps that are due while a withdrawal is not confirmed; all of them undone when it is.

    Both are told again until they worked: a speaker that did not listen to a withdrawal does not listen to this either.
    """
    again = at_s - state.stepped_s >= policy.timing.retry_most_s
    if state.unconfirmed_s is None:
        undo = (*reversed(state.escalated), *(step for step in state.restoring if step not in state.escalated))
        if not undo or not (again or state.escalated):
            return state, ()
        now = replace(state, escalated=(), restoring=undo, stepped_s=at_s)
        return now, tuple(Restore(step=step) for step in undo)
    due = tuple(_due(policy, state, at_s - state.unconfirmed_s))
    steps = (*state.escalated, *due)
    told = steps if again else due
    stepped_s = at_s if told else state.stepped_s
    return replace(state, escalated=steps, stepped_s=stepped_s), tuple(Escalate(step=step) for step in told)


def _due(policy: Policy, state: State, waited_s: float) -> Iterator[Step]:
    for step, after_s in policy.timing.escalate:
        if waited_s >= after_s and step not in state.escalated:
            yield step
