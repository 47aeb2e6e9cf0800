from tests.agent.policies import POLICY, UP, exported, failed, with_announcement

from catchment.agent.counting import Counting
from catchment.agent.decide import decide
from catchment.agent.events import Others, Result, Tick
from catchment.agent.loop import Turn
from catchment.agent.metrics import BUCKETS_S, Moved
from catchment.agent.state import fresh
from catchment.model.agent import Guard


def counted(*events, policy=POLICY, answered=lambda: None):
    sink, state = Counting(answered), fresh(policy)
    for event in events:
        before = state
        state, commands = decide(policy, before, event)
        sink.note(Turn(event=event, before=before, after=state, commands=commands), policy)
    return sink


def test_changes_of_what_is_wanted_are_counted_with_their_reason():
    found = counted(exported(0), *UP, failed(2), failed(3)).counts
    assert found.moved == {
        Moved("anycast", "withdrawn", "up", "health"): 1,
        Moved("anycast", "up", "withdrawn", "health"): 1,
    }
    assert found.decisions == 5


def test_results_are_counted_with_how_long_they_took():
    slow = Result(at_s=3, check="dns", passed=False, took_s=30.0)
    quick = Result(at_s=4, check="dns", passed=True, took_s=0.001)
    found = counted(quick, slow).counts
    took = found.durations["dns"]
    assert (took.count, took.buckets[0], sum(took.buckets)) == (2, 1, 1)
    assert BUCKETS_S[0] == 0.001, "a bound belongs to its bucket"
    assert (found.failures, found.pass_s) == ({"dns": 1}, {"dns": 4})


def test_a_guard_counts_once_for_each_time_that_it_begins():
    policy = with_announcement(guard=Guard(least_others=1))
    nobody = Others(at_s=2, source="gossip", announcers={"anycast": frozenset()}, withdrawn_s={})
    found = counted(exported(0), *UP, nobody, failed(2), failed(3), failed(4), failed(5), policy=policy)
    assert found.counts.guarded == {"anycast": 1}


def test_the_lease_has_the_age_of_its_last_answer():
    numbers = iter([0, 0, 1, 1, 1])
    sink = counted(*(Tick(at_s=at_s) for at_s in range(5)), answered=lambda: next(numbers))
    assert sink.lease_s == 2
    assert counted(Tick(at_s=0), answered=lambda: None).lease_s is None
