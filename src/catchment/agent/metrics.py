"""What Prometheus is told of an agent: every metric with its meaning, and their values from the agent's state. Pure.

The text is Prometheus's exposition format 0.0.4. No label can grow without bound: names come from the configuration,
reasons from the rules of `wishes`, neighbours from the speaker's configuration.

`service` is the name of an announcement: what is announced as one. What is not known has no sample, which is not 0.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from catchment.agent.damping import held
from catchment.agent.events import Exports
from catchment.agent.health import level, levels
from catchment.agent.speakers.speaker import Session
from catchment.agent.state import Standing, State
from catchment.model.address import Prefix
from catchment.model.agent import Announcement, Form, Level, Policy, Step


class Family(NamedTuple):
    """A metric. kind: gauge, counter or histogram; labels: what its samples are told apart by."""

    kind: str
    meaning: str
    labels: tuple[str, ...] = ()


SITE = ("service", "site")
FAMILIES: Mapping[str, Family] = {
    "catchment_build_info": Family("gauge", "1; which program runs, and for which daemon.", ("version", "speaker")),
    "catchment_site_wanted": Family(
        "gauge", "1 when the service is to be announced, by address family.", (*SITE, "af")
    ),
    "catchment_site_announced": Family(
        "gauge",
        "1 when the daemon exports any prefix of the service; no sample while it does not say.",
        (*SITE, "af"),
    ),
    "catchment_site_unsettled_prefixes": Family(
        "gauge", "Prefixes that are not exported as wanted, or of which that is not known.", (*SITE, "af")
    ),
    "catchment_site_healthy": Family("gauge", "1 when enough of what the service needs is not down.", SITE),
    "catchment_site_level": Family("gauge", "What is acted on: 0 down, 1 degraded, 2 up.", SITE),
    "catchment_site_draining": Family("gauge", "1 while somebody drains it.", SITE),
    "catchment_site_guarded": Family("gauge", "1 while its service is dead and a guard keeps it announced.", SITE),
    "catchment_site_hold_seconds": Family("gauge", "How long it is held down yet.", SITE),
    "catchment_site_falls": Family("gauge", "Falls that are not forgotten: each doubles the next hold-down.", SITE),
    "catchment_transitions_total": Family("counter", "Changes of what is wanted.", (*SITE, "from", "to", "reason")),
    "catchment_guard_activations_total": Family(
        "counter", "How often a guard began to keep a dead service announced.", SITE
    ),
    "catchment_others": Family("gauge", "Others that announce it, as each source last said.", (*SITE, "source")),
    "catchment_others_age_seconds": Family("gauge", "Since a source last said who else announces.", ("source",)),
    "catchment_check_healthy": Family("gauge", "1 when the check is healthy.", ("check", "site")),
    "catchment_check_result_age_seconds": Family(
        "gauge", "Since the last result, or since one was missed.", ("check", "site")
    ),
    "catchment_check_pass_age_seconds": Family("gauge", "Since it last passed.", ("check", "site")),
    "catchment_check_results_total": Family("counter", "Results.", ("check", "site")),
    "catchment_check_failures_total": Family("counter", "Results that were failures.", ("check", "site")),
    "catchment_check_duration_seconds": Family("histogram", "How long a question took.", ("check", "site")),
    "catchment_reconcile_age_seconds": Family("gauge", "Since the daemon last said what it exports."),
    "catchment_speaker_silent_seconds": Family("gauge", "How long the daemon does not answer; 0: it does."),
    "catchment_withdrawal_unconfirmed_seconds": Family(
        "gauge", "How long something is, or may be, exported that is not wanted; 0: nothing is."
    ),
    "catchment_escalated": Family("gauge", "1 while a harsher step against the daemon is in force.", ("step",)),
    "catchment_bgp_session_up": Family("gauge", "1 when a BGP session is established.", ("session", "neighbour")),
    "catchment_lease_age_seconds": Family("gauge", "Since the guardian last answered a renewal of the lease."),
    "catchment_guardian_up": Family("gauge", "1 when a guardian holds the lease."),
    "catchment_guardian_deaths_total": Family("counter", "Guardians that died or hung and were replaced."),
    "catchment_decisions_total": Family("counter", "Events that were decided on; stands still when the agent hangs."),
    "catchment_journal_lost_lines_total": Family("counter", "Lines that the journal could not take."),
    "catchment_journald_lost_lines_total": Family("counter", "Entries that the system's journal did not take."),
}
"""Every metric that there is; the dashboard and the alerts use these and no others."""

BUCKETS_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 0.8, 1.0, 2.5)
"""Upper bounds of the histogram: a local answer takes 1 ms, a timeout 0.8 s unless told."""


@dataclass(slots=True)
class Durations:
    """A histogram: how many took at most each of BUCKETS_S, not added up."""

    buckets: list[int] = field(default_factory=lambda: [0] * len(BUCKETS_S))
    count: int = 0
    sum_s: float = 0.0


class Moved(NamedTuple):
    """A change of what is wanted of an announcement: names of forms, and the rule that changed it."""

    service: str
    before: str
    after: str
    reason: str


@dataclass(slots=True)
class Counts:
    """What only grows, as `counting` counts it. pass_s: when each check last passed."""

    moved: dict[Moved, int] = field(default_factory=dict)
    guarded: dict[str, int] = field(default_factory=dict)
    failures: dict[str, int] = field(default_factory=dict)
    durations: dict[str, Durations] = field(default_factory=dict)
    pass_s: dict[str, float] = field(default_factory=dict)
    decisions: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What is not in the agent's state. sessions: None: the daemon did not say; lease_s: when it was last answered."""

    version: str
    speaker: str
    sessions: tuple[Session, ...] | None = None
    lease_s: float | None = None
    guardian: bool = False
    guardian_deaths: int = 0
    journal_lost: int | None = None
    journald_lost: int | None = None


