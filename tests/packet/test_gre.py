"""GRE headers with and without checksum, key and sequence."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.packet.laws import keeps, loses_nothing, short, some, word

from catchment.packet.checksum import is_right
from catchment.packet.gre import Gre, decode, packet
from catchment.packet.header import Malformed, NotCovered


@st.composite
def headers(draw: st.DrawFn) -> Gre:
    check = draw(st.none() | short)
    return Gre(
        protocol=draw(short), checksum=check, key=draw(st.none() | word), sequence=draw(st.none() | word),
        reserved0=draw(st.integers(0, 0x7F)), reserved1=0 if check is None else draw(short),
    )  # fmt: skip


@given(headers(), some)
def test_a_header_comes_back_as_it_was(header: Gre, more: bytes) -> None:
    keeps(header, decode, more)


@given(st.binary(max_size=20))
def test_any_bytes_are_a_header_or_malformed(data: bytes) -> None:
    loses_nothing(data, decode)


@given(headers(), some)
def test_a_checksum_covers_header_and_payload(header: Gre, payload: bytes) -> None:
    whole = packet(header, payload)
    if header.checksum is None:
        assert whole == header.encode() + payload
    else:
        assert is_right(whole)


def test_flags_stand_where_rfc_2890_says() -> None:
    assert decode(bytes.fromhex("b0000800000000000000fbf000000003"))[0] == Gre(
        protocol=0x0800, checksum=0, key=64496, sequence=3
    )


def test_pptp_is_not_covered_and_the_routing_of_rfc_1701_is_malformed() -> None:
    with pytest.raises(NotCovered, match="PPTP"):
        decode(bytes.fromhex("3001880b"))
    for flags in ("40000800", "08000800", "04000800", "00020800"):
        with pytest.raises(Malformed) as raised:
            decode(bytes.fromhex(flags))
        assert not isinstance(raised.value, NotCovered)
