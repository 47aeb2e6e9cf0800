"""PPP headers, compressed and not, and frames with each FCS."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.packet.laws import keeps, loses_nothing, some

from catchment.packet.crc import PPP_16, PPP_32
from catchment.packet.header import Malformed
from catchment.packet.ppp import Ppp, decode, frame

long = st.builds(
    lambda high, low, there: Ppp(protocol=high << 9 | low << 1 | 1, address_control=there),
    st.integers(0, 0x7F), st.integers(0, 0x7F), st.booleans(),
)  # fmt: skip
short = st.builds(
    lambda low, there: Ppp(protocol=low << 1 | 1, short_protocol=True, address_control=there),
    st.integers(0, 0x7E), st.booleans(),
)  # fmt: skip


@given(st.one_of(long, short), some)
def test_a_header_comes_back_as_it_was(header: Ppp, more: bytes) -> None:
    keeps(header, decode, more)


@given(st.binary(max_size=8))
def test_any_bytes_are_a_header_or_malformed(data: bytes) -> None:
    loses_nothing(data, decode)


def test_an_even_protocol_and_another_control_byte_are_malformed() -> None:
    with pytest.raises(Malformed, match="lowest bit"):
        decode(b"\xff\x03\x00\x20")
    with pytest.raises(Malformed, match="control byte"):
        decode(b"\xff\x13\x00\x21")


def test_the_fcs_covers_address_control_protocol_and_payload() -> None:
    """An LCP Configure-Request (RFC 1661 5.1); the FCS is the one that facts and tshark have for such frames."""
    body = bytes.fromhex("ff03c021010100 04".replace(" ", ""))
    assert frame(Ppp(protocol=0xC021), bytes.fromhex("01010004"), PPP_16) == body + PPP_16.trailer(body)
    assert PPP_32.ends(frame(Ppp(protocol=0xC021), b"x", PPP_32))
    assert frame(Ppp(protocol=0x21, short_protocol=True, address_control=False), b"x", None) == b"\x21x"
