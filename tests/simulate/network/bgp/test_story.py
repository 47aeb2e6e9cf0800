"""A run told again: who said what to whom, and whose choice it changed."""

from dataclasses import replace

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.simulate.network.bgp.drawing import PREFIX, PREFIX6, near, network, originating, peering, speaker
from tests.simulate.network.bgp.gadgets import disagree
from tests.simulate.network.bgp.random_networks import RandomNetwork, networks

from catchment.model.speakers import BgpNetwork
from catchment.simulate.network.bgp.events import PeeringDown, PeeringUp, Withdrawn
from catchment.simulate.network.bgp.exchange import Refusal
from catchment.simulate.network.bgp.propagation import by_chance, propagate
from catchment.simulate.network.bgp.story import story


def ring() -> BgpNetwork:
    """r1 AS64496 (origin) --- r2 AS64497 --- r3 AS64498 --- r1"""
    a, b, c = originating(speaker(1, 64496)), speaker(2, 64497), speaker(3, 64498)
    return network([a, b, c], peering(a, b), peering(b, c), peering(c, a))


def test_each_message_is_told_with_what_it_did() -> None:
    told = list(story(propagate(ring(), near), PREFIX))
    first, second, third = told[:3]
    assert (first.sender, first.receiver, first.turned) == ("", "r1", True)
    assert first.attributes is not None
    assert first.attributes.path == ()
    assert (second.sender, second.receiver, second.turned) == ("r1", "r2", True)
    assert (third.sender, third.receiver) == ("r1", "r3")
    told_the_longer = [one for one in told if (one.sender, one.receiver) == ("r2", "r3")]
    assert [one.turned for one in told_the_longer] == [False]


def test_what_is_refused_says_why() -> None:
    """r1 AS64496 (origin) --- r2 AS64497 --- r3 AS64496: an AS in two parts."""
    a, b, c = originating(speaker(1, 64496)), speaker(2, 64497), speaker(3, 64496)
    told = list(story(propagate(network([a, b, c], peering(a, b), peering(b, c)), near), PREFIX))
    assert [one.refusal for one in told] == [None, None, Refusal.AS_LOOP]


def test_withdrawals_and_lost_peerings_are_followed() -> None:
    actions = (
        PeeringDown(peering=0, at_s=1),
        PeeringUp(peering=0, at_s=2),
        Withdrawn(speaker="r1", prefix=PREFIX, at_s=3),
    )
    told = list(story(propagate(ring(), near, actions), PREFIX))
    assert told[-1].after is None
    assert [one.attributes for one in told if one.sender == ""][-1] is None
    assert all(one.after is not None for one in told[:4])


def test_other_prefixes_are_left_out() -> None:
    net = ring()
    both = replace(net, speakers=(originating(net.speakers[0], PREFIX6), *net.speakers[1:]))
    outcome = propagate(both, near)
    stories = [list(story(outcome, prefix)) for prefix in (PREFIX, PREFIX6)]
    assert sum(map(len, stories)) == outcome.messages + 2


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(networks(), st.integers(0, 9))
def test_a_story_ends_where_its_run_ended(drawn: RandomNetwork, seed: int) -> None:
    for net, igp in ((drawn.network, drawn.igp), (disagree(), near)):
        outcome = propagate(net, igp, schedule=by_chance(np.random.default_rng(seed)))
        for prefix in outcome.prefixes:
            last = {one.receiver: one.after for one in story(outcome, prefix)}
            assert {name: route for name, route in last.items() if route is not None} == {
                name: route for (name, about), route in outcome.choices().items() if about == prefix
            }
