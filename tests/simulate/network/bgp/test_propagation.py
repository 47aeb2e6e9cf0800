"""Routers that talk until nothing is left to say."""

from dataclasses import replace
from ipaddress import ip_network

import numpy as np
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
from tests.simulate.network.bgp.wild import wild

from catchment.errors import DesignError, ScenarioError
from catchment.model.address import Prefix
from catchment.model.speakers import BgpNetwork, Origination, Profile
from catchment.simulate.network.bgp.events import Announced, PeeringDown, PeeringUp, Withdrawn
from catchment.simulate.network.bgp.profiles import FRR
from catchment.simulate.network.bgp.propagation import by_chance, by_prefix, propagate, replay


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


@pytest.mark.parametrize("seed", range(40))
def test_prefixes_that_begin_alike_are_told_as_if_each_were_alone(seed: int) -> None:
    """Several prefixes of the same routers: history, tables and findings of each are those of a run of its own."""
    case = wild(seed)
    alike = [ip_network(f"203.0.113.{first}/28") for first in (0, 16, 32)]
    origins = {one.name for one in case.network.speakers if one.originates}

    def announcing(prefixes: list[Prefix]) -> BgpNetwork:
        own = tuple(Origination(prefix=prefix) for prefix in prefixes)
        speakers = (replace(one, originates=own if one.name in origins else ()) for one in case.network.speakers)
        return replace(case.network, speakers=tuple(speakers))

    down = [action for action in case.actions if isinstance(action, PeeringDown | PeeringUp)]
    together = propagate(announcing(alike), case.igp, down, rules=case.rules)
    for prefix in alike:
        alone = propagate(announcing([prefix]), case.igp, down, rules=case.rules)
        assert by_prefix(together.history).get(prefix) == by_prefix(alone.history).get(prefix)
        circles = {one.prefix: one.circle for one in together.oscillations}
        assert circles.get(prefix) == {one.prefix: one.circle for one in alone.oscillations}.get(prefix)
        for one in case.network.speakers:
            assert together.table(one.name, prefix) == alone.table(one.name, prefix)


def test_a_repeated_prefix_goes_its_own_way_afterwards() -> None:
    late = ip_network("198.51.100.0/24")
    net = diamond()
    net = network([originating(net.by_name["o"], late), *net.speakers[1:]], *net.peerings)
    outcome = propagate(net, near, (Withdrawn(speaker="o", prefix=late, at_s=1),))
    assert (via(outcome, "dut"), via(outcome, "dut", late)) == ("a", None)
    assert replay(net, near, outcome.history).choices() == outcome.choices()


def test_prefixes_that_began_in_another_order_are_not_told_alike() -> None:
    """The peering to `a` comes back while the first prefix waits to be said, so that its message is the later one."""
    first, second = ip_network("198.51.100.0/25"), ip_network("198.51.100.128/25")
    actions = (
        Announced(speaker="o", origination=Origination(prefix=first), at_s=1),
        PeeringDown(peering=0, at_s=1),
        PeeringUp(peering=0, at_s=1),
        Announced(speaker="o", origination=Origination(prefix=second), at_s=1),
    )
    said = by_prefix(propagate(diamond(), near, actions).history)
    receivers = {prefix: [event.receiver for event in said[prefix]] for prefix in (first, second)}
    assert (receivers[first][:2], receivers[second][:2]) == (["b", "a"], ["a", "b"])


def test_prefixes_that_differ_in_age_only_are_not_told_alike() -> None:
    """The dut (GoBGP: older is better) hears one prefix from `c` before `b`, the other in one second; both from `a`.

    When `a` loses its route, the messages to begin with are the same for both, and the ends are not.
    """
    early, late = ip_network("198.51.100.0/25"), ip_network("198.51.100.128/25")
    o, dut = speaker(9, 64510, "o"), speaker(5, 64500, "dut", profile=Profile.GOBGP)
    between = [speaker(number, 64500 + number, name) for number, name in enumerate("abc", 1)]
    peerings = [peering(o, one) for one in between] + [peering(one, dut) for one in between]
    actions = (
        PeeringDown(peering=4, at_s=-1),
        Announced(speaker="o", origination=Origination(prefix=early), at_s=0),
        PeeringUp(peering=4, at_s=1),
        Announced(speaker="o", origination=Origination(prefix=late), at_s=2),
        PeeringDown(peering=0, at_s=3),
    )
    net = network([o, *between, dut], *peerings)
    before, after = (propagate(net, near, some) for some in (actions[:-1], actions))
    assert (via(before, "dut", early), via(before, "dut", late)) == ("a", "a")
    assert (via(after, "dut", early), via(after, "dut", late)) == ("c", "b")


def test_chance_throws_its_dice_for_each_prefix() -> None:
    """DISAGREE with two prefixes: they need not end in the same of its two states."""
    other = ip_network("198.51.100.0/24")
    net = disagree()
    origination = replace(net.by_name["origin"].originates[0], prefix=other)
    origin = replace(net.by_name["origin"], originates=(*net.by_name["origin"].originates, origination))
    net = replace(net, speakers=(origin, *net.speakers[1:]))
    ends = set()
    for seed in range(20):
        outcome = propagate(net, near, schedule=by_chance(np.random.default_rng(seed)))
        ends.add((via(outcome, "r1"), via(outcome, "r1", other)))
    assert len(ends) == 4


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
