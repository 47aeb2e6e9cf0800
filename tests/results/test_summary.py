"""The table of a catchment, counted by hand: weights, shares, certainty, percentiles."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.results.small import OSLO, ROWS, SEOUL, small

from catchment.results.catchment import Target
from catchment.results.summary import percentile, summarise


def test_the_table_of_five_clients_is_what_a_person_counts() -> None:
    """Seoul: 64496 (4, sure) and 64497 (3, half). Oslo: 64498 (2, sure) and 64500 (0). 64499 (1) is lost."""
    summary = summarise(small())
    seoul, oslo = summary.rows
    assert (seoul.name, seoul.clients, seoul.weight, seoul.share) == ("seoul", 2, 7.0, pytest.approx(0.7))
    assert (oslo.name, oslo.clients, oslo.weight, oslo.share) == ("oslo", 2, 2.0, pytest.approx(0.2))
    assert seoul.expected == pytest.approx((4 + 3 / 2) / 10)
    assert oslo.expected == pytest.approx((2 + 3 / 2) / 10)
    assert seoul.certainty == pytest.approx((4 * 1 + 3 * 0.5) / 7)
    assert seoul.sure == pytest.approx(4 / 7)
    assert oslo.sure == 1.0
    assert seoul.elsewhere == pytest.approx(3 / 7)  # the client at 50 N 8 E is nearer to Oslo
    assert oslo.elsewhere == 0.0  # 64500's place is not known, so it does not count
    assert (seoul.median_rtt_ms, seoul.p90_rtt_ms) == (22.0, 150.0)
    assert (oslo.median_rtt_ms, oslo.p90_rtt_ms) == (21.0, 21.0)
    assert (seoul.capacity, oslo.capacity) == (10.0, None)


def test_the_whole_counts_who_is_served_and_names_who_is_not() -> None:
    summary = summarise(small())
    assert (summary.total.clients, summary.total.weight) == (4, 9.0)
    assert summary.total.share == pytest.approx(0.9)
    assert summary.total.expected == pytest.approx(0.9)
    assert (summary.unreachable_clients, summary.unreachable_share) == (1, pytest.approx(0.1))


def test_a_site_without_clients_has_no_certainty_and_no_rtt() -> None:
    third = Target(name="lima", latitude_deg=-12, longitude_deg=-77, asn=65536, up=False)
    lima = summarise(small(targets=(SEOUL, OSLO, third))).rows[2]
    assert (lima.clients, lima.weight, lima.share, lima.expected, lima.up) == (0, 0.0, 0.0, 0.0, False)
    assert all(math.isnan(x) for x in (lima.certainty, lima.sure, lima.median_rtt_ms, lima.elsewhere))


def test_a_catchment_without_weight_or_without_clients_has_no_shares() -> None:
    for catchment in (small([]), small([(row[0], 0, *row[2:]) for row in ROWS])):
        summary = summarise(catchment)
        assert [row.share for row in (*summary.rows, summary.total)] == [0.0] * 3
        assert summary.unreachable_share == 0.0


@pytest.mark.parametrize(
    ("percent", "answer"), [(0, 10.0), (10, 10.0), (50, 10.0), (50.1, 20.0), (90, 20.0), (90.1, 30.0), (100, 30.0)]
)
def test_percentiles_are_the_least_value_with_so_much_weight_at_or_below(percent: float, answer: float) -> None:
    value, weight = np.array([30.0, 10.0, 20.0, np.nan, 99.0]), np.array([1.0, 5.0, 4.0, 7.0, 0.0])
    assert percentile(value, weight, percent) == answer


def test_a_percentile_does_not_slip_by_the_rounding_of_sums() -> None:
    """The first 2 of three have 80 % of the weight, and as floats a hair less."""
    weight = np.array([0.1, 0.7, 0.2])
    assert np.cumsum(weight)[1] < weight.sum() * 80 / 100
    assert percentile(np.array([10.0, 20.0, 30.0]), weight, 80) == 20.0


def test_the_percentile_of_nothing_is_unknown() -> None:
    nothing, unknown = np.array([]), np.array([np.nan])
    assert math.isnan(percentile(nothing, nothing, 50))
    assert math.isnan(percentile(unknown, np.array([1.0]), 50))


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(1, 9)), min_size=1, max_size=12), st.integers(1, 100))
def test_percentiles_by_weight_are_those_of_as_many_equal_clients(pairs: list[tuple[int, int]], percent: int) -> None:
    each = sorted(value for value, weight in pairs for _ in range(weight))
    expected = each[-(-len(each) * percent // 100) - 1]
    value, weight = np.array(pairs, np.float64).T
    assert percentile(value, weight, percent) == expected
