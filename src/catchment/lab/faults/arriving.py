"""How many packets reach each server of a lab, from the counters of its interface. [I/O]"""

import json
import time
from collections.abc import Sequence
from contextlib import suppress

from catchment.lab import spaces
from catchment.lab.nodes import space_name


def arriving(lab: str, servers: Sequence[str], seconds: float) -> dict[str, float]:
    """Server -> packets a second, over the next `seconds`; all kinds of packets."""
    before, start = [_received(lab, one) for one in servers], time.monotonic()
    time.sleep(seconds)
    took_s = time.monotonic() - start
    return {one: (_received(lab, one) - was) / took_s for one, was in zip(servers, before, strict=True)}


def _received(lab: str, server: str) -> int:
    done = spaces.run(["ip", "-n", space_name(lab, server), "-j", "-s", "link", "show", "dev", "eth0"])
    with suppress(ValueError, LookupError):
        return int(json.loads(done.stdout)[0]["stats64"]["rx"]["packets"])
    return 0
