"""TCP headers and checksums."""

from ipaddress import IPv4Address

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.packet.laws import ipv4, keeps, loses_nothing, options, short, some, word

from catchment.packet.checksum import is_right, pseudo_header
from catchment.packet.header import Malformed
from catchment.packet.tcp import Tcp, decode, segment

headers = st.builds(
    Tcp, source=short, destination=short, sequence=word, acknowledgment=word, flags=st.integers(0, 0xFFF),
    window=short, checksum=short, urgent=short, options=options,
)  # fmt: skip


@given(headers, some)
def test_a_header_comes_back_as_it_was(header: Tcp, more: bytes) -> None:
    keeps(header, decode, more)


@given(st.binary(max_size=64))
def test_any_bytes_are_a_header_or_malformed(data: bytes) -> None:
    loses_nothing(data, decode)


@given(headers, some, ipv4, ipv4)
def test_a_segment_adds_up(header: Tcp, payload: bytes, source: IPv4Address, destination: IPv4Address) -> None:
    whole = segment(header, payload, source, destination)
    assert is_right(pseudo_header(source, destination, 6, len(whole)) + whole)


def test_flags_are_named_and_a_short_header_is_malformed() -> None:
    assert Tcp(source=1, destination=2, flags=0x12).what == "SYN ACK"
    assert Tcp(source=1, destination=2).what == "no flags"
    with pytest.raises(Malformed, match="16 bytes"):
        decode(bytes(12) + b"\x40" + bytes(7))
