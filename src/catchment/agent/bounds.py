"""How long it takes until a failure has its effect, at most: the arithmetic of the timers. Pure.

Computed from the policy alone, and held against the core by tests: no failure takes longer, and some take as long.
The speaker's own time (BIRD: a millisecond) comes on top; it has answered, or is silent, within its timeout.
"""

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from catchment.agent.guarding import SILENT
from catchment.agent.handover import LEASE_S
from catchment.agent.health import ROUNDING, CheckState, checks_of, level, levels
from catchment.agent.router.session import Session
from catchment.agent.wishes import splay_s
from catchment.model.agent import Announcement, Check, Level, Policy, Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """failure: what fails; effect: what comes of it, within_s at the latest (None: never by itself); how: the sum."""

    about: str
    failure: str
    effect: str
    within_s: float | None
    how: str


def failures_needed(check: Check) -> int:
    """Failures in a row after which a check is not healthy: by `fall`, or by the share of the window before that."""
    return min(check.fall, _in_window(check))


def _in_window(check: Check) -> int:
    return max(1, math.ceil(check.ratio * check.window - ROUNDING))


def killed_s(check: Check) -> float:
    """From the death of a service that refuses at once; it died a moment after it had passed."""
    return failures_needed(check) * check.interval_s


def hung_s(check: Check) -> float:
    """From the moment at which a service answers no more: the last question is given its time."""
    return failures_needed(check) * check.interval_s + check.timeout_s


def half_s(check: Check) -> float | None:
    """From when every second question fails at once; None: that is not seen at all."""
    if failures_needed(check) == 1:
        return 2 * check.interval_s
    needed = _in_window(check)
    return None if needed > math.ceil(check.window / 2) else 2 * needed * check.interval_s


def passes_needed(check: Check) -> int:
    """Passes in a row after which a check is healthy: by `rise`, or when its window has few enough failures left."""
    return max(check.rise, check.window - _in_window(check) + 1)


def risen_s(check: Check) -> float:
    """From when a service answers again that was dead for long."""
    return passes_needed(check) * check.interval_s + check.timeout_s


Times = Callable[[Check], float | None]

FAILURES: tuple[tuple[str, Times, str], ...] = (
    ("killed", killed_s, "{n} failures x {interval:g} s"),
    ("hung", hung_s, "{n} failures x {interval:g} s + {timeout:g} s for the last answer"),
    ("failing every second question", half_s, "2 x {window} failures x {interval:g} s"),
)


def bounds(policy: Policy, sessions: Iterable[Session] = ()) -> tuple[Bound, ...]:
    """Every failure that the agent answers to, in the order of the policy; then the agent's own, and a dead host.

    sessions : of the speaker, where its file can be read; they alone decide how soon a dead host is seen
    """
    found: list[Bound] = []
    for one in policy.announcements:
        if one.canary:
            continue
        for service in one.need.weights:
            found += [_bound(policy, one, service, *failure) for failure in FAILURES]
        found += _back(policy, one)
    return (*found, *_own(policy), *_dark(sessions))


def _bound(policy: Policy, one: Announcement, service: str, word: str, times: Times, how: str) -> Bound:
    """When the announcement has fallen because all own checks of a service fail in one way."""
    (held,) = (known for known in policy.services if known.name == service)
    checks = {check.name: check for check in policy.checks}
    own = {name: checks[name] for name in held.need.weights if checks[name].scope is Scope.INSTANCE}
    when = {name: at_s for name, check in own.items() if (at_s := times(check)) is not None}
    at = _reached(policy, one, when)
    about, failure = one.name, f"{service} {word}"
    if at is None:
        why = (
            "every second failure stays below the share and never comes twice"
            if not when
            else "enough others are well"
        )
        return Bound(about=about, failure=failure, effect="stays announced", within_s=None, how=why)
    level_, name, at_s = at
    check = checks[name]
    said = how.format(
        n=failures_needed(check), interval=check.interval_s, timeout=check.timeout_s,
        window=1 if failures_needed(check) == 1 else _in_window(check),
    )  # fmt: skip
    splay = splay_s(policy.site, one)
    leaves = level_ is Level.DOWN and one.forms.down is None
    if leaves and splay:
        said += f" + splay {splay:.2f} s + {policy.timing.tick_s:g} s until it is decided"
        at_s += splay + policy.timing.tick_s
    if leaves and one.guard.asks:
        said += "; a guard may keep it"
    effect = "withdrawn" if one.forms.at(level_) is None else f"announced as {level_.name.lower()}"
    return Bound(about=about, failure=failure, effect=effect, within_s=at_s, how=f"{said} (check {name})")


