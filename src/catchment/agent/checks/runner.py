"""Runs the commands of checks, and leaves no process behind: not when one hangs, not when the agent is killed. [I/O]

A process of its own, started by the agent on first need, without threads and with the standard library only:

    agent  --{"number", "words", "user", "timeout_s"}-->  runner  --fork-->  command, a session of its own
           <--{"number", "passed", "words"}-------------

Processes are lost by daemonizing: they leave their group and session, and their parent ends. The runner is their reaper
(PR_SET_CHILD_SUBREAPER): what loses its parent becomes its child, is seen, and killed. So it goes with

    a command that hangs           its session is killed, then all that it left
    a process that daemonizes      killed when its command ends, or any other does before
    the agent's end, also kill -9  the socket closes: everything is killed, and the runner ends
    the runner's own kill -9       commands die with it (PR_SET_PDEATHSIG); only what these had started before may stay
"""

import ctypes
import errno
import json
import os
import pwd
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER, PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL = 1, 36, 47, 4
CLONE_NEWUSER, CLONE_NEWNET = 0x10000000, 0x40000000
MOST_OUTPUT_BYTES = 4096
MOST_BYTES = 65536
STRAYS_S = 0.01
"""How often is looked for what is left of a command while something is: SIGKILL takes a moment."""

ENDS_S = 5.0
ENVIRONMENT = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8"}
LIBC = ctypes.CDLL(None, use_errno=True)


@dataclass(slots=True)
class Running:
    """A command under way. until_s: when it is killed."""

    number: int
    process: "subprocess.Popen[bytes]"
    until_s: float
    timeout_s: float
    output: bytes = b""

    def read(self) -> bool:
        """Take what it said, and forget what is too much; False at its end."""
        assert self.process.stdout is not None, "it was opened so"
        try:
            more = os.read(self.process.stdout.fileno(), 65536)
        except BlockingIOError:
            return True
        self.output = (self.output + more)[:MOST_OUTPUT_BYTES]
        return bool(more)

    def said(self) -> str:
        """Its first line, for people."""
        lines = self.output.decode(errors="replace").strip().splitlines()
        return "".join(letter if letter.isprintable() else "?" for letter in lines[0][:120]) if lines else ""


