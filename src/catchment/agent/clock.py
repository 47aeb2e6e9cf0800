"""The agent's clock: seconds that only go forward, and go on while the machine sleeps."""

import time


def now_s() -> float:
    """CLOCK_BOOTTIME: a step of the wall clock does not move it, and a lease runs out during suspend too."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


def wall_s() -> float:
    """Seconds since 1970, for people and for what outlives a reboot. Nothing is decided by it."""
    return time.clock_gettime(time.CLOCK_REALTIME)
