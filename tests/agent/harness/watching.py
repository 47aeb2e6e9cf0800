"""What a fault costs, seen from outside: when the router's kernel moves the route, which questions are lost."""

import os
import select
import socket
import struct
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import ip_network

from tests.agent.harness.world import PREFIX, SERVICE, World

from catchment.lab.route_listener import Listener
from catchment.lab.spaces import in_space

OURS = ip_network(PREFIX)


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """at_s: time.monotonic(). over: the site that packets go to from then on; "": nowhere."""

    at_s: float
    over: str


class Router:
    """Writes down each move of the route in the router's kernel."""

    def __init__(self, world: World) -> None:
        self.moves: list[Move] = []
        self._listener = Listener({"router": world.path("router")}, time.monotonic)
        self.over = self._over(self._listener.routes("router").get(OURS))
        self._changed = threading.Condition()
        self._ends = False
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    @staticmethod
    def _over(links: frozenset[str] | None) -> str:
        return ",".join(sorted(links or ()))

    def _run(self) -> None:
        while not self._ends:
            for change in self._listener.wait(0.2):
                if getattr(change, "prefix", None) == OURS:
                    with self._changed:
                        self.over = self._over(change.after)  # type: ignore[union-attr,arg-type]
                        self.moves.append(Move(at_s=change.at_s, over=self.over))
                        self._changed.notify_all()

    def wait(self, so: Callable[["Router"], bool], at_most_s: float) -> bool:
        """Whether it holds within that time."""
        with self._changed:
            return self._changed.wait_for(lambda: so(self), at_most_s)

    def wait_over(self, site: str, at_most_s: float, what: str = "") -> None:
        """Until packets go to a site. Raises AssertionError."""
        assert self.wait(lambda one: one.over == site, at_most_s), (
            f"{what or 'the route'} is not over {site!r} within {at_most_s:g} s, but {self.over!r}"
        )

    def left(self, site: str, since_s: float) -> float | None:
        """Seconds from a moment until packets went to that site no more, and still do not; None: they do."""
        if self.over == site:
            return None
        stayed = [one.at_s for one in self.moves if one.at_s >= since_s and one.over == site]
        after_s = max(stayed, default=since_s)
        gone = [one.at_s for one in self.moves if one.at_s >= after_s and one.over != site]
        return gone[0] - since_s if gone else 0.0

    def close(self) -> None:
        self._ends = True
        self._thread.join()
        self._listener.close()


QUESTION = struct.pack("!5H", 0x0100, 1, 0, 0, 0) + b"\x06client\x07example\0" + struct.pack("!2H", 1, 1)


class Client:
    """Asks all the time, each question from another port, and writes down who answered which.

    asked : (sent_s, answered_s or None, who: the last octet of the answer, 0: nobody)
    """

    def __init__(self, world: World, every_s: float = 0.01) -> None:
        with in_space(world.path("client")):
            self._sockets = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(64)]
        for one in self._sockets:
            one.setblocking(False)
        self.asked: list[tuple[float, float | None, int]] = []
        self._every_s = every_s
        self._ends = False
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        next_s = time.monotonic()
        while not self._ends:
            number = len(self.asked)
            self.asked.append((time.monotonic(), None, 0))
            with suppress(OSError):  # no route; an ICMP error that came for an earlier question
                to = self._sockets[number % len(self._sockets)]
                to.sendto(struct.pack("!H", number % 65536) + QUESTION, (SERVICE, 53))
            next_s += self._every_s
            while (left_s := next_s - time.monotonic()) > 0:
                self._hear(left_s)
        self._hear(1.0)

    def _hear(self, wait_s: float) -> None:
        for ready in select.select(self._sockets, [], [], wait_s)[0]:
            with suppress(OSError):
                data = ready.recv(4096)
                number = self._number(struct.unpack("!H", data[:2])[0])
                sent_s, _, _ = self.asked[number]
                self.asked[number] = sent_s, time.monotonic(), data[-1]

    def _number(self, low: int) -> int:
        """The question that an answer belongs to: only its lowest 16 bits come back."""
        last = len(self.asked) - 1
        return last - (last - low) % 65536

    def close(self) -> None:
        """Stop, and wait a moment for answers on their way."""
        time.sleep(0.3)
        self._ends = True
        self._thread.join()
        for one in self._sockets:
            one.close()

    def lost(self, since_s: float) -> int:
        """How many questions from then on were never answered."""
        return sum(answered is None for sent, answered, _ in self.asked if sent >= since_s)

    def first_from(self, who: int, since_s: float) -> float | None:
        """Seconds from then until the first answer of a site to a question sent after it."""
        times = [answered for sent, answered, by in self.asked if sent >= since_s and by == who and answered]
        return min(times) - since_s if times else None


def cpu_s(pid: int) -> float:
    """CPU seconds that a process has used, its threads with it, without its children."""
    with open(f"/proc/{pid}/stat", encoding="ascii") as file:
        fields = file.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def rss_mib(pid: int) -> float:
    """What a process holds of the machine's memory, in MiB."""
    with open(f"/proc/{pid}/status", encoding="ascii") as file:
        return next(int(line.split()[1]) / 1024 for line in file if line.startswith("VmRSS:"))
