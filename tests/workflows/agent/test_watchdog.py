"""systemd's watchdog is fed by decisions and by nothing beside them."""

import os
import signal
import socket
import subprocess
import sys
import time

import pytest

AGENT = """\
site: seoul
speaker: {{kind: fake}}
checks: {{dns: {{tcp: {{address: 127.0.0.1, port: 9}}}}}}
announcements: {{anycast: {{prefixes: 192.0.2.0/24, while: dns}}}}
control: {{socket: {place}/c.sock}}
"""
HANGING = """\
import asyncio, signal, sys, time
from pathlib import Path
from catchment.workflows.agent.run import Running, read

async def run(path):
    agent = Running(path, read(path), lambda words: None)
    asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, lambda: time.sleep(1.5))
    await agent.run(None)

asyncio.run(run(Path(sys.argv[1])))
"""
"""An agent whose loop a signal blocks for a while; its threads go on."""


@pytest.fixture
def systemd(tmp_path):
    """What systemd listens at as NOTIFY_SOCKET."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
        line.bind(str(tmp_path / "notify"))
        yield line


def hears(systemd, for_s):
    """What comes within a time."""
    over_s, heard = time.monotonic() + for_s, []
    while (left_s := over_s - time.monotonic()) > 0:
        systemd.settimeout(left_s)
        try:
            heard.append(systemd.recv(4096).decode())
        except TimeoutError:
            break
    return heard


def waits_for(systemd, word, for_s=20.0):
    over_s = time.monotonic() + for_s
    while not any(word in one for one in hears(systemd, 0.05)):
        assert time.monotonic() < over_s, f"no {word}"


def test_a_loop_that_hangs_starves_the_watchdog(systemd, tmp_path):
    """Blocked for 1.5 s, the agent is silent though its threads live; well again, it speaks."""
    path = tmp_path / "agent.yaml"
    path.write_text(AGENT.format(place=tmp_path))
    environment = {**os.environ, "NOTIFY_SOCKET": str(tmp_path / "notify"), "WATCHDOG_USEC": "400000"}
    agent = subprocess.Popen([sys.executable, "-c", HANGING, path], env=environment)
    try:
        waits_for(systemd, "READY=1")
        waits_for(systemd, "WATCHDOG=1\nSTATUS=announcing 0 of 1")
        assert len(hears(systemd, 0.8)) >= 2
        agent.send_signal(signal.SIGUSR1)
        hears(systemd, 0.3)
        assert agent.poll() is None
        assert hears(systemd, 0.8) == [], "the loop is blocked, and something feeds the watchdog all the same"
        waits_for(systemd, "WATCHDOG=1")
    finally:
        agent.send_signal(signal.SIGTERM)
        assert agent.wait(30) == 0
