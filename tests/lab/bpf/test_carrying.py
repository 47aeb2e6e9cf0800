"""The programs of tunnel ends in the kernel, a frame at a time and without any interface, against lab/gre_header.py."""

import os
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from ipaddress import ip_address

import pytest
from tests.lab.bpf.taken import lacking

from catchment.lab.bpf import kernel
from catchment.lab.bpf.carrying import DROP, GO_ON, NOT_OURS, End, inwards, outwards
from catchment.lab.gre_header import Options, encoded, ones_sum

pytestmark = pytest.mark.skipif(bool(why := lacking()), reason=why or "the kernel takes programs")

MAC = bytes.fromhex("02000000000a")
FOUR = End(
    local=ip_address("192.0.2.1"), remote=ip_address("198.51.100.1"), key=None, ttl=64, mac=MAC, inside=1
)  # fmt: skip
SIX = replace(FOUR, local=ip_address("2001:db8:1::1"), remote=ip_address("2001:db8:2::1"))
REDIRECTED = 7
IPV4, IPV6, ARP = b"\x08\x00", b"\x86\xdd", b"\x08\x06"
INNER = struct.pack(">BBHHHBBH", 0x45, 0, 41, 0, 0, 33, 17, 0) + ip_address("10.0.0.1").packed * 2 + bytes(21)
INNER6 = struct.pack(">IHBB", 6 << 28, 9, 17, 44) + ip_address("2001:db8::9").packed * 2 + bytes(9)
KINDS = pytest.mark.parametrize("inner", [INNER, INNER6], ids=["4", "6"])
ENDS = pytest.mark.parametrize(
    "end", [FOUR, SIX, replace(FOUR, key=0xFFFFFFFE), replace(SIX, key=7)], ids=["4", "6", "4 key", "6 key"]
)


@contextmanager
def taken(lines: object) -> Iterator[int]:
    program = kernel.loaded(lines, "test")  # type: ignore[arg-type]
    try:
        yield program
    finally:
        os.close(program)


def kind(packet: bytes) -> bytes:
    return IPV4 if packet[0] >> 4 == 4 else IPV6


def out(end: End, packet: bytes, protocol: bytes = b"") -> kernel.Ran:
    with taken(outwards(end)) as program:
        return kernel.run(program, bytes(12) + (protocol or kind(packet)) + packet)


def come(end: End, packet: bytes) -> kernel.Ran:
    with taken(inwards(end)) as program:
        return kernel.run(program, bytes(12) + kind(packet) + packet)


def outer(end: End, gre: bytes) -> bytes:
    """What the other end sends."""
    if end.local.version == 6:
        return struct.pack(">IHBB", 6 << 28, len(gre), 47, 9) + end.remote.packed + end.local.packed + gre
    start = struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(gre), 0, 0x4000, 9, 47, 0)
    return start + end.remote.packed + end.local.packed + gre


@KINDS
@ENDS
def test_what_leaves_is_what_the_program_would_send(end: End, inner: bytes) -> None:
    ran = out(end, inner)
    packet = ran.frame[14:]
    assert ran.answer == GO_ON
    header = 40 if end.local.version == 6 else 20
    assert packet[header:] == encoded(inner, Options(key=end.key))
    if end.local.version == 6:
        assert packet[:8] == struct.pack(">IHBB", 6 << 28, len(packet) - 40, 47, 65)
        assert packet[8:40] == end.local.packed + end.remote.packed
    else:
        assert packet[:10] == struct.pack(">BBHHHBB", 0x45, 0, len(packet), 0, 0x4000, 65, 47)
        assert ones_sum(packet[:20]) == 0xFFFF
        assert packet[12:20] == end.local.packed + end.remote.packed


@KINDS
@ENDS
def test_what_comes_is_laid_before_the_interface(end: End, inner: bytes) -> None:
    ran = come(end, outer(end, encoded(inner, Options(key=end.key))))
    assert ran.answer == REDIRECTED
    assert ran.frame == MAC + bytes(6) + kind(inner) + inner


