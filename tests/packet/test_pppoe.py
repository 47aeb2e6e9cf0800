"""PPPoE headers and discovery tags."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.packet.laws import byte, keeps, loses_nothing, short, some

from catchment.packet.header import Malformed
from catchment.packet.pppoe import Pppoe, Tag, decode, decode_tag, packet


@given(st.builds(Pppoe, code=byte, session=short, length=short), some)
def test_a_header_comes_back_as_it_was(header: Pppoe, more: bytes) -> None:
    keeps(header, decode, more)


@given(st.builds(Tag, type=short, value=some), some)
def test_a_tag_comes_back_as_it_was(tag: Tag, more: bytes) -> None:
    keeps(tag, decode_tag, more)


@given(st.binary(max_size=12))
def test_any_bytes_are_a_header_or_malformed(data: bytes) -> None:
    loses_nothing(data, decode)
    loses_nothing(b"\x11" + data, decode)
    loses_nothing(data, decode_tag)


def test_a_packet_says_its_length_and_another_version_is_malformed() -> None:
    assert decode(packet(0, 7, b"abc"))[0] == Pppoe(code=0, session=7, length=3)
    with pytest.raises(Malformed, match="0x21"):
        decode(b"\x21" + bytes(5))
