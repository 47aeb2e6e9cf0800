"""What an event says, written into the state: results of checks, exports of the speaker, drains, the word of others."""

from dataclasses import replace

from catchment.agent.events import (
    DrainAsked,
    Event,
    Exported,
    Holding,
    Inherited,
    Others,
    Result,
    Slot,
    Stopping,
    Tick,
    Traffic,
    UndrainAsked,
)
from catchment.agent.health import CheckState, after, checks_of, inherited, overdue, stalled
from catchment.agent.state import DrainState, Standing, State, fallen
from catchment.model.agent import Announcement, Level, Policy

BELIEVED = 5
"""Times that a speaker may be asked in vain before its last answer is believed no more."""

Told = DrainAsked | UndrainAsked | Traffic | Slot
"""What concerns announcements by name."""


def awake(policy: Policy, state: State, event: Event) -> State:
    """After a time in which the agent itself did nothing (stopped, starved, asleep): silent checks say nothing.

    Longer than the lease, and the guardian has withdrawn: what was known is too old, and everything is to rise again.
    """
    if state.at_s is None:
        return state
    timing = policy.timing
    gap_s = event.at_s - state.at_s
    if gap_s >= timing.lease_s:
        return _anew(policy, state, event.at_s)
    if gap_s <= 2 * timing.tick_s:
        return state
    later = {name: stalled(one, gap_s - timing.tick_s, timing.lease_s) for name, one in state.checks.items()}
    return replace(state, checks=later)


def _anew(policy: Policy, state: State, at_s: float) -> State:
    """The lease was over, and everything was withdrawn: it is held down, and its checks rise from nothing.

    What the speaker was told is forgotten with the rest: nobody was there to wait for its answer, so that it was not
    late with it.
    """
    holds = {one.name: one.hold for one in policy.announcements}
    standing = {
        name: fallen(one, holds[name], at_s) if one.acted else one for name, one in state.announcements.items()
    }
    return replace(state, checks=dict.fromkeys(state.checks, CheckState()), announcements=standing, asked={})


def seen(policy: Policy, state: State, event: Event) -> State:  # noqa: PLR0911  one for each kind of event
    """The state that knows of an event."""
    match event:
        case Result():
            return _checked(policy, state, event)
        case Tick():
            return _later(policy, state, event.at_s)
        case Exported():
            return _heard_speaker(state, event)
        case DrainAsked() | UndrainAsked() | Traffic() | Slot():
            return _told(policy, state, event)
        case Others():
            return replace(state, heard={**state.heard, event.source: event})
        case Inherited():
            return _inheriting(policy, state, event)
        case Holding():
            held = replace(state, guarded=event.held)
            return _anew(policy, held, event.at_s) if event.withdrew else held
        case Stopping():
            return replace(state, stopping=True)


def _checked(policy: Policy, state: State, event: Result) -> State:
    known = {check.name: check for check in policy.checks}
    if event.check not in known:
        return state
    one = after(known[event.check], state.checks[event.check], event.passed, event.at_s, event.words)
    return replace(state, checks={**state.checks, event.check: one})


def _later(policy: Policy, state: State, at_s: float) -> State:
    """What did not come in time: results of checks, and the speaker's word, which is not believed for ever."""
    checks = {check.name: overdue(check, state.checks[check.name], at_s) for check in policy.checks}
    old = state.read_s is not None and at_s - state.read_s > BELIEVED * policy.timing.read_s
    known = _silent(state, at_s) if old else state
    return replace(known, checks=checks)


def _silent(state: State, at_s: float) -> State:
    return replace(state, exports=None, silent_s=at_s if state.silent_s is None else state.silent_s)


def _heard_speaker(state: State, event: Exported) -> State:
    restoring = tuple(step for step in state.restoring if step not in event.restored)
    if event.exports is None:
        return replace(_silent(state, event.at_s), restoring=restoring)
    on_the_way = {prefix for prefix, one in state.asked.items() if one.form is not None}
    gone = frozenset(prefix for prefix, form in event.exports.items() if form is None) - on_the_way
    return replace(
        state, exports=event.exports, read_s=event.at_s, silent_s=None, withdrawn=gone, restoring=restoring
    )


def _told(policy: Policy, state: State, event: Told) -> State:
    """What concerns announcements by name."""
    names = (
        event.names or tuple(state.announcements) if isinstance(event, DrainAsked | UndrainAsked) else (event.name,)
    )
    now = dict(state.announcements)
    for one in policy.announcements:
        if one.name in names:
            now[one.name] = _told_one(one, now[one.name], event)
    return replace(state, announcements=now)


def _told_one(one: Announcement, before: Standing, event: Told) -> Standing:
    match event:
        case DrainAsked():
            most_s = one.draining.most_s
            until_s = event.until_s if event.until_s is not None or most_s is None else event.at_s + most_s
            # Asked again, a drain goes on: what has left already does not come back for it.
            begun_s = event.at_s if event.begun_s is None else event.begun_s
            drain = before.drain or DrainState(asked_s=begun_s)
            drain = replace(drain, until_s=until_s, now=drain.now or event.now, words=event.words or drain.words)
            return replace(before, drain=drain)
        case UndrainAsked():
            return replace(before, drain=None)
        case Traffic():
            least = one.draining.least_pps
            quiet = before.drain is not None and least is not None and event.pps < least
            return replace(before, drain=replace(before.drain, quiet=True)) if before.drain and quiet else before
        case Slot():
            return replace(before, slot=replace(before.slot, answered=True, granted=event.granted))


def _inheriting(policy: Policy, state: State, event: Inherited) -> State:
    """What was handed over stands, and the checks that it needs are believed for a while."""
    asks = {check.name: check for check in policy.checks}
    checks, standing = dict(state.checks), dict(state.announcements)
    for one in policy.announcements:
        if one.name in event.flaps:
            standing[one.name] = replace(standing[one.name], flaps=event.flaps[one.name])
        if one.name in event.names:
            level = Level.DEGRADED if one.name in event.degraded else Level.UP
            standing[one.name] = replace(standing[one.name], acted=level, since_s=event.at_s)
            for name in checks_of(policy, one):
                checks[name] = inherited(asks[name], event.at_s, policy.timing.inherit_s)
    return replace(state, checks=checks, announcements=standing)
