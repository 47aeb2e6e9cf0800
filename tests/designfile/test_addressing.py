"""Addresses from the pool: the next free ones, never twice, never one that is taken."""

from ipaddress import ip_address, ip_network

import pytest

from catchment.designfile.addressing import Free, Wanted, pools
from catchment.designfile.values import Broken


def test_a_pool_is_halved_between_loopbacks_and_links() -> None:
    wanted = Wanted(versions=(4,), loopbacks=3, links=3)
    assert pools([ip_network("10.255.0.0/16")], wanted) == {
        4: (ip_network("10.255.0.0/17"), ip_network("10.255.128.0/17"))
    }


def test_without_a_pool_small_networks_get_documentation_space_and_large_ones_that_for_benchmarks() -> None:
    small = pools([], Wanted(versions=(4, 6), loopbacks=255, links=128))
    assert [str(prefix) for prefix in (*small[4], *small[6])] == [
        "192.0.2.0/24", "198.51.100.0/24", "2001:db8:ffff::/64", "2001:db8:ffff:1::/64",
    ]  # fmt: skip
    large = pools([], Wanted(versions=(4,), loopbacks=10, links=129))
    assert [str(prefix) for prefix in large[4]] == ["198.18.0.0/16", "198.19.0.0/16"]


def test_taken_addresses_are_passed_over() -> None:
    taken = [ip_address("192.0.2.1"), ip_address("198.51.100.3")]
    free = Free(ip_network("192.0.2.0/24"), ip_network("198.51.100.0/24"), taken)
    assert [str(free.loopback()) for _ in range(2)] == ["192.0.2.2", "192.0.2.3"]
    assert [str(one) for one in (*free.link(), *free.link())] == [
        "198.51.100.0/31", "198.51.100.1/31", "198.51.100.4/31", "198.51.100.5/31",
    ]  # fmt: skip


def test_a_pool_that_is_used_up_is_told() -> None:
    free = Free(ip_network("192.0.2.0/31"), ip_network("2001:db8::/127"), [])
    free.loopback()
    free.link()
    for take in (free.loopback, free.link):
        with pytest.raises(Broken, match="no address left"):
            take()
