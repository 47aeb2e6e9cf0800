from dataclasses import replace

from tests.agent.policies import POLICY, PREFIX, UP, exported, failed, passed, run, with_announcement

from catchment.agent.events import DrainAsked, Inherited, Tick, Traffic, UndrainAsked
from catchment.model.agent import Draining, Level


def test_what_the_policy_does_not_have_is_let_pass():
    assert run(POLICY, passed(0, "old")).checks.keys() == {"dns"}


def test_a_stall_of_the_agent_itself_is_no_failure_of_a_check():
    busy = run(POLICY, *UP, Tick(at_s=3.4))
    assert busy.checks["dns"].healthy
    assert busy.checks["dns"].failures == 0


def test_after_longer_than_the_lease_everything_rises_again():
    asleep = run(POLICY, *UP, Tick(at_s=1 + POLICY.timing.lease_s))
    assert not asleep.checks["dns"].healthy
    assert asleep.announcements["anycast"].acted is Level.DOWN


def test_the_word_of_a_speaker_is_not_believed_for_ever():
    ticks = [Tick(at_s=0.1 * n) for n in range(1, 60)]
    assert run(POLICY, exported(0), *ticks[:49]).exports == {PREFIX: None}
    assert run(POLICY, exported(0), *ticks).exports is None


def test_drains_are_for_names_or_for_all():
    assert run(POLICY, DrainAsked(at_s=0)).announcements["anycast"].drain is not None
    assert run(POLICY, DrainAsked(at_s=0, names=("other",))).announcements["anycast"].drain is None
    assert run(POLICY, DrainAsked(at_s=0), UndrainAsked(at_s=1)).announcements["anycast"].drain is None


def test_a_second_drain_does_not_begin_the_wait_again():
    drain = run(POLICY, DrainAsked(at_s=0), DrainAsked(at_s=1, until_s=9.0)).announcements["anycast"].drain
    assert drain is not None
    assert (drain.asked_s, drain.until_s) == (0, 9.0)


def test_little_traffic_counts_only_while_draining():
    policy = with_announcement(draining=Draining(least_pps=5))
    assert run(policy, Traffic(at_s=0, name="anycast", pps=1), DrainAsked(at_s=1)).announcements["anycast"].drain == (
        replace(run(policy, DrainAsked(at_s=1)).announcements["anycast"].drain, quiet=False)
    )
    drained = run(policy, DrainAsked(at_s=1), Traffic(at_s=2, name="anycast", pps=1)).announcements["anycast"]
    assert drained.wish.form is None


def test_what_was_handed_over_stands_until_a_check_says_otherwise():
    begun = run(POLICY, Inherited(at_s=0, names=("anycast",)))
    assert begun.announcements["anycast"].wish.form is not None
    assert run(POLICY, failed(1), failed(1.5), begin=begun).announcements["anycast"].wish.form is None
    ticks = [Tick(at_s=0.1 * n) for n in range(1, 302)]
    assert run(POLICY, *ticks, begin=begun).announcements["anycast"].wish.form is None
