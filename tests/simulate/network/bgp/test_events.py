"""Histories: what operators do and what routers say, as a list that can be run again."""

from dataclasses import replace

import numpy as np
import pytest
from tests.simulate.network.bgp.drawing import PREFIX, near, via
from tests.simulate.network.bgp.gadgets import bad_gadget, disagree, good_gadget

from catchment.errors import ScenarioError
from catchment.model.speakers import BgpNetwork
from catchment.simulate.network.bgp.events import Delivered, PeeringDown, PeeringUp, Withdrawn
from catchment.simulate.network.bgp.propagation import by_chance, by_prefix, propagate, replay

ACTIONS = (
    PeeringDown(peering=0, at_s=5),
    Withdrawn(speaker="origin", prefix=PREFIX, at_s=9),
    PeeringUp(peering=0, at_s=12),
)


@pytest.mark.parametrize("net", [disagree(), good_gadget(), bad_gadget()])
@pytest.mark.parametrize("seed", range(3))
def test_a_history_run_again_gives_the_same_tables(net: BgpNetwork, seed: int) -> None:
    for actions in ((), ACTIONS[:1], ACTIONS):
        first = propagate(net, near, actions, schedule=by_chance(np.random.default_rng(seed)))
        again = replay(net, near, first.history)
        assert again.history == first.history
        assert again.choices() == first.choices()
        for speaker in net.speakers:
            assert again.table(speaker.name, PREFIX) == first.table(speaker.name, PREFIX)


def test_a_history_of_another_network_is_refused() -> None:
    history = propagate(disagree(), near).history
    changed = [replace(event, attributes=None) if isinstance(event, Delivered) else event for event in history]
    with pytest.raises(ScenarioError, match="no such message"):
        replay(disagree(), near, changed)


def test_messages_can_be_read_by_prefix() -> None:
    outcome = propagate(good_gadget(), near)
    (messages,) = by_prefix(outcome.history).values()
    assert len(messages) == outcome.messages
    assert (messages[0].sender, messages[0].receiver) == ("origin", "r1")


def test_a_withdrawal_leaves_nobody_with_a_route() -> None:
    outcome = propagate(good_gadget(), near, ACTIONS[1:2])
    assert [via(outcome, name) for name in ("origin", "r1", "r2", "r3")] == [None] * 4
    assert outcome.talks[PREFIX].said == {}
