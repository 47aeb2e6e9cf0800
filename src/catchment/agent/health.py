"""Whether a check is healthy, from its results: passes and failures in a row, and the share that failed of late.

One rule alone is not enough: a server that drops every second question never fails three times in a row, and was left
announced for ever by each agent that was measured.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from catchment.model.agent import Announcement, Check, Level, Need, Policy, Scope, Service

LATE_S = 0.25
"""What a busy machine may take to tell a result beyond its timeout. With none, a question that timed out counted twice:
as missed, and a moment later as failed."""

ROUNDING = 1e-9  # 0.7 * 10 is more than 7 in floats, and 7 failures of 10 would not be 70 %


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckState:
    """What is known of a check. Nothing at first: then it is not healthy.

    passes, failures : in a row
    recent  : the last results, the oldest first; True: passed
    last_s  : when the last result was, or was missed, or the wait for it began; None: never
    words   : what the last result said
    inherited_until_s : healthy by the word of a former run or policy, until then; None: by results of its own
    forgiven_s : how much silence was put down to this agent's own stalls since the last result
    """

    healthy: bool = False
    passes: int = 0
    failures: int = 0
    recent: tuple[bool, ...] = ()
    last_s: float | None = None
    words: str = ""
    inherited_until_s: float | None = None
    forgiven_s: float = 0.0

    @property
    def failed(self) -> int:
        """How many of the recent results failed."""
        return self.recent.count(False)


def after(check: Check, before: CheckState, passed: bool, at_s: float, words: str = "") -> CheckState:
    """The state after a result. What was inherited is confirmed by one pass: it was healthy, and still answers."""
    recent = (*before.recent, passed)[-check.window :]
    now = replace(
        before,
        passes=before.passes + 1 if passed else 0,
        failures=0 if passed else before.failures + 1,
        recent=recent,
        last_s=at_s,
        words=words,
        inherited_until_s=None if passed else before.inherited_until_s,
        forgiven_s=0.0,
    )
    often = now.failed >= check.ratio * check.window - ROUNDING
    if now.failures >= check.fall or often:
        return replace(now, healthy=False, inherited_until_s=None)
    if now.passes >= check.rise:
        return replace(now, healthy=True)
    return now


def late_s(check: Check) -> float:
    """How long after a result the next one is missed."""
    return check.interval_s + check.timeout_s + LATE_S


def overdue(check: Check, before: CheckState, at_s: float) -> CheckState:
    """The state when it is at_s and nothing came: each interval without a result is a failure.

    A check that hangs tells nothing, which must not look like health. A first result is waited for in silence. What
    was inherited and not confirmed in time is believed no more.
    """
    now = before
    while now.last_s is not None and at_s - now.last_s > late_s(check) and now.failures <= check.fall:
        missed_s, forgiven_s = now.last_s + check.interval_s, now.forgiven_s
        now = after(check, now, passed=False, at_s=missed_s, words="no result in time")
        now = replace(now, forgiven_s=forgiven_s)
    if now.inherited_until_s is not None and at_s >= now.inherited_until_s:
        now = replace(now, healthy=False, inherited_until_s=None, words="not confirmed in time")
    return now


def stalled(before: CheckState, lost_s: float, most_s: float) -> CheckState:
    """The state after a time in which this agent itself did nothing: silence of that time is not the check's.

    most_s : that is forgiven at most until a result comes, or an agent that stalls all the time would never miss one
    """
    if before.last_s is None:
        return before
    more_s = max(0.0, min(lost_s, most_s - before.forgiven_s))
    return replace(before, last_s=before.last_s + more_s, forgiven_s=before.forgiven_s + more_s)


def inherited(check: Check, at_s: float, for_s: float) -> CheckState:
    """A check that a former run found healthy, believed until a result says otherwise, it is late, or for_s is over.

    A check that is asked less often than that is believed until its first result is late.
    """
    until_s = at_s + max(for_s, late_s(check))
    return CheckState(healthy=True, last_s=at_s, inherited_until_s=until_s, words="healthy by the former word")


def service_level(service: Service, checks: Mapping[str, CheckState], common: frozenset[str] = frozenset()) -> Level:
    """How well a service is. common: checks whose failure never takes it down, whatever it needs them for."""
    need = service.need
    if not need.met_by({name: checks[name].healthy or name in common for name in need.weights}):
        return Level.DOWN
    asked = (*service.shared, *(name for name in need.weights if name in common))
    return Level.UP if all(checks[name].healthy for name in asked) else Level.DEGRADED


def level(need: Need, services: Mapping[str, Level]) -> Level:
    """The best level that enough of what is needed has."""
    for wanted in (Level.UP, Level.DEGRADED):
        if need.met_by({name: services[name] >= wanted for name in need.weights}):
            return wanted
    return Level.DOWN


def levels(policy: Policy, checks: Mapping[str, CheckState]) -> dict[str, Level]:
    """Of each service how well it is."""
    common = shared(policy)
    return {service.name: service_level(service, checks, common) for service in policy.services}


def checks_of(policy: Policy, one: Announcement) -> frozenset[str]:
    """The checks that an announcement depends on."""
    needed = [service for service in policy.services if service.name in one.need.weights]
    return frozenset(name for service in needed for name in (*service.need.weights, *service.shared))


def shared(policy: Policy) -> frozenset[str]:
    """The checks whose failure is not this instance's own."""
    return frozenset(check.name for check in policy.checks if check.scope is Scope.SHARED)
