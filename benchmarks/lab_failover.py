"""How long a client of a lab is without answers after each kind of fault: two sites of one AS, at one ISP by eBGP.

    p1 ------- p2       AS 64498; the client is at p1, and s1 answers it while all is well
     |          |
    s1 ------- s2       AS 64500, with OSPF between the sites

A question every 2 ms, each from a port of its own; the time is from the last answer before the fault to the first after
it. "noticed" says what tells the routers. Run by benchmarks/lab.py.
"""

import os
import re
import select
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from itertools import pairwise
from pathlib import Path

from catchment.lab import spaces
from catchment.lab.dns import question

DESIGN = """name: failover
asn: 64500
prefixes: 203.0.113.0/24
networks:
  ours: {igp: ospf, routers: [s1, s2], links: [{between: [s1, s2], cost: 100}]}
  isp: {asn: 64498, igp: ospf, routers: [p1, p2], links: [{between: [p1, p2], cost: 10}]}
links:
  - {between: [s1, p1], role: customer}
  - {between: [s2, p2], role: customer}
services:
  dns: {address: 203.0.113.53, at: [s1, s2]}
clients: {user: p1}
"""
EVERY_S = 0.002
QUIET_S = 2.0
"""After the fault is made, and routes are at rest again, the client is listened to for so long."""

FAULTS = (
    ("dns@s1", "", "the watcher of the server takes the announcement back"),
    ("withdraw:s1", "", "an operator takes it back; s1 passes on that of s2"),
    ("s1-p1", "", "both ends lose the carrier"),
    ("s1", "", "the carrier, at the neighbour"),
    ("daemon:s1", "", "the session's TCP is closed"),
    ("loss:s1-p1=100%", "", "BFD, 300 ms x 3"),
    ("loss:s1-p1=100%", "hold", "the hold time of BGP, 9 s"),
    ("killed:dns@s1", "", "nobody"),
)
ROUTERS = ("s1", "p1")
ANSWER = re.compile(rb"dns@s\d")


class Client:
    """Asks all the time; `heard`: (when, by whom) for each answer."""

    def __init__(self, space: str) -> None:
        with spaces.in_space(spaces.NETNS / space):
            self.sockets = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(16)]
        self.heard: list[tuple[float, bytes]] = []
        self.ends = False
        self.thread = threading.Thread(target=self.run)
        self.thread.start()

    def run(self) -> None:
        number, next_s = 0, time.monotonic()
        while not self.ends:
            one = self.sockets[number % len(self.sockets)]
            with suppress(OSError):  # no route just now; an ICMP error that came for an earlier question
                one.sendto(question(number % 65536), ("203.0.113.53", 53))
            number, next_s = number + 1, next_s + EVERY_S
            while (left_s := next_s - time.monotonic()) > 0:
                for ready in select.select(self.sockets, [], [], left_s)[0]:
                    self.hear(ready)

    def hear(self, ready: socket.socket) -> None:
        try:
            found = ANSWER.search(ready.recv(4096))
        except OSError:
            return
        if found:
            self.heard.append((time.monotonic(), found[0]))

    def close(self) -> None:
        self.ends = True
        self.thread.join()
        for one in self.sockets:
            one.close()


@contextmanager
def without_bfd(name: str, wanted: bool) -> Iterator[None]:
    """The same daemons without BFD, as long as this lasts."""
    files = [Path(f"/run/catchment/{name}/nodes/{router}/etc/bird/bird.conf") for router in ROUTERS if wanted]
    texts = [path.read_text(encoding="utf-8") for path in files]

    def tell(texts: list[str]) -> None:
        for path, text in zip(files, texts, strict=True):
            path.write_text(text, encoding="utf-8")
            control = path.parents[2] / "run/bird/bird.ctl"
            subprocess.run(["birdc", "-s", str(control), "configure"], check=True, capture_output=True)
        time.sleep(QUIET_S * bool(files))

    tell([text.replace("bfd on;", "bfd off;") for text in texts])
    try:
        yield
    finally:
        tell(texts)


def outage(name: str, fault: str, catchment: Callable[..., tuple[float, float]]) -> tuple[float | None, str]:
    """Seconds without an answer around a fault (None: none came any more), and who answers then."""
    client = Client(f"cm-{name}-user")
    try:
        time.sleep(0.5)
        catchment("lab", "fail", "--lab", name, fault)
        time.sleep(QUIET_S)
    finally:
        client.close()
    times = [at_s for at_s, _ in client.heard]
    over_s = time.monotonic()
    gaps = [later - earlier for earlier, later in pairwise(times)]
    last = client.heard[-1][1].decode() if times and over_s - times[-1] < QUIET_S / 2 else "nobody"
    return (max(gaps) if last != "nobody" else None), last


def failovers(folder: Path, name: str, catchment: Callable[..., tuple[float, float]]) -> None:
    """Make the lab, each fault with its heal, and print a line for each."""
    path = folder / "failover.yaml"
    path.write_text(DESIGN, encoding="utf-8")
    print(f"\n{'fault':18} {'noticed by':52} {'no answer, ms':>14}  then answers")
    try:
        catchment("lab", "up", str(path), "--name", name, "--daemon", "bird")
        for fault, how, noticed in FAULTS:
            with without_bfd(name, how == "hold"):
                lost_s, who = outage(name, fault, catchment)
                shown = "for ever" if lost_s is None else f"{lost_s * 1000:.0f}"
                print(f"{fault:18} {noticed:52} {shown:>14}  {who}   load {os.getloadavg()[0]:.1f}", flush=True)
                catchment("lab", "heal", "--lab", name)
    finally:
        catchment("lab", "down", name)
