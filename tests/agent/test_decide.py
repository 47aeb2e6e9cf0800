from dataclasses import replace
from ipaddress import ip_network

from tests.agent.policies import (
    ANNOUNCEMENT,
    POLICY,
    PREFIX,
    UP,
    commands,
    exported,
    failed,
    passed,
    run,
    with_announcement,
)

from catchment.agent.decide import decide, nothing_left
from catchment.agent.events import Announce, AskSlot, Escalate, Exported, Restore, Slot, Stopping, Tick, Withdraw
from catchment.agent.state import fresh
from catchment.model.agent import Fallback, Form, Guard, Need, Service, Step

PLAIN = Form()
ANNOUNCE = Announce(prefix=PREFIX, form=PLAIN)
WITHDRAW = Withdraw(prefix=PREFIX)


def test_it_starts_by_withdrawing_what_a_former_run_may_have_left():
    assert commands(POLICY, exported(0, PLAIN)) == [(WITHDRAW,)]
    assert commands(POLICY, Exported(at_s=0, exports={})) == [(WITHDRAW,)]


def test_nothing_is_done_when_what_is_exported_is_what_is_wanted():
    assert commands(POLICY, exported(0), *UP, exported(1.1, PLAIN), passed(2))[-2:] == [(), ()]


def test_a_command_that_did_not_work_is_given_again_later_and_later():
    found = commands(POLICY, exported(0), *UP, Tick(at_s=1.1), Tick(at_s=1.25), Tick(at_s=1.5), Tick(at_s=1.75))
    assert found[2:] == [(ANNOUNCE,), (), (ANNOUNCE,), (), (ANNOUNCE,)]


def test_a_speaker_that_forgot_is_told_again():
    assert commands(POLICY, exported(0), *UP, exported(1.1, PLAIN), exported(2, None))[-1] == (ANNOUNCE,)


def test_a_dead_service_is_withdrawn():
    found = commands(POLICY, exported(0), *UP, exported(1.1, PLAIN), failed(2), failed(3))
    assert found[-2:] == [(), (WITHDRAW,)]


def test_a_new_wish_is_commanded_at_once_though_the_old_one_waits():
    on_its_way = commands(POLICY, exported(0), *UP, failed(1.05), failed(1.1), Tick(at_s=1.2))
    assert on_its_way[-2:] == [(WITHDRAW,), ()]  # it was not exported when the speaker last said, but may be by now
    assert commands(POLICY, exported(0, PLAIN), *UP, failed(1.05), failed(1.1))[-1] == (WITHDRAW,)


def test_what_nobody_wants_is_withdrawn():
    stray = Exported(at_s=0, exports={PREFIX: None, PREFIX.supernet(): PLAIN})
    assert commands(POLICY, stray) == [(Withdraw(prefix=PREFIX.supernet()),)]


def test_a_withdrawal_that_is_not_confirmed_escalates_once_and_is_restored_when_it_is():
    begun = run(POLICY, exported(0, PLAIN), *(Tick(at_s=0.1 * n) for n in range(1, 30)))
    state, found = decide(POLICY, begun, Tick(at_s=3.0))
    assert Escalate(step=Step.SESSIONS) in found
    state, found = decide(POLICY, state, Tick(at_s=3.1))
    assert Escalate(step=Step.SESSIONS) not in found
    state, found = decide(POLICY, state, exported(3.2))
    assert found == (Restore(step=Step.SESSIONS),)
    assert state.escalated == ()


def test_when_it_ends_everything_is_withdrawn():
    assert commands(POLICY, exported(0), *UP, exported(1.1, PLAIN), Stopping(at_s=1.2))[-1] == (WITHDRAW,)


def test_a_store_is_asked_before_the_withdrawal():
    policy = with_announcement(guard=Guard(least_others=0, most=1, unknown=Fallback.STAY))
    state = run(policy, *UP, exported(1.1, PLAIN))
    state = replace(state, heard={"store": _nobody_withdrew(2.0)})
    state, _ = decide(policy, state, failed(2.0), store=True)
    state, found = decide(policy, state, failed(3.0), store=True)
    assert found == (AskSlot(name="anycast"),)


def _nobody_withdrew(at_s):
    from catchment.agent.events import Others

    return Others(at_s=at_s, source="store", announcers={"anycast": frozenset()}, withdrawn_s={})


def test_a_store_is_asked_once_though_two_events_have_one_time():
    policy = with_announcement(guard=Guard(least_others=0, most=1, unknown=Fallback.STAY))
    state = replace(run(policy, *UP, exported(1.1, PLAIN), failed(2.0)), heard={"store": _nobody_withdrew(2.0)})
    state, first = decide(policy, state, failed(3.0), store=True)
    state, second = decide(policy, state, Tick(at_s=3.0), store=True)
    assert (first, second) == ((AskSlot(name="anycast"),), ())