@pytest.mark.parametrize(("inner", "ttl"), [(INNER, 33), (INNER6, 44)], ids=["4", "6"])
@pytest.mark.parametrize(("end", "at"), [(FOUR, 8), (SIX, 7)], ids=["over 4", "over 6"])
def test_the_ttl_is_that_inside_and_one_for_forwarding(end: End, at: int, inner: bytes, ttl: int) -> None:
    ran = out(replace(end, ttl=None), inner)
    assert ran.frame[14 + at] == ttl + 1


def test_a_ttl_of_255_leaves_as_254() -> None:
    ran = out(replace(FOUR, ttl=None), INNER[:8] + b"\xff" + INNER[9:])
    assert ran.frame[14 + 8] == 255
    assert ones_sum(ran.frame[14:34]) == 0xFFFF


def test_only_ip_leaves() -> None:
    assert out(FOUR, INNER, ARP).answer == DROP


@pytest.mark.parametrize("end", [FOUR, SIX], ids=["4", "6"])
def test_what_this_end_has_made_does_not_leave_by_it(end: End) -> None:
    ours = out(end, INNER).frame[14:]
    assert out(end, ours).answer == DROP
    assert out(replace(end, remote=end.local), ours).answer == GO_ON


@pytest.mark.parametrize(
    ("key", "sent", "answer"),
    [(None, None, REDIRECTED), (7, 7, REDIRECTED), (7, 8, DROP), (None, 7, DROP), (7, None, DROP), (0, None, DROP)],
)
def test_the_key_has_to_be_the_same(key: int | None, sent: int | None, answer: int) -> None:
    assert come(replace(FOUR, key=key), outer(FOUR, encoded(INNER, Options(key=sent)))).answer == answer


def test_checksums_and_numbers_are_for_other_backends() -> None:
    for options in (Options(checksum=True), Options(sequence=True)):
        assert come(FOUR, outer(FOUR, encoded(INNER, options))).answer == DROP


def test_what_is_said_to_be_another_protocol_is_dropped() -> None:
    gre = encoded(INNER, Options())
    assert come(FOUR, outer(FOUR, gre[:2] + IPV6 + gre[4:])).answer == DROP
    assert come(FOUR, outer(FOUR, gre[:2] + ARP + gre[4:])).answer == DROP


@pytest.mark.parametrize(
    ("at", "byte"),
    [(9, 17), (12, 193), (19, 9), (6, 0x20), (7, 1), (0, 0x46)],
    ids=["udp", "another sender", "another receiver", "more fragments", "a later fragment", "options"],
)
def test_what_is_not_for_this_end_passes_untouched(at: int, byte: int) -> None:
    packet = outer(FOUR, encoded(INNER, Options()))
    other = packet[:at] + bytes([byte]) + packet[at + 1 :]
    ran = come(FOUR, other)
    assert ran.answer == NOT_OURS
    assert ran.frame[14:] == other


def test_a_tunnel_over_the_other_protocol_is_another_one() -> None:
    assert come(SIX, outer(FOUR, encoded(INNER, Options()))).answer == NOT_OURS
    assert come(FOUR, outer(SIX, encoded(INNER, Options()))).answer == NOT_OURS


def test_a_header_whose_sum_carries_twice_has_the_right_checksum() -> None:
    start = struct.pack(">HHHHBB", 0x4500, 20 + 4 + len(INNER), 0, 0x4000, 0, 47) + FOUR.local.packed
    known = sum(struct.unpack(">7H", start)) + 0xC633 + 0x6400
    ttl, last = next(  # what is sent has one more
        (ttl, last)
        for ttl in range(1, 254)
        for last in range(1, 255)
        if (known + (ttl + 1 << 8) + last) % 65536 == 65535
    )
    ran = out(replace(FOUR, ttl=ttl, remote=ip_address(f"198.51.100.{last}")), INNER)
    assert ones_sum(ran.frame[14:34]) == 0xFFFF
