"""Check sequences against a bitwise twin, and the values of RFC 1662 and of the literature."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.packet.shared_captures import capture
from tests.packet.twins import crc

from catchment.packet.crc import ETHERNET, PPP_16, PPP_32, Code, crc32, fcs16

CODES = [ETHERNET, PPP_16, PPP_32]


@pytest.mark.parametrize("code", CODES, ids=["ethernet", "ppp16", "ppp32"])
@given(data=st.binary(max_size=40))
def test_every_code_is_the_division_that_it_is_defined_by(code: Code, data: bytes) -> None:
    assert code.of(data) == crc(data, code.size_bytes * 8, code.generator)


def test_the_check_values_of_the_literature() -> None:
    """The CRC of "123456789": CRC-16/IBM-SDLC (X.25) and CRC-32/ISO-HDLC in Greg Cook's catalogue."""
    assert fcs16(b"123456789") == 0x906E
    assert crc32(b"123456789") == 0xCBF43926


def test_the_first_lines_of_the_table_of_rfc_1662_c2() -> None:
    """fcstab[0..3] there: 0x0000, 0x1189, 0x2312, 0x329b; the register begins with 0xffff."""
    assert [fcs16(bytes((0xFF ^ index,))) ^ 0xFFFF ^ 0x00FF for index in range(4)] == [0, 0x1189, 0x2312, 0x329B]


@given(st.binary(max_size=60))
def test_the_good_values_of_rfc_1662_c2_and_c3(data: bytes) -> None:
    """Over data and its own FCS the register ends as PPPGOODFCS16 0xf0b8, PPPGOODFCS32 0xdebb20e3."""
    assert fcs16(data + PPP_16.trailer(data)) ^ 0xFFFF == 0xF0B8
    assert crc32(data + PPP_32.trailer(data)) ^ 0xFFFFFFFF == 0xDEBB20E3


@pytest.mark.parametrize("code", CODES, ids=["ethernet", "ppp16", "ppp32"])
@given(data=st.binary(min_size=1, max_size=40), bit=st.integers(0))
def test_a_flipped_bit_is_always_found(code: Code, data: bytes, bit: int) -> None:
    frame = bytearray(data + code.trailer(data))
    assert code.ends(bytes(frame))
    bit %= len(frame) * 8
    frame[bit // 8] ^= 1 << bit % 8
    assert not code.ends(bytes(frame))


def test_bytes_no_longer_than_the_code_do_not_end_in_it() -> None:
    assert not ETHERNET.ends(b"\0\0\0\0")
    assert not ETHERNET.ends(b"")


def test_a_frame_of_a_real_capture_ends_in_its_crc() -> None:
    data = capture("ospf_graceful_restart_rfc3623.pcap").read_bytes()[40:]
    assert ETHERNET.ends(data)
    assert not ETHERNET.ends(data[:-1])
