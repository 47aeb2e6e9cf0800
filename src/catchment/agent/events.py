"""What happens to an agent, each with its time; and what it wants done. A journal is a list of these.

at_s: seconds of a clock that only goes forward and counts sleep too (CLOCK_BOOTTIME), read by the shell.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from catchment.agent.damping import Flaps
from catchment.model.address import Prefix
from catchment.model.agent import Form, Step

Exports = Mapping[Prefix, Form | None]
"""How each prefix is exported; None: not at all. A prefix that is missing is not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """A check ended. took_s: how long it took; words: what it saw."""

    at_s: float
    check: str
    passed: bool
    took_s: float = 0.0
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """Time went on."""

    at_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """What the speaker says that it exports; None: it did not answer, or not in a way that can be believed.

    restored : steps that were undone since it was last told
    """

    at_s: float
    exports: Exports | None
    words: str = ""
    restored: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DrainAsked:
    """Somebody wants announcements drained. names: (): all. until_s: it ends by itself then; None: not.

    begun_s : when it was asked first, to an agent before this one; None: now
    """

    at_s: float
    names: tuple[str, ...] = ()
    until_s: float | None = None
    words: str = ""
    now: bool = False
    begun_s: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UndrainAsked:
    """Somebody wants drained announcements back. names: (): all."""

    at_s: float
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Traffic:
    """Packets per second to the prefixes of an announcement."""

    at_s: float
    name: str
    pps: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Others:
    """Who else announces, as one source knows it.

    source    : "gossip", "router", "store"
    announcers : `site/host` of each but us, by announcement; an announcement that is missing is not known to it
    withdrawn_s : when others withdrew, by announcement; times of our clock
    """

    at_s: float
    source: str
    announcers: Mapping[str, frozenset[str]]
    withdrawn_s: Mapping[str, tuple[float, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """The store answered whether an announcement may be withdrawn now; None: it did not answer."""

    at_s: float
    name: str
    granted: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Inherited:
    """A former agent handed over its announcements `names`, which it held as healthy.

    degraded : those of them that were only degraded
    flaps    : of all announcements that fell, also of those that are held down
    """

    at_s: float
    names: tuple[str, ...]
    degraded: tuple[str, ...] = ()
    flaps: Mapping[str, Flaps] = field(default_factory=dict)


BEGUN = "a guardian is begun"
"""Why nobody holds the lease in the first moments of an agent; nothing to worry about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """Whether a guardian holds the lease: it lives, answers, and reaches the speaker.

    withdrew : it has withdrawn everything since it was last asked, because the lease was over
    words    : why nobody holds it
    """

    at_s: float
    held: bool
    withdrew: bool = False
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stopping:
    """The agent is to end: everything is withdrawn first."""

    at_s: float


Event = (
    Result | Tick | Exported | DrainAsked | UndrainAsked | Traffic | Others | Slot | Inherited | Holding | Stopping
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Announce:
    """Export a prefix in a form, whatever it is exported as now."""

    prefix: Prefix
    form: Form


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdraw:
    """Export a prefix no more."""

    prefix: Prefix


@dataclass(frozen=True, slots=True, kw_only=True)
class Escalate:
    """The speaker does not confirm a withdrawal: do the next, harsher thing."""

    step: Step


@dataclass(frozen=True, slots=True, kw_only=True)
class Restore:
    """Undo an escalation: what was to go is gone. Asked for again until `Exported` says that it is undone."""

    step: Step


@dataclass(frozen=True, slots=True, kw_only=True)
class AskSlot:
    """Ask the store whether an announcement may be withdrawn."""

    name: str


Command = Announce | Withdraw | Escalate | Restore | AskSlot
