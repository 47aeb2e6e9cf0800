"""Two network namespaces with a cable between them: the daemon that is told in one, its neighbour in the other."""

import ctypes
import itertools
import os
import socket
import subprocess
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tests.agent.speakers.neighbour import Neighbour

NEAR, FAR = "198.51.100.1", "198.51.100.2"
NEAR6, FAR6 = "2001:db8:0:1::1", "2001:db8:0:1::2"
ASN = 64500
_NUMBERS = itertools.count()


@dataclass
class Place:
    """near, far: names of namespaces; folder: for files and sockets of the daemon."""

    near: str
    far: str
    folder: Path
    neighbour: Neighbour

    def start(self, *words: str, log: str = "log", env: dict[str, str] | None = None) -> subprocess.Popen[bytes]:
        """A program in the daemon's namespace, in a process group of its own."""
        with (self.folder / log).open("ab") as file:
            return subprocess.Popen(
                ["ip", "netns", "exec", self.near, *words],
                stdin=subprocess.DEVNULL, stdout=file, stderr=file, start_new_session=True,
                env={**os.environ, **(env or {})},
            )  # fmt: skip

    def said(self, log: str = "log") -> str:
        return (self.folder / log).read_text(errors="replace")[-3000:]


@contextmanager
def place(folder: Path) -> Iterator[Place]:
    """Made, and taken away in any case."""
    number = next(_NUMBERS)
    near, far = (f"catchment-{os.getpid()}-s{number}{end}" for end in "nf")
    try:
        for name in (near, far):
            _ip("netns", "add", name)
            _ip("-n", name, "link", "set", "lo", "up")
        _ip("link", "add", "name", "up0", "netns", near, "type", "veth", "peer", "name", "down0", "netns", far)
        for name, link, addresses in ((near, "up0", (NEAR, NEAR6)), (far, "down0", (FAR, FAR6))):
            for one in addresses:
                more = ("nodad",) if ":" in one else ()
                _ip("-n", name, "address", "add", f"{one}/{64 if ':' in one else 30}", "dev", link, *more)
            _ip("-n", name, "link", "set", link, "up")
        neighbour = Neighbour(listening(far))
        try:
            yield Place(near=near, far=far, folder=folder, neighbour=neighbour)
        finally:
            neighbour.close()
    finally:
        for name in (near, far):
            subprocess.run(["ip", "netns", "del", name], capture_output=True, check=False)


def listening(space: str) -> socket.socket:
    """A socket at BGP's port in a namespace, made by a thread that goes there and ends."""
    found: list[socket.socket] = []

    def within() -> None:
        _enter(space)
        one = socket.socket(socket.AF_INET6, socket.SOCK_STREAM)
        one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        one.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        one.bind(("::", 179))
        one.listen()
        found.append(one)

    thread = threading.Thread(target=within)
    thread.start()
    thread.join()
    return found[0]


def dial(here: Place) -> None:
    """Keep the neighbour's own connections to the daemon, for one that takes many seconds to try again itself."""

    def within() -> None:
        _enter(here.far)
        lines: dict[str, threading.Thread] = {}
        while not here.neighbour.ending:
            for address in (NEAR, NEAR6):
                if here.neighbour.refusing or (address in lines and lines[address].is_alive()):
                    continue
                with suppress(OSError):
                    line = socket.create_connection((address, 179), 1)
                    line.settimeout(None)
                    lines[address] = here.neighbour.take(line)
            time.sleep(0.2)

    threading.Thread(target=within, daemon=True).start()


def _enter(space: str) -> None:
    """This thread, and it alone, is in a namespace from now on."""
    with Path("/run/netns", space).open("rb") as file:
        assert ctypes.CDLL(None, use_errno=True).setns(file.fileno(), 0) == 0, os.strerror(ctypes.get_errno())


def _ip(*words: str) -> None:
    run(["ip", *words])


def run(words: Sequence[str]) -> str:
    done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=20)
    assert done.returncode == 0, f"{' '.join(words)}: {done.stderr}"
    return done.stdout
