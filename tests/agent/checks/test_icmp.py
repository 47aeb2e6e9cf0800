import os
import subprocess
import sys

import pytest
from tests.tiers import needs_lab

from catchment.agent.checks.icmp import echo, is_reply

TOKEN = bytes(range(16))


def test_a_request_has_the_checksum_of_rfc_1071():
    packet = echo(4, 0x1234, 1, TOKEN)
    total = sum(int.from_bytes(packet[at : at + 2], "big") for at in range(0, len(packet), 2))
    assert total % 0xFFFF == 0


@pytest.mark.parametrize("version", [4, 6])
def test_a_reply_must_bring_back_the_number(version):
    reply = bytes([0 if version == 4 else 129]) + echo(version, 1, 1, TOKEN)[1:]
    assert is_reply(version, reply, raw=False, token=TOKEN)
    assert not is_reply(version, reply, raw=False, token=bytes(16))
    assert not is_reply(version, echo(version, 1, 1, TOKEN), raw=False, token=TOKEN), "our own request is no reply"
    assert not is_reply(version, b"", raw=True, token=TOKEN)


def test_a_raw_socket_gives_the_ip_header_too():
    reply = b"\0" + echo(4, 1, 1, TOKEN)[1:]
    assert is_reply(4, b"\x46" + bytes(23) + reply, raw=True, token=TOKEN)


ASK = """
import asyncio, sys
from ipaddress import ip_address
from catchment.agent.checks.asking import Asker
from catchment.model.agent import Check
from catchment.model.probes import IcmpProbe

async def main():
    for address in sys.argv[1:]:
        for _ in range(8 if address.endswith("2") else 1):  # a link that has just come up takes a second
            probe = IcmpProbe(address=ip_address(address))
            one = await Asker().ask(Check(name="x", probe=probe, timeout_s=0.3))
            if one.passed:
                break
        print(one.passed)

asyncio.run(main())
"""


@needs_lab()
def test_a_neighbour_answers_and_nobody_does_not():
    """Raw sockets in both families; 10.0.0.1 is one's own."""
    a, b = f"h-checks-{os.getpid()}-p", f"h-checks-{os.getpid()}-q"
    try:
        for words in (
            f"netns add {a}", f"netns add {b}", f"link add p netns {a} type veth peer name q netns {b}",
            f"-n {a} addr add 10.0.0.1/24 dev p", f"-n {b} addr add 10.0.0.2/24 dev q",
            f"-n {a} addr add 2001:db8::1/64 dev p nodad", f"-n {b} addr add 2001:db8::2/64 dev q nodad",
            f"-n {a} link set lo up", f"-n {a} link set p up", f"-n {b} link set q up",
        ):  # fmt: skip
            subprocess.run(["ip", *words.split()], check=True, capture_output=True)
        words = ["ip", "netns", "exec", a, sys.executable, "-c", ASK]
        whom = ["10.0.0.2", "2001:db8::2", "10.0.0.3", "10.0.0.1"]
        said = subprocess.run([*words, *whom], check=True, stdout=subprocess.PIPE, text=True, timeout=30).stdout
        assert said.split() == ["True", "True", "False", "False"]
    finally:
        for name in (a, b):
            subprocess.run(["ip", "netns", "del", name], check=False, capture_output=True)
