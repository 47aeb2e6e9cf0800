"""Listen to the kernels of many nodes at once, and tell what moves: routes and links. [I/O]

    with Listener({"r1": NETNS / "cm-lab-r1"}, time.monotonic) as listener:
        while ...:
            for change in listener.wait(0.5): ...

Each socket is opened inside its node's namespace and works from outside from then on. Two descriptors a node.
"""

import errno
import selectors
import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from catchment.errors import MachineError, Problem
from catchment.lab.route_events import (
    AF_INET,
    AF_INET6,
    GETLINK,
    GETROUTE,
    End,
    Heard,
    Known,
    RouteHeard,
    messages,
    request,
)
from catchment.lab.spaces import in_space
from catchment.results.lab import Routes
from catchment.results.lab_changes import LinkChange, RouteChange

GROUPS = 0x1 | 0x40 | 0x400  # RTMGRP_LINK, RTMGRP_IPV4_ROUTE, RTMGRP_IPV6_ROUTE
SO_RCVBUFFORCE = 33
ROOM_BYTES = 4 << 20  # some 20,000 messages that wait for us
MOST_BYTES = 1 << 18
LIMIT_S = 5.0


@dataclass(slots=True)
class _Ear:
    """One node's sockets: what it tells on its own, and what it is asked."""

    known: Known
    hears: socket.socket
    asks: socket.socket


class Listener:
    """Listens from the moment it is made; `routes` are those of that moment, and then those of the last `wait`.

    spaces : node -> path of its network namespace
    clock  : seconds; time.monotonic

    Raises MachineError when a namespace is gone or not ours. Not for several threads at once.
    """

    def __init__(self, spaces: Mapping[str, Path], clock: Callable[[], float]) -> None:
        self.clock = clock
        self.ears: dict[str, _Ear] = {}
        self.stack = ExitStack()
        try:
            self.selector = self.stack.enter_context(selectors.DefaultSelector())
            for node, path in spaces.items():
                self._open(node, path)
        except BaseException:
            self.stack.close()
            raise

    def _open(self, node: str, path: Path) -> None:
        with in_space(path):
            hears, asks = (
                self.stack.enter_context(socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, socket.NETLINK_ROUTE))
                for _ in range(2)
            )
        for one in (hears, asks):
            with suppress(PermissionError):  # of user namespaces: the machine's limit holds
                one.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, ROOM_BYTES)
        hears.bind((0, GROUPS))
        hears.setblocking(False)
        asks.settimeout(LIMIT_S)
        ear = self.ears[node] = _Ear(known=Known(node), hears=hears, asks=asks)
        for heard in self._table(ear, GETLINK, 0):
            ear.known.take(heard, 0.0)
        for _ in self._again(ear, 0.0):
            pass  # what stands there at first is no news
        self.selector.register(hears, selectors.EVENT_READ, ear)

    def wait(self, limit_s: float) -> list[RouteChange | LinkChange]:
        """What has happened, in its order; as soon as there is something, and after `limit_s` in any case."""
        found: list[RouteChange | LinkChange] = []
        for key, _ in self.selector.select(limit_s):
            found += self._heard(key.data)
        return found

    def _heard(self, ear: _Ear) -> Iterator[RouteChange | LinkChange]:
        again = False
        while True:
            try:
                data = ear.hears.recv(MOST_BYTES)
            except BlockingIOError:
                break
            except OSError as error:
                if error.errno != errno.ENOBUFS:
                    raise
                again = True  # some messages are lost
                continue
            at_s = self.clock()
            for heard in messages(data):
                change = ear.known.take(heard, at_s)
                if change:
                    yield change
                again = again or isinstance(change, LinkChange)
        if again:
            yield from self._again(ear, self.clock())

    def _again(self, ear: _Ear, at_s: float) -> Iterator[RouteChange]:
        """Hold the whole table against what is known."""
        table = []
        for family in (AF_INET, AF_INET6):
            table += [one for one in self._table(ear, GETROUTE, family) if isinstance(one, RouteHeard)]
        yield from ear.known.held_against(table, at_s)

    def _table(self, ear: _Ear, kind: int, family: int) -> list[Heard]:
        """A whole table; the kernel tells it as fast as we read, so nothing of it is lost."""
        found: list[Heard] = []
        try:
            ear.asks.send(request(kind, family, 1))
            while not (found and isinstance(found[-1], End)):
                found += messages(ear.asks.recv(MOST_BYTES))
        except TimeoutError as error:
            what = f"its kernel does not tell its routes within {LIMIT_S:g} s"
            raise MachineError(Problem(where=ear.known.node, what=what)) from error
        return found

    def routes(self, node: str) -> Routes:
        """What is known of a node's routes now."""
        known = ear.known if (ear := self.ears.get(node)) else Known(node)
        return {prefix: over for prefix in known.routes if (over := known.over(prefix)) is not None}

    def links(self, node: str) -> dict[str, bool]:
        """Interface -> whether it carries packets, of a node."""
        return dict(self.ears[node].known.links.values()) if node in self.ears else {}

    def close(self) -> None:
        """Stop listening."""
        self.stack.close()

    def __enter__(self) -> "Listener":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
