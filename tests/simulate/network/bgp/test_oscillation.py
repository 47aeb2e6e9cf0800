"""Networks that never come to rest: found, told with the circle, never hung on."""

from dataclasses import replace

import numpy as np
import pytest
from tests.simulate.network.bgp.drawing import PREFIX, near
from tests.simulate.network.bgp.gadgets import (
    bad_gadget,
    disagree,
    good_gadget,
    med_oscillation_one_tier,
    med_oscillation_two_tiers,
)

from catchment.model.speakers import Profile
from catchment.simulate.network.bgp.outcome import Outcome
from catchment.simulate.network.bgp.profiles import DEFAULT
from catchment.simulate.network.bgp.propagation import by_chance, propagate
from catchment.simulate.network.bgp.stable import stable_states


def turning(outcome: Outcome) -> list[str]:
    """Who takes whose route in a round, such as `r1<r2`."""
    (oscillation,) = outcome.oscillations
    return [f"{turn.speaker}<{turn.route.neighbour if turn.route else '-'}" for turn in oscillation.turns]


def test_bad_gadget_turns_around_for_ever() -> None:
    outcome = propagate(bad_gadget(), near)
    assert sorted(turning(outcome)) == ["r1<origin", "r1<r2", "r2<origin", "r2<r3", "r3<origin", "r3<r1"]
    (finding,) = outcome.findings
    assert (finding.rule, finding.where) == ("B101", str(PREFIX))
    assert "r1, r3, r2 change their routes in a circle of 12 messages" in finding.what


@pytest.mark.parametrize("seed", range(5))
def test_bad_gadget_is_found_under_chance_too(seed: int) -> None:
    outcome = propagate(bad_gadget(), near, schedule=by_chance(np.random.default_rng(seed)))
    assert len(outcome.oscillations) == 1


def test_a_circle_is_a_circle() -> None:
    """Its messages, once more, give the same messages: each session says at its end what it said at its beginning."""
    (oscillation,) = propagate(bad_gadget(), near).oscillations
    sessions = {event.session for event in oscillation.circle}
    for session in sessions:
        said = [event.attributes for event in oscillation.circle if event.session == session]
        assert said[0] != said[-1]


@pytest.mark.parametrize("net", [disagree(), good_gadget()])
def test_what_can_settle_does_first_come_first_served(net: object) -> None:
    assert propagate(net, near).oscillations == ()  # type: ignore[arg-type]


def test_type_i_churn_of_rfc_3345_turns_as_its_steps_say() -> None:
    """2.1, steps 1 to 5: Ra goes from AS10 to AS6, Rd to Re, Ra back to AS10, Rd to Ra."""
    net, igp = med_oscillation_one_tier()
    outcome = propagate(net, igp)
    assert turning(outcome) == ["ra<rc", "rd<re", "ra<rb", "rd<ra"]
    assert stable_states(net, PREFIX, igp) == ()


def test_clusters_that_are_far_apart_end_type_i_churn() -> None:
    """2.3 item 1, the preferred way out: metrics between clusters above those inside."""
    net, igp = med_oscillation_one_tier(between=20)
    assert propagate(net, igp).oscillations == ()
    assert len(stable_states(net, PREFIX, igp)) == 1


def test_type_ii_churn_of_rfc_3345_turns_as_its_steps_say() -> None:
    """3.1, steps 7, 8 and 3 to 6, with reflectors in the place of sub-ASes."""
    net, igp = med_oscillation_two_tiers()
    assert turning(propagate(net, igp)) == ["rd<re", "rc<rb", "rd<rc", "re<rf", "rd<re", "rc<rd", "re<rg"]
    assert stable_states(net, PREFIX, igp) == ()


def test_peers_below_the_reflectors_end_type_ii_churn() -> None:
    """3.2 item 5: "In Figure 3, for example, if Rb and Re are peers, then there's no churn"."""
    net, igp = med_oscillation_two_tiers(meshed=True)
    assert propagate(net, igp).oscillations == ()
    assert len(stable_states(net, PREFIX, igp)) == 1


@pytest.mark.parametrize("gadget", [med_oscillation_one_tier, med_oscillation_two_tiers])
def test_comparing_med_always_ends_both(gadget: object) -> None:
    """RFC 3345 2.3 item 5 and 3.2 item 3 name it as a way out, and advise against it."""
    net, igp = gadget()  # type: ignore[operator]
    rules = {Profile.DEFAULT: replace(DEFAULT, always_compare_med=True)}
    assert propagate(net, igp, rules=rules).oscillations == ()
    assert len(stable_states(net, PREFIX, igp, rules)) == 1


def test_one_restless_prefix_does_not_keep_others_from_settling() -> None:
    from ipaddress import ip_network

    from tests.simulate.network.bgp.drawing import originating

    net = bad_gadget()
    calm = ip_network("198.51.100.0/24")
    origin = originating(net.speakers[0], calm)
    outcome = propagate(replace(net, speakers=(origin, *net.speakers[1:])), near)
    assert [oscillation.prefix for oscillation in outcome.oscillations] == [PREFIX]
    assert {outcome.best(name, calm).neighbour for name in ("r1", "r2", "r3")} == {"origin"}  # type: ignore[union-attr]
