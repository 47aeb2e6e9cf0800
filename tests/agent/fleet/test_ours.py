from dataclasses import replace

from tests.agent.policies import POLICY, PREFIX, UP, exported, failed, run

from catchment.agent.events import DrainAsked, Slot, Stopping
from catchment.agent.fleet.ours import Ours, announced
from catchment.agent.state import State, fresh
from catchment.model.agent import Form, Level

STANDS = run(POLICY, *UP, exported(1, Form()))


def test_announced_is_what_the_speaker_says():
    assert announced(POLICY, STANDS, "anycast")
    assert not announced(POLICY, run(POLICY, *UP, exported(1)), "anycast")
    assert not announced(POLICY, replace(STANDS, exports=None), "anycast")


def test_who_leaves_is_not_counted_on_though_he_still_is_announced():
    assert not announced(POLICY, run(POLICY, Stopping(at_s=1.1), begin=STANDS), "anycast")
    assert not announced(POLICY, run(POLICY, DrainAsked(at_s=1.1), begin=STANDS), "anycast")
    assert not announced(POLICY, run(POLICY, failed(1.2), failed(1.3), begin=STANDS), "anycast")
    granted = run(POLICY, Slot(at_s=1.1, name="anycast", granted=True), begin=STANDS)
    stands = granted.announcements["anycast"]
    holding = replace(stands, slot=replace(stands.slot, granted=True, answered=True, asked_s=1.0))
    assert not announced(POLICY, replace(granted, announcements={"anycast": holding}), "anycast")


def test_half_of_an_announcement_replaces_nobody():
    both = replace(POLICY.announcements[0], prefixes=(PREFIX, next(PREFIX.subnets())))
    assert not announced(replace(POLICY, announcements=(both,)), STANDS, "anycast")


def test_withdrawals_are_told_by_their_age():
    ours = Ours()
    dead = run(POLICY, failed(2), failed(3), begin=STANDS)
    ours.note(STANDS, dead, 3.0)
    ours.note(dead, dead, 4.0)
    (said,) = ours.said(POLICY, dead, 10.0)
    assert (said.name, said.level, said.withdrawn_ago_s) == ("anycast", Level.DOWN, (7.0,))


def test_who_is_dead_and_waits_says_so():
    waiting = replace(POLICY, announcements=(replace(POLICY.announcements[0], splay_s=1000.0),))
    state = run(waiting, failed(2), failed(3), begin=STANDS)
    (said,) = Ours().said(waiting, state, 3.0)
    assert (said.announced, said.level, said.dying) == (True, Level.DOWN, True)
    assert not Ours().said(POLICY, STANDS, 3.0)[0].dying


def test_a_beginning_is_no_withdrawal():
    ours = Ours()
    begun: State = fresh(POLICY)
    ours.note(begun, begun, 0.0)
    assert ours.said(POLICY, begun, 1.0)[0].withdrawn_ago_s == ()
