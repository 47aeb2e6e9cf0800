from itertools import accumulate

from catchment.agent.damping import Flaps, fell, forgiven, held
from catchment.model.agent import HoldDown

HOLD = HoldDown(base_s=10, most_s=60, forgive_s=100)


def test_each_fall_holds_twice_as_long_up_to_a_bound():
    falls = list(accumulate([0.0, 50, 100, 150, 200], lambda flaps, at_s: fell(HOLD, flaps, at_s), initial=Flaps()))[
        1:
    ]
    assert [one.held_until_s - at_s for one, at_s in zip(falls, [0, 50, 100, 150, 200], strict=True)] == [
        10,
        20,
        40,
        60,
        60,
    ]


def test_a_long_time_without_a_fall_forgives():
    flaps = fell(HOLD, fell(HOLD, Flaps(), 0), 50)
    assert not forgiven(HOLD, flaps, 169.9)
    assert forgiven(HOLD, flaps, 170.0)
    assert fell(HOLD, flaps, 170.0).count == 1


def test_held_means_before_the_end():
    flaps = fell(HOLD, Flaps(), 0)
    assert held(flaps, 9.99)
    assert not held(flaps, 10.0)
