from dataclasses import replace

import pytest

from catchment.agent.router.session import ADVICE, Session, advice

GOOD = Session(
    where="x", hold_s=9.0, bfd_ms=900.0, restarts=False, tells_all=False, limited=True, guarded=True
)  # fmt: skip


def rules(one: Session) -> list[str]:
    return [problem.rule for problem in advice([one])]


def test_a_good_session_gets_no_advice():
    assert rules(GOOD) == []
    assert rules(replace(GOOD, hold_s=90.0)) == []
    assert rules(replace(GOOD, bfd_ms=None)) == []


@pytest.mark.parametrize(
    ("changed", "rule"),
    [
        ({"bfd_ms": None, "hold_s": 90.0}, "L001"),
        ({"bfd_ms": 50.0}, "L002"),
        ({"bfd_ms": 10_000.0}, "L002"),
        ({"restarts": True}, "L003"),
        ({"tells_all": True}, "L004"),
        ({"limited": False}, "L005"),
        ({"guarded": False}, "L006"),
    ],
)
def test_each_weakness_has_its_advice(changed, rule):
    assert rules(replace(GOOD, **changed)) == [rule]
    assert rule in ADVICE
