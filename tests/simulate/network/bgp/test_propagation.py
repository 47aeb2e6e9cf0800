"""Routers that talk until nothing is left to say."""

from dataclasses import replace
from ipaddress import ip_network

import pytest
from hypothesis import HealthCheck, assume, given, settings
from tests.simulate.network.bgp.drawing import (
    PREFIX,
    PREFIX6,
    costs,
    near,
    network,
    originating,
    peering,
    speaker,
    via,
)
from tests.simulate.network.bgp.gadgets import disagree
from tests.simulate.network.bgp.random_networks import RandomNetwork, networks
from tests.simulate.network.bgp.test_decision import diamond

from catchment.errors import DesignError, ScenarioError
from catchment.model.speakers import BgpNetwork, Origination, Profile
from catchment.simulate.network.bgp.events import Announced, PeeringDown, PeeringUp, Withdrawn
from catchment.simulate.network.bgp.profiles import FRR
from catchment.simulate.network.bgp.propagation import propagate


def test_a_line_of_ases_learns_a_prefix() -> None:
    """r1 AS64496 (origin) --- r2 AS64497 --- r3 AS64498"""
    a, b, c = originating(speaker(1, 64496)), speaker(2, 64497), speaker(3, 64498)
    outcome = propagate(network([a, b, c], peering(a, b), peering(b, c)), near)
    assert [via(outcome, name) for name in ("r1", "r2", "r3")] == ["", "r1", "r2"]
    best = outcome.best("r3", PREFIX)
    assert best is not None
    assert best.attributes.path == (64497, 64496)
    assert outcome.messages == 2


def test_a_lost_peering_moves_routes_and_its_return_brings_them_back() -> None:
    net = diamond()
    down, up = PeeringDown(peering=0, at_s=10), PeeringUp(peering=0, at_s=20)
    ends = [via(propagate(net, near, actions), "dut") for actions in ((), (down,), (down, up))]
    assert ends == ["a", "b", "a"]
    assert propagate(net, near, (down, up)).choices() == propagate(net, near).choices()


def test_a_prefix_announced_while_a_peering_is_down_goes_around_it() -> None:
    late = ip_network("198.51.100.0/24")
    actions = (PeeringDown(peering=0), Announced(speaker="o", origination=Origination(prefix=late), at_s=1))
    assert via(propagate(diamond(), near, actions), "dut", late) == "b"


@pytest.mark.parametrize(("profile", "back"), [(Profile.DEFAULT, "a"), (Profile.FRR, "b")])
def test_frr_stays_with_what_it_selected_and_the_default_goes_back(profile: Profile, back: str) -> None:
    """The dut loses `a`, takes `b`, and `a` comes back: a daemon that keeps the older path stays with b."""
    net = diamond()
    dut = replace(net.by_name["dut"], profile=profile)
    net = network([*net.speakers[:3], dut], *net.peerings)
    actions = (PeeringDown(peering=0, at_s=10), PeeringUp(peering=0, at_s=20))
    assert via(propagate(net, near, actions), "dut") == back
    steps = tuple(step for step in FRR.steps if step != "another route was selected before")
    rules = {Profile.DEFAULT: replace(FRR, steps=steps), Profile.FRR: replace(FRR, steps=steps)}
    assert via(propagate(net, near, actions, rules=rules), "dut") == "a"


def test_gobgp_goes_by_whole_seconds() -> None:
    """`b` announces a second before `a`: older, so it wins; in the same second the lower address does."""
    net = diamond()
    dut = replace(net.by_name["dut"], profile=Profile.GOBGP)
    net = network([*net.speakers[:3], dut], *net.peerings)
    for at_s, expected in ((0, "a"), (1, "b")):
        actions = (PeeringDown(peering=0, at_s=-1), PeeringUp(peering=0, at_s=at_s))
        assert via(propagate(net, near, actions), "dut") == expected


def test_both_families_are_run_side_by_side() -> None:
    a, b = originating(originating(speaker(1, 64496)), PREFIX6), speaker(2, 64497)
    outcome = propagate(network([a, b], peering(a, b)), near)
    assert outcome.prefixes == (PREFIX, PREFIX6)
    assert {via(outcome, "r2", prefix) for prefix in outcome.prefixes} == {"r1"}


def test_connected_next_hops_need_no_igp() -> None:
    """r1 AS64496 --- r2 AS64497 === r3 AS64497: without an IGP r2 reaches r1's address, r3 does not."""
    a, b, c = originating(speaker(1, 64496)), speaker(2, 64497), speaker(3, 64497)
    net = network([a, b, c], peering(a, b), peering(b, c))
    nowhere = costs({}, otherwise=None)
    outcome = propagate(net, nowhere)
    assert (via(outcome, "r2"), via(outcome, "r3")) == ("r1", None)
    multihop = replace(net, peerings=(replace(net.peerings[0], multihop=True), net.peerings[1]))
    assert via(propagate(multihop, nowhere), "r2") is None


def test_what_cannot_run_is_refused_with_all_problems() -> None:
    a = speaker(1, 64496)
    with pytest.raises(DesignError) as caught:
        propagate(network([a, a], peering(a, speaker(2, 64497))), near)
    assert [problem.rule for problem in caught.value.problems] == ["B001", "B003"]


def test_actions_on_what_is_not_there_are_refused() -> None:
    with pytest.raises(ScenarioError) as caught:
        propagate(disagree(), near, (PeeringDown(peering=77), Withdrawn(speaker="nobody", prefix=PREFIX)))
    assert [problem.what for problem in caught.value.problems] == [
        "there is no peering 77",
        "there is no speaker nobody",
    ]


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(networks())
def test_withdrawing_and_announcing_again_restores_everything(case: RandomNetwork) -> None:
    """Where the network settles to the same state from anywhere it came from nothing."""
    first = propagate(case.network, case.igp)
    assume(not first.oscillations)
    who = next(one for one in case.network.speakers if one.originates)
    (origination,) = who.originates
    actions = (
        Withdrawn(speaker=who.name, prefix=PREFIX, at_s=1),
        Announced(speaker=who.name, origination=origination, at_s=2),
    )
    alone = all(one is who or not one.originates for one in case.network.speakers)
    again = propagate(case.network, case.igp, actions)
    gone = propagate(case.network, case.igp, actions[:1])
    if alone:
        assert gone.choices() == {}
        assert again.choices() == first.choices()


def test_a_network_without_routes_is_at_rest() -> None:
    outcome = propagate(BgpNetwork(speakers=(speaker(1, 64496),), peerings=()), near)
    assert (outcome.messages, outcome.prefixes, outcome.choices()) == (0, (), {})
