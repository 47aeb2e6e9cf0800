"""How many quiet states a network has, whatever the order of messages."""

from dataclasses import replace

import numpy as np
import pytest
from tests.simulate.network.bgp.drawing import PREFIX, costs, near, network, originating, peering, speaker
from tests.simulate.network.bgp.gadgets import bad_gadget, disagree, good_gadget

from catchment.errors import DesignError, ScenarioError
from catchment.model.speakers import BgpNetwork, Profile
from catchment.simulate.network.bgp.propagation import by_chance, propagate
from catchment.simulate.network.bgp.stable import State, stable_states


def ways(state: State) -> dict[str, str]:
    return {name: route.neighbour for name, route in state.items()}


def test_gadgets_have_as_many_stable_states_as_their_authors_say() -> None:
    assert [len(stable_states(net, PREFIX, near)) for net in (disagree(), bad_gadget(), good_gadget())] == [2, 0, 1]


def test_the_two_states_of_disagree_are_each_others_mirror() -> None:
    found = [ways(state) for state in stable_states(disagree(), PREFIX, near)]
    assert {"origin": "", "r1": "r2", "r2": "origin"} in found
    assert {"origin": "", "r1": "origin", "r2": "r1"} in found


def test_chance_finds_both_states_of_disagree() -> None:
    ends = set()
    for seed in range(20):
        outcome = propagate(disagree(), near, schedule=by_chance(np.random.default_rng(seed)))
        assert outcome.oscillations == ()
        best = outcome.best("r1", PREFIX)
        assert best is not None
        ends.add(best.neighbour)
    assert ends == {"origin", "r2"}


def test_a_speaker_without_a_route_is_content() -> None:
    """r1 AS64496 (origin) --- r2 AS64497, which is told nothing --- r3"""
    a, b, c = (
        originating(speaker(1, 64496), communities=frozenset({"65535:65282"})),
        speaker(2, 64497),
        speaker(3, 64498),
    )
    (state,) = stable_states(network([a, b, c], peering(a, b), peering(b, c)), PREFIX, near)
    assert ways(state) == {"r1": ""}


def test_a_route_whose_next_hop_is_unreachable_is_no_choice() -> None:
    """r1 AS64496 (origin) --- r2 AS64497 === r3 AS64497: without an IGP r3 does not reach r1's address."""
    a, b, c = originating(speaker(1, 64496)), speaker(2, 64497), speaker(3, 64497)
    net = network([a, b, c], peering(a, b), peering(b, c))
    (state,) = stable_states(net, PREFIX, costs({}, otherwise=None))
    assert ways(state) == {"r1": "", "r2": "r1"}


def test_rules_that_need_the_order_of_arrival_are_refused() -> None:
    one = replace(originating(speaker(1, 64496)), profile=Profile.BIRD)
    with pytest.raises(ScenarioError, match="order in which routes arrive"):
        stable_states(network([one]), PREFIX, near)


def test_a_network_that_cannot_run_is_told_so() -> None:
    one = speaker(1, 64496)
    with pytest.raises(DesignError, match="no speaker r2"):
        stable_states(network([one], peering(one, speaker(2, 64497))), PREFIX, near)


def test_too_large_a_question_is_refused() -> None:
    """A full mesh of ten ASes: more ways than anybody can look at."""
    speakers = [originating(speaker(1, 64496)), *(speaker(n, 64495 + n) for n in range(2, 11))]
    mesh = [peering(a, b) for i, a in enumerate(speakers) for b in speakers[:i]]
    with pytest.raises(ScenarioError, match="partial states"):
        stable_states(BgpNetwork(speakers=tuple(speakers), peerings=tuple(mesh)), PREFIX, near, most=1000)
