"""Cisco's HDLC header."""

from hypothesis import given
from hypothesis import strategies as st
from tests.packet.laws import byte, keeps, loses_nothing, short, some

from catchment.packet.cisco_hdlc import CiscoHdlc, decode

headers = st.builds(CiscoHdlc, address=st.sampled_from([0x0F, 0x8F]), control=byte, type=short)


@given(headers, some)
def test_a_header_comes_back_as_it_was(header: CiscoHdlc, more: bytes) -> None:
    keeps(header, decode, more)


@given(st.binary(max_size=8))
def test_any_bytes_are_a_header_or_malformed(data: bytes) -> None:
    loses_nothing(data, decode)
