from dataclasses import replace

from tests.agent.policies import POLICY, PREFIX, UP, exported, failed, passed, run, with_announcement

from catchment.agent.damping import Flaps
from catchment.agent.events import DrainAsked, Holding, Inherited, Tick, Traffic, UndrainAsked
from catchment.model.agent import Draining, Form, Level


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
    ticks = [Tick(at_s=0.1 * n) for n in range(1, 32)]
    assert run(POLICY, *ticks, begin=begun).announcements["anycast"].wish.form is None


def test_an_agent_that_stalls_all_the_time_misses_silence_all_the_same():
    """Each of its stalls was forgiven the check, so that one which hung was believed twenty times as long."""
    ticks = [Tick(at_s=1 + 2.0 * n) for n in range(1, 5)]
    assert not run(POLICY, *UP, *ticks).checks["dns"].healthy


def test_a_drain_that_is_handed_over_does_not_look_like_a_long_sleep():
    """It is told with the time at which it was asked for, long ago."""
    begun = run(POLICY, Inherited(at_s=1000, names=("anycast",)), DrainAsked(at_s=10, names=("other",)))
    state = run(POLICY, Tick(at_s=1000.1), begin=begun)
    assert state.announcements["anycast"].wish.form == Form()


def test_what_was_handed_over_is_no_better_than_it_was():
    flaps = {"anycast": Flaps(count=3, fell_s=1, held_until_s=41)}
    word = Inherited(at_s=2, names=("anycast",), degraded=("anycast",), flaps=flaps)
    begun = run(POLICY, word)
    assert begun.announcements["anycast"].wish.form == Form(prepend=3)
    well = run(POLICY, *(passed(2 + n) for n in range(1, 38)), begin=begun)
    assert well.announcements["anycast"].wish.form == Form(prepend=3)
    assert run(POLICY, passed(40), passed(41), begin=well).announcements["anycast"].wish.form == Form()


def test_the_former_word_alone_raises_nothing():
    begun = run(POLICY, Inherited(at_s=0, names=("anycast",), degraded=("anycast",)), Tick(at_s=0.1))
    assert (begun.announcements["anycast"].acted, begun.announcements["anycast"].wish.rule) == (
        Level.DEGRADED,
        "hold",
    )
    assert run(POLICY, passed(1), begin=begun).announcements["anycast"].acted is Level.UP


def test_who_is_held_down_is_held_by_the_next_agent_too():
    begun = run(POLICY, Inherited(at_s=0, names=(), flaps={"anycast": Flaps(count=1, fell_s=0, held_until_s=10)}))
    assert run(POLICY, *(passed(n) for n in range(1, 10)), begin=begun).announcements["anycast"].wish.form is None


def test_when_the_guardian_has_withdrawn_everything_rises_again():
    state = run(POLICY, *UP, Holding(at_s=1.1, held=True, withdrew=True))
    assert (state.announcements["anycast"].wish.form, state.checks["dns"].healthy) == (None, False)
    assert run(POLICY, *UP, Holding(at_s=1.1, held=True)).announcements["anycast"].wish.form == Form()


def test_after_a_sleep_no_step_is_due_at_once():
    """Nobody was awake to wait for what was told before it."""
    long = run(POLICY, exported(0, Form()), Tick(at_s=0.1), Tick(at_s=3600), Tick(at_s=3600.1))
    assert long.escalated == ()


def test_a_second_drain_does_not_bring_back_what_left_in_the_first():
    policy = with_announcement(draining=Draining(for_s=30, least_pps=5))
    gone = run(policy, *UP, DrainAsked(at_s=1.1, now=True), DrainAsked(at_s=1.2))
    assert gone.announcements["anycast"].wish.form is None
    quiet = run(policy, *UP, DrainAsked(at_s=1.1), Traffic(at_s=1.2, name="anycast", pps=1), DrainAsked(at_s=1.3))
    assert quiet.announcements["anycast"].wish.form is None