def test_a_store_that_did_not_answer_is_asked_again():
    policy = with_announcement(guard=Guard(least_others=0, most=1, unknown=Fallback.STAY))
    state = replace(run(policy, *UP, exported(1.1, PLAIN), failed(2.0)), heard={"store": _nobody_withdrew(2.0)})
    asked = 0
    for n in range(120):
        at_s = 3.0 + n / 10
        for event in (failed(at_s), exported(at_s, PLAIN), _nobody_withdrew(at_s)):
            state, found = decide(policy, state, event, store=True)
            asked += AskSlot(name="anycast") in found
    assert asked == 3
    state, _ = decide(policy, state, Slot(at_s=15.0, name="anycast", granted=True), store=True)
    assert state.announcements["anycast"].wish.form is None


def test_a_withdrawal_is_late_for_itself_not_because_another_was():
    """Two prefixes, one after the other, each confirmed within 2 s: no step is due after 3."""
    other = ip_network("198.51.100.0/24")
    two = replace(POLICY, announcements=(*POLICY.announcements, replace(ANNOUNCEMENT, name="b", prefixes=(other,))))
    ticks = {n / 10: Tick(at_s=n / 10) for n in range(1, 45)}
    told = {
        0.0: Exported(at_s=0.0, exports={PREFIX: PLAIN, other: None}),
        1.9: Exported(at_s=1.9, exports={PREFIX: None, other: PLAIN}),
        3.8: Exported(at_s=3.8, exports={PREFIX: None, other: None}),
    }
    found = commands(two, *((ticks | told)[at_s] for at_s in sorted(ticks | told)))
    assert not [one for batch in found for one in batch if isinstance(one, Escalate)]


def test_a_speaker_that_falls_silent_is_not_escalated_when_nothing_has_to_go():
    """What it confirmed as withdrawn, and was not told since, is no reason to end the sessions of what is announced."""
    other = ip_network("198.51.100.0/24")
    need = Need(weights={"dead": 1}, least=1)
    two = replace(
        POLICY,
        services=(*POLICY.services, Service(name="dead", need=Need(weights={"dns": 2}, least=3))),
        announcements=(*POLICY.announcements, replace(ANNOUNCEMENT, name="b", prefixes=(other,), need=need)),
    )
    answered = Exported(at_s=1.2, exports={PREFIX: PLAIN, other: None})
    silent = [
        event for n in range(13, 120)
        for event in (passed(n / 10), Exported(at_s=n / 10, exports=None))
    ]  # fmt: skip
    found = commands(two, exported(0), *UP, answered, *silent)
    assert any(Withdraw(prefix=other) in batch for batch in found[5:])
    assert not [one for batch in found for one in batch if isinstance(one, Escalate)]


def test_steps_are_taken_and_undone_again_and_again_until_they_worked():
    state = run(POLICY, exported(0, PLAIN), *(Tick(at_s=0.1 * n) for n in range(1, 31)))
    assert state.escalated == (Step.SESSIONS,)
    state, found = decide(POLICY, state, exported(4.1, PLAIN))
    assert Escalate(step=Step.SESSIONS) in found
    state, found = decide(POLICY, state, exported(4.2))
    assert found == (Restore(step=Step.SESSIONS),)
    state, found = decide(POLICY, state, exported(4.3))
    assert found == ()
    state, found = decide(POLICY, state, exported(5.2))
    assert found == (Restore(step=Step.SESSIONS),)
    state, _ = decide(POLICY, state, Exported(at_s=5.3, exports={PREFIX: None}, restored=(Step.SESSIONS,)))
    assert decide(POLICY, state, exported(7))[1] == ()


def test_an_agent_that_ends_undoes_its_steps_before():
    state = run(POLICY, exported(0, PLAIN), *(Tick(at_s=0.1 * n) for n in range(1, 31)), Stopping(at_s=3.1))
    state, found = decide(POLICY, state, exported(3.2))
    assert found == (Restore(step=Step.SESSIONS),)
    assert not nothing_left(POLICY, state)
    state, _ = decide(POLICY, state, Exported(at_s=3.3, exports={PREFIX: None}, restored=(Step.SESSIONS,)))
    assert nothing_left(POLICY, state)


def test_what_the_speaker_does_not_tell_of_is_not_gone():
    assert not nothing_left(POLICY, run(POLICY, Stopping(at_s=0), Exported(at_s=1, exports={})))
    assert nothing_left(POLICY, run(POLICY, Stopping(at_s=0), exported(1)))


def test_a_clock_of_another_thread_does_not_take_time_back():
    """The speaker's answer of before a stall, told after it, made the stall count twice."""
    state = run(POLICY, *UP, Tick(at_s=3.0), exported(1.1))
    assert state.at_s == 3.0
    assert decide(POLICY, state, Tick(at_s=3.1))[0].checks == state.checks


def test_the_same_events_give_the_same_decisions():
    events = (exported(0), *UP, failed(2), failed(3), Tick(at_s=3.1), exported(3.2))
    assert commands(POLICY, *events) == commands(POLICY, *events)
    assert run(POLICY, *events) == run(POLICY, *events, begin=fresh(POLICY))
