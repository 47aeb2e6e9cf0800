"""What a design says of the agents at its routers: how they ask, what they announce, whom they tell. One for all."""

from dataclasses import dataclass, field

from catchment.model.agent import Draining, Forms, Guard, HoldDown, Timing
from catchment.model.agent_config import Control, Gossip, Records, Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How often a check asks, and what its results mean; see model.agent.Check."""

    interval_s: float = 1.0
    timeout_s: float = 0.8
    rise: int = 10
    fall: int = 3
    window: int = 8
    ratio: float = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Watching:
    """For every agent of the design; each noun as in the agent's own file.

    forms    : `up` is what the design announces, and the others are added to it
    together : the prefixes of one service at one router stand and fall together, IPv4 with IPv6
    """

    pace: Pace = field(default_factory=Pace)
    forms: Forms = field(default_factory=Forms)
    hold: HoldDown = field(default_factory=HoldDown)
    guard: Guard = field(default_factory=Guard)
    draining: Draining = field(default_factory=Draining)
    splay_s: float = 0.0
    together: bool = False
    timing: Timing = field(default_factory=Timing)
    control: Control = field(default_factory=Control)
    gossip: Gossip | None = None
    store: Store | None = None
    records: Records = field(default_factory=Records)
    router_view: bool = False
