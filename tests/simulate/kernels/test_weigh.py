"""Adding up for many targets, with one and with two bytes of target number."""

import numpy as np
from tests.simulate.sweeping import plainly_weighed

from catchment.simulate.kernels.weigh import LANES, weigh_many


def test_targets_of_two_bytes_are_put_together() -> None:
    rng = np.random.default_rng(1)
    rows, count = 40, 700
    target = rng.integers(0, count, (rows, LANES))
    none = rng.random((rows, LANES)) < 0.1
    low = np.stack([np.where(none, 255, 65), target & 0xFF], axis=1).astype(np.uint8)
    high = np.stack([np.where(none, 255, 65), target >> 8], axis=1).astype(np.uint8)
    target[none] = 0xFFFF
    units = rng.integers(0, 1000, rows).astype(np.uint32)
    base = np.where(rng.random(rows) < 0.5, target[:, 0], 0xFFFF).astype(np.uint16)
    sums = np.ones((count + 1, LANES), np.uint32)
    weigh_many(low.reshape(-1), high.reshape(-1), units, base, sums)
    assert sums.tolist() == plainly_weighed(target, units, base, count)


def test_without_high_bytes_targets_are_the_low_ones() -> None:
    low = np.zeros((1, 2, LANES), np.uint8)
    low[0, 1] = np.arange(LANES)
    low[0, 0, 3] = 255
    sums = np.zeros((LANES + 1, LANES), np.uint32)
    weigh_many(low.reshape(-1), low.reshape(-1)[:0], np.array([7], np.uint32), np.array([5], np.uint16), sums)
    expected = 7 * np.eye(LANES, dtype=int)
    expected[3, 3] = 0
    assert sums[:-1].tolist() == expected.tolist()
    assert sums[-1].tolist() == [0 if lane == 5 else 7 for lane in range(LANES)]
