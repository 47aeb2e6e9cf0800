"""The agent's clock: seconds that only go forward, and go on while the machine sleeps."""

import time


def now_s() -> float:
    """CLOCK_BOOTTIME: a step of the wall clock does not move it, and a lease runs out during suspend too."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)
