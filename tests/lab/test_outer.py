import socket
from collections.abc import Iterator
from ipaddress import ip_address

import pytest
from tests.lab.underlay import FOUR, SIX, A, B, R, Underlay, lacking, underlay

from catchment.lab.outer import Outer
from catchment.lab.spaces import in_space


@pytest.fixture(scope="module")
def under() -> Iterator[Underlay]:
    reason = lacking()
    if reason:
        pytest.skip(reason)
    with underlay() as made:
        yield made


def outer(under: Underlay, space: str, names: dict[str, str], ttl: int | None = 64) -> Outer:
    with in_space(under.path(space)):
        made = Outer(ip_address(names[space]), ip_address(names[B if space == A else A]), ttl)
    under.stack.callback(made.raw.close)
    made.raw.settimeout(2)
    return made


@pytest.mark.parametrize("names", [FOUR, SIX], ids=["4", "6"])
def test_what_is_sent_is_received_without_the_outer_header(under: Underlay, names: dict[str, str]) -> None:
    one, two = outer(under, A, names), outer(under, B, names)
    assert one.send(b"\0\0\x08\0hello", None)
    assert two.receive() == b"\0\0\x08\0hello"
    assert one.send(b"\0\0\x08\0again", 5)
    assert two.receive() == b"\0\0\x08\0again"


@pytest.mark.parametrize("names", [FOUR, SIX], ids=["4", "6"])
def test_the_smallest_wire_of_the_way_is_learnt(under: Underlay, names: dict[str, str]) -> None:
    one, two = outer(under, A, names), outer(under, B, names)
    header = 40 if names is SIX else 20
    assert one.send(bytes(1500 - header), None)
    assert len(two.receive()) == 1500 - header
    assert not one.send(bytes(1501 - header), None)
    under.ip(R, "link set dev b mtu 1400")
    try:
        assert one.send(bytes(1500 - header), None)  # nobody knows yet
        with in_space(under.path(A)):
            assert one.path_mtu() == 1400
        assert one.send(b"\0\0\x08\0", None)  # what a router said of the one before does not hold this one back
        assert not one.send(bytes(1401 - header), None)
        assert one.send(bytes(1400 - header), None)
        one.send_cut(bytes(1500 - header), None)
        sizes = set()
        while 1500 - header not in sizes:
            sizes.add(len(two.receive()))
    finally:
        under.ip(R, "link set dev b mtu 1500")
        for space in (A, B):
            under.ip(space, "route flush cache")


def test_an_address_may_come_later(under: Underlay) -> None:
    with in_space(under.path(A)):
        made = Outer(ip_address("203.0.113.9"), ip_address(FOUR[B]), 64)
    made.raw.close()


def test_packets_of_others_stay_in_the_kernel(under: Underlay) -> None:
    two = outer(under, B, FOUR)
    stranger = under.opened(R, socket.AF_INET, socket.SOCK_RAW, 47)
    stranger.sendto(b"\0\0\x08\0", (FOUR[B], 0))
    two.raw.settimeout(0.1)
    with pytest.raises(TimeoutError):
        two.receive()


def test_a_way_that_is_not_there_is_an_error_of_the_machine(under: Underlay) -> None:
    with in_space(under.path(A)):
        made = Outer(ip_address("203.0.113.9"), ip_address(FOUR[B]), 64)
    with pytest.raises(OSError, match=r"Invalid argument|unreachable|assign requested"):
        made.send(b"\0\0\x08\0", None)
    made.raw.close()