def _reached(policy: Policy, one: Announcement, when: Mapping[str, float]) -> tuple[Level, str, float] | None:
    """The lowest level that is reached, by which check, and when; None: it stays up."""
    states = {check.name: CheckState(healthy=True) for check in policy.checks}
    lowest: tuple[Level, str, float] | None = None
    before = Level.UP
    for name, at_s in sorted(when.items(), key=lambda item: item[1]):
        states[name] = CheckState(healthy=False)
        now = level(one.need, levels(policy, states))
        if now < before:
            lowest, before = (now, name, at_s), now
    return lowest


def _back(policy: Policy, one: Announcement) -> list[Bound]:
    checks = [check for check in policy.checks if check.name in checks_of(policy, one)]
    if not checks:
        return []
    slowest = max(checks, key=risen_s)
    how = (
        f"{passes_needed(slowest)} passes x {slowest.interval_s:g} s + {slowest.timeout_s:g} s (check {slowest.name})"
    )
    hold = one.hold
    held = f"; after a fall not before {hold.base_s:g} s, twice as long each time, {hold.most_s:g} s at most"
    back = Bound(
        about=one.name, failure="all well again", effect="announced", within_s=risen_s(slowest), how=how + held
    )
    drain = one.draining
    until = f"{drain.for_s:g} s in its draining form"
    until += f", or until fewer than {drain.least_pps:g} packets a second come" if drain.least_pps is not None else ""
    drained = Bound(
        about=one.name, failure="asked to drain", effect="withdrawn", within_s=drain.for_s + policy.timing.tick_s,
        how=f"{until} + {policy.timing.tick_s:g} s until it is decided",
    )  # fmt: skip
    return [back, drained]


def _own(policy: Policy) -> list[Bound]:
    """The agent itself, its guardian and the speaker."""
    timing = policy.timing
    steps = ", ".join(f"{step.value} after {after_s:g} s" for step, after_s in timing.escalate) or "no step is taken"
    said: tuple[tuple[str, str, float | None, str], ...] = (
        ("agent killed", "withdrawn", 0.0, "the guardian sees the end of its socket at once"),
        ("agent hung", "withdrawn", timing.lease_s, f"lease {timing.lease_s:g} s from the last renewal"),
        (
            "guardian killed", "another guardian", timing.renew_s + timing.tick_s,
            f"seen at the next renewal, {timing.renew_s:g} s + {timing.tick_s:g} s; announcements are not touched",
        ),
        (
            "guardian hung", "another guardian", (SILENT + 1) * timing.renew_s + timing.tick_s,
            f"{SILENT} renewals of {timing.renew_s:g} s without an answer; announcements are not touched",
        ),
        (
            "agent and guardian killed at once", "stays announced", None,
            "until ExecStopPost= of the unit: catchment agent withdraw",
        ),
        (
            "speaker busy", "told again", timing.retry_most_s + timing.tick_s,
            f"after it can act: it is told each {timing.retry_most_s:g} s; meanwhile {steps}",
        ),
        (
            "agent restart, new agent hangs", "withdrawn", LEASE_S + timing.lease_s,
            f"the lease handed over is {LEASE_S:g} s, and the first of its own {timing.lease_s:g} s",
        ),
        (
            "agent restart, service dead", "withdrawn", timing.inherit_s,
            "as for a dead service; if its checks say nothing at all, after inherit",
        ),
    )  # fmt: skip
    return [
        Bound(about="agent", failure=failure, effect=effect, within_s=within_s, how=how)
        for failure, effect, within_s, how in said
    ]


def _dark(sessions: Iterable[Session]) -> list[Bound]:
    """A host that dies without a word, or its line: nothing on it can help, and its neighbours find out."""
    failure, effect = "host dead, or its line", "gone at the neighbour"
    found = []
    for one in sessions:
        by_bfd = one.bfd_ms is not None and one.bfd_ms / 1000 < one.hold_s
        within_s = one.bfd_ms / 1000 if by_bfd and one.bfd_ms is not None else one.hold_s
        kept = "; graceful restart may keep it for two minutes more" if one.restarts and not by_bfd else ""
        how = f"{'BFD' if by_bfd else 'hold time'} as the neighbour agrees to it{kept}"
        found.append(Bound(about=one.where, failure=failure, effect=effect, within_s=within_s, how=how))
    words = "no agent helps: BFD (300 ms x 3: 0.9 s) or the hold time decides; the speaker's file was not read"
    return found or [Bound(about="speaker", failure=failure, effect=effect, within_s=None, how=words)]
