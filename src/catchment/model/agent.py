"""What the agent of a site watches, and what it announces for it: checks, services, announcements and their guards."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum

from catchment.model.address import Prefix
from catchment.model.probes import Probe


class Scope(StrEnum):
    """Whose failure a failed check is.

    A dependency that all sites share fails at all of them at once: it may degrade, never withdraw (Facebook, 2021).
    """

    INSTANCE = "instance"
    SHARED = "shared"


class Level(IntEnum):
    """How well a service, or all that an announcement needs, is; the lesser the worse."""

    DOWN = 0
    DEGRADED = 1
    UP = 2


class Fallback(StrEnum):
    """What is done with the announcement of a dead service when a guard speaks against its withdrawal."""

    WITHDRAW = "withdraw"
    DEGRADE = "degrade"
    STAY = "stay"


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """A question asked again and again.

    interval_s : from the start of one to the start of the next
    timeout_s  : after which it has failed; less than interval_s
    rise, fall : passes, failures in a row after which it is healthy, is not
    window, ratio : not healthy either when ratio (0 to 1) * window of the last `window` results failed; 4 of 8, and not
        5 of 10: a server that loses every second question is withdrawn within 8.8 s, and 10 would take up to 10.8 s
    """

    name: str
    probe: Probe
    interval_s: float = 1.0
    timeout_s: float = 0.8
    rise: int = 10
    fall: int = 3
    window: int = 8
    ratio: float = 0.5
    scope: Scope = Scope.INSTANCE


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """Enough of some things: those that are well weigh `least` together.

    all of n: every weight 1, least n; any: least 1; k of n: least k. Nothing at all is enough for least 0.
    """

    weights: Mapping[str, int] = field(default_factory=dict)
    least: int = 0

    def met_by(self, well: Mapping[str, bool]) -> bool:
        """Whether those of `well` that are True weigh enough."""
        return sum(weight for name, weight in self.weights.items() if well[name]) >= self.least


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """What is watched as one: DOWN without enough of `need`, DEGRADED while a check of `shared` is not healthy."""

    name: str
    need: Need
    shared: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """How a prefix is announced.

    prepend     : how often our own AS number is repeated in front
    communities : as `65535:0` or `64496:1:2`, sorted
    med         : None: none is sent
    """

    prepend: int = 0
    communities: tuple[str, ...] = ()
    med: int | None = None

    def __str__(self) -> str:
        said = [f"prepend {self.prepend}"] if self.prepend else []
        said += [f"community {one}" for one in self.communities]
        said += [f"MED {self.med}"] if self.med is not None else []
        return ", ".join(said) or "plain"


GRACEFUL_SHUTDOWN = "65535:0"
"""RFC 8326: neighbours that honour it prefer every other route."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Forms:
    """What is announced at each level and while draining; None: withdrawn.

    degraded : never withdrawn, for it is the form of a failure that all sites share
    """

    up: Form = Form()
    degraded: Form = Form(prepend=3)
    down: Form | None = None
    draining: Form = Form(communities=(GRACEFUL_SHUTDOWN,))

    def at(self, level: Level) -> Form | None:
        """What is announced at a level."""
        return (self.down, self.degraded, self.up)[level]


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldDown:
    """How long an announcement stays withdrawn after it fell: base_s, twice as long each time, most_s at most.

    Flaps are forgotten after forgive_s without a fall. The defaults stay below the penalties at which neighbours
    suppress a route (RFC 7196: 6 flaps within minutes).
    """

    base_s: float = 10.0
    most_s: float = 1800.0
    forgive_s: float = 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Guard:
    """When a dead service is not withdrawn all the same.

    least_others : announcers besides this one that must be known; 0: it is not asked for
    least_sites  : sites with such announcers, this one too when another host of it announces; 0: it is not asked for
    last         : done when fewer are known
    unknown      : done when nobody tells, or what was told is older than believed_s
    most, window_s : no more withdrawals in the whole fleet within the window; most 0: no limit
    slot_wait_s  : how long the store may take to grant a withdrawal; then `unknown`
    """

    least_others: int = 0
    last: Fallback = Fallback.STAY
    unknown: Fallback = Fallback.WITHDRAW
    believed_s: float = 5.0
    most: int = 0
    window_s: float = 60.0
    slot_wait_s: float = 0.5
    least_sites: int = 0

    @property
    def asks(self) -> bool:
        """Whether others have to be asked before a withdrawal."""
        return self.least_others > 0 or self.least_sites > 0 or self.most > 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Draining:
    """How an announcement is drained: in its draining form until least_pps or for_s is reached, then withdrawn.

    least_pps : packets per second; None: only time counts
    most_s    : a drain without an end ends by itself then; None: it stays until undrain
    linger_s  : how long after the withdrawal the service is still needed: neighbours hear of it one after the other
    """

    for_s: float = 30.0
    least_pps: float | None = None
    most_s: float | None = None
    linger_s: float = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    """Prefixes that stand and fall together, for services.

    prefixes : IPv4 and IPv6 tied together, or one of them
    need     : over services
    splay_s  : a withdrawal waits for a part of this that differs from site to site
    canary   : announced as long as the agent lives, whatever the services do: says "BGP works" (no need, no guards)
    """

    name: str
    prefixes: tuple[Prefix, ...]
    need: Need = Need()
    forms: Forms = Forms()
    hold: HoldDown = HoldDown()
    guard: Guard = Guard()
    draining: Draining = Draining()
    splay_s: float = 0.0
    canary: bool = False


