"""An address that is not on this host is not believed: proved with two sites in namespaces of their own."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from ipaddress import ip_address

import pytest
from tests.agent.checks.asked import asked
from tests.tiers import needs_lab

from catchment.agent.checks.attempt import Wrong
from catchment.agent.checks.local import in_its_place, is_here
from catchment.model.probes import CommandProbe, DnsProbe, IcmpProbe, TcpProbe

AWAY = ip_address("203.0.113.77")
SERVICE = "192.0.2.53"


@pytest.mark.parametrize("address", ["127.0.0.1", "127.255.0.7"])
def test_an_address_of_this_host_is_here(address):
    assert is_here(ip_address(address))


@pytest.mark.parametrize("address", ["203.0.113.77", "2001:db8::77", "240.0.0.1"])
def test_any_other_is_not(address):
    assert not is_here(ip_address(address))


def test_a_check_of_another_host_fails_unless_it_is_meant():
    with pytest.raises(Wrong, match=r"203.0.113.77 is not on this host"):
        in_its_place(TcpProbe(address=AWAY, port=53))
    in_its_place(TcpProbe(address=AWAY, port=53, elsewhere=True))
    in_its_place(DnsProbe(address=ip_address("127.0.0.1")))
    in_its_place(CommandProbe(words=("/bin/true",)))


def test_an_echo_request_to_oneself_proves_nothing():
    assert not asked(IcmpProbe(address=ip_address("127.0.0.1"))).passed


ASK = f"""
import asyncio, json, sys
from ipaddress import ip_address
from catchment.agent.checks.asking import Asker
from catchment.model.agent import Check
from catchment.model.probes import TcpProbe

async def main():
    found = []
    for elsewhere in (False, True):
        probe = TcpProbe(address=ip_address("{SERVICE}"), port=5300, expect="site", elsewhere=elsewhere)
        one = await Asker().ask(Check(name="service", probe=probe, timeout_s=1.0))
        found.append([one.passed, one.words])
    print(json.dumps(found))

asyncio.run(main())
"""
SERVE = """
import socket
line = socket.create_server(("192.0.2.53", 5300))
print("ready", flush=True)
while True:
    other, _ = line.accept()
    other.sendall(b"site B")
    other.close()
"""


@pytest.fixture
def sites() -> Iterator[tuple[str, str]]:
    """Two sites with a link; the service's address is on both, and a server answers at the second alone."""
    ip = shutil.which("ip") or "ip"
    a, b = (f"h-checks-{os.getpid()}-{side}" for side in "ab")

    def at(words: str) -> None:
        subprocess.run([ip, *words.split()], check=True, capture_output=True)

    server = None
    try:
        for name in (a, b):
            at(f"netns add {name}")
            at(f"-n {name} link set lo up")
        at(f"link add h{os.getpid()}a netns {a} type veth peer name h{os.getpid()}b netns {b}")
        for name, side, number in ((a, "a", 1), (b, "b", 2)):
            at(f"-n {name} address add 10.0.0.{number}/24 dev h{os.getpid()}{side}")
            at(f"-n {name} link set h{os.getpid()}{side} up")
            at(f"-n {name} address add {SERVICE}/32 dev lo")
        at(f"-n {a} route add {SERVICE}/32 via 10.0.0.2")
        words = [ip, "netns", "exec", b, sys.executable, "-c", SERVE]
        server = subprocess.Popen(words, stdout=subprocess.PIPE)
        assert server.stdout is not None
        assert server.stdout.readline() == b"ready\n"
        yield a, b
    finally:
        if server is not None:
            server.kill()
            server.wait()
        for name in (a, b):
            with suppress(subprocess.CalledProcessError):
                at(f"netns del {name}")


def from_site(name: str) -> list[list[object]]:
    words = ["ip", "netns", "exec", name, sys.executable, "-c", ASK]
    done = subprocess.run(words, check=True, capture_output=True, text=True, timeout=30)
    return json.loads(done.stdout)  # type: ignore[no-any-return]


@needs_lab()
def test_another_site_cannot_answer_for_this_one(sites):
    here, there = sites
    assert from_site(there)[0] == [True, "answered as expected"]
    assert from_site(here)[0] == [False, "Connection refused"], "the service is dead here, its address is not"
    subprocess.run(["ip", "-n", here, "address", "del", f"{SERVICE}/32", "dev", "lo"], check=True)
    (alone, anywhere) = from_site(here)
    assert anywhere == [True, "answered as expected"], "the other site is reached, as any client would reach it"
    assert alone == [False, f"{SERVICE} is not on this host: whoever answers there is not this instance"]


@needs_lab()
def test_binding_to_foreign_addresses_allowed_changes_nothing(sites):
    here, _ = sites
    subprocess.run(["ip", "-n", here, "address", "del", f"{SERVICE}/32", "dev", "lo"], check=True)
    allow = ["ip", "netns", "exec", here, "sh", "-c", "echo 1 > /proc/sys/net/ipv4/ip_nonlocal_bind"]
    subprocess.run(allow, check=True)
    assert from_site(here)[0][0] is False
