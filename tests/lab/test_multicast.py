"""Sockets join, send and count across one link between two namespaces, without any daemon."""

import os
from collections import Counter
from collections.abc import Iterator
from ipaddress import IPv4Address

import pytest
from tests.tiers import needs_lab

from catchment.errors import MachineError
from catchment.lab.multicast import Ear, Eye, Part, Stage, Voice
from catchment.lab.spaces import NETNS, batch, make, remove

pytestmark = needs_lab()
GROUP, SOURCE, OTHER = (IPv4Address(one) for one in ("232.1.1.1", "192.0.2.1", "192.0.2.9"))


@pytest.fixture(scope="module")
def ends() -> Iterator[tuple[str, str]]:
    near, far = (f"mc-{os.getpid()}-{end}" for end in ("near", "far"))
    make([near, far])
    try:
        batch("ip", "", [f"link add name eth0 netns {near} type veth peer name eth0 netns {far}"])
        for space, address in ((near, SOURCE), (far, "192.0.2.2")):
            batch("ip", space, [f"address add {address}/24 dev eth0", "link set eth0 up"])
        yield near, far
    finally:
        remove([near, far])


def part(ends: tuple[str, str], *sources: IPv4Address) -> Part:
    near, far = (NETNS / one for one in ends)
    return Part(
        address=GROUP,
        ttl=4,
        size=200,
        voices=(Voice(name="sender", space=near, interface="eth0", source=SOURCE),),
        ears=(Ear(name="receiver", space=far, interface="eth0", sources=sources),),
    )


def eye(ends: tuple[str, str]) -> Eye:
    return Eye(router="far", space=NETNS / ends[1], links={"eth0": ("near-far", "near")})


def test_every_packet_is_counted_where_it_arrives(ends: tuple[str, str]) -> None:
    with Stage([part(ends, SOURCE)], [eye(ends)], run=1) as stage:
        for number, packets in ((1, 1), (0, 20)):
            heard = stage.play(number, packets, 0.1)
            assert heard.crossings == Counter({(0, 0, "near-far", "near", "far"): packets})
            assert heard.arrivals == Counter({(0, 0, "receiver"): packets})


def test_a_receiver_that_names_another_sender_gets_nothing(ends: tuple[str, str]) -> None:
    with Stage([part(ends, OTHER)], [eye(ends)], run=2) as stage:
        heard = stage.play(0, 5, 0.1)
    assert (sum(heard.crossings.values()), heard.arrivals) == (5, Counter())


def test_two_counts_beside_each_other_do_not_mix(ends: tuple[str, str]) -> None:
    with Stage([part(ends)], [eye(ends)], run=3) as one, Stage([part(ends)], [eye(ends)], run=4) as two:
        assert sum(one.play(0, 3, 0.1).arrivals.values()) == 3
        assert sum(two.play(0, 4, 0.1).arrivals.values()) == 4


def test_who_cannot_send_is_named(ends: tuple[str, str]) -> None:
    batch("ip", ends[0], ["link set eth0 down"])
    try:
        with (
            Stage([part(ends)], [eye(ends)], run=5) as stage,
            pytest.raises(MachineError, match=r"sender cannot send to 232\.1\.1\.1"),
        ):
            stage.play(0, 1, 0.1)
    finally:
        batch("ip", ends[0], ["link set eth0 up"])
