"""When buckets are idle under flows that send once in a period: against a clock that is stepped through."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from catchment.simulate.network.groups.resilient import ALWAYS, NEVER, Resilient, Timers, formed, used
from catchment.simulate.network.groups.traffic import Traffic, idle_moments, last_packets

BUCKETS = 4


def group(idle_s: float) -> Resilient:
    return formed("ab", (1, 1), BUCKETS, Timers(idle_s=idle_s), at_s=0)


def traffic(flows: list[tuple[int, int]], period_s: float) -> Traffic:
    """Flows as (bucket, tenths of the period)."""
    return Traffic(
        bucket=np.array([bucket for bucket, _ in flows], np.int64),
        phase=np.array([phase / 10 for _, phase in flows]),
        period_s=period_s,
    )


def first_idle(phases: list[int], idle: int, since: int) -> float:
    """Stepped through in tenths of a period of 10 tenths: the first tenth from `since` on with no packet in `idle`."""
    if not phases:
        return ALWAYS
    for now in range(since, since + 40):
        silent = not any(tenth % 10 in phases for tenth in range(now - idle + 1, now + 1))
        if silent:
            return now
    return NEVER


@given(
    st.lists(st.tuples(st.integers(0, BUCKETS - 1), st.integers(0, 9)), max_size=12),
    st.integers(1, 15),
    st.integers(20, 60),
)
def test_a_bucket_is_idle_at_the_first_moment_without_a_packet_for_the_timer(
    flows: list[tuple[int, int]], idle: int, since: int
) -> None:
    found = idle_moments(group(float(idle)), traffic(flows, 10.0), float(since))
    for bucket in range(BUCKETS):
        expected = first_idle([phase for of, phase in flows if of == bucket], idle, since)
        # A packet at the very moment counts as later here and as now there: moments differ only in who comes first.
        assert found[bucket] == pytest.approx(max(expected, since), abs=1e-6)


def test_a_flow_that_sends_often_keeps_its_bucket_busy_for_ever() -> None:
    found = idle_moments(group(120), traffic([(1, 3), (1, 8), (3, 0)], 1.0), 600)
    assert found.tolist() == [600, NEVER, 600, NEVER]


def test_a_bucket_without_flows_stays_busy_for_the_timer_after_its_last_packet() -> None:
    seen = used(group(120), np.array([550.0, 100.0, 599.0, ALWAYS]))
    assert idle_moments(seen, traffic([(3, 3)], 1.0), 600).tolist() == [670, 600, 719, NEVER]


def test_the_last_packet_is_the_latest_of_any_flow() -> None:
    last = last_packets(traffic([(0, 2), (0, 7), (2, 9)], 10.0), BUCKETS, 100)
    assert last.tolist() == pytest.approx([97, ALWAYS, 99, ALWAYS])
    assert last_packets(traffic([(0, 0)], 10.0), BUCKETS, 100)[0] == 100
