"""Addresses for loopbacks and links that the design does not give: the next free ones of a pool, in the file's order.

Repeatable: the same file gets the same addresses. A router or link that is added at the end moves no address of others.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Interface, IPv6Address, IPv6Interface, ip_network

from catchment.designfile.values import Broken
from catchment.model.address import Address, Prefix
from catchment.model.network import Interface


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """How many addresses a network needs in each family that it has."""

    versions: tuple[int, ...]
    loopbacks: int
    links: int


def pools(given: Iterable[Prefix], wanted: Wanted) -> dict[int, tuple[Prefix, Prefix]]:
    """For each family the prefix that loopbacks are taken from, and that of links; halves of the pool of the family."""
    by_version: dict[int, Prefix] = {pool.version: pool for pool in given}
    found: dict[int, tuple[Prefix, Prefix]] = {}
    for version in wanted.versions:
        pool = by_version.get(version)
        if pool is None:
            found[version] = _shipped(version, wanted)
        else:
            if pool.prefixlen > pool.max_prefixlen - 2:
                raise Broken("D043", f"{pool} is too small to take addresses from", "give a shorter prefix")
            first, second = pool.subnets(1)
            found[version] = (first, second)
    return found


def _shipped(version: int, wanted: Wanted) -> tuple[Prefix, Prefix]:
    if version == 6:  # RFC 3849
        return ip_network("2001:db8:ffff::/64"), ip_network("2001:db8:ffff:1::/64")
    if wanted.loopbacks <= 256 and wanted.links <= 128:  # RFC 5737
        return ip_network("192.0.2.0/24"), ip_network("198.51.100.0/24")
    return ip_network("198.18.0.0/16"), ip_network("198.19.0.0/16")  # RFC 2544: for benchmarks, not for the Internet


class Free:
    """What is left of a pool. `taken` are addresses that the design gives, which are passed over."""

    def __init__(self, loopbacks: Prefix, links: Prefix, taken: Iterable[Address]) -> None:
        self._taken = set(taken)
        self._pool = loopbacks, links
        self._loopbacks = self._numbers(loopbacks, 1)
        self._links = self._numbers(links, 2)

    @staticmethod
    def _numbers(pool: Prefix, step: int) -> Iterator[int]:
        first = int(pool.network_address)
        return iter(range(first if step == 2 else first + 1, int(pool.broadcast_address) + 1, step))

    def loopback(self) -> Address:
        """The next address for a router. Raises Broken when the pool is used up."""
        for number in self._loopbacks:
            address = _address(number, self._pool[0].version)
            if address not in self._taken:
                return address
        raise self._used_up(self._pool[0])

    def link(self) -> tuple[Interface, Interface]:
        """The next /31 (RFC 3021) or /127 (RFC 6164) for a link. Raises Broken when the pool is used up."""
        version = self._pool[1].version
        for number in self._links:
            pair = _address(number, version), _address(number + 1, version)
            if not self._taken.intersection(pair):
                first, second = (_interface(one) for one in pair)
                return first, second
        raise self._used_up(self._pool[1])

    @staticmethod
    def _used_up(pool: Prefix) -> Broken:
        return Broken("D043", f"{pool} has no address left", "give a pool with a shorter prefix")


def _address(number: int, version: int) -> Address:
    return IPv4Address(number) if version == 4 else IPv6Address(number)


def _interface(address: Address) -> Interface:
    return IPv4Interface(f"{address}/31") if address.version == 4 else IPv6Interface(f"{address}/127")
