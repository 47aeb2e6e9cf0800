from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.agent.policies import ANNOUNCEMENT, CHECK, POLICY, PREFIX, with_announcement

from catchment.agent.bounds import bounds, half_s, hung_s, killed_s, passes_needed, risen_s
from catchment.agent.rehearsal import pattern, rehearse
from catchment.agent.router.session import Session
from catchment.model.agent import Check, Guard, Need, Policy, Scope, Service

LONG_S = 120.0
CHECKS = st.builds(
    lambda rise, fall, window, ratio, interval_s: replace(
        CHECK, rise=rise, fall=fall, window=window, ratio=ratio, interval_s=interval_s, timeout_s=0.8 * interval_s
    ),
    st.integers(1, 6), st.integers(1, 6), st.integers(1, 12), st.sampled_from([0.1, 0.3, 0.5, 0.7, 1.0]),
    st.sampled_from([0.5, 1.0, 2.0]),
)  # fmt: skip


def of(check: Check) -> Policy:
    return replace(POLICY, checks=(check,))


def gone_s(check: Check, failure: str) -> float | None:
    """How long after a failure the withdrawal is decided. It begins a moment after a question that passed."""
    count = 2 * (check.window + check.rise + 4)
    begin_s = count * check.interval_s
    died_s = begin_s - check.interval_s
    told = pattern(check, f"up {begin_s} s, {failure} {LONG_S} s")
    up = False
    for one in rehearse(of(check), told, begin_s + LONG_S / 2):
        wanted = one.after.announcements["anycast"].wish.form is not None
        if up and not wanted:
            return one.event.at_s - died_s
        up = up or wanted
    assert up, "it was never announced"
    return None


@settings(max_examples=25, deadline=None)
@given(CHECKS)
def test_a_killed_service_is_withdrawn_within_its_bound_and_not_much_sooner(check):
    assert gone_s(check, "down") == pytest.approx(killed_s(check))


@settings(max_examples=25, deadline=None)
@given(CHECKS)
def test_a_hung_service_is_withdrawn_within_its_bound_and_not_much_sooner(check):
    assert gone_s(check, "hung") == pytest.approx(hung_s(check), abs=0.11)


@settings(max_examples=25, deadline=None)
@given(CHECKS)
def test_a_service_that_fails_every_second_question_is_withdrawn_within_its_bound_or_never(check):
    found, bound = gone_s(check, "half"), half_s(check)
    assert found == (None if bound is None else pytest.approx(bound))


@settings(max_examples=25, deadline=None)
@given(CHECKS)
def test_a_service_that_is_well_again_is_announced_within_its_bound(check):
    told = pattern(check, f"down 40 s, up {LONG_S} s")
    rose_s = next(
        one.event.at_s
        for one in rehearse(of(check), told, 40 + LONG_S)
        if one.after.announcements["anycast"].wish.form is not None
    )
    assert rose_s - 40 <= risen_s(check)
    assert rose_s - 40 == pytest.approx((passes_needed(check) - 1) * check.interval_s)


def test_the_defaults_withdraw_within_the_promised_times():
    check = Check(name="dns", probe=CHECK.probe)
    assert killed_s(check) == 3.0
    assert hung_s(check) == 3.8
    assert half_s(check) == 8.0


def found(policy):
    return {(one.about, one.failure): one for one in bounds(policy)}


def test_a_splay_and_a_guard_are_told():
    policy = with_announcement(splay_s=4.0, guard=Guard(least_others=1))
    one = found(policy)["anycast", "resolver killed"]
    assert 2.0 < one.within_s < 6.2
    assert "splay" in one.how
    assert "a guard may keep it" in one.how


def test_a_service_beside_others_is_not_withdrawn_alone():
    two = (Service(name="a", need=Need(weights={"dns": 1}, least=1)), Service(name="b", need=POLICY.services[0].need))
    other = replace(CHECK, name="web")
    two = (two[0], Service(name="b", need=Need(weights={"web": 1}, least=1)))
    one = replace(ANNOUNCEMENT, need=Need(weights={"a": 1, "b": 1}, least=1))
    policy = replace(POLICY, checks=(CHECK, other), services=two, announcements=(one,))
    killed = found(policy)["anycast", "a killed"]
    assert (killed.effect, killed.within_s, killed.how) == ("stays announced", None, "enough others are well")


def test_of_several_checks_the_first_that_takes_it_down_counts():
    slow = replace(CHECK, name="slow", interval_s=5.0)
    both = Service(name="resolver", need=Need(weights={"dns": 1, "slow": 1}, least=2))
    policy = replace(POLICY, checks=(slow, CHECK), services=(both,))
    assert found(policy)["anycast", "resolver killed"].within_s == killed_s(CHECK)
    either = replace(both, need=replace(both.need, least=1))
    assert found(replace(policy, services=(either,)))["anycast", "resolver killed"].within_s == killed_s(slow)


def test_what_all_sites_share_takes_nothing_down():
    shared = replace(CHECK, name="backbone", scope=Scope.SHARED)
    service = Service(name="resolver", need=Need(weights={"dns": 1}, least=1), shared=("backbone",))
    policy = replace(POLICY, checks=(CHECK, shared), services=(service,))
    assert found(policy)["anycast", "resolver killed"].within_s == killed_s(CHECK)


def test_a_canary_has_no_bounds_and_the_agent_its_own():
    policy = replace(POLICY, announcements=(replace(ANNOUNCEMENT, canary=True, need=Need(), prefixes=(PREFIX,)),))
    assert {one.about for one in bounds(policy)} == {"agent", "speaker"}
    assert found(policy)["agent", "agent hung"].within_s == policy.timing.lease_s
    assert found(policy)["agent", "agent and guardian killed at once"].within_s is None


def test_a_dead_host_is_a_matter_of_bfd_or_of_the_hold_time():
    session = Session(
        where="bird.conf: up", hold_s=9.0, bfd_ms=900.0, restarts=True, tells_all=False, limited=True, guarded=True
    )
    slow = replace(session, where="bird.conf: other", bfd_ms=None, hold_s=240.0)
    found = {one.about: one for one in bounds(POLICY, (session, slow)) if one.failure == "host dead, or its line"}
    assert found["bird.conf: up"].within_s == 0.9
    assert found["bird.conf: other"].within_s == 240.0
    assert "graceful restart may keep it" in found["bird.conf: other"].how
    (unknown,) = [one for one in bounds(POLICY) if one.about == "speaker"]
    assert unknown.within_s is None
