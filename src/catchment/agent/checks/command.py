"""Checks by a program of the operator's: exit code 0 passes. The agent's side; runner.py runs them. [I/O]"""

import asyncio
import json
import socket
import subprocess
from contextlib import suppress

from catchment.agent.checks.attempt import Attempt, Wrong
from catchment.agent.program import words
from catchment.model.probes import CommandProbe

MOST_BYTES = 65536
ANSWERS_S = 2.0
"""How long a runner may take to say that a command was killed; then it is taken for hung, killed and replaced."""

LATER_S = 0.25
"""Which the runner waits longer than the agent: so its own time counts only when the agent is hung."""


class Commands:
    """Has commands run by a runner that is started on first need, and started anew when it is dead or hung.

    alone : without a network, for `--self-test`
    lost  : why the last runner ended that did; "": none did
    """

    def __init__(self, *, alone: bool = False) -> None:
        self.alone = alone
        self.lost = ""
        self._runner: subprocess.Popen[bytes] | None = None
        self._line: socket.socket | None = None
        self._number = 0
        self._waiting: dict[int, asyncio.Future[str]] = {}
        self._ended: set[int] = set()

    @property
    def pid(self) -> int | None:
        """Of the runner."""
        return None if self._runner is None else self._runner.pid

    async def ask(self, probe: CommandProbe, attempt: Attempt) -> str:
        """See Kind. When time is up the command is killed, with all that it has started."""
        self._number += 1
        number = self._number
        answer: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._waiting[number] = answer
        timeout_s = attempt.timeout_s + LATER_S
        try:
            self._send({"number": number, "words": probe.words, "user": probe.user, "timeout_s": timeout_s})
            return await answer
        except asyncio.CancelledError:
            self._end(number)
            raise
        finally:
            self._waiting.pop(number, None)

    def close(self) -> None:
        """End everything; the runner goes by itself when its socket closes."""
        if self._line is not None:
            with suppress(RuntimeError):  # the loop is closed already
                asyncio.get_running_loop().remove_reader(self._line)
            self._line.close()
            self._line = None

    # --- the runner

    def _send(self, word: dict[str, object]) -> None:
        if self._line is None:
            self._start()
        assert self._line is not None, "it was started"
        try:
            self._line.send(json.dumps(word).encode(), socket.MSG_DONTWAIT)
        except BlockingIOError as error:
            raise Wrong("the runner of commands does not read") from error

    def _start(self) -> None:
        ours, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        ours.setblocking(False)
        more = ["alone"] if self.alone else []
        command = [*words("catchment.agent.checks.runner"), str(its.fileno()), *more]
        with its:
            try:
                # A session of its own: Ctrl-C at a terminal is the agent's.
                self._runner = subprocess.Popen(
                    command, pass_fds=(its.fileno(),), stdin=subprocess.DEVNULL, start_new_session=True
                )
            except OSError:
                ours.close()
                raise
        self._line = ours
        asyncio.get_running_loop().add_reader(ours, self._heard, ours)

    def _heard(self, line: socket.socket) -> None:
        try:
            datagram = line.recv(MOST_BYTES)
        except BlockingIOError:
            return
        except OSError:
            datagram = b""
        if not datagram:
            self._lost("the runner of commands ended")
            return
        word = json.loads(datagram)
        self._ended.discard(word["number"])
        waiting = self._waiting.get(word["number"])
        if waiting is None or waiting.done():
            return
        if word["passed"]:
            waiting.set_result(word["words"])
        else:
            waiting.set_exception(Wrong(word["words"]))

    def _end(self, number: int) -> None:
        """Have a command killed; whoever does not confirm that is replaced."""
        if self._line is None:
            return
        self._ended.add(number)
        with suppress(OSError):
            self._line.send(json.dumps({"number": number}).encode(), socket.MSG_DONTWAIT)
        asyncio.get_running_loop().call_later(ANSWERS_S, self._must_have_ended, number)

    def _must_have_ended(self, number: int) -> None:
        if number in self._ended and self._runner is not None:
            self._runner.kill()  # its commands die with it, and its end is heard
            self._lost("the runner of commands hung")

    def _lost(self, words: str) -> None:
        self.lost = words
        self.close()
        self._ended.clear()
        if self._runner is not None:
            self._runner.poll()
        for waiting in self._waiting.values():
            if not waiting.done():
                waiting.set_exception(Wrong(words))
