"""Where a network with several quiet states comes to rest, and where it is after a session was lost for a while.

A state that no flap brings back is a wedgie (RFC 4264): traffic moved away in an outage, and does not return after it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from catchment.model.address import Prefix
from catchment.model.speakers import BgpNetwork, Speaker
from catchment.simulate.network.bgp.events import Action, PeeringDown, PeeringUp
from catchment.simulate.network.bgp.outcome import Outcome
from catchment.simulate.network.bgp.propagation import PATIENCE, Schedule, by_chance, first_come, propagate
from catchment.simulate.network.bgp.stable import State
from catchment.simulate.network.bgp.wiring import Igp

SEEDS = 60
"""Random orders tried to reach each state; of two states that chance favours alike, one is missed once in 2^60."""

ORDERS = 12
"""Random orders tried after a flap, beside first come first served: both ends of a session speak at once."""

Ends = frozenset[int | None]
"""States by their place among those that were asked about; None: the routers go in a circle."""


@dataclass(frozen=True, slots=True)
class Settling:
    """How a network settles.

    reached : from nothing, first come first served; None: in no state
    after   : for each state and each peering, where its loss and return may lead, as the order of messages has it; ()
              for a state that no order tried leads to from nothing, and for one that has no other beside it
    """

    reached: int | None
    after: tuple[tuple[Ends, ...], ...]


def settling(network: BgpNetwork, prefix: Prefix, igp: Igp, states: Sequence[State]) -> Settling:
    """How a network settles among its quiet states of a prefix, which are `stable.stable_states` of it."""
    runs = _Runs(replace(network, speakers=tuple(_only(prefix, one) for one in network.speakers)), igp, prefix)
    ways_in: dict[int | None, _Start] = {}
    for seed in (None, *range(SEEDS)):
        outcome = runs.run(start := _Start(seed))
        asked = min(outcome.messages, PATIENCE * (2 * len(network.peerings) + 1))
        ways_in.setdefault(runs.state(outcome, states), replace(start, messages=asked))
        if len(ways_in.keys() - {None}) == len(states):
            break
    peerings = range(len(network.peerings))
    return Settling(
        reached=next(iter(ways_in)),
        after=tuple(
            tuple(runs.ends(ways_in[state], peering, states) for peering in peerings)
            if state in ways_in and len(states) > 1
            else ()
            for state in range(len(states))
        ),
    )


def _only(prefix: Prefix, speaker: Speaker) -> Speaker:
    return replace(speaker, originates=tuple(one for one in speaker.originates if one.prefix == prefix))


@dataclass(frozen=True, slots=True)
class _Start:
    """An order of messages: by chance from a seed for the first so many, or with seed None first come."""

    seed: int | None
    messages: int = 2**62

    def schedule(self, then: int | None = None) -> Schedule:
        """This order, and after it another."""
        first, second = _order(self.seed), _order(then)
        left = iter(range(self.messages))
        return lambda waiting: second(waiting) if next(left, None) is None else first(waiting)


def _order(seed: int | None) -> Schedule:
    return first_come if seed is None else by_chance(np.random.default_rng(seed))


@dataclass(frozen=True, slots=True)
class _Runs:
    network: BgpNetwork
    igp: Igp
    prefix: Prefix

    def run(self, start: _Start) -> Outcome:
        """From nothing."""
        return propagate(self.network, self.igp, schedule=start.schedule())

    def ends(self, start: _Start, peering: int, states: Sequence[State]) -> Ends:
        """From nothing to a state, and from there to others when a peering is lost and comes back."""
        flap: tuple[Action, ...] = (PeeringDown(peering=peering, at_s=1), PeeringUp(peering=peering, at_s=2))
        return frozenset(
            self.state(propagate(self.network, self.igp, flap, schedule=start.schedule(then)), states)
            for then in (None, *range(ORDERS))
        )

    def state(self, outcome: Outcome, states: Sequence[State]) -> int | None:
        """The place of the state in which a run ended; None when it did not."""
        if outcome.oscillations:
            return None
        found = {name: route for (name, _), route in outcome.choices().items()}
        return states.index(found) if found in states else None
