"""The agent's state as a person asks for it: what is announced, why, and for how long it will be so. Pure."""

from dataclasses import dataclass

from catchment.agent.damping import held
from catchment.agent.state import Standing, State
from catchment.model.address import Prefix
from catchment.model.agent import Announcement, Form, Policy


@dataclass(frozen=True, slots=True, kw_only=True)
class PrefixStatus:
    """wanted, exported: forms; None: not at all. known: whether the speaker said. times: how often it was commanded."""

    prefix: Prefix
    wanted: Form | None
    exported: Form | None
    known: bool
    times: int

    @property
    def settled(self) -> bool:
        """Whether what is wanted is so."""
        return self.known and self.wanted == self.exported


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnouncementStatus:
    """See Standing and Wish; seconds are from now on. since_s: how long it is at its level; None: from the start.

    draining : "": nobody drains it; "draining": for traffic to leave; "drained": withdrawn, or to be
    """

    name: str
    level: str
    rule: str
    why: str
    prefixes: tuple[PrefixStatus, ...]
    since_s: float | None
    falls: int
    held_s: float
    draining: str
    drain_left_s: float | None

    @property
    def withdrawn(self) -> bool:
        """Whether the speaker confirms that nothing of it is exported, as is wanted."""
        return all(one.settled and one.wanted is None for one in self.prefixes)


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckStatus:
    """A check as it stands; ago_s: since its last result; failed: of the last `results`."""

    name: str
    healthy: bool
    passes: int
    failures: int
    failed: int
    results: int
    ago_s: float | None
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """The whole agent."""

    site: str
    stopping: bool
    speaker_silent_s: float | None
    escalated: tuple[str, ...]
    announcements: tuple[AnnouncementStatus, ...]
    checks: tuple[CheckStatus, ...]

    @property
    def in_words(self) -> str:
        """For systemd and one-line answers."""
        up = sum(any(prefix.exported for prefix in one.prefixes) for one in self.announcements)
        open_ = sum(not prefix.settled for one in self.announcements for prefix in one.prefixes)
        waits = f", {open_} not as wanted" if open_ else ""
        return f"announcing {up} of {len(self.announcements)}{waits}"


def status(policy: Policy, state: State, at_s: float) -> Status:
    """The state at a moment."""
    return Status(
        site=policy.site,
        stopping=state.stopping,
        speaker_silent_s=None if state.silent_s is None else at_s - state.silent_s,
        escalated=tuple(step.value for step in state.escalated),
        announcements=tuple(_announcement(one, state, at_s) for one in policy.announcements),
        checks=tuple(check_status(name, state, at_s) for name in state.checks),
    )


def _announcement(one: Announcement, state: State, at_s: float) -> AnnouncementStatus:
    stands: Standing = state.announcements[one.name]
    drain = stands.drain
    return AnnouncementStatus(
        name=one.name,
        level=stands.acted.name.lower(),
        rule=stands.wish.rule,
        why=stands.wish.why,
        prefixes=tuple(prefix_status(prefix, stands.wish.form, state) for prefix in one.prefixes),
        since_s=None if stands.since_s is None else at_s - stands.since_s,
        falls=stands.flaps.count,
        held_s=stands.flaps.held_until_s - at_s if held(stands.flaps, at_s) else 0.0,
        draining="" if drain is None else "draining" if stands.wish.form is not None else "drained",
        drain_left_s=None if drain is None or drain.until_s is None else drain.until_s - at_s,
    )


def prefix_status(prefix: Prefix, wanted: Form | None, state: State) -> PrefixStatus:
    """A prefix as it is wanted, and as the speaker says that it is."""
    exports = state.exports if state.exports is not None else {}
    asked = state.asked.get(prefix)
    return PrefixStatus(
        prefix=prefix,
        wanted=wanted,
        exported=exports.get(prefix),
        known=prefix in exports,
        times=0 if asked is None else asked.times,
    )


def check_status(name: str, state: State, at_s: float) -> CheckStatus:
    """A check at a moment."""
    one = state.checks[name]
    return CheckStatus(
        name=name,
        healthy=one.healthy,
        passes=one.passes,
        failures=one.failures,
        failed=one.failed,
        results=len(one.recent),
        ago_s=None if one.last_s is None else at_s - one.last_s,
        words=one.words,
    )
