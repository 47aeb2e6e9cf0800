"""Send packets to some addresses at a bounded rate for a bounded time: python -m catchment.lab.faults.flooding. [I/O]

python -m catchment.lab.faults.flooding 4026532301 250 10 203.0.113.53 2001:db8:53::53

Only inside a namespace of a lab, which has no way out: it is told which, by the number that the kernel gave it, and
ends at once when it is in another one.
"""

import os
import socket
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from itertools import cycle

from catchment.model.fault import MOST_PACKETS_PER_S, MOST_SECONDS

PORT = 53
PAYLOAD = b"\x00\x00\x80" + bytes(61)
"""64 bytes. The third has the bit that says "answer" (RFC 1035 4.1.1), so that no server answers what nobody asked."""

TICK_S = 0.02
FLOWS = 16
"""Ports to send from to each address: routers that have several ways for it spread flows and no packets."""


def send(
    sockets: Sequence[socket.socket],
    packets_per_s: int,
    seconds: int,
    clock: Callable[[], float] = time.monotonic,
    pause: Callable[[float], None] = time.sleep,
) -> int:
    """Send to each socket in turn; how many were sent. What the kernel refuses counts as sent: it is lost on the way.

    Never more than MOST_PACKETS_PER_S, nor longer than MOST_SECONDS, whatever was asked for.
    """
    rate, limit_s = min(packets_per_s, MOST_PACKETS_PER_S), min(seconds, MOST_SECONDS)
    start, sent = clock(), 0
    turns = cycle(sockets)
    while (at_s := clock() - start) < limit_s:
        due = int(at_s * rate) - sent
        for _ in range(min(due, rate)):
            with suppress(OSError):  # nobody there, no way there, no room: a flood does not mind
                next(turns).send(PAYLOAD)
            sent += 1
        pause(TICK_S)
    return sent


def is_within(space: int) -> bool:
    """Whether this process is in the network namespace with that number (its inode)."""
    return os.stat("/proc/self/ns/net").st_ino == space


def main(given: Sequence[str]) -> int:
    """0; 1 outside of a lab; 64 for a wrong call."""
    if len(given) < 4 or not all(one.isdecimal() for one in given[:3]):
        sys.stderr.write(
            "usage: python -m catchment.lab.faults.flooding NAMESPACE PACKETS-PER-S SECONDS ADDRESS...\n"
        )
        return 64
    if not is_within(int(given[0])):
        sys.stderr.write(f"this is not the network namespace {given[0]}: nothing is sent\n")
        return 1
    sockets = []
    for address in (*given[3:],) * FLOWS:
        one = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_DGRAM)
        one.setblocking(False)
        try:
            one.connect((address, PORT))
        except OSError as error:
            sys.stderr.write(f"{address}: {error.strerror}\n")
        sockets.append(one)
    sent = send(sockets, int(given[1]), int(given[2]))
    print(f"{sent} packets", flush=True)  # noqa: T201  into the log
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
