"""Intents held against a catchment: every kind held, broken, and not to be told."""

from typing import Any

import pytest
from tests.results.small import ROWS, small

from catchment.model.intent import Intent, Rtt, Served, Share, WithinCapacity
from catchment.results.catchment import Catchment
from catchment.results.summary import summarise
from catchment.results.verdict import Held, Outcome, Verdict
from catchment.verify.intents import Outcomes, judge, sites_down

NEVER: Outcomes = {}


def verdict(intent: Intent, outcomes: Outcomes = NEVER, catchment: Catchment | None = None) -> Verdict:
    catchment = catchment or small()
    (answer,) = judge((intent,), catchment, summarise(catchment), outcomes)
    assert answer.intent == intent.text
    return answer


def outcome(*down: str, **changes: Any) -> Outcome:
    fields: dict[str, Any] = {"weight": (("seoul", 7.0), ("oslo", 2.0)), "unserved": 0.0, "unserved_clients": 0}
    return Outcome(down=down, **fields | changes)


@pytest.mark.parametrize(
    ("bounds", "held"),
    [
        ({"at_most": 0.7}, Held.YES),
        ({"at_most": 0.69}, Held.NO),
        ({"at_least": 0.7}, Held.YES),
        ({"at_least": 0.71}, Held.NO),
        ({"at_least": 0.5, "at_most": 0.6}, Held.NO),
    ],
)
def test_a_share_lies_within_its_bounds_or_not(bounds: dict[str, float], held: Held) -> None:
    found = verdict(Share(text="share of seoul", site="seoul", **bounds))
    assert (found.held, found.found) == (held, "70.0%")


def test_a_site_that_does_not_announce_this_prefix_has_no_share() -> None:
    assert verdict(Share(text="x", site="lima", at_least=0.1)).held is Held.NO
    assert verdict(Share(text="x", site="lima", at_most=0.1)).held is Held.YES


@pytest.mark.parametrize(
    ("percent", "at_most_ms", "held", "found"),
    [(50, 22, Held.YES, "22 ms"), (50, 21.9, Held.NO, "22 ms"), (90, 149, Held.NO, "150 ms")],
)
def test_a_percentile_of_rtt_is_over_all_sites_together(
    percent: float, at_most_ms: float, held: Held, found: str
) -> None:
    """Weights 4 at 22 ms, 3 at 150 ms, 2 at 21 ms."""
    answer = verdict(Rtt(text="x", percentile=percent, at_most_ms=at_most_ms))
    assert (answer.held, answer.found) == (held, found)


def test_an_rtt_that_nobody_knows_is_not_checked() -> None:
    unknown = small([row for row in ROWS if row[11] != row[11]])
    assert verdict(Rtt(text="x", percentile=50, at_most_ms=60), catchment=unknown).held is Held.UNKNOWN


def test_everybody_is_served_or_so_many_are_not() -> None:
    served = Served(text="every client is served", down=0)
    assert verdict(served, {0: [outcome()]}).held is Held.YES
    lost = verdict(served, {0: [outcome(unserved=0.1, unserved_clients=1234)]})
    assert (lost.held, lost.found) == (Held.NO, "1,234 networks (10.00% of weight) are not served")


def test_the_worst_set_of_sites_down_is_named() -> None:
    worst = outcome("oslo", "lima", unserved=0.2, unserved_clients=9)
    outcomes = {2: [outcome("seoul", "oslo"), worst, outcome("seoul", "lima", unserved=0.3, unserved_clients=2)]}
    found = verdict(Served(text="x", down=2), outcomes)
    assert found.held is Held.NO
    assert found.found == "9 networks (20.00% of weight) are no longer served with oslo, lima down"


def test_a_promise_in_seconds_is_not_for_a_prediction_to_judge() -> None:
    within = Served(text="x", down=1, within_s=5)
    assert verdict(within, {1: [outcome("seoul")]}).held is Held.UNKNOWN
    assert verdict(within, {1: [outcome("seoul", unserved_clients=1)]}).held is Held.NO


def test_capacity_is_that_of_the_fullest_site_in_the_worst_case() -> None:
    """Seoul has a capacity of 10; Oslo states none, and may have any load."""
    now, then = WithinCapacity(text="x", down=0), WithinCapacity(text="x", down=1)
    fits = verdict(now, {0: [outcome()]})
    assert (fits.held, fits.found) == (Held.YES, "seoul at 70% of its capacity")
    full = verdict(now, {0: [outcome(weight=(("seoul", 10.0), ("oslo", 1e9)))]})
    assert full.held is Held.YES
    over = outcome("oslo", weight=(("seoul", 10.1), ("oslo", 0.0)))
    broken = verdict(then, {1: [outcome("seoul", weight=(("seoul", 0.0), ("oslo", 9.0))), over]})
    assert (broken.held, broken.found) == (Held.NO, "seoul at 101% of its capacity with oslo down")


def test_capacity_that_nobody_states_is_not_checked() -> None:
    found = verdict(WithinCapacity(text="x", down=0), {0: [outcome(weight=(("oslo", 5.0),))]})
    assert (found.held, found.found) == (Held.UNKNOWN, "no site states a capacity")


@pytest.mark.parametrize("kind", [Served, WithinCapacity])
def test_too_many_sets_of_sites_are_left_to_the_sweep(kind: type[Served] | type[WithinCapacity]) -> None:
    found = verdict(kind(text="x", down=3), {3: None})
    assert found.held is Held.UNKNOWN
    assert "catchment sweep" in found.found


def test_verdicts_come_in_the_order_of_the_intents() -> None:
    intents = (Share(text="b", site="oslo"), Served(text="c", down=0), Share(text="a", site="seoul"))
    catchment = small()
    answers = judge(intents, catchment, summarise(catchment), {0: [outcome()]})
    assert [one.intent for one in answers] == ["b", "c", "a"]


def test_sites_down_are_asked_for_once_each() -> None:
    intents = (
        Served(text="", down=2),
        WithinCapacity(text="", down=0),
        Share(text="", site="seoul"),
        Served(text="", down=0),
    )
    assert sites_down(intents) == (0, 2)
