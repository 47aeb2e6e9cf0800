"""Stands between ExaBGP's API pipe and a Unix socket, so that agent and guardian have a connection each. [I/O]

ExaBGP starts it as one of its processes: `run python -m catchment.agent.speakers.relay SOCKET`. A client sends a line,
ExaBGP's command, and gets what ExaBGP answers up to `done` or `error`. One command is under way at a time; those of a
client that went away meanwhile are dropped: what it asked for seconds ago is not done after what others ask for now.

When the last client has been gone for GRACE_S, agent and guardian are dead: all that they told is withdrawn. With a
number of seconds as second word, ExaBGP, which an agent started, is ended as well after so long. ExaBGP's end is ours.
"""

import os
import selectors
import socket
import sys
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from catchment.agent.clock import now_s

GRACE_S = 3.0
"""A client that was too slow opens its connection anew meanwhile; `agent restart` takes 0.3 s."""

LAST = ("done", "error")
"""Words that end an answer."""

MOST_BYTES = 65536
"""Of a command, and of all that waits for one client."""


@dataclass(eq=False)
class Client:
    """held: of a command that is not whole yet; left: of answers that it has not read yet."""

    line: socket.socket
    held: bytes = b""
    left: bytes = b""


@dataclass
class Relay:
    """ask: write a line to ExaBGP. told: commands that withdraw what clients announced. ends_s: None: never."""

    ask: Callable[[str], None]
    ends_s: float | None = None
    clients: set[Client] = field(default_factory=set)
    waiting: deque[tuple[Client | None, str]] = field(default_factory=deque)
    asked: tuple[Client | None, str] | None = None
    told: dict[str, None] = field(default_factory=dict)
    alone_s: float | None = None
    ended: bool = False

    def joined(self, client: Client) -> None:
        """There is another client."""
        self.clients.add(client)
        self.alone_s = None

    def gone(self, client: Client, at_s: float) -> None:
        """A client is dead; what it still waits for is not asked any more."""
        self.clients.discard(client)
        self.waiting = deque(one for one in self.waiting if one[0] is not client)
        if not self.clients:
            self.alone_s = at_s

    def heard(self, client: Client, data: bytes) -> bool:
        """Take commands of a client; whether it may stay."""
        client.held += data
        *lines, client.held = client.held.split(b"\n")
        self.waiting.extend((client, line.decode(errors="replace")) for line in lines)
        self._next()
        return len(client.held) <= MOST_BYTES

    def answered(self, line: str) -> None:
        """A line of ExaBGP. Events in JSON, and answers that nobody waits for any more, are let pass."""
        if self.asked is None or line.startswith("{"):
            return
        client, command = self.asked
        if client in self.clients and client is not None:
            client.left += line.encode() + b"\n"
        if line in LAST:
            if line == "done":
                self._remember(command)
            self.asked = None
            self._next()

    def tick(self, at_s: float) -> None:
        """Without clients: take back what they told, and end."""
        if self.alone_s is None or self.clients:
            return
        if at_s - self.alone_s >= GRACE_S and self.told:
            commands = [(None, one) for one in self.told]
            self.waiting.extend(one for one in commands if one not in self.waiting and one != self.asked)
            self._next()
        elif self.ends_s is not None and at_s - self.alone_s >= self.ends_s and not self.ended:
            self.ended = True
            self.ask("shutdown")

    def _next(self) -> None:
        if self.asked is None and self.waiting:
            self.asked = self.waiting.popleft()
            self.ask(self.asked[1])

    def _remember(self, command: str) -> None:
        """`neighbor A announce route P ...` is taken back by `neighbor A withdraw route P`."""
        words = command.split()
        for verb in ("announce", "withdraw"):
            if verb in words and "route" in words[words.index(verb) :]:
                at = words.index(verb)
                back = " ".join([*words[:at], "withdraw", *words[at + 1 : at + 3]])
                if verb == "announce":
                    self.told[back] = None
                else:
                    self.told.pop(back, None)


def main() -> None:
    """SOCKET [SECONDS]"""
    path = Path(sys.argv[1])
    path.unlink(missing_ok=True)
    os.umask(0o177)
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listening, selectors.DefaultSelector() as ready:
        listening.bind(str(path))
        listening.listen()
        mine = path.stat().st_ino
        try:
            ends_s = float(sys.argv[2]) if sys.argv[2:] else None
            _serve(Relay(ask=_to_exabgp, ends_s=ends_s), listening, ready)
        finally:
            with suppress(OSError):
                if path.stat().st_ino == mine:  # ExaBGP may have started another one already
                    path.unlink()


def _to_exabgp(command: str) -> None:
    os.write(1, command.encode() + b"\n")


def _serve(relay: Relay, listening: socket.socket, ready: selectors.BaseSelector) -> None:
    ready.register(listening, selectors.EVENT_READ)
    ready.register(0, selectors.EVENT_READ)
    relay.alone_s = now_s()
    held = b""
    while True:
        for key, _ in ready.select(0.25):
            if key.fileobj is listening:
                line, _ = listening.accept()
                line.setblocking(False)
                client = Client(line)
                relay.joined(client)
                ready.register(line, selectors.EVENT_READ, client)
            elif key.fd == 0:
                data = os.read(0, 65536)
                if not data:
                    return
                *lines, held = (held + data).split(b"\n")
                for one in lines:
                    relay.answered(one.decode(errors="replace"))
            elif not _listen(relay, key.data):
                ready.unregister(key.data.line)
                key.data.line.close()
                relay.gone(key.data, now_s())
        for client in relay.clients:
            _answer(client)
        relay.tick(now_s())


def _listen(relay: Relay, client: Client) -> bool:
    try:
        data = client.line.recv(65536)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return bool(data) and relay.heard(client, data)


def _answer(client: Client) -> None:
    """As much as it takes; the rest the next time."""
    if client.left:
        with suppress(OSError):  # that it is gone is seen when it is read
            client.left = client.left[client.line.send(client.left) :]


if __name__ == "__main__":
    main()
