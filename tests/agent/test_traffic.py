import asyncio
import struct
import subprocess
import sys
from dataclasses import replace
from ipaddress import ip_network

import pytest
from tests.agent.policies import ANNOUNCEMENT, POLICY
from tests.tiers import needs_lab

from catchment.agent.traffic import Counting, packet_filter
from catchment.model.agent import Draining

COUNT = """
import socket, sys
from ipaddress import ip_network
from catchment.agent.traffic import Counter
ours, other = Counter(ip_network(sys.argv[1])), Counter(ip_network(sys.argv[2]))
print("ready", flush=True)
sys.stdin.readline()
print(ours.count(), ours.count(), other.count())
"""


@needs_lab("ip", "ping")
@pytest.mark.parametrize(
    ("ours", "other", "address"),
    [("192.0.2.0/25", "192.0.2.128/25", "192.0.2.53"), ("2001:db8:53::/48", "2001:db8:54::/48", "2001:db8:53::1")],
)
def test_packets_that_come_to_a_prefix_are_counted_and_our_own_are_not(ours, other, address):
    import os

    near, far = (f"catchment-{os.getpid()}-t{end}" for end in "nf")

    def ip(*words):
        subprocess.run(["ip", *words], check=True, timeout=20)

    bits = 128 if ":" in address else 32
    link = ("2001:db8:1::1/64", "2001:db8:1::2/64") if bits == 128 else ("198.51.100.1/30", "198.51.100.2/30")
    try:
        for name in (near, far):
            ip("netns", "add", name)
        ip("link", "add", "up0", "netns", near, "type", "veth", "peer", "name", "down0", "netns", far)
        for name, dev, own in ((near, "up0", link[0]), (far, "down0", link[1])):
            ip("-n", name, "address", "add", own, "dev", dev, *(["nodad"] if bits == 128 else []))
            ip("-n", name, "link", "set", dev, "up")
        ip("-n", near, "link", "set", "lo", "up")
        ip("-n", near, "address", "add", f"{address}/{bits}", "dev", "lo")
        ip("-n", far, "route", "add", ours, "via", link[0].split("/")[0])
        words = ["ip", "netns", "exec", near, sys.executable, "-c", COUNT, ours, other]
        with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as counting:
            assert counting.stdout.readline() == "ready\n"
            for name, count in ((far, "20"), (near, "7")):
                ping = ["ip", "netns", "exec", name, "ping", "-q", "-c", count, "-i", "0.01", address]
                subprocess.run(ping, check=True, capture_output=True, timeout=20)
            found, _ = counting.communicate("\n", timeout=20)
        assert found == "20 0 0\n"
    finally:
        for name in (near, far):
            subprocess.run(["ip", "netns", "del", name], capture_output=True, check=False, timeout=20)


def accepts(prefix, destination, protocol, kind=0, interface=2):
    """What the kernel does with a filter: an interpreter of the few steps that ours have."""
    code = packet_filter(ip_network(prefix))
    steps = [struct.unpack_from("HBBI", code, at) for at in range(0, len(code), 8)]
    packet = bytes(16) + destination if len(destination) == 4 else bytes(24) + destination
    about = {0xFFFFF000: protocol, 0xFFFFF004: kind, 0xFFFFF008: interface}
    at = held = 0
    while True:
        operation, true, false, operand = steps[at]
        at += 1
        if operation in (0x20, 0x28, 0x30):
            held = about[operand] if operand in about else struct.unpack_from("!I", packet, operand)[0]
        elif operation == 0x54:
            held &= operand
        elif operation == 0x15:
            at += true if held == operand else false
        else:
            return bool(operand)


def test_a_filter_takes_what_comes_in_to_the_prefix_and_nothing_else():
    inside, outside = bytes((192, 0, 2, 5)), bytes((192, 0, 3, 5))
    assert accepts("192.0.2.0/24", inside, 0x0800)
    assert not accepts("192.0.2.0/24", outside, 0x0800)
    assert not accepts("192.0.2.0/24", inside, 0x86DD), "another protocol"
    assert not accepts("192.0.2.0/24", inside, 0x0800, kind=4), "it goes out"
    assert not accepts("192.0.2.0/24", inside, 0x0800, interface=1), "our own checks"
    six = ip_network("2001:db8:53::/48")
    assert accepts(str(six), six[9].packed, 0x86DD)
    assert not accepts(str(six), ip_network("2001:db8:54::/48")[9].packed, 0x86DD)


DRAINS = replace(POLICY, announcements=(replace(ANNOUNCEMENT, draining=Draining(least_pps=5.0)),))


def during(counter, policy=DRAINS):
    """What is told and said while it drains for a while."""
    said, told = [], []

    async def run():
        counting = Counting(lambda: frozenset({"anycast"}), said.append, counter, every_s=0.02)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(counting.run(told.append, policy), 0.3)

    asyncio.run(run())
    return told, said


class Ten:
    """Ten packets each time."""

    def __init__(self, prefix):
        self.open = True

    def count(self):
        assert self.open
        return 10

    def close(self):
        self.open = False


def test_what_drains_is_told_in_packets_a_second():
    told, said = during(Ten)
    assert len(told) > 3
    assert all(one.name == "anycast" and 10 < one.pps <= 500 for one in told)
    assert said == []


def test_without_a_bound_nothing_is_counted():
    assert during(Ten, POLICY) == ([], [])


def test_where_nothing_can_be_counted_only_time_counts_and_it_is_said_once():
    def refused(_):
        raise PermissionError(1, "Operation not permitted")

    told, said = during(refused)
    assert told == []
    assert len(said) == 1
    assert "only time counts" in said[0]
