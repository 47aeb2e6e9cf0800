from tests.agent.policies import POLICY, PREFIX, UP, exported, failed

from catchment.agent.decide import decide
from catchment.agent.events import BEGUN, DrainAsked, Exported, Holding, Inherited, Stopping, Tick, UndrainAsked
from catchment.agent.state import fresh
from catchment.agent.timeline import changes
from catchment.model.agent import Form


def told(*events):
    """What is said of the last event."""
    state, said = fresh(POLICY), []
    for event in events:
        before = state
        state, commands = decide(POLICY, before, event)
        said = changes(POLICY, event, before, state, commands)
    return said


def test_what_changes_nothing_is_not_told():
    assert told(exported(0), *UP, exported(1.1, Form()), Tick(at_s=1.2)) == []


def test_a_death_is_told_with_its_evidence_and_what_came_of_it():
    assert told(exported(0), *UP, failed(2), failed(3)) == [
        "check dns is not healthy: 2 failures in a row, 2 of the last 4: refused",
        "anycast: withdrawn, by health: its services are down",
    ]


def test_what_the_speaker_says_is_told_when_it_changes():
    said = f"the speaker says: {PREFIX} of anycast is exported (plain)"
    assert told(exported(0), *UP, exported(1.1, Form())) == [said]
    assert told(exported(0)) == []


def test_a_silent_speaker_is_told_once_and_its_return():
    silent = Exported(at_s=1, exports=None)
    assert told(exported(0), silent) == ["the speaker does not answer"]
    assert told(exported(0), silent, Exported(at_s=2, exports=None)) == []
    assert told(exported(0), silent, exported(3)) == ["the speaker answers again, after 2.0 s"]


def test_escalations_are_told_and_their_end():
    lost = (exported(0, Form()), *(Tick(at_s=0.1 * n) for n in range(1, 31)))
    assert "a withdrawal is not confirmed: disable-sessions" in told(*lost)
    assert "confirmed again: disable-sessions is undone" in told(*lost, exported(3.1))


def test_what_people_ask_is_told_with_their_words():
    assert told(DrainAsked(at_s=0, names=("anycast",), words="disk"))[0] == "asked to drain anycast: disk"
    assert told(UndrainAsked(at_s=0))[0] == "asked to end the drain of everything"
    assert told(Stopping(at_s=0))[0] == "asked to stop"
    assert told(Inherited(at_s=0, names=("anycast",)))[0] == "handed over by the agent before: anycast"


def test_it_is_told_who_holds_the_lease_but_not_that_a_guardian_begins():
    assert told(Holding(at_s=0, held=False, words=BEGUN)) == []
    assert told(Holding(at_s=0, held=True)) == ["a guardian holds the lease"]
    [words] = told(Holding(at_s=0, held=False, words="it cannot be begun: Too many open files"))
    assert words == "no guardian holds the lease, nothing new is announced: it cannot be begun: Too many open files"
    assert "has withdrawn everything" in told(*UP, Holding(at_s=2, held=True, withdrew=True))[0]
