"""A network namespace for each router of a network, wired as its links say; all gone afterwards."""

import os
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from tests.tiers import lab_lacks

from catchment.model.network import Network

Routes = dict[str, tuple[str, int, tuple[str, ...]]]
"""prefix -> (kind as the daemon says it, metric, addresses of the next hops)."""


def lacking(*programs: str) -> str:
    """Why daemons cannot be run here; "" when they can."""
    return lab_lacks(*programs)


@contextmanager
def wired(network: Network) -> Iterator[dict[str, str]]:
    """Namespaces by router; link number n of the network is interface `ln` at both its ends, with IPv4 addresses."""
    space = {router.name: f"catchment-{os.getpid()}-{n}" for n, router in enumerate(network.routers)}
    try:
        for name in space.values():
            _ip("netns", "add", name)
            _ip("-n", name, "link", "set", "lo", "up")
        for number, link in enumerate(network.links):
            near, far = (space[end.router] for end in link.ends)
            _ip(
                "link", "add", f"l{number}", "netns", near, "type", "veth", "peer", "name", f"l{number}", "netns", far
            )
            for end in link.ends:
                address = next(one for one in end.addresses if one.version == 4)
                _ip("-n", space[end.router], "address", "add", str(address), "dev", f"l{number}")
                _ip("-n", space[end.router], "link", "set", f"l{number}", "up")
        yield space
    finally:
        for name in space.values():
            subprocess.run(["ip", "netns", "del", name], capture_output=True, check=False)


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True)


def start(space: str, *words: str) -> subprocess.Popen[Any]:
    """A daemon in a namespace."""
    command = ["ip", "netns", "exec", space, *words]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def stop(daemons: list[subprocess.Popen[Any]]) -> None:
    """End daemons that `start` gave."""
    for daemon in daemons:
        daemon.terminate()
    for daemon in daemons:
        try:
            daemon.wait(timeout=5)
        except subprocess.TimeoutExpired:
            daemon.kill()


def until(read: Callable[[], dict[str, Routes]], wanted: dict[str, Routes], limit_s: float) -> dict[str, Routes]:
    """What the routers have when it is what is wanted, or when the time is over."""
    end = time.monotonic() + limit_s
    while True:
        seen = read()
        if seen == wanted or time.monotonic() > end:
            return seen
        time.sleep(0.5)
