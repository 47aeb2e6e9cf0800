"""The hash of Linux: choices that a kernel made, seen with `ip route get`."""

from collections import Counter
from ipaddress import ip_address

import pytest

from catchment.simulate.network.flowhash import Flow, member

SEED = 305419896
"""0x12345678, set as net.ipv4.fib_multipath_hash_seed with fib_multipath_hash_policy 1 on Linux 6.18."""

# Four next hops; destination port 53; source ports 40000 and on: the member that the kernel chose, counted from 1.
KERNEL = {
    (4, 6): "2341333223231433213424221411114224342113",
    (4, 17): "1444322124412434244212334432213143241441",
    (6, 17): "4134133442121434143141342432224232441211",
}
ENDS = {4: ("192.0.2.1", "203.0.113.53"), 6: ("2001:db8:ffff::1", "2001:db8:53::53")}


def flow(version: int, protocol: int, port: int) -> Flow:
    source, destination = map(ip_address, ENDS[version])
    return Flow(source=source, source_port=port, destination=destination, destination_port=53, protocol=protocol)


@pytest.mark.parametrize("kind", KERNEL)
def test_the_member_is_the_one_that_the_kernel_chose(kind: tuple[int, int]) -> None:
    seen = "".join(str(member(flow(*kind, 40000 + n), SEED, 4) + 1) for n in range(len(KERNEL[kind])))
    assert seen == KERNEL[kind]


def test_both_directions_of_a_flow_hash_alike() -> None:
    there = flow(4, 17, 40001)
    back = Flow(
        source=there.destination, source_port=53, destination=there.source, destination_port=40001, protocol=17
    )
    assert all(member(there, seed, 7) == member(back, seed, 7) for seed in range(1, 40))


def test_flows_spread_evenly() -> None:
    counts = Counter(member(flow(6, 6, port), 7, 5) for port in range(5000))
    assert sorted(counts) == [0, 1, 2, 3, 4]
    assert all(850 < count < 1150 for count in counts.values())


def test_when_a_middle_member_of_four_leaves_eight_of_nine_flows_of_the_others_stay() -> None:
    """Ranges are cut anew: (sum over i<k of N-1-i, and over i>k of i) / (N-1)^2 of the others' flows stay; N 4, k 1."""
    kept = others = 0
    for port in range(20000, 28000):
        before = member(flow(4, 6, port), 7, 4)
        if before != 1:
            others += 1
            kept += before == (0, 2, 3)[member(flow(4, 6, port), 7, 3)]
    assert kept / others == pytest.approx(8 / 9, abs=0.01)
