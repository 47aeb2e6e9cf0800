"""Many flows to one address as arrays, and their hashes at once: bit for bit what `flowhash` says of each.

A router without a known seed still has one: Linux draws it at boot. A stand-in, worked out from the router's name,
gives such a router members that are as good as any others: shares are right, the member of one flow is not known.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from hashlib import blake2b

import numpy as np
import numpy.typing as npt

from catchment.model.address import Address
from catchment.simulate.network.flowhash import HashPolicy, siphash

Values = npt.NDArray[np.int64]
"""int64[flow]: what members are chosen by, 0 to 2^31 - 1: the hash without its lowest bit."""
Octets = npt.NDArray[np.uint8]
Words = npt.NDArray[np.uint64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Flows:
    """Flows to one address.

    source      : uint8[flow, 4 or 16]  addresses in network order, of the destination's family
    source_port : uint16[flow]
    protocol    : uint8[flow]           IANA numbers
    """

    destination: Address
    destination_port: int
    source: Octets
    source_port: npt.NDArray[np.uint16]
    protocol: Octets

    def __len__(self) -> int:
        return len(self.source)


@dataclass(frozen=True, slots=True)
class Hashing:
    """How the routers hash: the seed of each by its name, 1 to 2^32 - 1, and what is hashed."""

    seed_of: Callable[[str], int]
    policy: HashPolicy = HashPolicy.L4


def values(flows: Flows, which: npt.NDArray[np.int64], seed: int, policy: HashPolicy = HashPolicy.L4) -> Values:
    """int64[which]: the 31 bits by which a router with this seed (32 bits, not 0) chooses. About 0.4 us a flow."""
    if policy is HashPolicy.L3:
        four = flows.destination.version == 4
        protocol = np.zeros_like(flows.protocol) if four else flows.protocol
        ports = np.zeros_like(flows.source_port)
        flows = replace(flows, destination_port=0, source_port=ports, protocol=protocol)
    hashed = siphash(seed << 32 | seed, _words(flows, which)) & 0xFFFFFFFF
    found: Values = (hashed >> np.uint64(1)).astype(np.int64)  # that Linux makes 1 of a hash of 0 is lost here
    return found


def stand_in_seed(router: str, draw: int) -> int:
    """A seed for a router whose own is not known: the same for the same name and draw, 1 to 2^32 - 1."""
    return int.from_bytes(blake2b(f"{draw} {router}".encode(), digest_size=4).digest(), "little") or 1


def _words(flows: Flows, which: npt.NDArray[np.int64]) -> list[Words | int]:
    """The message of `flowhash`, as 64-bit words: 6 for IPv4, 9 for IPv6."""
    head = flows.protocol[which].astype(np.uint64) << np.uint64(16)
    # On x86 ports and IPv4 addresses are read as little-endian numbers, and compared as such.
    ours = flows.source_port[which].byteswap().astype(np.uint64)
    theirs = np.uint64(int.from_bytes(flows.destination_port.to_bytes(2, "big"), "little"))
    ports = np.minimum(ours, theirs) << np.uint64(32) | np.maximum(ours, theirs) << np.uint64(48)
    source = np.ascontiguousarray(flows.source[which])
    target = flows.destination.packed
    if flows.destination.version == 4:
        here = source.view("<u4")[:, 0].astype(np.uint64)
        there = np.uint64(int.from_bytes(target, "little"))
        return [head, 0, 0, ports, np.minimum(here, there) << np.uint64(32), np.maximum(here, there)]
    return [head, 0, 0, ports, *_pair(source, np.frombuffer(target, np.uint8))]


def _pair(source: Octets, target: Octets) -> list[Words]:
    """Both IPv6 addresses, the one that is less as a byte string first, behind and before four zero bytes."""
    big = source.view(">u8").astype(np.uint64)
    other = target.view(">u8").astype(np.uint64)
    first = (big[:, 0] < other[0]) | ((big[:, 0] == other[0]) & (big[:, 1] <= other[1]))
    both = np.zeros((len(source), 40), np.uint8)
    both[:, 4:20] = np.where(first[:, None], source, target)
    both[:, 20:36] = np.where(first[:, None], target, source)
    words = both.view("<u8").astype(np.uint64)
    return [words[:, column] for column in range(5)]
