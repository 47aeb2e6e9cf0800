"""Whether a check is healthy, from its results: passes and failures in a row, and the share that failed of late.

One rule alone is not enough: a server that drops every second question never fails three times in a row, and was left
announced for ever by each agent that was measured.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from catchment.model.agent import Check, Level, Need, Policy, Scope, Service


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckState:
    """What is known of a check. Nothing at first: then it is not healthy.

    passes, failures : in a row
    recent  : the last results, the oldest first; True: passed
    last_s  : when the last result was, or was missed; None: never
    words   : what the last result said
    inherited_until_s : healthy by the word of a former run, until then; None: by results of this one
    """

    healthy: bool = False
    passes: int = 0
    failures: int = 0
    recent: tuple[bool, ...] = ()
    last_s: float | None = None
    words: str = ""
    inherited_until_s: float | None = None

    @property
    def failed(self) -> int:
        """How many of the recent results failed."""
        return self.recent.count(False)


def after(check: Check, before: CheckState, passed: bool, at_s: float, words: str = "") -> CheckState:
    """The state after a result."""
    recent = (*before.recent, passed)[-check.window :]
    now = replace(
        before,
        passes=before.passes + 1 if passed else 0,
        failures=0 if passed else before.failures + 1,
        recent=recent,
        last_s=at_s,
        words=words,
    )
    often = now.failed >= check.ratio * check.window
    if now.failures >= check.fall or often:
        return replace(now, healthy=False, inherited_until_s=None)
    if now.passes >= check.rise:
        return replace(now, healthy=True, inherited_until_s=None)
    return now


def overdue(check: Check, before: CheckState, at_s: float) -> CheckState:
    """The state when it is at_s and nothing came: each interval without a result is a failure.

    A check that hangs tells nothing, which must not look like health. A first result is waited for in silence. What
    was inherited and not confirmed in time is believed no more.
    """
    now = before
    late_s = check.interval_s + check.timeout_s
    while now.last_s is not None and at_s - now.last_s > late_s and now.failures <= check.fall:
        now = after(check, now, passed=False, at_s=now.last_s + check.interval_s, words="no result in time")
    if now.inherited_until_s is not None and at_s >= now.inherited_until_s:
        now = replace(now, healthy=False, inherited_until_s=None, words="not confirmed after the restart")
    return now


def inherited(until_s: float) -> CheckState:
    """A check that a former run found healthy, believed until then or until a result says otherwise."""
    return CheckState(healthy=True, inherited_until_s=until_s, words="healthy by the former agent's word")


def service_level(service: Service, checks: Mapping[str, CheckState]) -> Level:
    """How well a service is."""
    if not service.need.met_by({name: checks[name].healthy for name in service.need.weights}):
        return Level.DOWN
    return Level.UP if all(checks[name].healthy for name in service.shared) else Level.DEGRADED


def level(need: Need, services: Mapping[str, Level]) -> Level:
    """The best level that enough of what is needed has."""
    for wanted in (Level.UP, Level.DEGRADED):
        if need.met_by({name: services[name] >= wanted for name in need.weights}):
            return wanted
    return Level.DOWN


def levels(policy: Policy, checks: Mapping[str, CheckState]) -> dict[str, Level]:
    """Of each service how well it is."""
    return {service.name: service_level(service, checks) for service in policy.services}


def shared(policy: Policy) -> frozenset[str]:
    """The checks whose failure is not this instance's own."""
    return frozenset(check.name for check in policy.checks if check.scope is Scope.SHARED)
