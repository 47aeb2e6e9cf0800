"""Tunnels and delayed links of the lab: TCP throughput and round trips of each kind that this machine has, as a table.

    python -m benchmarks.lab_links [--seconds 2]

Run as root from the project's folder. A plain veth with a router between stands beside them. Both ends, the programs
between them and the two talkers share the machine's cores. Everything is in namespaces of its own, gone afterwards.
"""

import argparse
import json
import os
import signal
import socket
import statistics
import tempfile
import time
from pathlib import Path

from tests.lab.gre_pair import Pair, pipe_of, take_filters, tunnel, unusable
from tests.lab.underlay import FOUR, A, B, R, Underlay, lacking, ready, underlay

from catchment.lab import tunnels
from catchment.lab.tunnels import Backend

CHUNK_BYTES = 1 << 18
ROUNDS = 200
INNER = {A: "10.0.0.1", B: "10.0.0.2"}


def tcp_mbps(under: Underlay, addresses: dict[str, str], seconds: float) -> float:
    """What a child process sends from end a and this one receives at end b."""
    listening = under.opened(B, socket.AF_INET, socket.SOCK_STREAM)
    listening.bind((addresses[B], 0))
    listening.listen()
    sender = under.opened(A, socket.AF_INET, socket.SOCK_STREAM)
    sender.connect(listening.getsockname())
    receiver, _ = listening.accept()
    child = os.fork()
    if child == 0:
        sender.settimeout(None)
        while sender.send(bytes(CHUNK_BYTES)):
            pass
    try:
        began_s, size = time.monotonic(), 0
        while time.monotonic() < began_s + seconds:
            size += len(receiver.recv(CHUNK_BYTES))
        return size * 8 / (time.monotonic() - began_s) / 1e6
    finally:
        receiver.close()
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


def rtt_ms(under: Underlay, addresses: dict[str, str]) -> tuple[float, float]:
    """Median and worst of small datagrams there and back, one at a time; the first, with ARP, is left out."""
    one, two = under.udp(A, addresses[A]), under.udp(B, addresses[B])
    found = []
    for _ in range(ROUNDS + 1):
        began_s = time.monotonic()
        one.sendto(b"x", two.getsockname())
        data, sender = two.recvfrom(9)
        two.sendto(data, sender)
        one.recv(9)
        found.append((time.monotonic() - began_s) * 1000)
    return statistics.median(found[1:]), max(found[1:])


def show(what: str, under: Underlay, addresses: dict[str, str], seconds: float) -> None:
    median_ms, worst_ms = rtt_ms(under, addresses)
    speed = tcp_mbps(under, addresses, seconds)
    print(f"{what:44} {median_ms:9.3f} {worst_ms:9.3f} {speed:10.0f}", flush=True)


def delayed(under: Underlay, folder: Path, delay_ms: float) -> None:
    path = folder / "links.json"
    ends = [[str(under.path(space)), "t0"] for space in (A, B)]
    path.write_text(json.dumps({"links": [{"name": "a-b", "ends": ends, "delay_ms": delay_ms}]}), encoding="utf-8")
    ready(under.start(R, "catchment.lab.delay", str(path)))
    for space in (A, B):
        under.ip(space, f"address add {INNER[space]}/30 dev t0")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=2.0, help="of TCP for each line")
    seconds: float = parser.parse_args().seconds
    if lacking():
        raise SystemExit(lacking())
    print(f"{'':44} {'RTT ms':>9} {'worst':>9} {'TCP Mbit/s':>10}")
    with underlay() as base, tempfile.TemporaryDirectory() as folder:
        with base.again() as under:
            show("veth, router, veth", under, FOUR, seconds)
        for backend in Backend:
            if unusable(backend):
                print(f"gre by {backend}: {unusable(backend)}")
                continue
            for options in ({}, {"key": 7}, {"checksum": True, "sequence": True}, {"ttl": None}):
                if tunnels.refusal(backend, pipe_of(tunnel(**options)), 1500):
                    continue
                with base.again() as under:
                    Pair(under, backend, tunnel(**options))
                    show(f"gre by {backend} {options or ''}", under, INNER, seconds)
                for space in (A, B):
                    base.ip(space, "link del dev gre1")
                    take_filters(base, space)
        for delay_ms in (0, 0.5, 5, 20):
            with base.again() as under:
                delayed(under, Path(folder), delay_ms)
                show(f"delay line, {delay_ms} ms each way", under, INNER, seconds)


if __name__ == "__main__":
    main()
