"""The table's numbers, against the same sums done one client at a time."""

import numpy as np
import pytest
from tests.report.sample import sample

from catchment.report.page.shares import shares, weighted_median


def test_shares_are_the_sums_done_plainly() -> None:
    c = sample(np.random.default_rng(4), 300, down=("tokyo",))
    total = shares(c)
    weight_of_all = sum(c.weight.tolist())
    for target in range(-1, len(c.targets)):
        rows = [i for i in range(300) if c.target[i] == target]
        assert total.clients[target] == len(rows)
        weight = sum(float(c.weight[i]) for i in rows)
        assert total.share[target] == pytest.approx(weight / weight_of_all)
        if not rows:
            assert np.isnan(total.certainty[target])
            assert np.isnan(total.median_rtt_ms[target])
            continue
        named = (dict(c.shares_of(i)).get(target, 0.0) * float(c.weight[i]) for i in rows)
        assert total.certainty[target] == pytest.approx(sum(named) / weight)


def test_the_median_is_weighted_and_leaves_unknown_values_out() -> None:
    values = np.array([10.0, 20.0, np.nan, 30.0], np.float32)
    assert weighted_median(values, np.array([1.0, 1.0, 99.0, 1.0])) == 20.0
    assert weighted_median(values, np.array([1.0, 1.0, 99.0, 5.0])) == 30.0
    assert np.isnan(weighted_median(values[2:3], np.ones(1)))
    assert weighted_median(values, np.zeros(4)) in (10.0, 20.0, 30.0)


def test_clients_without_weight_make_no_share() -> None:
    from dataclasses import replace

    c = sample(np.random.default_rng(4), 5)
    total = shares(replace(c, weight=np.zeros(5)))
    assert total.share.tolist() == [0.0] * 9
