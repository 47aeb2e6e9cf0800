"""Why an announcement stands as it does: every rule with whether it holds, and the evidence for it. Pure.

The rules are those of `wishes`, the strongest first; the one that decides is the one that the wish itself names.
"""

from dataclasses import dataclass

from catchment.agent.damping import held
from catchment.agent.health import checks_of, levels
from catchment.agent.state import Standing, State
from catchment.agent.status import CheckStatus, PrefixStatus, check_status, prefix_status
from catchment.agent.timeline import form_of
from catchment.model.agent import Announcement, Policy


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """holds: whether it speaks; decides: whether it is the one by which the announcement stands as it does."""

    name: str
    holds: bool
    decides: bool
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceWord:
    """A service that the announcement needs: how well it is, and how much it weighs of what is needed."""

    name: str
    level: str
    weight: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OthersWord:
    """Who else announces it, as one source told ago_s ago. believed: whether that is fresh enough to count."""

    source: str
    ago_s: float
    believed: bool
    announcers: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """wanted: in words. recent: of each check its last results, the oldest first, `+` passed, `-` failed."""

    name: str
    wanted: str
    why: str
    rules: tuple[Rule, ...]
    least: int
    services: tuple[ServiceWord, ...]
    checks: tuple[CheckStatus, ...]
    recent: dict[str, str]
    prefixes: tuple[PrefixStatus, ...]
    speaker_ago_s: float | None
    speaker_silent_s: float | None
    escalated: tuple[str, ...]
    others: tuple[OthersWord, ...]


def why(policy: Policy, state: State, name: str, at_s: float) -> Why:
    """Everything that speaks for and against an announcement at a moment. Raises KeyError for an unknown name."""
    one = {known.name: known for known in policy.announcements}[name]
    stands = state.announcements[name]
    wellness = levels(policy, state.checks)
    checks = sorted(checks_of(policy, one))
    return Why(
        name=name,
        wanted=form_of(stands.wish),
        why=stands.wish.why,
        rules=tuple(_rules(one, stands, state, at_s)),
        least=one.need.least,
        services=tuple(
            ServiceWord(name=service, level=wellness[service].name.lower(), weight=weight)
            for service, weight in one.need.weights.items()
        ),
        checks=tuple(check_status(check, state, at_s) for check in checks),
        recent={check: "".join("+" if ok else "-" for ok in state.checks[check].recent) for check in checks},
        prefixes=tuple(prefix_status(prefix, stands.wish.form, state) for prefix in one.prefixes),
        speaker_ago_s=None if state.read_s is None else at_s - state.read_s,
        speaker_silent_s=None if state.silent_s is None else at_s - state.silent_s,
        escalated=tuple(step.value for step in state.escalated),
        others=tuple(_others(one, state, at_s)),
    )


def _rules(one: Announcement, stands: Standing, state: State, at_s: float) -> list[Rule]:
    flaps = stands.flaps
    left_s = flaps.held_until_s - at_s
    down = held(flaps, at_s)
    said = (
        ("stopping", state.stopping, "the agent ends" if state.stopping else "the agent is not asked to end"),
        ("drain", stands.drain is not None, _drain_words(one, stands, at_s)),
        (
            "lease",
            state.guarded is False,
            "no guardian holds it" if state.guarded is False else "a guardian holds it",
        ),
        ("canary", one.canary, "it is one" if one.canary else "it is none"),
        ("guard", bool(stands.guarded), stands.guarded or _guard_words(one)),
        (
            "hold",
            down,
            f"fell {flaps.count} times: not before {left_s:.0f} s"
            if down
            else f"fell {flaps.count} times, not held down",
        ),
        ("health", True, f"acted on as {stands.acted.name.lower()}"),
    )
    return [
        Rule(name=name, holds=holds, decides=name == stands.wish.rule, words=words) for name, holds, words in said
    ]


def _drain_words(one: Announcement, stands: Standing, at_s: float) -> str:
    drain = stands.drain
    if drain is None:
        return "nobody drains it"
    words = [f"asked {at_s - drain.asked_s:.0f} s ago"]
    if drain.words:
        words.append(drain.words)
    if not drain.over and stands.wish.form is not None:
        words.append(f"withdrawn in {max(0.0, drain.asked_s + one.draining.for_s - at_s):.0f} s at the latest")
    if drain.until_s is not None:
        words.append(f"ends in {drain.until_s - at_s:.0f} s")
    return ", ".join(words)


def _guard_words(one: Announcement) -> str:
    guard = one.guard
    if not guard.asks:
        return "it has none"
    asked = [f"{guard.least_others} others must announce it"] if guard.least_others else []
    asked += [f"{guard.most} withdrawals in {guard.window_s:g} s at most"] if guard.most else []
    return f"does not speak now ({', '.join(asked)})"


def _others(one: Announcement, state: State, at_s: float) -> list[OthersWord]:
    return [
        OthersWord(
            source=source,
            ago_s=at_s - word.at_s,
            believed=at_s - word.at_s <= one.guard.believed_s,
            announcers=tuple(sorted(word.announcers[one.name])),
        )
        for source, word in sorted(state.heard.items())
        if one.name in word.announcers
    ]
