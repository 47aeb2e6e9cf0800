from collections.abc import Callable
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catchment.lab.gre_header import IPV4, IPV6, Options, Payload, Reason, decoded, encoded, is_late, ones_sum
from catchment.packet import gre
from catchment.packet.checksum import ones_sum as other_sum

FOUR, SIX = b"\x45" + bytes(27), b"\x60" + bytes(46)  # the second of odd length
ALL = [
    Options(key=key, checksum=checksum, sequence=sequence)
    for key, checksum, sequence in product((None, 0, 0xFFFFFFFF), (False, True), (False, True))
]
PLAIN, SURE, KEYED, NUMBERED = Options(), Options(checksum=True), Options(key=7), Options(sequence=True)


@pytest.mark.parametrize("options", ALL, ids=str)
@pytest.mark.parametrize("packet", [FOUR, SIX])
def test_what_is_put_in_comes_out(packet: bytes, options: Options) -> None:
    data = encoded(packet, options, 12)
    assert len(data) == options.length_bytes + len(packet)
    assert decoded(data, options, 11) == Payload(packet, 12 if options.sequence else None)


@pytest.mark.parametrize("options", ALL, ids=str)
def test_the_packet_room_writes_and_reads_the_same_bytes(options: Options) -> None:
    header = gre.Gre(
        protocol=IPV6, key=options.key, checksum=0 if options.checksum else None,
        sequence=5 if options.sequence else None,
    )  # fmt: skip
    data = encoded(SIX, options, 5)
    assert data == gre.packet(header, SIX)
    read, length = gre.decode(data)
    assert (read.key, read.sequence, length) == (options.key, header.sequence, options.length_bytes)


BREAKS: dict[str, tuple[bytes, Options, Reason]] = {
    "nothing at all": (b"", PLAIN, Reason.CUT),
    "half a key": (encoded(FOUR, KEYED)[:6], KEYED, Reason.CUT),
    "the GRE of PPTP": (bytes((0, 1)) + encoded(FOUR, PLAIN)[2:], PLAIN, Reason.VERSION),
    "the routing of RFC 1701": (bytes((0x40, 0)) + encoded(FOUR, PLAIN)[2:], PLAIN, Reason.ROUTING),
    "another key": (encoded(FOUR, Options(key=8)), KEYED, Reason.KEY),
    "a key for a tunnel without": (encoded(FOUR, KEYED), PLAIN, Reason.KEY),
    "no key for a tunnel with key 0": (encoded(FOUR, PLAIN), Options(key=0), Reason.KEY),
    "a flipped bit": (encoded(FOUR, SURE)[:-1] + b"\1", SURE, Reason.CHECKSUM),
    "a checksum nobody asked for": (encoded(FOUR, SURE), PLAIN, Reason.ONE_SIDED),
    "no checksum": (encoded(FOUR, PLAIN), SURE, Reason.ONE_SIDED),
    "no number": (encoded(FOUR, PLAIN), NUMBERED, Reason.NO_SEQUENCE),
    "the same number again": (encoded(FOUR, NUMBERED, 9), NUMBERED, Reason.LATE),
    "an IS-IS packet": (b"\0\0\0\xfe" + b"\x83", PLAIN, Reason.PROTOCOL),
    "IPv6 said to be IPv4": (IPV4.to_bytes(4, "big") + SIX, PLAIN, Reason.PROTOCOL),
    "a header with nothing inside": (IPV4.to_bytes(4, "big"), PLAIN, Reason.PROTOCOL),
}


@pytest.mark.parametrize("name", BREAKS)
def test_what_does_not_belong_is_dropped_with_its_reason(name: str) -> None:
    data, options, reason = BREAKS[name]
    assert decoded(data, options, 9) is reason


def test_a_number_that_nobody_asked_for_is_passed_over() -> None:
    assert decoded(encoded(FOUR, NUMBERED, 3), PLAIN, 9) == Payload(FOUR, 3)


def test_the_first_packet_may_have_any_number() -> None:
    assert decoded(encoded(FOUR, NUMBERED, 0), NUMBERED, None) == Payload(FOUR, 0)


@pytest.mark.parametrize(
    ("number", "last", "late"),
    [(5, 5, True), (4, 5, True), (6, 5, False), (100, 5, False), (0, 2**32 - 1, False), (2**32 - 1, 0, True),
     (5 + 2**31, 5, False), (6 + 2**31, 5, True)],
)  # fmt: skip
def test_late_is_the_half_circle_before(number: int, last: int, late: bool) -> None:
    assert is_late(number, last) is late


def test_numbers_go_round_after_the_last_of_32_bits() -> None:
    assert decoded(encoded(FOUR, NUMBERED, 2**32), NUMBERED, 2**32 - 1) == Payload(FOUR, 0)


@pytest.mark.parametrize("make", [lambda: encoded(b"", PLAIN), lambda: encoded(b"\x83\0", PLAIN)])
def test_only_ip_packets_are_taken(make: Callable[[], bytes]) -> None:
    with pytest.raises(ValueError, match="neither IPv4 nor IPv6"):
        make()


@given(st.binary(max_size=40), st.sampled_from(ALL))
def test_any_bytes_are_read_or_dropped(data: bytes, options: Options) -> None:
    assert isinstance(decoded(data, options, None), Payload | Reason)


@given(st.binary(max_size=99))
def test_both_rooms_add_up_alike(data: bytes) -> None:
    assert ones_sum(data) == other_sum(data)
