"""Links with delay and loss, for kernels without netem: python -m catchment.lab.delay FILE. [I/O]

    namespace x, TAP eth1  --frame-->  waits delay_ms  --frame-->  TAP eth1, namespace y        and back

One process serves many links; it opens the TAPs of both ends inside their namespaces and moves frames of any protocol.
FILE is JSON; delay_ms is one way, each way:

    {"seed": 1, "links": [{"name": "a-b", "ends": [["/run/netns/x", "eth1"], ["/run/netns/y", "eth1"]],
                           "delay_ms": 5, "loss": 0.0, "mtu": 1500}]}

Says `ready` when frames pass. Ends on SIGTERM, or when all links are gone; tells what it counted. Interfaces that are
there already (`ip tuntap add dev eth1 mode tap`) stay, without carrier; those that it makes are up and go with it.
"""

import json
import os
import select
import signal
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

from catchment.errors import CatchmentError, MachineError, Problem
from catchment.lab import tuntap
from catchment.lab.delay_queue import Waiting, Way
from catchment.lab.spaces import in_space

BATCH = 64
"""Frames of one direction that are taken before the others have their turn."""
MOST_BYTES = 65535 + 18


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """What the file says of a link. ends: (path of the namespace, interface)."""

    name: str
    ends: tuple[tuple[Path, str], tuple[Path, str]]
    delay_ms: float
    loss: float = 0.0
    mtu: int = 1500


def read(text: str) -> tuple[tuple[Link, ...], int]:
    """The links of a file, and its seed. Raises MachineError."""
    try:
        data = json.loads(text)
        links = tuple(_link(one) for one in data["links"])
        return links, int(data.get("seed", 0))
    except (ValueError, KeyError, TypeError) as error:
        what = f"is not a list of links: {type(error).__name__} {error}"
        raise MachineError(Problem(where="delay", what=what)) from error


def _link(data: Mapping[str, Any]) -> Link:
    (here, near), (there, far) = data["ends"]
    link = Link(
        name=str(data["name"]), ends=((Path(here), str(near)), (Path(there), str(far))),
        delay_ms=float(data["delay_ms"]), loss=float(data.get("loss", 0)), mtu=int(data.get("mtu", 1500)),
    )  # fmt: skip
    if not (link.delay_ms >= 0 and 0 <= link.loss <= 1):
        raise ValueError(f"{link.name} has a delay below 0, or a loss that is no share")
    return link


class Line:
    """Open links. ways: descriptor where frames come in -> where they go, and how late."""

    def __init__(self, dice: Callable[[], float]) -> None:
        self.waiting = Waiting(dice)
        self.ways: dict[int, Way] = {}
        self.named: dict[str, tuple[Way, Way]] = {}
        self.epoll = select.epoll()

    def add(self, link: Link) -> None:
        """Open both ends of a link. Raises MachineError."""
        one, two = (_opened(path, name, link.mtu) for path, name in link.ends)
        there = Way(into=two, delay_s=link.delay_ms / 1000, loss=link.loss)
        back = Way(into=one, delay_s=link.delay_ms / 1000, loss=link.loss)
        self.ways |= {one: there, two: back}
        self.named[link.name] = (there, back)
        for fd in (one, two):
            self.epoll.register(fd, select.EPOLLIN)

    def run(self) -> None:
        """Move frames until no interface is left. select on the epoll: it waits to the microsecond."""
        clock = time.monotonic
        while self.ways:
            next_s = self.waiting.next_s()
            wait_s = None if next_s is None else max(0.0, next_s - clock())
            came = select.select([self.epoll], [], [], wait_s)[0]
            if came:
                now_s = clock()
                for fd, _ in self.epoll.poll(0):
                    self._take(fd, now_s)
            for way, frame in self.waiting.due(clock()):
                _give(way, frame)

    def _take(self, fd: int, now_s: float) -> None:
        way = self.ways[fd]
        for _ in range(BATCH):
            try:
                frame = os.read(fd, MOST_BYTES)
            except BlockingIOError:
                return
            except OSError:  # EBADFD: the interface was removed, with its namespace perhaps
                self.epoll.unregister(fd)
                del self.ways[fd]
                return
            self.waiting.put(frame, way, now_s)

    def told(self) -> str:
        """What became of frames, a line a link."""
        lines = []
        for name, ways in self.named.items():
            counts = "; ".join(f"{way.passed} passed, {way.lost} lost, {way.dropped} dropped" for way in ways)
            lines.append(f"{name}: {counts}")
        return "\n".join(lines)


def _opened(path: Path, name: str, mtu: int) -> int:
    with in_space(path):
        device = tuntap.opened(name, ethernet=True)
        tuntap.set_mtu(name, mtu)
        if device.made:
            tuntap.set_up(name)
    return device.fd


def _give(way: Way, frame: bytes) -> None:
    try:
        os.write(way.into, frame)
    except OSError:  # EIO while the interface is down, EBADFD when it is gone: the frame is lost, as on a cut wire
        way.dropped += 1


def dice_of(seed: int, links: Sequence[Link]) -> Callable[[], float]:
    """Numbers from 0 to below 1. numpy is loaded only when some link loses frames: it takes 0.1 s and 20 MB."""
    if not any(link.loss for link in links):
        return lambda: 1.0
    import numpy as np  # noqa: PLC0415

    return np.random.default_rng(seed).random


def main(given: Sequence[str]) -> int:
    """Serve the links of a file until told to end: 0, or 1 when the machine does not let it."""
    if len(given) != 1:
        sys.stderr.write("usage: python -m catchment.lab.delay FILE\n")
        return 64
    try:
        links, seed = read(Path(given[0]).read_text(encoding="utf-8"))
        line = Line(dice_of(seed, links))
        for link in links:
            line.add(link)
        signal.signal(signal.SIGTERM, _end)
        print("ready", flush=True)  # noqa: T201  whoever started us waits for this word
        try:
            line.run()
        finally:
            print(line.told(), flush=True)  # noqa: T201  into the log
    except (CatchmentError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def _end(_signal: int, _frame: FrameType | None) -> None:
    raise SystemExit(0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
