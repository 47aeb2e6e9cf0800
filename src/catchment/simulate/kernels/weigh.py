"""Adds up, target by target, what the rows of a sweep weigh, for designs with too many targets for a pass for each.

The way for few targets is `weigh` in sweep.py, beside the vectors it is made of.
"""

import numpy as np
from numba import njit

LANES = 64
ROW_BYTES = 128
NO_ROUTE = np.uint8(255)
NOWHERE = np.uint16(0xFFFF)


@njit(cache=True, error_model="numpy", nogil=True)
def weigh_many(low, high, units, base, sums):
    """As `sweep.weigh`, for any number of targets: O(r) a lane, whatever their number.

    low, high : answers of two runs with the low and the high byte of the target; high empty: the high bytes are all 0
    units     : uint32[r]  weight of each row, as whole numbers whose total is below 2^32
    base      : uint16[r]  the target of each row in the scenario to compare with, 0xFFFF none
    sums      : uint32[targets + 1, 64]  out; the last row is what moved
    """
    sums[:] = 0
    moved = len(sums) - 1
    for r in range(len(units)):
        weight = units[r]
        at = r * ROW_BYTES
        for lane in range(LANES):
            target = NOWHERE
            if low[at + lane] != NO_ROUTE:
                target = np.uint16(low[at + LANES + lane])
                if len(high):
                    target |= np.uint16(high[at + LANES + lane]) << np.uint16(8)
                sums[target, lane] += weight
            if target != base[r]:
                sums[moved, lane] += weight
