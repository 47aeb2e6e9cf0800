import time

import pytest

from catchment.agent.clock import now_s, wall_s


def test_the_clock_goes_forward_and_counts_sleep():
    before = now_s()
    assert now_s() >= before
    assert now_s() >= time.monotonic() - 0.1  # CLOCK_MONOTONIC stands still while the machine sleeps


def test_the_wall_clock_is_that_of_people():
    assert wall_s() == pytest.approx(time.time(), abs=1.0)
