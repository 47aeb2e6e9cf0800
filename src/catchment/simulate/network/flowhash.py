"""Which member of an ECMP set Linux takes for a flow, when its hash seed is known: exactly as the kernel computes it.

With `net.ipv4.fib_multipath_hash_seed` set (Linux 6.11 and later) and fib_multipath_hash_policy 1, the member is the
low half of a SipHash-2-4 over addresses, protocol and ports, cut into equal ranges. Without a seed nobody can know.
Routers with one seed split alike (polarisation): behind each other they do not spread what came over one member.
"""

import struct
from dataclasses import dataclass

from catchment.model.address import Address

_MASK = 2**64 - 1


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
    value = _hash(flow, seed) >> 1
    for place in range(members):
        # Upper bounds of equal weights as in fib_multipath: round(2^31 i / n) - 1.
        if value <= (2**31 * (place + 1) + members // 2) // members - 1:
            return place
    raise AssertionError("the last bound is the largest value")


def _hash(flow: Flow, seed: int) -> int:
    key = seed << 32 | seed
    value = _siphash(key, key, _keys(flow)) & 0xFFFFFFFF
    return value or 1


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


def _siphash(key0: int, key1: int, message: bytes) -> int:
    """SipHash-2-4 (Aumasson and Bernstein 2012)."""
    v = [key0 ^ 0x736F6D6570736575, key1 ^ 0x646F72616E646F6D, key0 ^ 0x6C7967656E657261, key1 ^ 0x7465646279746573]
    whole = len(message) - len(message) % 8
    last = message[whole:].ljust(7, b"\0") + bytes([len(message) & 0xFF])
    for start in range(0, whole, 8):
        _absorb(v, int.from_bytes(message[start : start + 8], "little"))
    _absorb(v, int.from_bytes(last, "little"))
    v[2] ^= 0xFF
    for _ in range(4):
        _round(v)
    return v[0] ^ v[1] ^ v[2] ^ v[3]


def _absorb(v: list[int], word: int) -> None:
    v[3] ^= word
    _round(v)
    _round(v)
    v[0] ^= word


def _round(v: list[int]) -> None:
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


def _rotate(value: int, bits: int) -> int:
    return (value << bits | value >> (64 - bits)) & _MASK
