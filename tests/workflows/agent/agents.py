"""An agent as a process, with a control socket that answers as BIRD does, and a service that it watches."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.agent.control_socket import Control as Bird
from tests.agent.control_socket import control as bird_socket
from tests.agent.control_socket import wait_for

from catchment.agent.control import ask
from catchment.errors import UsageError
from catchment.model.agent_config import Control

FILE = """site: seoul
host: ns1
speaker: {{kind: bird, at: {folder}/bird.ctl, timeout: 300 ms}}
checks:
  web: {{tcp: {{address: 127.0.0.1, port: {port}{more}}}, every: 50 ms, timeout: 40 ms, rise: 2, fall: 2, window: 4}}
services:
  resolver: {{all: [web]}}
announcements:
  anycast:
    prefixes: [192.0.2.0/24]
    while: {{all: [resolver]}}
    draining: plain
    drain: {{time: 300 ms, linger: 200 ms}}
    hold-down: {{first: 500 ms}}
timing: {{read: 200 ms, retry: 100 ms, retry-most: 300 ms, lease: 1.5 s, inherit: 2 s, escalate: none}}
control: {{socket: {folder}/control.sock}}
records: {{journal: {folder}/journal.jsonl, drains: {folder}/drains.json}}
"""


class Service:
    """A TCP server that can be killed, and begun again at the same port."""

    def __init__(self) -> None:
        self.port = 0
        self.listening: socket.socket | None = None
        self.begin()

    def begin(self) -> None:
        self.listening = socket.create_server(("127.0.0.1", self.port))
        self.port = self.listening.getsockname()[1]
        threading.Thread(target=self._accept, args=(self.listening,), daemon=True).start()

    def _accept(self, listening: socket.socket) -> None:
        with suppress(OSError):
            while True:
                listening.accept()[0].close()

    def kill(self) -> None:
        assert self.listening is not None
        with suppress(OSError):
            self.listening.shutdown(socket.SHUT_RDWR)
        self.listening.close()


class Running:
    """folder: with agent.yaml, control.sock, journal.jsonl, drains.json, log."""

    def __init__(self, folder: Path, bird: Bird, service: Service) -> None:
        self.folder, self.bird, self.service = folder, bird, service
        self.file = folder / "agent.yaml"
        self.control = Control(socket=str(folder / "control.sock"))
        self.process: subprocess.Popen[bytes] | None = None
        self.write()

    def write(self, **changes: str) -> None:
        """The file, with some of its words replaced: `write(**{"fall: 2": "fall: 3"})`."""
        text = FILE.format(folder=self.folder, port=self.service.port, more=", elsewhere: true")
        for old, new in changes.items():
            assert old in text
            text = text.replace(old, new)
        self.file.write_text(text)

    def start(self, **environment: str) -> None:
        with (self.folder / "log").open("ab") as log:
            words = [sys.executable, "-m", "catchment", "agent", "run", str(self.file)]
            told = {**os.environ, **environment}
            self.process = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=told)

    def up(self) -> None:
        """Start, and wait until it is announced."""
        self.start()
        self.bird.wait(True, 10)

    def command(self, *words: str) -> subprocess.CompletedProcess[str]:
        told = [sys.executable, "-m", "catchment", "agent", *words]
        return subprocess.run(told, capture_output=True, text=True, check=False, timeout=30)

    def ask(self, word: str, **more: object) -> dict[str, object]:
        return ask(self.control, {"ask": word, **more})

    def answers(self) -> bool:
        try:
            return bool(self.ask("status"))
        except UsageError:
            return False

    def said(self) -> str:
        return (self.folder / "log").read_text()

    def tells(self, words: str, within_s: float = 5.0) -> None:
        wait_for(lambda: words in self.said(), within_s, f'"{words}" is not said in:\n{self.said()}')

    def signal(self, number: int) -> None:
        assert self.process is not None
        self.process.send_signal(number)

    def end(self, wait_s: float = 10.0) -> int:
        """SIGTERM; its exit code."""
        self.signal(signal.SIGTERM)
        assert self.process is not None
        return self.process.wait(wait_s)

    def journal(self) -> list[dict[str, object]]:
        return [json.loads(line) for line in (self.folder / "journal.jsonl").read_text().splitlines() if line]


@contextmanager
def running(folder: Path) -> Iterator[Running]:
    """Not started; whatever it started is ended."""
    service = Service()
    with bird_socket(folder) as bird:
        one = Running(folder, bird, service)
        try:
            yield one
        finally:
            bird.answers, bird.deaf = True, False  # so that a guardian that is left sees the end
            if one.process is not None:
                one.process.kill()
                one.process.wait()
            with suppress(OSError):
                service.kill()
            with suppress(AssertionError):
                bird.wait(False, 3)
