"""Hashes of many flows at once: bit for bit those of one flow at a time, which are the kernel's."""

from ipaddress import ip_address

import numpy as np
import pytest

from catchment.simulate.network.flowhash import Flow, HashPolicy, hash32
from catchment.simulate.network.groups.hashes import Flows, stand_in_seed, values

TARGETS = ("203.0.113.53", "192.0.2.1", "2001:db8:53::53", "2001:db8::")


def drawn(target: str, many: int = 400, port: int = 53) -> Flows:
    random = np.random.default_rng(7)
    to = ip_address(target)
    source = random.integers(0, 256, (many, len(to.packed)), dtype=np.uint8)
    if to.version == 6:
        source[: many // 2, :15] = np.frombuffer(to.packed, np.uint8)[:15]  # differ from the target in the last byte
    return Flows(
        destination=to,
        destination_port=port,
        source=source,
        source_port=random.integers(0, 65536, many).astype(np.uint16),
        protocol=random.choice([6, 17], many).astype(np.uint8),
    )


def one(flows: Flows, index: int) -> Flow:
    return Flow(
        source=ip_address(flows.source[index].tobytes()),
        source_port=int(flows.source_port[index]),
        destination=flows.destination,
        destination_port=flows.destination_port,
        protocol=int(flows.protocol[index]),
    )


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("seed", [1, 305419896, 2**32 - 1])
def test_many_flows_hash_as_each_of_them_does(target: str, seed: int) -> None:
    flows = drawn(target, port=256 if seed == 1 else 53)
    for policy in HashPolicy:
        expected = [hash32(one(flows, index), seed, policy) >> 1 for index in range(len(flows))]
        assert values(flows, np.arange(len(flows)), seed, policy).tolist() == expected


def test_some_of_the_flows_are_hashed_in_the_order_asked() -> None:
    flows = drawn(TARGETS[0])
    every = values(flows, np.arange(len(flows)), 9)
    assert values(flows, np.array([30, 2, 2]), 9).tolist() == every[[30, 2, 2]].tolist()
    assert values(flows, np.array([], np.int64), 9).tolist() == []


def test_a_stand_in_seed_is_the_routers_own_and_repeatable() -> None:
    seeds = [stand_in_seed(f"r{number}", draw) for number in range(50) for draw in (1, 2)]
    assert len(set(seeds)) == 100
    assert all(0 < seed < 2**32 for seed in seeds)
    assert stand_in_seed("seoul", 1) == 449925869
