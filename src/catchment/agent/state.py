"""All that the agent remembers: its checks, its announcements, what the speaker said and what it was asked."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from catchment.agent.damping import Flaps, fell
from catchment.agent.events import Exports, Others
from catchment.agent.guards import SlotState
from catchment.agent.health import CheckState, checks_of, inherited
from catchment.model.address import Prefix
from catchment.model.agent import Announcement, Check, Form, HoldDown, Level, Policy, Step


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is wanted of an announcement, and by which rule of `wishes`. form: None: withdrawn."""

    form: Form | None = None
    rule: str = "health"
    why: str = "nothing is known yet"


@dataclass(frozen=True, slots=True, kw_only=True)
class DrainState:
    """until_s: it ends by itself then; quiet: its traffic fell below the bound; now: it is not waited for.

    over : it was withdrawn in this drain, and stays so until the drain ends
    """

    asked_s: float
    until_s: float | None = None
    quiet: bool = False
    now: bool = False
    over: bool = False
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """An announcement as it stands.

    acted   : the level that is acted on: worse at once unless a guard speaks against it, better when it is not held
    since_s : since when; None: never changed
    guarded : why it is not withdrawn though its service is dead; "": no guard speaks
    dead_s  : since when its service is dead though it is announced; None: it is not
    """

    acted: Level = Level.DOWN
    since_s: float | None = None
    flaps: Flaps = field(default_factory=Flaps)
    guarded: str = ""
    dead_s: float | None = None
    slot: SlotState = field(default_factory=SlotState)
    drain: DrainState | None = None
    wish: Wish = field(default_factory=Wish)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A wish that the speaker does not confirm. times: how often it was commanded; last_s: when last."""

    form: Form | None
    first_s: float
    last_s: float
    times: int


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """exports: as last read; None: the speaker does not answer, since silent_s.

    at_s      : of the last event
    read_s    : when the speaker last answered
    withdrawn : prefixes whose withdrawal the speaker confirmed, and which it was not told to export since
    unconfirmed_s : since when some prefix is, or may be, exported that is not wanted; None: it is not so
    escalated : steps that were taken, in their order
    restoring : steps that are in force no more, but not known to be undone
    stepped_s : when a step was last taken or undone
    guarded   : whether a guardian holds the lease; None: it was never said, as in rehearsals
    """

    checks: Mapping[str, CheckState]
    announcements: Mapping[str, Standing]
    at_s: float | None = None
    exports: Exports | None = None
    read_s: float | None = None
    silent_s: float | None = None
    asked: Mapping[Prefix, Asked] = field(default_factory=dict)
    withdrawn: frozenset[Prefix] = frozenset()
    unconfirmed_s: float | None = None
    escalated: tuple[Step, ...] = ()
    restoring: tuple[Step, ...] = ()
    stepped_s: float = float("-inf")
    guarded: bool | None = None
    heard: Mapping[str, Others] = field(default_factory=dict)
    stopping: bool = False


def fallen(before: Standing, hold: HoldDown, at_s: float) -> Standing:
    """An announcement whose service is dead, and which nothing keeps."""
    flaps = fell(hold, before.flaps, at_s)
    return replace(before, acted=Level.DOWN, since_s=at_s, flaps=flaps, dead_s=None, guarded="")


def fresh(policy: Policy) -> State:
    """An agent that has just begun: everything is to be withdrawn, and nothing of a former run is believed."""
    return State(
        checks={check.name: CheckState() for check in policy.checks},
        announcements={one.name: Standing() for one in policy.announcements},
    )


def reloaded(before: Policy, after: Policy, state: State) -> State:
    """The state under a new policy: what asks the same, or announces the same, stays as it is, whatever it is called.

    A check that is new, or asks something else, is believed for a while where its announcement stands: the file that
    changes it goes to all sites at once, and must not withdraw everything while it rises. See `health.inherited`.
    """
    if before == after:
        return state
    standing = {one.name: _kept(before, after, state, one) for one in after.announcements}
    stands = [one for one in after.announcements if standing[one.name].acted and standing[one.name].dead_s is None]
    needed = frozenset().union(*(checks_of(after, one) for one in stands))
    checks = {check.name: _asked_before(before, state, check) for check in after.checks}
    at_s = state.at_s
    for check in after.checks:
        if checks[check.name] is None and check.name in needed and at_s is not None:
            checks[check.name] = inherited(check, at_s, after.timing.inherit_s)
    return replace(
        state,
        checks={name: one or CheckState() for name, one in checks.items()},
        announcements=standing,
    )


def _asked_before(before: Policy, state: State, check: Check) -> CheckState | None:
    """What is known of a check's question. Its next result is waited for anew: questions begin again at a reload."""
    same = sorted((one for one in before.checks if one.probe == check.probe), key=lambda one: one.name != check.name)
    if not same:
        return None
    known = state.checks[same[0].name]
    waits = known.last_s is not None and state.at_s is not None
    return replace(known, last_s=state.at_s) if waits else known


def _kept(before: Policy, after: Policy, state: State, one: Announcement) -> Standing:
    """An announcement as it stood: that of its name; or, if it is new, one that is gone and had a prefix of it."""
    if one.name in state.announcements:
        return state.announcements[one.name]
    names = {other.name for other in after.announcements}
    gone = [other for other in before.announcements if other.name not in names]
    return next(
        (state.announcements[other.name] for other in gone if {*other.prefixes} & {*one.prefixes}), Standing()
    )
