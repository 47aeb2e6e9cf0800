"""Our command with a wall clock that jumps: SIGUSR1 an hour ahead, SIGUSR2 a day back. Only this process sees it.

    python stepping.py agent run FILE

The machine's clock is not touched: what Python reads of it is. The clock that decisions are made by is left alone, as
the kernel leaves CLOCK_BOOTTIME and CLOCK_MONOTONIC alone when somebody sets the time.
"""

import signal
import sys
import time

AHEAD_S, BACK_S = 3600.0, -86400.0
shift_s = 0.0
read, read_time = time.clock_gettime, time.time


def stepped(clock: int) -> float:
    """Seconds of a clock."""
    return read(clock) + (shift_s if clock == time.CLOCK_REALTIME else 0.0)


def step(number: int, frame: object) -> None:
    """The clock is set."""
    global shift_s  # noqa: PLW0603  as the machine's clock is
    shift_s += AHEAD_S if number == signal.SIGUSR1 else BACK_S
    print(f"the clock is {shift_s:+g} s off", file=sys.stderr, flush=True)  # noqa: T201


if __name__ == "__main__":
    time.clock_gettime = stepped
    time.time = lambda: read_time() + shift_s
    signal.signal(signal.SIGUSR1, step)
    signal.signal(signal.SIGUSR2, step)
    sys.argv[0] = "catchment"
    from catchment.cli import main

    main()
