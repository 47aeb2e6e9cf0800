"""A connection to a daemon's Unix socket that is kept, and opened again when it broke. [I/O]

Its end is the daemon's end, seen at the next question. When nobody listens after that, the daemon does not run.
"""

import os
import signal
import socket
import struct
import time
from collections.abc import Callable
from contextlib import suppress

from catchment.agent.speakers.speaker import NotRunning, SpeakerSilent

Whole = Callable[[bytes], bool]
"""Whether an answer has come to its end."""


class Line:
    """who: the daemon, for people; hello: said when it is opened, each with an answer; b"": only the answer.

    timeout_s is for a question with its answer, opening the connection included. opened: how often it was.
    """

    def __init__(self, who: str, path: str, timeout_s: float, whole: Whole, hello: tuple[bytes, ...] = ()) -> None:
        self.who = who
        self.path = path
        self.timeout_s = timeout_s
        self.whole = whole
        self.hello = hello
        self.opened = 0
        self.greeting = b""
        self._socket: socket.socket | None = None

    def ask(self, words: bytes, most_bytes: int) -> bytes:
        """The answer. Raises NotRunning when nobody listens, SpeakerSilent when no answer comes in time."""
        over_s = time.monotonic() + self.timeout_s
        for again in (True, False):
            fresh = self._socket is None
            try:
                line = self._socket or self._open(over_s)
                return self._asked(line, words, over_s, most_bytes)
            except TimeoutError as error:
                self.close()
                raise SpeakerSilent(f"{self.who} does not answer within {self.timeout_s:g} s") from error
            except (FileNotFoundError, ConnectionRefusedError) as error:
                self.close()
                raise NotRunning(f"nobody listens at {self.path}") from error
            except (OSError, ValueError) as error:
                self.close()  # it ended, or began anew, since the last question: ask the new one once
                if fresh or not again:
                    raise SpeakerSilent(f"{self.who} at {self.path}: {error}") from error
        raise AssertionError("the second time always returns or raises")

    def close(self) -> None:
        """The next question opens it again."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def end_listener(self) -> None:
        """End the process at the other end: by SIGTERM, and when that does not help by SIGKILL.

        It needs no answer of a daemon that hangs. Raises SpeakerSilent when it may not be ended.
        """
        self.close()
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
            line.settimeout(self.timeout_s)
            try:
                line.connect(self.path)
                peer = line.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
                pid = struct.unpack("3i", peer)[0]
                if pid <= 1:
                    raise PermissionError("it is in another process namespace")
                watched = os.pidfd_open(pid)
            except (FileNotFoundError, ConnectionRefusedError, ProcessLookupError):
                return
            except OSError as error:
                raise SpeakerSilent(f"{self.who} cannot be ended: {error}") from error
        try:
            self._end(watched)
        except OSError as error:
            raise SpeakerSilent(f"{self.who} cannot be ended: {error}") from error
        finally:
            os.close(watched)

    def _end(self, watched: int) -> None:
        """A process that is known by its file descriptor, and so never taken for another."""
        import select  # noqa: PLC0415  only for the harshest step

        for number in (signal.SIGTERM, signal.SIGKILL):
            with suppress(ProcessLookupError):
                signal.pidfd_send_signal(watched, number)
            if select.select([watched], [], [], self.timeout_s / 2)[0]:
                return
        raise SpeakerSilent(f"{self.who} does not end")

    def _open(self, over_s: float) -> socket.socket:
        line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            line.settimeout(max(0.001, over_s - time.monotonic()))
            line.connect(self.path)
            for words in self.hello:
                self.greeting = self._asked(line, words, over_s, 65536)
        except BaseException:
            line.close()
            raise
        self.opened += 1
        self._socket = line
        return line

    def _asked(self, line: socket.socket, words: bytes, over_s: float, most_bytes: int) -> bytes:
        if words:
            line.settimeout(max(0.001, over_s - time.monotonic()))
            line.sendall(words)
        held = bytearray()
        while True:
            left_s = over_s - time.monotonic()
            if left_s <= 0:
                raise TimeoutError
            line.settimeout(left_s)
            more = line.recv(65536)
            if not more:
                raise ConnectionResetError("it closed the connection")
            held += more
            if self.whole(bytes(held[-4096:])):
                return bytes(held)
            if len(held) > most_bytes:
                raise ValueError("it does not stop talking")
