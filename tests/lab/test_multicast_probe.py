"""A packet of ours is known again alone, in tunnels and in Registers; nothing else is taken for one."""

import struct
from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catchment.lab.gre_header import Options, encoded
from catchment.lab.multicast_probe import MAGIC, Probe, found_in, payload, read

PROBE = Probe(run=7, round=3, group=1, sender=2)
SOURCE, GROUP = IPv4Address("192.0.2.1"), IPv4Address("232.1.1.1")


def ipv4(protocol: int, data: bytes, options: bytes = b"") -> bytes:
    """An IPv4 packet; its checksum is nobody's concern here."""
    words = 5 + len(options) // 4
    head = struct.pack(">BBHHHBBH", 0x40 | words, 0, 4 * words + len(data), 0, 0, 64, protocol, 0)
    return head + SOURCE.packed + GROUP.packed + options + data


def ipv6(protocol: int, data: bytes, options: bytes = b"") -> bytes:
    head = struct.pack(">IHBB", 6 << 28, len(options) + len(data), 60 if options else protocol, 64)
    address = IPv6Address("2001:db8::1").packed
    return head + address + address + (bytes((protocol, 0)) + options[2:] if options else b"") + data


def udp(data: bytes) -> bytes:
    return struct.pack(">HHHH", 40000, 5001, 8 + len(data), 0) + data


PLAIN = ipv4(17, udp(payload(PROBE, None)))
REGISTER = ipv4(103, struct.pack(">BBHI", 0x21, 0, 0, 0) + PLAIN)


@pytest.mark.parametrize(
    "packet",
    [
        PLAIN,
        ipv4(17, udp(payload(PROBE, 1400)), options=bytes(8)),
        ipv4(47, encoded(PLAIN, Options())),
        ipv4(47, encoded(PLAIN, Options(key=1, checksum=True, sequence=True))),
        ipv6(47, encoded(PLAIN, Options(key=5))),
        ipv6(47, encoded(PLAIN, Options()), options=bytes(8)),
        REGISTER,
        ipv4(47, encoded(REGISTER, Options())),
    ],
    ids=[
        "plain",
        "options",
        "gre",
        "gre with all",
        "gre over ipv6",
        "with tunnel limit",
        "register",
        "register in gre",
    ],
)
def test_a_probe_is_found_however_it_is_wrapped(packet: bytes) -> None:
    assert found_in(packet) == PROBE


@pytest.mark.parametrize(
    "packet",
    [
        ipv4(6, udp(payload(PROBE, None))),
        ipv4(103, struct.pack(">BBHI", 0x23, 0, 0, 0) + PLAIN),  # a Join is no Register
        ipv4(17, udp(b"x" + payload(PROBE, None))),
        ipv4(17, udp(MAGIC)),
        ipv4(47, struct.pack(">HH", 0, 0x6558) + PLAIN),  # Ethernet in GRE
    ],
    ids=["tcp", "join", "shifted", "cut", "ethernet"],
)
def test_what_only_looks_like_one_is_none(packet: bytes) -> None:
    assert found_in(packet) is None


@given(st.binary(max_size=80), st.binary(max_size=80))
def test_no_bytes_are_too_strange_to_look_into(before: bytes, after: bytes) -> None:
    for packet in (before + MAGIC + after, bytes((0x45,)) + before + MAGIC + after, bytes((0x60,)) + before + MAGIC):
        found_in(packet)


def test_a_payload_has_the_size_that_is_asked_for_where_it_can() -> None:
    assert len(ipv4(17, udp(payload(PROBE, 1400)))) == 1400
    assert read(payload(PROBE, 10)) == PROBE