class Step(StrEnum):
    """What is done, in this order, when a speaker does not confirm a withdrawal."""

    SESSIONS = "disable-sessions"
    SPEAKER = "stop-speaker"
    ADDRESS = "remove-address"


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """Of the agent itself, in seconds.

    tick_s   : how often it decides when nothing happens
    read_s   : how often it asks the speaker what is exported
    lease_s  : how long announcements outlive its last sign of life
    renew_s  : how often it gives one; at most a third of lease_s
    retry_s  : first wait before a command is repeated; it doubles up to retry_most_s
    inherit_s : how long announcements that a former agent handed over stand unconfirmed
    escalate  : (step, seconds that a withdrawal was not confirmed)
    """

    tick_s: float = 0.1
    read_s: float = 1.0
    lease_s: float = 2.5
    renew_s: float = 0.5
    retry_s: float = 0.25
    retry_most_s: float = 1.0
    inherit_s: float = 30.0
    escalate: tuple[tuple[Step, float], ...] = ((Step.SESSIONS, 3.0),)


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """All that decisions depend on. Names are unique among their kind, and prefixes over all announcements."""

    site: str
    checks: tuple[Check, ...]
    services: tuple[Service, ...]
    announcements: tuple[Announcement, ...]
    timing: Timing = Timing()


def route_names(one: Announcement) -> dict[tuple[Prefix, Form], str]:
    """How a daemon calls each prefix of an announcement in each form that it may have: `agent_anycast_0_up`.

    The one place that says it: the configuration that is rendered and the agent that enables it agree. Forms that are
    the same have one name, the first of up, degraded, down, draining.
    """
    forms = one.forms
    found: dict[tuple[Prefix, Form], str] = {}
    said = (("up", forms.up), ("degraded", forms.degraded), ("down", forms.down), ("draining", forms.draining))
    for number, prefix in enumerate(one.prefixes):
        for word, form in said:
            if form is not None:
                found.setdefault((prefix, form), f"agent_{re.sub('[^A-Za-z0-9]', '_', one.name)}_{number}_{word}")
    return found


class SpeakerKind(StrEnum):
    """The routing daemons that the agent can tell what to announce."""

    BIRD = "bird"
    FRR = "frr"
    GOBGP = "gobgp"
    EXABGP = "exabgp"
    FAKE = "fake"


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeakerSpec:
    """How a daemon is reached.

    where     : path of its control socket, or host:port; "": where the daemon's package puts it
    asn       : our own, where the daemon has to be told (FRR, GoBGP, prepends)
    timeout_s : for each answer
    routes    : how the daemon calls each prefix in each form that it may be told to export (BIRD: names of protocols)
    file      : of the daemon's configuration, where the agent starts the daemon itself (ExaBGP); "": it does not
    """

    kind: SpeakerKind
    where: str = ""
    asn: int | None = None
    timeout_s: float = 1.0
    routes: Mapping[tuple[Prefix, Form], str] = field(default_factory=dict)
    file: str = ""
