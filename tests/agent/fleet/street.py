"""Machines on one bridge, each a network namespace of its own with a service and an agent: what is killed is real."""

import ctypes
import itertools
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from catchment.agent.control import ask
from catchment.errors import UsageError
from catchment.model.agent_config import Control

PORT = 8080
_NUMBERS = itertools.count()


@dataclass
class House:
    """A machine. service: the socket that its service listens at; None: it is dead."""

    number: int
    space: str
    folder: Path
    service: socket.socket | None = None
    agent: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        return f"198.51.100.{self.number + 1}"

    def begin_service(self) -> None:
        self.service = within(self.space, lambda: socket.create_server((self.address, PORT), backlog=4096))

    def end_service(self) -> None:
        assert self.service is not None
        self.service.close()
        self.service = None

    def begin_agent(self, text: str, *before: str) -> None:
        """before: words in front of the command."""
        file = self.folder / "agent.yaml"
        file.write_text(text)
        with (self.folder / "agent.log").open("ab") as log:
            words = ["ip", "netns", "exec", self.space, *before, sys.executable, "-m", "catchment", "agent", "run"]
            self.agent = subprocess.Popen(
                [*words, str(file)], stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
            )

    def end_agent(self, number: int = signal.SIGTERM) -> None:
        if self.agent is not None and self.agent.poll() is None:
            self.agent.send_signal(number)
            with suppress(subprocess.TimeoutExpired):
                self.agent.wait(10)
            self.agent.kill()
            self.agent.wait()

    def asked(self, **asked: Any) -> dict[str, Any]:
        return ask(Control(socket=str(self.folder / "control")), asked)

    def status(self) -> dict[str, Any]:
        """Of its one announcement; {}: it does not answer."""
        with suppress(UsageError):
            return {**self.asked(ask="status")["status"]}
        return {}

    @property
    def announced(self) -> bool:
        found = self.status().get("announcements", [{"prefixes": []}])[0]["prefixes"]
        return bool(found) and all(one["exported"] for one in found)

    def said(self) -> str:
        return (self.folder / "agent.log").read_text(errors="replace")

    def cut(self, cut: bool) -> None:
        """Its cable, pulled or plugged in."""
        ip("-n", self.space, "link", "set", "up0", "down" if cut else "up")


@dataclass
class Street:
    """hub: the namespace of the bridge, with 198.51.100.254."""

    hub: str
    folder: Path
    houses: list[House] = field(default_factory=list)

    @property
    def standing(self) -> int:
        return sum(one.announced for one in self.houses)

    def said(self) -> str:
        return "\n".join(f"--- {one.space}\n{one.said()[-2000:]}" for one in self.houses)

    def until(self, holds: Callable[[], object], within_s: float) -> float:
        began_s = time.monotonic()
        while not holds():
            assert time.monotonic() - began_s < within_s, f"not after {within_s:g} s\n{self.said()}"
            time.sleep(0.05)
        return time.monotonic() - began_s


@contextmanager
def street(folder: Path, number: int) -> Iterator[Street]:
    """Made, and taken away in any case."""
    mark = f"catchment-{os.getpid()}-f{next(_NUMBERS)}"
    here = Street(hub=f"{mark}-hub", folder=folder)
    spaces = [here.hub]
    try:
        ip("netns", "add", here.hub)
        ip("-n", here.hub, "link", "add", "bridge0", "type", "bridge")
        ip("-n", here.hub, "address", "add", "198.51.100.254/24", "dev", "bridge0")
        for link in ("lo", "bridge0"):
            ip("-n", here.hub, "link", "set", link, "up")
        for one in range(number):
            house = House(number=one, space=f"{mark}-{one}", folder=folder / str(one))
            house.folder.mkdir()
            spaces.append(house.space)
            ip("netns", "add", house.space)
            ip("link", "add", "name", "up0", "netns", house.space, "type", "veth",
               "peer", "name", f"to{one}", "netns", here.hub)  # fmt: skip
            ip("-n", here.hub, "link", "set", f"to{one}", "master", "bridge0", "up")
            ip("-n", house.space, "address", "add", f"{house.address}/24", "dev", "up0")
            for link in ("lo", "up0"):
                ip("-n", house.space, "link", "set", link, "up")
            here.houses.append(house)
        yield here
    finally:
        for house in here.houses:
            house.end_agent()
        for space in spaces:
            subprocess.run(["ip", "netns", "del", space], capture_output=True, check=False)


def within(space: str, make: Callable[[], socket.socket]) -> socket.socket:
    """A socket of a namespace, made by a thread that goes there and ends."""
    found: list[socket.socket] = []

    def go() -> None:
        with Path("/run/netns", space).open("rb") as file:
            assert ctypes.CDLL(None, use_errno=True).setns(file.fileno(), 0) == 0, os.strerror(ctypes.get_errno())
        found.append(make())

    thread = threading.Thread(target=go)
    thread.start()
    thread.join()
    return found[0]


def ip(*words: str) -> None:
    done = subprocess.run(["ip", *words], capture_output=True, text=True, check=False, timeout=20)
    assert done.returncode == 0, f"{' '.join(words)}: {done.stderr}"
