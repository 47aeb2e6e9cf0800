from dataclasses import replace
from ipaddress import ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.agent.policies import CHECK, POLICY, PREFIX, UP, exported, failed, passed
from tests.agent.test_journal import BEGUN, INCIDENT, recorded

from catchment.agent.events import Announce, DrainAsked, Exported, Stopping, Tick, UndrainAsked, Withdraw
from catchment.agent.journal import Begun, Decided, Reloaded, line, records
from catchment.agent.replay import Played, obeyed, replay, what_if
from catchment.model.agent import Form


def played(lines, policy=None):
    again = replay(records(lines)) if policy is None else what_if(records(lines), policy)
    return [one for one in again if isinstance(one, Played)]


def test_an_incident_is_decided_again_byte_for_byte():
    again = played(INCIDENT)
    assert [line(one.again) for one in again] == INCIDENT[1:]
    assert all(one.same for one in again)


STEPS = st.one_of(
    st.sampled_from([passed, failed]),
    st.just(lambda at_s: Tick(at_s=at_s)),
    st.just(lambda at_s: DrainAsked(at_s=at_s)),
    st.just(lambda at_s: UndrainAsked(at_s=at_s)),
    st.just(lambda at_s: Exported(at_s=at_s, exports=None)),
    st.builds(lambda up: lambda at_s: exported(at_s, Form() if up else None), st.booleans()),
    st.just(lambda at_s: Stopping(at_s=at_s)),
)


@given(st.lists(st.tuples(st.sampled_from([0.1, 0.3, 1.0, 4.0]), STEPS), max_size=40))
def test_every_history_is_decided_again_byte_for_byte(steps):
    at_s, events = 0.0, []
    for wait_s, make in steps:
        at_s += wait_s
        events.append(make(at_s))
    lines = recorded(*events)
    assert [line(one.again) for one in played(lines)] == lines[1:]


def test_a_decision_that_is_not_ours_is_seen():
    lines = [one.replace('"rule":"health"', '"rule":"mood"') for one in INCIDENT]
    assert not all(one.same for one in played(lines))


def test_after_a_reload_it_goes_on_with_the_other_policy():
    other = replace(POLICY, checks=(replace(CHECK, fall=9, window=90), replace(CHECK, name="new")))
    lines = [*INCIDENT[:6], line(Reloaded(policy=other)), line(Decided(event=failed(2.0), wishes={}))]
    assert played(lines)[-1].policy == other
    assert played(lines)[-1].same


def test_times_of_people_come_from_the_beginning():
    assert played(INCIDENT)[-1].wall_s == 1e9 + 3.0


def test_without_a_beginning_nothing_is_decided():
    with pytest.raises(ValueError, match="began"):
        list(replay([Decided(event=passed(0.0), wishes={})]))


def test_another_policy_would_have_decided_otherwise():
    patient = replace(POLICY, checks=(replace(CHECK, fall=3, window=90),))
    wishes = [name for one in played(INCIDENT, patient) if one.after.announcements["anycast"].wish.form is None
              for name in one.again.wishes]  # fmt: skip
    assert wishes == ["anycast"]  # only the first: nothing is known yet
    assert played(INCIDENT, patient)[-1].after.announcements["anycast"].wish.form == Form()


def test_under_another_policy_the_speaker_does_what_it_is_told():
    lines = recorded(exported(0.0), *UP, exported(1.1, Form()), failed(2.0), failed(3.0), exported(3.1))
    prepending = replace(POLICY, announcements=(replace(POLICY.announcements[0], name="other"),))
    assert played(lines, prepending)[4].after.exports == {PREFIX: Form()}
    assert played(lines, prepending)[-1].after.exports == {PREFIX: None}


def test_a_later_run_in_the_same_journal_begins_afresh():
    again = Begun(**{name: getattr(BEGUN, name) for name in BEGUN.__dataclass_fields__})
    lines = [*INCIDENT, line(replace(again, wall_s=2e9)), *INCIDENT[1:]]
    assert all(one.same for one in played(lines))
    assert played(lines)[-1].wall_s == 2e9 + 3.0


def test_a_table_obeys():
    other = ip_network("198.51.100.0/24")
    told = (Announce(prefix=other, form=Form()), Withdraw(prefix=PREFIX))
    assert obeyed({PREFIX: Form()}, told) == {PREFIX: None, other: Form()}
