from dataclasses import replace

import pytest
from tests.agent.policies import POLICY, PREFIX, UP, exported, failed, passed, run, with_announcement

from catchment.agent.events import DrainAsked, Exported, Holding, Others, Stopping, Tick
from catchment.agent.reasons import why
from catchment.model.agent import Fallback, Form, Guard


def told(*events, policy=POLICY, at_s=None):
    state = run(policy, *events)
    return why(policy, state, "anycast", state.at_s if at_s is None else at_s)


def decides(found):
    (one,) = [rule for rule in found.rules if rule.decides]
    return one


OTHERS = Others(at_s=2.9, source="gossip", announcers={"anycast": frozenset()}, withdrawn_s={})
GUARDED = with_announcement(guard=Guard(least_others=1, last=Fallback.STAY))
CANARY = replace(POLICY, announcements=(replace(POLICY.announcements[0], canary=True),))


@pytest.mark.parametrize(
    ("rule", "events", "policy"),
    [
        ("health", UP, POLICY),
        ("stopping", (*UP, Stopping(at_s=2)), POLICY),
        ("drain", (*UP, DrainAsked(at_s=2)), POLICY),
        ("lease", (Holding(at_s=0, held=False), *UP), POLICY),
        ("guard", (*UP, exported(1.1, Form()), failed(2), OTHERS, failed(3)), GUARDED),
        (
            "hold",
            (*UP, exported(1.1, Form()), failed(2), failed(3), exported(3.1), *map(passed, range(4, 10))),
            POLICY,
        ),
        ("canary", (Tick(at_s=0),), CANARY),
    ],
)
def test_the_rule_that_decides_is_the_first_that_holds(rule, events, policy):
    found = told(*events, policy=policy)
    assert decides(found).name == rule
    assert next(one.name for one in found.rules if one.holds) == rule


def test_a_drain_says_who_wanted_it_and_how_long_it_takes():
    found = told(*UP, exported(1.1, Form()), DrainAsked(at_s=2, until_s=602, words="disk"), at_s=12)
    words = decides(found).words
    assert words == "asked 10 s ago, disk, withdrawn in 20 s at the latest, ends in 590 s"


def test_the_evidence_is_there():
    found = told(exported(0), *UP, exported(1.1, Form()), failed(2), OTHERS, at_s=3)
    assert found.recent == {"dns": "++-"}
    assert [(one.name, one.level, one.weight) for one in found.services] == [("resolver", "up", 1)]
    assert (found.prefixes[0].prefix, found.prefixes[0].exported) == (PREFIX, Form())
    assert found.speaker_ago_s == pytest.approx(1.9)
    assert (found.others[0].source, found.others[0].announcers, found.others[0].believed) == ("gossip", (), True)


def test_what_others_said_long_ago_does_not_count():
    assert not told(*UP, OTHERS, at_s=30).others[0].believed


def test_a_hold_says_for_how_long():
    fell = (*UP, exported(1.1, Form()), failed(2), failed(3), exported(3.1))
    (hold,) = [one for one in told(*fell, at_s=5.0).rules if one.name == "hold"]
    assert (hold.holds, hold.words) == (True, "fell 1 times: not before 8 s")


def test_a_silent_speaker_is_evidence():
    assert told(*UP, Exported(at_s=2, exports=None), at_s=4).speaker_silent_s == 2


def test_nobody_knows_another_name():
    with pytest.raises(KeyError):
        why(POLICY, run(POLICY), "unicast", 0.0)
