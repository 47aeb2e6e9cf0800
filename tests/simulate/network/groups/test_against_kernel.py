"""Our members against those that this machine's kernel chooses, before and after a member leaves and comes back.

Needs root, network namespaces, iproute2 with resilient groups and a kernel with fib_multipath_hash_seed (6.11). One
namespace of its own, named by process id, and taken away in every case; nothing outside of it is touched.
"""

import json
import os
import shutil
import subprocess
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from ipaddress import ip_address

import numpy as np
import pytest

from catchment.simulate.network.flowhash import HashPolicy
from catchment.simulate.network.groups.hashes import Flows, values
from catchment.simulate.network.groups.ranges import threshold
from catchment.simulate.network.groups.resilient import NEVER, Resilient, Timers, formed, replaced, settled, used

SEED = 2271560481
BUCKETS = 32
MEMBERS = (1, 2, 3, 4, 5)
WEIGHTS = (3, 1, 1, 2, 1)
TARGET = {4: "203.0.113.53", 6: "2001:db8:53::53"}
PLAIN, RESILIENT, FORCED, SILENT = 10, 20, 30, 40  # ids of groups


class Namespace:
    """A router with five links and groups over them."""

    def __init__(self, name: str) -> None:
        self.name = name

    def ip(self, words: str) -> str:
        done = subprocess.run(
            ["ip", "-n", self.name, *words.split()], check=False, capture_output=True, text=True, timeout=20
        )
        assert done.returncode == 0, f"ip {words}: {done.stderr}"
        return done.stdout

    def sysctl(self, name: str, value: int) -> bool:
        command = ["ip", "netns", "exec", self.name, "sysctl", "-qw", f"{name}={value}"]
        return subprocess.run(command, check=False, capture_output=True, timeout=20).returncode == 0

    def hashes(self, policy: HashPolicy) -> None:
        for family in ("ipv4", "ipv6"):
            assert self.sysctl(f"net.{family}.fib_multipath_hash_policy", list(HashPolicy).index(policy))

    def chosen(self, flows: Flows) -> list[int]:
        """The member that each flow takes, as the kernel's route lookup tells it: the number in the device's name."""
        asked = "".join(
            f"route get {flows.destination} from {ip_address(source.tobytes())} iif lan "
            f"ipproto {'tcp' if protocol == 6 else 'udp'} sport {port} dport {flows.destination_port}\n"
            for source, port, protocol in zip(flows.source, flows.source_port, flows.protocol, strict=True)
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
        lines = self.ip(f"nexthop bucket show id {group}").splitlines()
        return [int(line.split("nhid")[1].split()[0]) for line in lines]


@pytest.fixture(scope="module")
def kernel() -> Iterator[Namespace]:
    if os.geteuid() != 0 or shutil.which("ip") is None:
        pytest.skip("needs root and iproute2 for a network namespace")
    made = Namespace(f"catchment-groups-{os.getpid()}")
    if subprocess.run(["ip", "netns", "add", made.name], check=False, capture_output=True).returncode != 0:
        pytest.skip("this machine lets nobody make network namespaces")
    try:
        if not made.sysctl("net.ipv4.fib_multipath_hash_seed", SEED):
            pytest.skip("the kernel has no fib_multipath_hash_seed (Linux 6.11 has)")
        _wire(made)
        yield made
    finally:
        subprocess.run(["ip", "netns", "del", made.name], check=False)


def _wire(made: Namespace) -> None:
    made.hashes(HashPolicy.L4)
    made.sysctl("net.ipv4.ip_forward", 1)
    made.sysctl("net.ipv6.conf.all.forwarding", 1)
    for name in ("lan", *(f"d{member}" for member in MEMBERS)):
        made.ip(f"link add {name} type veth peer name far-{name}")
        made.ip(f"link set far-{name} up")
        made.ip(f"link set {name} up")
    made.ip("addr add 192.0.2.1/24 dev lan")
    made.ip("addr add 2001:db8:1::1/64 dev lan nodad")
    made.ip("route add 198.51.100.0/24 dev lan")
    for member in MEMBERS:
        made.ip(f"addr add 10.0.{member}.1/24 dev d{member}")
        made.ip(f"addr add 2001:db8:a{member}::1/64 dev d{member} nodad")
        made.ip(f"nexthop add id {member} via 10.0.{member}.2 dev d{member}")
        made.ip(f"nexthop add id {100 + member} via 2001:db8:a{member}::2 dev d{member}")


def drawn(version: int, many: int = 250) -> Flows:
    random = np.random.default_rng(many)
    prefix = {4: bytes([192, 0, 2]), 6: bytes.fromhex("20010db80001000000000000000000")}[version]
    source = np.tile(np.frombuffer(prefix + b"\0", np.uint8), (many, 1)).copy()
    source[:, -1] = random.integers(2, 250, many)
    return Flows(
        destination=ip_address(TARGET[version]),
        destination_port=53,
        source=source,
        source_port=random.integers(1024, 65536, many).astype(np.uint16),
        protocol=random.choice([6, 17], many).astype(np.uint8),
    )


def group_of(members: Sequence[int], base: int = 0) -> str:
    return "/".join(f"{base + member},{WEIGHTS[member - 1]}" for member in members)


def weights_of(members: Sequence[int]) -> list[int]:
    return [WEIGHTS[member - 1] for member in members]


def names(places: np.ndarray, members: Sequence[int]) -> list[int]:
    return np.array(members)[places].tolist()


@pytest.fixture(params=list(HashPolicy))
def policy(request: pytest.FixtureRequest, kernel: Namespace) -> Iterator[HashPolicy]:
    """Both policies, and the one with ports again afterwards."""
    kernel.hashes(request.param)
    yield request.param
    kernel.hashes(HashPolicy.L4)


@pytest.mark.parametrize("version", [4, 6])
def test_a_hash_threshold_group_chooses_as_predicted_before_and_after_a_member_leaves(
    kernel: Namespace, version: int, policy: HashPolicy
) -> None:
    flows, base = drawn(version), 0 if version == 4 else 100
    of = values(flows, np.arange(len(flows)), SEED, policy)
    kernel.ip(f"nexthop replace id {PLAIN + version} group {group_of(MEMBERS, base)}")
    kernel.ip(f"route replace {flows.destination} nhid {PLAIN + version}")
    for members in (MEMBERS, (1, 2, 4, 5), (1, 5), MEMBERS):
        kernel.ip(f"nexthop replace id {PLAIN + version} group {group_of(members, base)}")
        assert kernel.chosen(flows) == names(threshold(of, weights_of(members)), members)


def test_a_resilient_group_chooses_as_predicted_when_a_member_leaves_and_comes_back(kernel: Namespace) -> None:
    flows = drawn(4)
    of = values(flows, np.arange(len(flows)), SEED)
    kernel.ip(f"nexthop add id {RESILIENT} group {group_of(MEMBERS)} type resilient buckets {BUCKETS} idle_timer 60")
    kernel.ip(f"route replace {flows.destination} nhid {RESILIENT}")
    ours = formed(MEMBERS, WEIGHTS, BUCKETS, Timers(idle_s=60), at_s=0)
    at_s = 0.0
    for members in (MEMBERS, (1, 2, 4, 5), (2, 4), (1, 2, 3, 4, 5)):
        at_s += 1
        kernel.ip(f"nexthop replace id {RESILIENT} group {group_of(members)} type resilient")
        ours = replaced(ours, members, weights_of(members), at_s=at_s)
        assert kernel.holders(RESILIENT) == names(ours.holder, members)
        assert kernel.chosen(flows) == names(ours.places(of), members)  # and the lookups keep those buckets busy
        ours = after_packets(ours, of, at_s + 0.5)
    assert not ours.balanced  # 1, 3 and 5 wait: every bucket that these flows use is busy


def after_packets(group: Resilient, of: np.ndarray, at_s: float) -> Resilient:
    last = np.full(group.buckets, -np.inf)
    last[group.bucket(of)] = at_s
    return used(group, last)


def test_a_busy_group_is_forced_after_the_unbalanced_timer_and_not_before(kernel: Namespace) -> None:
    flows = drawn(4, 300)
    of = values(flows, np.arange(len(flows)), SEED)
    timers = "idle_timer 60 unbalanced_timer 2"  # longer than this machine may be busy between two commands
    kernel.ip(f"nexthop add id {FORCED} group {group_of(MEMBERS)} type resilient buckets {BUCKETS} {timers}")
    kernel.ip(f"route replace {flows.destination} nhid {FORCED}")
    ours = formed(MEMBERS, WEIGHTS, BUCKETS, Timers(idle_s=60, unbalanced_s=2), at_s=0)
    kernel.chosen(flows)
    ours = after_packets(ours, of, 0.5)
    for at_s, members in ((1, (1, 2, 4, 5)), (2, MEMBERS)):
        kernel.ip(f"nexthop replace id {FORCED} group {group_of(members)} type resilient")
        ours = replaced(ours, members, weights_of(members), at_s=at_s)
        assert kernel.holders(FORCED) == names(ours.holder, members)
        kernel.chosen(flows)
        ours = after_packets(ours, of, at_s + 0.1)
    assert not ours.balanced
    forced = settled(ours, np.full(BUCKETS, NEVER), until_s=9)
    wait_for_a_change(kernel, FORCED, names(ours.holder, MEMBERS))
    assert kernel.holders(FORCED) == names(forced.holder, MEMBERS)


def test_buckets_that_are_silent_for_the_idle_timer_go_to_the_member_that_waits(kernel: Namespace) -> None:
    flows = drawn(4, 90)
    of = values(flows, np.arange(len(flows)), SEED)
    kernel.ip(f"nexthop add id {SILENT} group {group_of(MEMBERS)} type resilient buckets {BUCKETS} idle_timer 2")
    kernel.ip(f"route replace {flows.destination} nhid {SILENT}")
    ours = formed(MEMBERS, WEIGHTS, BUCKETS, Timers(idle_s=2), at_s=0)
    for at_s, members in ((1.0, (2, 3, 4, 5)), (1.1, MEMBERS)):
        kernel.ip(f"nexthop replace id {SILENT} group {group_of(members)} type resilient")
        ours = replaced(ours, members, weights_of(members), at_s=at_s)
        assert kernel.holders(SILENT) == names(ours.holder, members)
        kernel.chosen(flows)
        ours = after_packets(ours, of, at_s + 0.05)
    assert not ours.balanced
    busy = names(ours.holder, MEMBERS)
    wait_for_a_change(kernel, SILENT, busy)
    time.sleep(0.6)  # it looks again half a second later, at those that had their packet a little later
    silent = settled(ours, ours.idle_from_s, until_s=9)
    assert silent.balanced
    # Which of the idle ones goes first depends on milliseconds; how many each member gets, and from whom, does not.
    assert Counter(kernel.holders(SILENT)) == Counter(names(silent.holder, MEMBERS))
    assert {now for was, now in zip(busy, kernel.holders(SILENT), strict=True) if now != was} == {1}


def wait_for_a_change(kernel: Namespace, group: int, before: list[int]) -> None:
    for _ in range(40):
        if kernel.holders(group) != before:
            return
        time.sleep(0.1)
