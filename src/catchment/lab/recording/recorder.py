"""Ask and listen until told to stop, and say what is found: python -m catchment.lab.recording.recorder. [I/O]

Orders come as the first line of stdin; its end means: ask no more, wait for what is under way, and go; another line
means: go at once. What is found goes to stdout, a JSON list a line:

    ["question", flow, sent_s, server, rtt_ms, words, port]      ["late", late_ms]      ["ready"]
    ["stream", flow, server, from_s, to_s, how, tries, most_ms]
    ["before", router, prefix, vias]      ["move", at_s, router, prefix, vias]

One thread, for every client and router: sockets are opened inside their namespaces and work from outside.
"""

import heapq
import json
import os
import resource
import selectors
import socket
import sys
import time
from array import array
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import astuple
from ipaddress import ip_address
from pathlib import Path
from typing import Any, TextIO

from catchment.lab.dns import question
from catchment.lab.recording.conversation import Conversation
from catchment.lab.recording.orders import AGAIN_S, SILENT_S, STREAM_EVERY_S, Caller, Orders, read
from catchment.lab.recording.questions import Questions
from catchment.lab.route_listener import Listener
from catchment.lab.spaces import in_space
from catchment.results.lab_changes import RouteChange
from catchment.results.timeline import Question, Stream

PORT = 53
MOST_BYTES = 4096
LOOK_S = 0.05
"""How often it is looked for answers that are overdue."""

Tell = Callable[[Sequence[Any]], None]


