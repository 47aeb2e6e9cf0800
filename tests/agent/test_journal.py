import json

import pytest
from tests.agent.policies import POLICY, UP, exported, failed

from catchment.agent.decide import decide
from catchment.agent.events import Tick
from catchment.agent.journal import Begun, Decided, NotAJournal, Reloaded, decided, line, records
from catchment.agent.state import fresh
from catchment.model.agent import Form

BEGUN = Begun(
    program="catchment 0", host="ns1", policy=POLICY, state=fresh(POLICY), store=False, at_s=0.0, wall_s=1e9
)


def recorded(*events, policy=POLICY):
    """A journal as lines."""
    state, found = fresh(policy), [line(BEGUN)]
    for event in events:
        before = state
        state, commands = decide(policy, before, event)
        found.append(line(decided(event, before, state, commands)))
    return found


INCIDENT = recorded(exported(0.0), *UP, exported(1.1, Form()), Tick(at_s=1.2), failed(2.0), failed(3.0))


def test_records_come_back_as_they_were():
    found = list(records(INCIDENT))
    assert found[0] == BEGUN
    assert [line(one) for one in found] == INCIDENT
    assert list(records([line(BEGUN), line(Reloaded(policy=POLICY))]))[1] == Reloaded(policy=POLICY)


def test_a_line_says_what_was_done_and_wished_only_where_there_was_something():
    assert json.loads(INCIDENT[5]) == {"Tick": {"at_s": 1.2}}
    fell = json.loads(INCIDENT[7])
    assert [*fell] == ["Result", "do", "wish"]
    assert fell["do"] == [{"Withdraw": {"prefix": "192.0.2.0/24"}}]
    assert fell["wish"]["anycast"]["form"] is None


def test_a_torn_last_line_is_left_out():
    assert len(list(records([*INCIDENT, INCIDENT[1][:20]]))) == len(INCIDENT)


def test_a_torn_line_before_another_beginning_is_left_out():
    assert len(list(records([*INCIDENT, INCIDENT[1][:20], *INCIDENT]))) == 2 * len(INCIDENT)


def test_a_broken_line_in_the_middle_is_told_with_its_number():
    with pytest.raises(NotAJournal) as caught:
        list(records([*INCIDENT[:2], "{}\n", *INCIDENT[2:]]))
    assert caught.value.line == 3


def test_what_does_not_begin_with_the_policy_is_no_journal():
    for lines in (INCIDENT[1:], [], ["\n"], ["hello\n"]):
        with pytest.raises(NotAJournal):
            list(records(lines))


def test_another_version_is_refused():
    with pytest.raises(NotAJournal, match="version 2"):
        list(records([INCIDENT[0].replace('"version":1', '"version":2')]))


def test_a_turn_that_changed_no_wish_has_none():
    before, _ = decide(POLICY, fresh(POLICY), Tick(at_s=0.0))
    after, commands = decide(POLICY, before, Tick(at_s=0.1))
    assert decided(Tick(at_s=0.1), before, after, commands) == Decided(event=Tick(at_s=0.1), commands=(), wishes={})
