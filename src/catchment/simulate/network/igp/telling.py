"""What goes into an IGP and what comes out: a prefix told by some routers, and the route of each router to it."""

from dataclasses import dataclass
from typing import Protocol

from catchment.model.network import Level, Told
from catchment.simulate.network.igp.numbers import Numbers
from catchment.simulate.network.topology import Way


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One router tells a prefix.

    area  : of OSPF; "" that of the router's loopback
    level : of IS-IS
    """

    router: int
    numbers: Numbers
    told: Told = Told.INTERNAL
    area: str = ""
    level: Level = Level.TWO


@dataclass(frozen=True, slots=True)
class Best:
    """The kind of route that a router prefers, and its metric as a table shows it.

    kind : what the protocol prefers kinds by, "" where it has one only: `inter-area`, `E1`, `E2` of OSPF (intra-area
           is ""), `L1`, `L2`, `L2>L1`, `attached` of IS-IS with levels, `external` of EIGRP
    """

    metric: int
    distance: int
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Out:
    """A way that a route uses; `weight` is its part of the traffic beside that of the best way, which is 1."""

    way: Way
    weight: float = 1.0


class OfPrefix(Protocol):
    """What the IGP makes of one prefix."""

    def best(self, router: int) -> Best | None:
        """The route of a router; None when it hears of none."""

    def outs(self, router: int) -> tuple[Out, ...]:
        """The ways that this route uses, in the order of links; () where the prefix is attached."""
