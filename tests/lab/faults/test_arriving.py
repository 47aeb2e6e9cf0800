"""Packets that reach a server are counted at its interface."""

import os
import subprocess
from collections.abc import Iterator

import pytest
from tests.lab.small import lacking

from catchment.lab import spaces
from catchment.lab.faults.arriving import arriving

LAB = f"arriving-{os.getpid()}"
pytestmark = pytest.mark.skipif(bool(why := lacking("ping")), reason=why or "labs run here")


@pytest.fixture
def pair() -> Iterator[None]:
    names = [f"cm-{LAB}-{one}" for one in ("a", "b")]
    spaces.make(names)
    try:
        spaces.batch("ip", "", [f"link add name eth0 netns {names[0]} type veth peer name eth0 netns {names[1]}"])
        for number, name in enumerate(names, 1):
            spaces.batch("ip", name, [f"address add 192.0.2.{number}/24 dev eth0", "link set dev eth0 up"])
        yield
    finally:
        spaces.remove(names)


@pytest.mark.usefixtures("pair")
def test_what_arrives_is_counted_and_silence_is_none() -> None:
    ping = ["ip", "netns", "exec", f"cm-{LAB}-a", "ping", "-q", "-c", "30", "-i", "0.01", "192.0.2.2"]
    with subprocess.Popen(ping, stdout=subprocess.DEVNULL) as pinging:
        found = arriving(LAB, ["b", "nobody"], 0.6)
        pinging.wait()
    assert 20 <= found["b"] * 0.6 <= 60  # and some ARP and neighbour discovery
    assert found["nobody"] == 0
