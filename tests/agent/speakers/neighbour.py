"""A BGP neighbour that takes every session offered, and writes down each route that comes and goes, with its time."""

import contextlib
import socket
import struct
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from tests.agent.speakers import wire

from catchment.model.address import Prefix
from catchment.model.agent import Form

ASN = 64501
HOLD_S = 90


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """at_s: time.monotonic(). form: None: withdrawn, or its session ended."""

    at_s: float
    prefix: Prefix
    form: Form | None


class Neighbour:
    """Listens at sockets that somebody made in the right namespace. heard: all that it was told, in order."""

    def __init__(self, listening: socket.socket) -> None:
        self.heard: list[Heard] = []
        self.table: dict[Prefix, Form] = {}
        self.sessions = 0
        self._changed = threading.Condition()
        self._listening = listening
        self.refusing = False
        self.ending = False
        self._lines: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self.ending = True
        with contextlib.suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        for line in self._lines:
            line.close()

    def refuse(self) -> None:
        """End every session, and take none until `refusing` is False again."""
        self.refusing = True
        for line in self._lines:
            with contextlib.suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)
        self.wait(lambda one: one.sessions == 0, 5, "the end of all sessions")

    def wait(self, so: Callable[["Neighbour"], bool], at_most_s: float, what: str = "") -> None:
        """Until something holds; AssertionError, with what was heard, when it does not in time."""
        with self._changed:
            held = self._changed.wait_for(lambda: so(self), at_most_s)
        assert held, f"{what or 'it'} did not happen within {at_most_s} s; heard {self.heard[-6:]}"

    def wait_session(self, at_most_s: float = 15) -> None:
        self.wait(lambda one: one.sessions > 0, at_most_s, "a session")

    def wait_form(self, prefix: Prefix, form: Form | None, at_most_s: float = 5) -> None:
        self.wait(lambda one: one.table.get(prefix) == form, at_most_s, f"{prefix} as {form}")

    def _accept(self) -> None:
        while not self.ending:
            try:
                line, _ = self._listening.accept()
            except OSError:
                return
            if self.refusing:
                line.close()
                continue
            self.take(line)

    def take(self, line: socket.socket) -> threading.Thread:
        """Talk BGP over a connection, until it ends."""
        self._lines.append(line)
        thread = threading.Thread(target=self._talk, args=(line,), daemon=True)
        thread.start()
        return thread

    def _talk(self, line: socket.socket) -> None:
        mine: set[Prefix] = set()
        up = False
        try:
            line.sendall(wire.open_message(ASN, HOLD_S, "198.51.100.2"))
            while True:
                kind, body = self._message(line)
                if kind == wire.OPEN:
                    line.sendall(wire.message(wire.KEEPALIVE))
                elif kind == wire.KEEPALIVE:
                    line.sendall(wire.message(wire.KEEPALIVE))
                    if not up:
                        up = True
                        self._sessions(1)
                elif kind == wire.UPDATE:
                    self._hear(body, mine)
                elif kind == wire.NOTIFICATION:
                    return
        except (OSError, EOFError):
            return
        finally:
            line.close()
            for prefix in mine:
                self._note(prefix, None)
            if up:
                self._sessions(-1)

    def _message(self, line: socket.socket) -> tuple[int, bytes]:
        header = self._read(line, 19)
        length, kind = struct.unpack("!HB", header[16:])
        return kind, self._read(line, length - 19)

    def _read(self, line: socket.socket, count: int) -> bytes:
        data = b""
        while len(data) < count:
            more = line.recv(count - len(data))
            if not more:
                raise EOFError
            data += more
        return data

    def _hear(self, body: bytes, mine: set[Prefix]) -> None:
        for prefix, form in wire.said(body):
            (mine.discard if form is None else mine.add)(prefix)
            self._note(prefix, form)

    def _note(self, prefix: Prefix, form: Form | None) -> None:
        with self._changed:
            self.heard.append(Heard(at_s=time.monotonic(), prefix=prefix, form=form))
            if form is None:
                self.table.pop(prefix, None)
            else:
                self.table[prefix] = form
            self._changed.notify_all()

    def _sessions(self, more: int) -> None:
        with self._changed:
            self.sessions += more
            self._changed.notify_all()
