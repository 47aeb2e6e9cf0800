"""What an event says, written into the state: results of checks, exports of the speaker, drains, the word of others."""

from dataclasses import replace

from catchment.agent.events import (
    DrainAsked,
    Event,
    Exported,
    Inherited,
    Others,
    Result,
    Slot,
    Stopping,
    Tick,
    Traffic,
    UndrainAsked,
)
from catchment.agent.health import CheckState, after, inherited, overdue
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
    lost_s = event.at_s - state.at_s - policy.timing.tick_s
    if event.at_s - state.at_s >= policy.timing.lease_s:
        holds = {one.name: one.hold for one in policy.announcements}
        standing = {
            name: fallen(one, holds[name], event.at_s) if one.acted else one
            for name, one in state.announcements.items()
        }
        return replace(state, checks={name: CheckState() for name in state.checks}, announcements=standing)
    if lost_s <= policy.timing.tick_s:
        return state
    later = {
        name: one if one.last_s is None else replace(one, last_s=one.last_s + lost_s)
        for name, one in state.checks.items()
    }
    return replace(state, checks=later)


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
    known = replace(state, exports=None, silent_s=state.silent_s or at_s) if old else state
    return replace(known, checks=checks)


def _heard_speaker(state: State, event: Exported) -> State:
    if event.exports is None:
        return replace(state, exports=None, silent_s=event.at_s if state.silent_s is None else state.silent_s)
    return replace(state, exports=event.exports, read_s=event.at_s, silent_s=None)


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
            begun_s = before.drain.asked_s if before.drain else event.at_s
            asked = DrainState(asked_s=begun_s, until_s=until_s, now=event.now, words=event.words)
            return replace(before, drain=asked)
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
    until_s = event.at_s + policy.timing.inherit_s
    services = {service.name: service for service in policy.services}
    checks, standing = dict(state.checks), dict(state.announcements)
    for one in policy.announcements:
        if one.name in event.names:
            standing[one.name] = replace(standing[one.name], acted=Level.UP, since_s=event.at_s)
            for name in one.need.weights:
                for check in (*services[name].need.weights, *services[name].shared):
                    checks[check] = inherited(until_s)
    return replace(state, checks=checks, announcements=standing)
