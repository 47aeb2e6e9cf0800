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
    moved = np.uint64(len(sums) - 1)
    nowhere = moved + np.uint64(1)
    room = np.zeros((len(sums) + 1, LANES), np.uint32)  # the last row takes what reaches no target: no branch for it
    for r in range(len(units)):
        weight = units[np.uint64(r)]
        was = base[np.uint64(r)]
        at = np.uint64(r) * np.uint64(ROW_BYTES)
        for j in range(LANES):
            lane = np.uint64(j)
            reached = low[at + lane] != NO_ROUTE
            target = np.uint16(low[at + np.uint64(LANES) + lane])
            if len(high):
                target |= np.uint16(high[at + np.uint64(LANES) + lane]) << np.uint16(8)
            target = target if reached else NOWHERE
            room[np.uint64(target) if reached else nowhere, lane] += weight
            room[moved, lane] += weight * np.uint32(target != was)
    sums[:] = room[:-1]
