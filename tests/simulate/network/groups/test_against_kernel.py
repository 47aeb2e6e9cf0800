"""Our members against those that this machine's kernel chooses, before and after a member leaves and comes back."""

import time
from collections import Counter
from collections.abc import Iterator, Sequence
from ipaddress import ip_address

import numpy as np
import pytest
from tests.simulate.network.namespace import SIX, Namespace, namespace

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


@pytest.fixture(scope="module")
def kernel() -> Iterator[Namespace]:
    with namespace("groups", SEED, MEMBERS) as made:
        yield made


def chosen(kernel: Namespace, flows: Flows) -> list[int]:
    words = {6: "tcp", 17: "udp"}
    return kernel.chosen(
        (ip_address(source.tobytes()), flows.destination, words[int(protocol)], int(port), flows.destination_port)
        for source, port, protocol in zip(flows.source, flows.source_port, flows.protocol, strict=True)
    )


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
    flows, base = drawn(version), 0 if version == 4 else SIX
    of = values(flows, np.arange(len(flows)), SEED, policy)
    kernel.ip(f"nexthop replace id {PLAIN + version} group {group_of(MEMBERS, base)}")
    kernel.ip(f"route replace {flows.destination} nhid {PLAIN + version}")
    for members in (MEMBERS, (1, 2, 4, 5), (1, 5), MEMBERS):
        kernel.ip(f"nexthop replace id {PLAIN + version} group {group_of(members, base)}")
        assert chosen(kernel, flows) == names(threshold(of, weights_of(members)), members)


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
        assert chosen(kernel, flows) == names(ours.places(of), members)  # and the lookups keep those buckets busy
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
    chosen(kernel, flows)
    ours = after_packets(ours, of, 0.5)
    for at_s, members in ((1, (1, 2, 4, 5)), (2, MEMBERS)):
        kernel.ip(f"nexthop replace id {FORCED} group {group_of(members)} type resilient")
        ours = replaced(ours, members, weights_of(members), at_s=at_s)
        assert kernel.holders(FORCED) == names(ours.holder, members)
        chosen(kernel, flows)
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
        chosen(kernel, flows)
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