def _opened(caller: Caller, kind: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in caller.flow.address else socket.AF_INET
    with in_space(Path(caller.space)):
        made = socket.socket(family, kind)
    made.setblocking(False)
    return made


class Asker:
    """A flow's questions over UDP, from its ports in turn."""

    def __init__(self, number: int, caller: Caller, orders: Orders, recorder: "Recorder") -> None:
        self.recorder = recorder
        self.questions = Questions(flow=number, wait_s=orders.asking.wait_s, ports=orders.asking.ports)
        self.address = caller.flow.address, PORT
        self.sockets = [_opened(caller, socket.SOCK_DGRAM) for _ in range(orders.asking.ports)]
        self.tied: set[socket.socket] = set()
        for one in self.sockets:
            recorder.watch(one, selectors.EVENT_READ, self.take)

    def ask(self, at_s: float) -> None:
        """Send the next question."""
        number = self.questions.send(at_s)
        one = self.sockets[self.questions.port(number)]
        try:
            if one not in self.tied:  # not before there is a way: without one a socket cannot be tied to an address
                one.connect(self.address)
                self.tied.add(one)
            one.send(question(number))
        except OSError as error:
            self.recorder.question(self.questions.failed(number, _words(error)))

    def take(self, one: socket.socket) -> None:
        """Something came in, or the network complains."""
        try:
            data = one.recv(MOST_BYTES)
        except OSError as error:
            self.questions.complained(self.recorder.now(), _words(error))
            return
        found = self.questions.heard(self.recorder.now(), data)
        if found is not None:
            self.recorder.question(found)

    def look(self, at_s: float) -> None:
        """Give up what is overdue."""
        for lost in self.questions.lost(at_s):
            self.recorder.question(lost)


class Speaker:
    """A flow's TCP stream; when it breaks the client tries again until another one stands."""

    def __init__(self, number: int, caller: Caller, recorder: "Recorder") -> None:
        self.number, self.caller, self.recorder = number, caller, recorder
        self.connection: socket.socket | None = None
        self.talk: Conversation | None = None
        self.began_s = float("-inf")
        self.next_s = float("-inf")
        self.tries = 0

    def ask(self, at_s: float) -> None:
        """Ask on the stream, or try to open one."""
        if self.connection is None:
            if at_s >= self.next_s:
                self.open(at_s)
        elif self.talk is not None:
            try:
                self.connection.send(self.talk.ask(at_s))
            except BlockingIOError:
                pass  # the kernel holds all it can: answers have been missing for long, and silence is noticed below
            except OSError as error:
                self.over(at_s, _ending(error))
        elif at_s - self.began_s >= SILENT_S:
            self.over(at_s, "silent")

    def open(self, at_s: float) -> None:
        """Begin a connection."""
        self.connection = _opened(self.caller, socket.SOCK_STREAM)
        self.began_s = at_s
        try:
            with suppress(BlockingIOError):
                self.connection.connect((self.caller.flow.address, PORT))
            self.recorder.watch(self.connection, selectors.EVENT_WRITE, self.stands)
        except OSError:
            self.over(at_s, "refused")

    def stands(self, one: socket.socket) -> None:
        """The connection stands, or cannot."""
        at_s = self.recorder.now()
        if one.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
            self.over(at_s, "refused")
            return
        self.talk = Conversation(flow=self.number, from_s=at_s, tries=self.tries)
        self.recorder.selector.modify(one, selectors.EVENT_READ, self.take)
        self.ask(at_s)

    def take(self, one: socket.socket) -> None:
        """Something came in on the stream."""
        at_s = self.recorder.now()
        assert self.talk is not None
        try:
            data = one.recv(MOST_BYTES)
            if data:
                self.talk.heard(at_s, data)
            else:
                self.over(at_s, "closed")
        except ValueError:
            self.over(at_s, "closed")
        except OSError as error:
            self.over(at_s, _ending(error))

    def look(self, at_s: float) -> None:
        """Give up a stream that is silent."""
        if self.talk is not None and self.talk.is_silent(at_s):
            self.over(at_s, "silent")

    def over(self, at_s: float, how: str) -> None:
        """The stream, or the attempt at one, has ended."""
        ended = self.talk.ended(at_s, how) if self.talk is not None else None
        if ended is not None:
            self.recorder.stream(ended)
        self.tries = 0 if ended is not None else self.tries + 1
        self.next_s = at_s if ended is not None else at_s + AGAIN_S
        if self.connection is not None:
            self.recorder.forget(self.connection)
        self.connection = self.talk = None


class Recorder:
    """Everything that is asked and heard. tell: takes each thing found, once."""

    def __init__(self, orders: Orders, tell: Tell, clock: Callable[[], float] = time.monotonic) -> None:
        self.orders, self.tell, self.clock = orders, tell, clock
        self.selector = selectors.DefaultSelector()
        self.late_s = array("d")
        self.behind = {one.router: dict(one.behind) for one in orders.routers}
        spaces = {one.router: Path(one.space) for one in orders.routers}
        self.listener = Listener(spaces, self.now)
        self.askers = [Asker(number, one, orders, self) for number, one in enumerate(orders.callers)]
        self.speakers = [Speaker(number, one, self) for number, one in enumerate(orders.callers)]

    def now(self) -> float:
        """Seconds since the scenario began."""
        return self.clock() - self.orders.zero_s

    def watch(self, one: socket.socket, event: int, take: Callable[[socket.socket], None]) -> None:
        """Have something called when a socket is ready."""
        self.selector.register(one, event, take)

    def forget(self, one: socket.socket) -> None:
        """Close a socket that may be watched."""
        with suppress(KeyError):
            self.selector.unregister(one)
        one.close()

    def question(self, one: Question) -> None:
        """Tell what came of a question."""
        rtt_ms = None if one.rtt_ms is None else round(one.rtt_ms, 3)
        self.tell(["question", one.flow, round(one.sent_s, 5), one.server, rtt_ms, one.words, one.port])

    def stream(self, one: Stream) -> None:
        """Tell of a stream that has ended."""
        self.tell(["stream", *astuple(one)])

    def run(self, control: TextIO) -> None:
        """Ask until something comes on `control`; at its end wait for what is under way."""
        told: list[bytes] = []

        def heard(_: object) -> None:
            told.append(os.read(control.fileno(), MOST_BYTES))

        self.selector.register(control, selectors.EVENT_READ, heard)
        self.selector.register(self.listener.selector, selectors.EVENT_READ, self._moved)
        self._stand()
        self.tell(["ready"])
        self._ask_until(told)
        self.selector.unregister(control)
        over = self.now() + (0 if told[0] else max(self.orders.asking.wait_s, SILENT_S) + 2 * LOOK_S)
        while self.now() < over and self._under_way():
            self._look()
            self._take(LOOK_S)
        for speaker in self.speakers:
            if speaker.talk is not None and (lives := speaker.talk.ended(self.now(), "")) is not None:
                self.stream(lives)
        self.tell(["late", round(1000 * _percentile(self.late_s, 0.99), 3)])

    def _stand(self) -> None:
        """Tell the routes that stand now, of prefixes that hold an address that is asked, or that are named."""
        asked = {ip_address(one.flow.address) for one in self.orders.callers}
        for router in self.behind:
            for prefix, over in self.listener.routes(router).items():
                if str(prefix) in self.orders.prefixes or any(one in prefix for one in asked):
                    self.tell(["before", router, str(prefix), self._vias(router, over)])

    def _moved(self, _: object) -> None:
        for one in self.listener.wait(0):
            if isinstance(one, RouteChange):
                vias = None if one.after is None else self._vias(one.node, one.after)
                self.tell(["move", round(one.at_s, 5), one.node, str(one.prefix), vias])

    def _vias(self, router: str, over: Iterable[str]) -> list[str]:
        return sorted(self.behind[router].get(one, one) for one in over)

    def _ask_until(self, told: list[bytes]) -> None:
        """Ask at even distances; who comes too late asks at once, and is not asked to catch up."""
        agenda: list[tuple[float, int, float, Callable[[float], None]]] = []
        askers, speakers = [one.ask for one in self.askers], [one.ask for one in self.speakers]
        for asks, every_s in ((askers, self.orders.asking.every_s), (speakers, STREAM_EVERY_S)):
            for number, ask in enumerate(asks):  # not all at once
                agenda.append((self.now() + every_s * number / len(asks), len(agenda), every_s, ask))
        agenda.append((self.now(), len(agenda), LOOK_S, lambda at_s: self._look()))
        heapq.heapify(agenda)
        while not told:
            due_s, place, every_s, act = agenda[0]
            now_s = self.now()
            if due_s > now_s:
                self._take(due_s - now_s)
                continue
            act(now_s)
            if every_s != LOOK_S:
                self.late_s.append(now_s - due_s)
            heapq.heapreplace(agenda, (max(due_s + every_s, now_s), place, every_s, act))
            self._take(0)

    def _look(self) -> None:
        at_s = self.now()
        for asker in self.askers:
            asker.look(at_s)
        for speaker in self.speakers:
            speaker.look(at_s)

    def _under_way(self) -> bool:
        return any(one.questions.open for one in self.askers) or any(
            one.talk is not None and one.talk.waiting for one in self.speakers
        )

    def _take(self, wait_s: float) -> None:
        for key, _ in self.selector.select(wait_s):
            if key.fd in self.selector.get_map():  # one that came before it may have closed it
                key.data(key.fileobj)


def _percentile(values: "array[float]", share: float) -> float:
    return sorted(values)[int(share * (len(values) - 1))] if values else 0.0


def _ending(error: OSError) -> str:
    return "reset" if isinstance(error, ConnectionResetError | BrokenPipeError) else "unreachable"


def _words(error: OSError) -> str:
    return (error.strerror or str(error)).lower()


def _say(record: Sequence[Any]) -> None:
    sys.stdout.write(json.dumps(record, ensure_ascii=False) + "\n")


def main() -> None:
    """Read the orders, and record."""
    orders = read(sys.stdin.readline())
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))  # a socket a port and a stream, two a router
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    Recorder(orders, _say).run(sys.stdin)


if __name__ == "__main__":
    main()
