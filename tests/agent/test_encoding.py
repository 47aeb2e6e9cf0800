import json
from dataclasses import replace
from ipaddress import ip_network
from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.agent.policies import POLICY, PREFIX, UP, exported, failed, run

from catchment.agent.encoding import codec
from catchment.agent.events import Command, Escalate, Event, Exported, Others, Result
from catchment.agent.state import State
from catchment.model.agent import Form, Policy, Step, Timing


def there_and_back(value, hint):
    return codec(hint).read(json.loads(json.dumps(codec(hint).write(value))))


def test_a_policy_comes_back_as_it_was():
    policy = replace(POLICY, timing=Timing(escalate=((Step.SESSIONS, 3.0), (Step.SPEAKER, 6.0))))
    assert there_and_back(policy, Policy) == policy


def test_a_state_comes_back_as_it_was():
    state = run(POLICY, exported(0.0), *UP, exported(1.1, Form(prepend=2)), failed(2.0), failed(3.0))
    assert there_and_back(state, State) == state


@given(at_s=st.floats(allow_nan=False), words=st.text(), passed=st.booleans())
def test_results_come_back_to_the_last_bit(at_s, words, passed):
    event = Result(at_s=at_s, check="dns", passed=passed, words=words)
    assert there_and_back(event, Event) == event


def test_one_of_several_kinds_keeps_its_kind():
    assert there_and_back(Escalate(step=Step.SESSIONS), Command) == Escalate(step=Step.SESSIONS)
    assert codec(Command).write(Escalate(step=Step.SESSIONS)) == {"Escalate": {"step": "disable-sessions"}}


def test_not_known_and_not_exported_are_not_the_same():
    silent = Exported(at_s=1.0, exports=None)
    withdrawn = Exported(at_s=1.0, exports={PREFIX: None})
    assert there_and_back(silent, Event) == silent
    assert there_and_back(withdrawn, Event) == withdrawn


def test_the_order_of_exports_is_kept_for_decisions_depend_on_it():
    wide = ip_network("198.51.100.0/24")
    event = Exported(at_s=1.0, exports={wide: None, PREFIX: None})
    assert list(there_and_back(event, Event).exports) == [wide, PREFIX]


def test_equal_sets_are_equal_texts():
    def told(*names):
        heard = Others(at_s=1.0, source="gossip", announcers={"a": frozenset(names)}, withdrawn_s={})
        return json.dumps(codec(Event).write(heard))

    assert told("x/1", "y/2", "z/3") == told("z/3", "y/2", "x/1")


def test_times_without_end_are_json():
    text = json.dumps(codec(State).write(run(POLICY)), allow_nan=False)
    assert codec(State).read(json.loads(text)).announcements["anycast"].flaps.held_until_s == -inf


def test_a_field_that_nobody_knows_is_refused_and_one_that_lacks_has_its_default():
    with pytest.raises(ValueError, match='Result has no "colour"'):
        codec(Event).read({"Result": {"at_s": 1.0, "check": "dns", "passed": True, "colour": "red"}})
    assert codec(Event).read({"Result": {"at_s": 1.0, "check": "dns", "passed": True}}).words == ""


def test_pairs_have_a_kind_for_each_place():
    assert codec(tuple[Step, float]).read(["stop-speaker", 1]) == (Step.SPEAKER, 1.0)