class Sample(NamedTuple):
    """name: of a family, with the suffix that histograms need."""

    name: str
    labels: tuple[tuple[str, str], ...]
    value: float


def form_name(one: Announcement, form: Form | None) -> str:
    """A form as a label: withdrawn, up, degraded, down or draining; the first of those that are the same."""
    if form is None:
        return "withdrawn"
    forms = one.forms
    said = (("up", forms.up), ("degraded", forms.degraded), ("down", forms.down), ("draining", forms.draining))
    return next((word for word, known in said if known == form), "other")


def samples(policy: Policy, state: State, counts: Counts, around: Around, at_s: float) -> Iterator[Sample]:
    """Every sample, in no order that matters: `text` puts them under their families."""
    yield _sample("catchment_build_info", 1, version=around.version, speaker=around.speaker)
    well = levels(policy, state.checks)
    for one in policy.announcements:
        healthy = one.canary or level(one.need, well) > Level.DOWN
        yield from _announcement(policy.site, one, state, healthy=healthy, at_s=at_s)
    yield from _counted(policy, counts)
    for check in policy.checks:
        yield from _check(policy.site, check.name, state, counts, at_s)
    yield from _others(policy, state, at_s)
    yield from _speaker(state, around, at_s)
    yield from _itself(counts, around, at_s)


def text(found: Iterable[Sample]) -> str:
    """The exposition: families in the order of FAMILIES, each with its help and type, without those that are empty."""
    of: dict[str, list[str]] = {name: [] for name in FAMILIES}
    for one in found:
        of[family_of(one.name)].append(f"{one.name}{_labels(one.labels)} {_number(one.value)}")
    lines = []
    for name, said in of.items():
        if said:
            lines += [f"# HELP {name} {FAMILIES[name].meaning}", f"# TYPE {name} {FAMILIES[name].kind}", *said]
    return "\n".join(lines) + "\n"


def family_of(name: str) -> str:
    """The family that a sample belongs to."""
    if name in FAMILIES:
        return name
    return name.removesuffix("_bucket").removesuffix("_sum").removesuffix("_count")


def _announcement(site: str, one: Announcement, state: State, *, healthy: bool, at_s: float) -> Iterator[Sample]:
    stands = state.announcements[one.name]
    labels = {"service": one.name, "site": site}
    for af, prefixes in _families(one).items():
        yield _sample("catchment_site_wanted", stands.wish.form is not None, **labels, af=af)
        if state.exports is not None:
            announced = any(state.exports.get(prefix) is not None for prefix in prefixes)
            yield _sample("catchment_site_announced", announced, **labels, af=af)
        unsettled = sum(not _settled(prefix, stands, state.exports) for prefix in prefixes)
        yield _sample("catchment_site_unsettled_prefixes", unsettled, **labels, af=af)
    hold_s = stands.flaps.held_until_s - at_s if held(stands.flaps, at_s) else 0.0
    yield _sample("catchment_site_healthy", healthy, **labels)
    yield _sample("catchment_site_level", stands.acted, **labels)
    yield _sample("catchment_site_draining", stands.drain is not None, **labels)
    yield _sample("catchment_site_guarded", bool(stands.guarded), **labels)
    yield _sample("catchment_site_hold_seconds", hold_s, **labels)
    yield _sample("catchment_site_falls", stands.flaps.count, **labels)


