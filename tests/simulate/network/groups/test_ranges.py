"""Plain hashing and hash-threshold: what stays when a member leaves, by theory and by many flows."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from catchment.simulate.network.flowhash import VALUES, bounds
from catchment.simulate.network.groups.ranges import Places, modulo, threshold

EVENLY = np.arange(0, VALUES, 4001)
"""Values spread over the whole range, so that shares are those of theory within 1/10,000."""


def stay(choose: object, members: int, leaves: int) -> float:
    """The share of the other members' flows that keep their member when one leaves."""
    before = choose(EVENLY, [1] * members)  # type: ignore[operator]
    left = np.array([place for place in range(members) if place != leaves])
    after: Places = left[choose(EVENLY, [1] * (members - 1))]  # type: ignore[operator]
    others = before != leaves
    return float((before == after)[others].mean())


@pytest.mark.parametrize("members", [2, 3, 4, 5, 8, 16])
def test_under_hash_threshold_as_many_flows_stay_as_theory_says(members: int) -> None:
    """Of N equal members k leaves: (sum over i<k of N-1-i, and over i>k of i) / (N-1)^2 of the others' flows stay."""
    for leaves in range(members):
        kept = sum(members - 1 - i for i in range(leaves)) + sum(range(leaves + 1, members))
        assert stay(threshold, members, leaves) == pytest.approx(kept / (members - 1) ** 2, abs=1e-4)


@pytest.mark.parametrize("members", [2, 3, 4, 5, 8, 16])
def test_under_plain_hashing_one_in_n_less_1_stays(members: int) -> None:
    """What is left and what was left by the old number are independent: one of the N-1 new places is the old one."""
    for leaves in range(members):
        assert stay(modulo, members, leaves) == pytest.approx(1 / (members - 1), abs=1e-3)


def test_weights_give_shares() -> None:
    for choose in (modulo, threshold):
        shares = np.bincount(choose(EVENLY, [3, 1, 0, 2]), minlength=4) / len(EVENLY)
        assert shares == pytest.approx([1 / 2, 1 / 6, 0, 1 / 3], abs=1e-4)


@given(st.lists(st.integers(1, 256), min_size=1, max_size=20), st.integers(0, VALUES - 1))
def test_a_value_falls_to_the_first_member_whose_bound_it_does_not_pass(weights: list[int], value: int) -> None:
    first = next(place for place, bound in enumerate(bounds(weights)) if value <= bound)
    assert threshold(np.array([value]), weights).tolist() == [first]
    assert bounds(weights)[-1] == VALUES - 1


def test_the_ends_of_ranges_belong_to_them() -> None:
    edges = bounds([1, 1, 1])
    assert threshold(np.array([0, edges[0], edges[0] + 1, edges[1], edges[1] + 1, edges[2]]), [1, 1, 1]).tolist() == [
        0, 0, 1, 1, 2, 2,
    ]  # fmt: skip
