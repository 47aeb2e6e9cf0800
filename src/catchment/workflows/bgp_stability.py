"""Quiet states of a run's network as results: all of them, and to which a session's flap leads."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from catchment.errors import CatchmentError, Problem
from catchment.model.address import Prefix
from catchment.model.speakers import BgpNetwork
from catchment.results.bgp import Choice, Flap, Stability, StableState
from catchment.simulate.network.bgp.flaps import Ends, settling
from catchment.simulate.network.bgp.outcome import Outcome
from catchment.simulate.network.bgp.stable import State, stable_states
from catchment.workflows.bgp_run import choice_of, igp_of

MOST_TRIED = 30_000
"""Partial states that the search for quiet ones looks at, for all prefixes together: some 10 s in dense networks."""


def stabilities(outcome: Outcome, prefixes: Sequence[Prefix], most_tried: int) -> Iterator[Stability]:
    """The quiet states of each prefix."""
    network, igp = outcome.wiring.network, igp_of(outcome)
    for prefix in prefixes:
        try:
            states = stable_states(network, prefix, igp, most=most_tried // len(prefixes))
        except CatchmentError as error:
            yield Stability(prefix=prefix, states=(), reached=None, unanswered=_unanswered(error.problems[0]))
            continue
        found = settling(network, prefix, igp, states)
        yield Stability(
            prefix=prefix,
            states=tuple(
                StableState(choices=_choices(network, state), flaps=tuple(_flaps(network, after)))
                for state, after in zip(states, found.after, strict=True)
            ),
            reached=None if found.reached is None else found.reached + 1,
        )


def _unanswered(problem: Problem) -> Problem:
    """The problem in the words of a design, for whom rules and seeds are a decision: and a --seed."""
    if problem.rule != "B105":
        return replace(problem, todo="ask about a part of the network, or compare runs with --seed 1, --seed 2 ...")
    what = f"{problem.where} choose by the order in which routes arrive"
    return replace(problem, what=what, todo="it is known for decision: default, gobgp and openbgpd")


def _choices(network: BgpNetwork, state: State) -> tuple[tuple[str, Choice | None], ...]:
    return tuple((one.name, choice_of(state.get(one.name))) for one in network.speakers)


def _flaps(network: BgpNetwork, after: Sequence[Ends]) -> Iterator[Flap]:
    for peering, ends in zip(network.peerings, after, strict=False):  # none where the state was not reached
        numbers = sorted(one + 1 for one in ends if one is not None)
        circle = [None] if None in ends else []
        yield Flap(session=(peering.a.speaker, peering.b.speaker), leads_to=(*numbers, *circle))
