import pytest
from tests.agent.policies import CHECK, POLICY, PREFIX

from catchment.agent.events import Exported, Tick
from catchment.agent.rehearsal import Acting, length_s, pattern, rehearse
from catchment.model.agent import Form


def exported(policy, told, until_s, acting=None):
    """When what is exported of PREFIX changed, and to what."""
    found, before = [], None
    for one in rehearse(policy, told, until_s, acting):
        if one.table[PREFIX] != before:
            before = one.table[PREFIX]
            found.append((round(one.event.at_s, 3), before))
    return found


def test_a_service_that_dies_is_announced_and_then_withdrawn():
    assert exported(POLICY, pattern(CHECK, "up 5 s, down 5 s"), 10.0) == [(1.001, Form()), (6.001, None)]


def test_a_silent_speaker_loses_what_it_is_told_and_is_told_again():
    acting = Acting(silent=((5.5, 9.0),))
    found = exported(POLICY, pattern(CHECK, "up 5 s, down 10 s"), 15.0, acting)
    assert found[0] == (1.001, Form())
    gone_s, form = found[1]
    assert form is None
    assert 9.0 <= gone_s <= 9.0 + POLICY.timing.retry_most_s + 2 * POLICY.timing.tick_s


def test_ticks_and_readings_are_as_the_loop_has_them():
    events = [one.event for one in rehearse(POLICY, (), 10.0)]
    assert len([one for one in events if isinstance(one, Tick)]) == 101
    assert len([one for one in events if isinstance(one, Exported)]) in (10, 11)
    assert [one.at_s for one in events] == sorted(one.at_s for one in events)


def test_the_same_rehearsal_is_the_same():
    told = pattern(CHECK, "up 5 s, half 9 s, down 3 s")
    assert list(rehearse(POLICY, told, 20.0)) == list(rehearse(POLICY, told, 20.0))


def test_patterns_say_what_is_answered():
    found = pattern(CHECK, "up 2 s, down 1 s, half 2 s, hung 1 s, silent 2 s, up 1 s")
    assert [one.passed for one in found] == [True, True, False, True, False, False, True]
    assert [one.at_s for one in found] == [0, 1, 2, 3, 4, 5 + CHECK.timeout_s, 8]
    assert length_s("up 2 s, silent 2.5 s") == 4.5


def test_another_word_is_no_pattern():
    with pytest.raises(ValueError, match='"sideways 3 s" is none of up 10 s'):
        pattern(CHECK, "up 2 s, sideways 3 s")
