"""Which member of an ECMP set Linux takes for a flow, when its hash seed is known: exactly as the kernel computes it.

With `net.ipv4.fib_multipath_hash_seed` set (Linux 6.11 and later) the member is the low half of a SipHash-2-4 over what
fib_multipath_hash_policy says, cut into equal ranges. Without a seed nobody can know.
Routers with one seed split alike (polarisation): behind each other they do not spread what came over one member.
"""

import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from catchment.model.address import Address

_MASK = 2**64 - 1

VALUES = 2**31
"""What next hops are chosen by is the hash without its lowest bit: 0 to VALUES - 1."""


class HashPolicy(StrEnum):
    """What is hashed: `fib_multipath_hash_policy` 0 and 1.

    L3  the addresses; of IPv6 also the next header, and the flow label, which is taken as 0 here. What Linux does
        unless told otherwise: all flows between two addresses stay together
    L4  addresses, protocol and ports
    """

    L3 = "l3"
    L4 = "l4"


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """Packets with the same addresses, protocol (IANA number) and ports."""

    source: Address
    source_port: int
    destination: Address
    destination_port: int
    protocol: int


def member(flow: Flow, seed: int, members: int) -> int:
    """The place of the next hop that the flow takes, counted from 0 in the order in which the kernel lists them.

    seed : 32 bits, not 0 (0 means: another one at every boot)
    """
    value = hash32(flow, seed) >> 1
    return next(place for place, bound in enumerate(bounds([1] * members)) if value <= bound)


def bounds(weights: Sequence[int]) -> list[int]:
    """The largest value of each member of a hash-threshold group: round(2^31 w_1..i / W) - 1 (RFC 2992 2, Linux)."""
    return [bound - 1 for bound in parts(VALUES, weights)]


def parts(whole: int, weights: Sequence[int]) -> list[int]:
    """Where each member's part of `whole` ends when it is cut by weight; halves are rounded up, as Linux does."""
    total, so_far, ends = sum(weights), 0, []
    for weight in weights:
        so_far += weight
        ends.append((whole * so_far + total // 2) // total)
    return ends


def hash32(flow: Flow, seed: int, policy: HashPolicy = HashPolicy.L4) -> int:
    """The kernel's 32-bit hash of a flow, never 0."""
    if policy is HashPolicy.L3:
        protocol = 0 if flow.destination.version == 4 else flow.protocol
        flow = replace(flow, source_port=0, destination_port=0, protocol=protocol)
    message = _keys(flow)
    words = [int.from_bytes(message[start : start + 8], "little") for start in range(0, len(message), 8)]
    return siphash(seed << 32 | seed, words) & 0xFFFFFFFF or 1


def _keys(flow: Flow) -> bytes:
    """The fields as the kernel's flow keys lay them out, the lesser address and port first: both directions agree."""
    first, second = flow.source.packed, flow.destination.packed
    ports = struct.pack(">H", flow.source_port), struct.pack(">H", flow.destination_port)
    # IPv4 addresses and ports are compared as the little-endian numbers that x86 reads; IPv6 as bytes.
    by = (lambda raw: int.from_bytes(raw, "little")) if flow.source.version == 4 else (lambda raw: raw)
    first, second = sorted((first, second), key=by)
    ports = tuple(sorted(ports, key=lambda raw: int.from_bytes(raw, "little")))  # type: ignore[assignment]
    # n_proto, ip_proto, padding; flow label, VLAN, customer VLAN, key id: all zero.
    head = struct.pack("<HBBI8s8sI", 0, flow.protocol, 0, 0, b"", b"", 0)
    return head + ports[0] + ports[1] + bytes(4) + first + second + bytes(4)


def siphash(half: int, words: Iterable[Any]) -> Any:
    """SipHash-2-4 (Aumasson and Bernstein 2012) of a message of whole 64-bit words, its key twice the 64 bits `half`.

    The words are integers, or arrays of uint64 for many messages at once; so is the answer.
    """
    v: list[Any] = [half ^ 0x736F6D6570736575, half ^ 0x646F72616E646F6D]
    v += [half ^ 0x6C7967656E657261, half ^ 0x7465646279746573]
    size = 0
    for word in words:
        _absorb(v, word)
        size += 8
    _absorb(v, (size & 0xFF) << 56)
    v[2] = v[2] ^ 0xFF
    for _ in range(4):
        _round(v)
    return v[0] ^ v[1] ^ v[2] ^ v[3]


def _absorb(v: list[Any], word: Any) -> None:
    v[3] = v[3] ^ word
    _round(v)
    _round(v)
    v[0] = v[0] ^ word


def _round(v: list[Any]) -> None:
    v[0] = (v[0] + v[1]) & _MASK
    v[1] = _rotate(v[1], 13) ^ v[0]
    v[0] = _rotate(v[0], 32)
    v[2] = (v[2] + v[3]) & _MASK
    v[3] = _rotate(v[3], 16) ^ v[2]
    v[0] = (v[0] + v[3]) & _MASK
    v[3] = _rotate(v[3], 21) ^ v[0]
    v[2] = (v[2] + v[1]) & _MASK
    v[1] = _rotate(v[1], 17) ^ v[2]
    v[2] = _rotate(v[2], 32)


def _rotate(value: Any, bits: int) -> Any:
    return (value << bits | value >> (64 - bits)) & _MASK
