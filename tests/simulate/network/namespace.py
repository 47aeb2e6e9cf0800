"""A router in a network namespace of this machine's kernel, to ask which next hop it takes for a flow.

Needs root, network namespaces and a kernel with fib_multipath_hash_seed (Linux 6.11); tests skip without. The namespace
is named by process id and taken away in every case; nothing outside of it is touched.
"""

import json
import os
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

import pytest
from tests.tiers import lab_lacks

from catchment.simulate.network.flowhash import HashPolicy

SIX = 100
"""Added to the number of a member: the id of its IPv6 next hop."""

Asked = tuple[object, object, str, int, int]
"""Source, destination, protocol, source port, destination port."""


class Namespace:
    """A router with a link to clients, `lan`, and one to each member: number n over the link `dn`, nexthop id n."""

    def __init__(self, name: str) -> None:
        self.name = name

    def ip(self, words: str) -> str:
        command = ["ip", "-n", self.name, *words.split()]
        done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=20)
        assert done.returncode == 0, f"ip {words}: {done.stderr}"
        return done.stdout

    def sysctl(self, name: str, value: int) -> bool:
        command = ["ip", "netns", "exec", self.name, "sysctl", "-qw", f"{name}={value}"]
        return subprocess.run(command, check=False, capture_output=True, timeout=20).returncode == 0

    def hashes(self, policy: HashPolicy) -> None:
        for family in ("ipv4", "ipv6"):
            assert self.sysctl(f"net.{family}.fib_multipath_hash_policy", list(HashPolicy).index(policy))

    def chosen(self, flows: Iterable[Asked]) -> list[int]:
        """The member that each flow takes, as the kernel's route lookup tells it; groups count it as a packet."""
        asked = "".join(
            f"route get {to} from {source} iif lan ipproto {protocol} sport {sport} dport {dport}\n"
            for source, to, protocol, sport, dport in flows
        )
        command = ["ip", "-json", "-n", self.name, "-batch", "-"]
        done = subprocess.run(command, input=asked, check=False, capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stderr
        decoder, text, found = json.JSONDecoder(), done.stdout.strip(), []
        while text:
            (answer,), end = decoder.raw_decode(text)
            found.append(int(answer["dev"].removeprefix("d")))
            text = text[end:].lstrip()
        return found

    def holders(self, group: int) -> list[int]:
        """The member of each bucket of a resilient group."""
        lines = self.ip(f"nexthop bucket show id {group}").splitlines()
        return [int(line.split("nhid")[1].split()[0]) for line in lines]


@contextmanager
def namespace(what: str, seed: int, members: Sequence[int]) -> Iterator[Namespace]:
    """A router with these members, its hash seed, and ports in its hash."""
    if why := lab_lacks():
        pytest.skip(why)
    made = Namespace(f"catchment-{what}-{os.getpid()}")
    if subprocess.run(["ip", "netns", "add", made.name], check=False, capture_output=True).returncode != 0:
        pytest.skip("this machine lets nobody make network namespaces")
    try:
        if not made.sysctl("net.ipv4.fib_multipath_hash_seed", seed):
            pytest.skip("the kernel has no fib_multipath_hash_seed (Linux 6.11 has)")
        _wire(made, members)
        yield made
    finally:
        subprocess.run(["ip", "netns", "del", made.name], check=False)


def _wire(made: Namespace, members: Sequence[int]) -> None:
    made.hashes(HashPolicy.L4)
    made.sysctl("net.ipv4.ip_forward", 1)
    made.sysctl("net.ipv6.conf.all.forwarding", 1)
    for name in ("lan", *(f"d{member}" for member in members)):
        made.ip(f"link add {name} type veth peer name far-{name}")
        made.ip(f"link set far-{name} up")
        made.ip(f"link set {name} up")
    for prefix in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32"):
        made.ip(f"route add {prefix} dev lan")
    for member in members:
        made.ip(f"addr add 10.0.{member}.1/24 dev d{member}")
        made.ip(f"addr add fd00:{member}::1/64 dev d{member} nodad")
        made.ip(f"nexthop add id {member} via 10.0.{member}.2 dev d{member}")
        made.ip(f"nexthop add id {SIX + member} via fd00:{member}::2 dev d{member}")
