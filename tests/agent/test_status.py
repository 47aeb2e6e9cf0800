from tests.agent.policies import POLICY, PREFIX, UP, exported, failed, passed, run

from catchment.agent.events import DrainAsked, Exported, Stopping
from catchment.agent.status import check_status, prefix_status, status
from catchment.model.agent import Form


def at(at_s, *events):
    return status(POLICY, run(POLICY, *events), at_s)


def test_what_is_wanted_and_exported_is_settled():
    now = at(2.0, exported(0), *UP, exported(1.1, Form()))
    (one,) = now.announcements
    assert (one.level, one.rule, one.since_s, one.draining) == ("up", "health", 1.0, "")
    assert one.prefixes[0].settled
    assert not one.withdrawn
    assert now.in_words == "announcing 1 of 1"


def test_what_the_speaker_did_not_say_is_not_settled():
    now = at(2.0, *UP, Exported(at_s=1.5, exports=None))
    assert not now.announcements[0].prefixes[0].settled
    assert now.speaker_silent_s == 0.5
    assert now.in_words == "announcing 0 of 1, 1 not as wanted"


def test_a_fall_is_counted_and_held():
    (one,) = at(5.0, exported(0), *UP, exported(1.1, Form()), failed(2), failed(3), exported(3.1)).announcements
    assert (one.falls, one.held_s) == (1, 8.0)
    assert one.withdrawn


def test_a_drain_is_draining_and_then_drained():
    up = (exported(0), *UP, exported(1.1, Form()))
    (one,) = at(3.0, *up, DrainAsked(at_s=2, until_s=62)).announcements
    assert (one.draining, one.drain_left_s) == ("draining", 59.0)
    (one,) = at(3.0, *up, DrainAsked(at_s=2, now=True)).announcements
    assert one.draining == "drained"
    assert not one.withdrawn, "the speaker still exports it"


def test_a_check_says_what_it_saw_last():
    state = run(POLICY, passed(0.0), passed(1.0), failed(2.0))
    one = check_status("dns", state, 2.5)
    assert (one.healthy, one.failures, one.failed, one.results, one.ago_s, one.words) == (
        True,
        1,
        1,
        3,
        0.5,
        "refused",
    )


def test_a_prefix_says_how_often_it_was_commanded():
    assert prefix_status(PREFIX, Form(), run(POLICY, exported(0), *UP)).times == 1


def test_an_agent_that_ends_says_so():
    assert at(3.0, *UP, Stopping(at_s=2)).stopping
