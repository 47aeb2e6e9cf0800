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


@dataclass(frozen=True, slots=True)
class Settling:
    """States by their place among those that were asked about; None: the routers go in a circle.

    reached : from nothing, first come first served
    after   : for each state and each peering, where its loss and return lead, first come first served; () for a state
              that no order tried leads to from nothing
    """

    reached: int | None
    after: tuple[tuple[int | None, ...], ...]


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
            tuple(runs.state(runs.run(ways_in[state], peering), states) for peering in peerings)
            if state in ways_in
            else ()
            for state in range(len(states))
        ),
    )


def _only(prefix: Prefix, speaker: Speaker) -> Speaker:
    return replace(speaker, originates=tuple(one for one in speaker.originates if one.prefix == prefix))


@dataclass(frozen=True, slots=True)
class _Start:
    """An order of messages: by chance from a seed for the first so many, then, or with seed None, first come."""

    seed: int | None
    messages: int = 2**62

    def schedule(self) -> Schedule:
        if self.seed is None:
            return first_come
        chance, left = by_chance(np.random.default_rng(self.seed)), iter(range(self.messages))
        return lambda waiting: 0 if next(left, None) is None else chance(waiting)


@dataclass(frozen=True, slots=True)
class _Runs:
    network: BgpNetwork
    igp: Igp
    prefix: Prefix

    def run(self, start: _Start, peering: int | None = None) -> Outcome:
        """From nothing, and then with a peering that is lost and comes back."""
        flap: tuple[Action, ...] = ()
        if peering is not None:
            flap = PeeringDown(peering=peering, at_s=1), PeeringUp(peering=peering, at_s=2)
        return propagate(self.network, self.igp, flap, schedule=start.schedule())

    def state(self, outcome: Outcome, states: Sequence[State]) -> int | None:
        if outcome.oscillations:
            return None
        found = {name: route for (name, _), route in outcome.choices().items()}
        return states.index(found) if found in states else None
