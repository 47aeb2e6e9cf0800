from dataclasses import replace

from tests.agent.policies import POLICY, PREFIX, UP, commands, exported, failed, passed, run, with_announcement

from catchment.agent.decide import decide
from catchment.agent.events import Announce, AskSlot, Escalate, Exported, Restore, Stopping, Tick, Withdraw
from catchment.agent.state import fresh
from catchment.model.agent import Fallback, Form, Guard, Step

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
    assert commands(POLICY, exported(0), *UP, failed(1.05), failed(1.1))[-1] == ()  # it was never exported
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


def test_the_same_events_give_the_same_decisions():
    events = (exported(0), *UP, failed(2), failed(3), Tick(at_s=3.1), exported(3.2))
    assert commands(POLICY, *events) == commands(POLICY, *events)
    assert run(POLICY, *events) == run(POLICY, *events, begin=fresh(POLICY))
