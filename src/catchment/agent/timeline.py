"""What changed from one decision to the next, in sentences: for the log, a replay and a rehearsal. Pure."""

from collections.abc import Iterator
from enum import StrEnum
from typing import NamedTuple

from catchment.agent.events import (
    BEGUN,
    Command,
    DrainAsked,
    Escalate,
    Event,
    Holding,
    Inherited,
    Restore,
    Stopping,
    UndrainAsked,
)
from catchment.agent.state import State, Wish
from catchment.model.agent import Policy


class Kind(StrEnum):
    """What can change. The words are stable: people search their logs for them."""

    DRAIN = "drain-asked"
    UNDRAIN = "undrain-asked"
    INHERITED = "handed-over"
    STOPPING = "stopping"
    HEALTHY = "check-healthy"
    UNHEALTHY = "check-unhealthy"
    WANTED = "wanted"
    EXPORTED = "exported"
    SILENT = "speaker-silent"
    ANSWERS = "speaker-answers"
    ESCALATED = "escalated"
    RESTORED = "restored"
    HELD = "lease-held"
    ALONE = "lease-not-held"


class Change(NamedTuple):
    """A change in words. check, announcement, rule: whose it is, and by which rule; "": it is nobody's alone."""

    kind: Kind
    words: str
    check: str = ""
    announcement: str = ""
    rule: str = ""


def changed(policy: Policy, event: Event, before: State, after: State, commands: tuple[Command, ...]) -> list[Change]:
    """What a person wants to know of; nothing for events that changed nothing."""
    return [
        *_asked(event),
        *_checks(before, after),
        *_wishes(before, after),
        *_speaker(policy, before, after),
        *_steps(commands),
    ]


def changes(policy: Policy, event: Event, before: State, after: State, commands: tuple[Command, ...]) -> list[str]:
    """A sentence for each change; see `changed`."""
    return [one.words for one in changed(policy, event, before, after, commands)]


def form_of(wish: Wish) -> str:
    """What is wanted, in words."""
    return "withdrawn" if wish.form is None else f"announced ({wish.form})"


def _asked(event: Event) -> Iterator[Change]:
    match event:
        case DrainAsked():
            words = f": {event.words}" if event.words else ""
            yield Change(Kind.DRAIN, f"asked to drain {', '.join(event.names) or 'everything'}{words}")
        case UndrainAsked():
            yield Change(Kind.UNDRAIN, f"asked to end the drain of {', '.join(event.names) or 'everything'}")
        case Inherited():
            yield Change(Kind.INHERITED, f"handed over by the agent before: {', '.join(event.names) or 'nothing'}")
        case Holding(held=True):
            did = ", and has withdrawn everything: the lease was over" if event.withdrew else ""
            yield Change(Kind.HELD, f"a guardian holds the lease{did}")
        case Holding(words=words) if words != BEGUN:
            yield Change(Kind.ALONE, f"no guardian holds the lease, nothing new is announced: {words}")
        case Stopping():
            yield Change(Kind.STOPPING, "asked to stop")
        case _:
            return


def _checks(before: State, after: State) -> Iterator[Change]:
    if before.checks is after.checks:
        return
    for name, now in after.checks.items():
        was = before.checks.get(name)
        if was is None or was.healthy == now.healthy:
            continue
        if now.healthy:
            words = f"{now.passes} passes in a row" if now.passes else now.words
            yield Change(Kind.HEALTHY, f"check {name} is healthy: {words}", check=name)
        else:
            counted = f"{now.failures} failures in a row, {now.failed} of the last {len(now.recent)}"
            words = (
                f"check {name} is not healthy: {counted if now.recent else 'begun again'}: {now.words or 'no word'}"
            )
            yield Change(Kind.UNHEALTHY, words, check=name)


def _wishes(before: State, after: State) -> Iterator[Change]:
    if before.announcements is after.announcements:
        return
    for name, now in after.announcements.items():
        was = before.announcements.get(name)
        if was is None or (was.wish.form, was.wish.rule) != (now.wish.form, now.wish.rule):
            words = f"{name}: {form_of(now.wish)}, by {now.wish.rule}: {now.wish.why}"
            yield Change(Kind.WANTED, words, announcement=name, rule=now.wish.rule)


def _speaker(policy: Policy, before: State, after: State) -> Iterator[Change]:
    if before.silent_s is None and after.silent_s is not None:
        yield Change(Kind.SILENT, "the speaker does not answer")
    elif before.silent_s is not None and after.silent_s is None:
        silent = f", after {after.at_s - before.silent_s:.1f} s" if after.at_s else ""
        yield Change(Kind.ANSWERS, f"the speaker answers again{silent}")
    if before.exports is after.exports or after.exports is None:
        return
    old = before.exports or {}
    names = {prefix: one.name for one in policy.announcements for prefix in one.prefixes}
    for prefix, form in after.exports.items():
        if prefix not in old and form is None:
            continue
        if prefix not in old or old[prefix] != form:
            said = "not exported" if form is None else f"exported ({form})"
            words = f"the speaker says: {prefix} of {names.get(prefix, 'nobody')} is {said}"
            yield Change(Kind.EXPORTED, words, announcement=names.get(prefix, ""))


def _steps(commands: tuple[Command, ...]) -> Iterator[Change]:
    for command in commands:
        if isinstance(command, Escalate):
            yield Change(Kind.ESCALATED, f"a withdrawal is not confirmed: {command.step.value}")
        elif isinstance(command, Restore):
            yield Change(Kind.RESTORED, f"confirmed again: {command.step.value} is undone")
