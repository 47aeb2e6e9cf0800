"""All that the agent remembers: its checks, its announcements, what the speaker said and what it was asked."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from catchment.agent.damping import Flaps, fell
from catchment.agent.events import Exports, Others
from catchment.agent.guards import SlotState
from catchment.agent.health import CheckState
from catchment.model.address import Prefix
from catchment.model.agent import Form, HoldDown, Level, Policy, Step


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is wanted of an announcement, and by which rule of `wishes`. form: None: withdrawn."""

    form: Form | None = None
    rule: str = "health"
    why: str = "nothing is known yet"


@dataclass(frozen=True, slots=True, kw_only=True)
class DrainState:
    """until_s: it ends by itself then; quiet: its traffic fell below the bound; now: it is not waited for."""

    asked_s: float
    until_s: float | None = None
    quiet: bool = False
    now: bool = False
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
    unconfirmed_s : since when some prefix is, or may be, exported that is not wanted; None: it is not so
    escalated : steps that were taken, in their order
    """

    checks: Mapping[str, CheckState]
    announcements: Mapping[str, Standing]
    at_s: float | None = None
    exports: Exports | None = None
    read_s: float | None = None
    silent_s: float | None = None
    asked: Mapping[Prefix, Asked] = field(default_factory=dict)
    unconfirmed_s: float | None = None
    escalated: tuple[Step, ...] = ()
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
    """The state under a new policy: what is called the same and asks the same stays as it is, what is new begins."""
    asked = {check.name: check.probe for check in before.checks}
    same = {check.name for check in after.checks if asked.get(check.name) == check.probe}
    begun = fresh(after)
    return replace(
        state,
        checks={name: state.checks[name] if name in same else one for name, one in begun.checks.items()},
        announcements={name: state.announcements.get(name, one) for name, one in begun.announcements.items()},
    )