def _families(one: Announcement) -> dict[str, list[Prefix]]:
    found: dict[str, list[Prefix]] = {}
    for prefix in one.prefixes:
        found.setdefault(f"ipv{prefix.version}", []).append(prefix)
    return found


def _settled(prefix: Prefix, stands: Standing, exports: Exports | None) -> bool:
    return exports is not None and prefix in exports and exports[prefix] == stands.wish.form


def _counted(policy: Policy, counts: Counts) -> Iterator[Sample]:
    site = policy.site
    # A counter that begins at 1 has not increased, for Prometheus: what matters most begins at 0.
    usual = [
        moved
        for one in policy.announcements
        for moved in (Moved(one.name, "withdrawn", "up", "health"), Moved(one.name, "up", "withdrawn", "health"))
    ]
    for moved, times in {**dict.fromkeys(usual, 0), **counts.moved}.items():
        labels = {"service": moved.service, "site": site, "from": moved.before, "to": moved.after}
        yield _sample("catchment_transitions_total", times, **labels, reason=moved.reason)
    for one in policy.announcements:
        times = counts.guarded.get(one.name, 0)
        yield _sample("catchment_guard_activations_total", times, service=one.name, site=site)


def _check(site: str, name: str, state: State, counts: Counts, at_s: float) -> Iterator[Sample]:
    known, labels = state.checks[name], {"check": name, "site": site}
    took = counts.durations.get(name) or Durations()
    yield _sample("catchment_check_healthy", known.healthy, **labels)
    if known.last_s is not None:
        yield _sample("catchment_check_result_age_seconds", at_s - known.last_s, **labels)
    if name in counts.pass_s:
        yield _sample("catchment_check_pass_age_seconds", at_s - counts.pass_s[name], **labels)
    yield _sample("catchment_check_results_total", took.count, **labels)
    yield _sample("catchment_check_failures_total", counts.failures.get(name, 0), **labels)
    so_far = 0
    for bound_s, count in zip(BUCKETS_S, took.buckets, strict=True):
        so_far += count
        yield _sample("catchment_check_duration_seconds_bucket", so_far, **labels, le=f"{bound_s:g}")
    yield _sample("catchment_check_duration_seconds_bucket", took.count, **labels, le="+Inf")
    yield _sample("catchment_check_duration_seconds_sum", took.sum_s, **labels)
    yield _sample("catchment_check_duration_seconds_count", took.count, **labels)


def _others(policy: Policy, state: State, at_s: float) -> Iterator[Sample]:
    for source, said in state.heard.items():
        yield _sample("catchment_others_age_seconds", at_s - said.at_s, source=source)
        for one in policy.announcements:
            if one.name in said.announcers:
                labels = {"service": one.name, "site": policy.site, "source": source}
                yield _sample("catchment_others", len(said.announcers[one.name]), **labels)


def _speaker(state: State, around: Around, at_s: float) -> Iterator[Sample]:
    if state.read_s is not None:
        yield _sample("catchment_reconcile_age_seconds", at_s - state.read_s)
    yield _sample("catchment_speaker_silent_seconds", _since(state.silent_s, at_s))
    yield _sample("catchment_withdrawal_unconfirmed_seconds", _since(state.unconfirmed_s, at_s))
    for step in Step:
        yield _sample("catchment_escalated", step in state.escalated, step=step.value)
    for session in around.sessions or ():
        labels = {"session": session.name, "neighbour": session.neighbour}
        yield _sample("catchment_bgp_session_up", session.up, **labels)


def _itself(counts: Counts, around: Around, at_s: float) -> Iterator[Sample]:
    if around.lease_s is not None:
        yield _sample("catchment_lease_age_seconds", at_s - around.lease_s)
    yield _sample("catchment_guardian_up", around.guardian)
    yield _sample("catchment_guardian_deaths_total", around.guardian_deaths)
    yield _sample("catchment_decisions_total", counts.decisions)
    if around.journal_lost is not None:
        yield _sample("catchment_journal_lost_lines_total", around.journal_lost)
    if around.journald_lost is not None:
        yield _sample("catchment_journald_lost_lines_total", around.journald_lost)


def _since(when_s: float | None, at_s: float) -> float:
    return 0.0 if when_s is None else max(0.0, at_s - when_s)


def _sample(name: str, value: float, /, **labels: str) -> Sample:
    return Sample(name, tuple(labels.items()), value)


def _labels(labels: tuple[tuple[str, str], ...]) -> str:
    if not labels:
        return ""
    said = (f'{name}="{_escaped(value)}"' for name, value in labels)
    return "{" + ",".join(said) + "}"


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) else f"{value:.6f}"