class Runner:
    """agent: its end of the socket. All that it knows stands in `running`, by process number."""

    def __init__(self, agent: socket.socket) -> None:
        self.agent = agent
        self.running: dict[int, Running] = {}
        self.pid = os.getpid()
        self.woken, waker = socket.socketpair()
        self.woken.setblocking(False)
        waker.setblocking(False)
        self._waker = waker  # it must not be closed
        signal.set_wakeup_fd(waker.fileno(), warn_on_full_buffer=False)

    def run(self) -> None:
        """Until the agent is gone, and nothing is left."""
        strays = False
        while True:
            outputs = [one.process.stdout for one in self.running.values() if one.process.stdout is not None]
            every: list[Any] = [self.agent, self.woken, *outputs]
            ready, _, _ = select.select(every, [], [], self._wait_s(strays))
            if self.woken in ready:
                self.woken.recv(4096)
            for one in list(self.running.values()):
                if one.process.stdout in ready and not one.read():
                    assert one.process.stdout is not None, "it was ready"
                    one.process.stdout.close()
                    one.process.stdout = None
            if self.agent in ready and not self._listen():
                break
            self._end_some()
            strays = self._sweep()
        for one in list(self.running.values()):
            self._kill(one)
        until_s = time.monotonic() + ENDS_S
        while self._sweep() and time.monotonic() < until_s:
            time.sleep(STRAYS_S)

    def _wait_s(self, strays: bool) -> float | None:
        ends = [one.until_s for one in self.running.values()] + ([time.monotonic() + STRAYS_S] if strays else [])
        return max(0.0, min(ends) - time.monotonic()) if ends else None

    # --- the agent's words

    def _listen(self) -> bool:
        """One word of the agent; False when it is gone."""
        try:
            datagram = self.agent.recv(MOST_BYTES)
        except OSError:
            return False
        if not datagram:
            return False
        word = json.loads(datagram)
        if "words" in word:
            self._start(word)
            return True
        ended = [one for one in self.running.values() if one.number == word["number"]]
        for one in ended:
            self._finish(one, None)
        if not ended:
            self._answer(word["number"], False, "ended before")
        return True

    def _answer(self, number: int, passed: bool, words: str) -> None:
        with suppress(OSError):  # an agent that does not read sees that by its own time
            self.agent.send(
                json.dumps({"number": number, "passed": passed, "words": words}).encode(), socket.MSG_DONTWAIT
            )

    # --- commands

    def _start(self, word: dict[str, Any]) -> None:
        try:
            process = subprocess.Popen(
                word["words"],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                cwd="/",
                env=ENVIRONMENT,
                start_new_session=True,
                preexec_fn=self._bind,  # noqa: PLW1509  there are no threads here
                **_identity(word["user"]),
            )
        except (OSError, ValueError, subprocess.SubprocessError) as error:
            self._answer(word["number"], False, _why(word, error))
            return
        assert process.stdout is not None, "it was opened so"
        os.set_blocking(process.stdout.fileno(), False)
        timeout_s = float(word["timeout_s"])
        until_s = time.monotonic() + timeout_s
        self.running[process.pid] = Running(
            number=word["number"], process=process, until_s=until_s, timeout_s=timeout_s
        )

    def _bind(self) -> None:
        """In the child, after it became its user: it dies with the runner, and has none of the agent's capabilities."""
        LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        LIBC.prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0)
        if os.getppid() != self.pid:  # it died before that was heard
            os._exit(127)

    def _end_some(self) -> None:
        """Commands that have ended, and those whose time is up."""
        for one in list(self.running.values()):
            ended = os.waitid(os.P_PID, one.process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT)
            if ended is not None or time.monotonic() >= one.until_s:
                self._finish(one, ended)

    def _finish(self, one: Running, ended: os.waitid_result | None) -> None:
        """Kill all that belongs to a command, and answer. ended: None: it had not ended by itself."""
        if one.process.stdout is not None:
            one.read()
        self._kill(one)
        said = one.said()
        if ended is None:
            words = f"did not end within {one.timeout_s:g} s: killed"
        elif ended.si_code == os.CLD_EXITED:
            words = f"exit code {ended.si_status}"
        else:
            words = f"killed by signal {ended.si_status}"
        passed = ended is not None and ended.si_code == os.CLD_EXITED and ended.si_status == 0
        self._answer(one.number, passed, f"{words}: {said}" if said else words)

    def _kill(self, one: Running) -> None:
        """The whole group, before its first process is waited for: until then nobody else has its number."""
        with suppress(ProcessLookupError, PermissionError):  # of another user, without CAP_KILL: told at the start
            os.killpg(one.process.pid, signal.SIGKILL)
        if one.process.stdout is not None:
            one.process.stdout.close()
        del self.running[one.process.pid]

    def _sweep(self) -> bool:
        """Kill what is left of commands that ended, and what has daemonized; whether anything is still there."""
        left = False
        for pid in list(_children(self.pid)):
            if pid in self.running:
                continue
            with suppress(ProcessLookupError, ChildProcessError, PermissionError):
                if os.waitpid(pid, os.WNOHANG)[0] or os.getsid(pid) in self.running:
                    continue
                left = True
                os.kill(pid, signal.SIGKILL)
        return left


def _children(pid: int) -> Iterator[int]:
    try:
        yield from map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())
    except FileNotFoundError:  # a kernel without CONFIG_PROC_CHILDREN
        for entry in Path("/proc").glob("[0-9]*"):
            with suppress(OSError, IndexError):
                if int((entry / "stat").read_text().rpartition(")")[2].split()[1]) == pid:
                    yield int(entry.name)


def _identity(user: str) -> dict[str, Any]:
    """What Popen needs to become a user, with all its groups; nothing when it is us already. Raises ValueError."""
    if not user:
        return {}
    try:
        entry = pwd.getpwnam(user)
    except KeyError as error:
        raise ValueError(f'there is no user "{user}"') from error
    if entry.pw_uid == os.geteuid():
        return {}
    groups = os.getgrouplist(user, entry.pw_gid)
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": groups}


def _why(word: dict[str, Any], error: Exception) -> str:
    """Why a command could not be started."""
    if isinstance(error, OSError) and error.errno == errno.EPERM and word["user"]:
        user = word["user"]
        return f"may not become {user}: the agent needs CAP_SETUID, CAP_SETGID and, to end it, CAP_KILL"
    if isinstance(error, OSError):
        return f"{word['words'][0]}: {error.strerror}"
    return str(error)


def _alone() -> None:
    """Leave the network: from here on there is nothing but a loopback that is down. Raises OSError."""
    flags = CLONE_NEWNET if os.geteuid() == 0 else CLONE_NEWUSER | CLONE_NEWNET
    if LIBC.unshare(flags) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


def main() -> None:
    """Run for the agent at the socket of this number; `alone`: without a network."""
    agent = socket.socket(fileno=int(sys.argv[1]))
    if "alone" in sys.argv[2:]:
        try:
            _alone()
        except OSError as error:
            sys.exit(f"no network of its own: {error}")
    LIBC.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGCHLD):
        # Not SIG_IGN, which commands would inherit. Whoever ends us ends the agent: it closes the socket.
        signal.signal(number, lambda *_: None)
    Runner(agent).run()


if __name__ == "__main__":
    main()
