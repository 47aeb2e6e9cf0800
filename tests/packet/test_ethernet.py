"""Ethernet headers, padding and the check sequence."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.packet.laws import keeps, loses_nothing, some
from tests.packet.laws import mac as any_mac

from catchment.packet import ethernet
from catchment.packet.crc import ETHERNET
from catchment.packet.ethernet import Ethernet, decode, frame, mac, mac_text
from catchment.packet.header import Malformed

headers = st.builds(
    Ethernet, destination=any_mac, source=any_mac,
    type_or_length=st.one_of(st.integers(0, 1500), st.integers(0x600, 0xFFFF)),
)  # fmt: skip


@given(headers, some)
def test_a_header_comes_back_as_it_was(header: Ethernet, more: bytes) -> None:
    keeps(header, decode, more)


@given(st.binary(max_size=30))
def test_any_bytes_are_a_header_or_malformed(data: bytes) -> None:
    loses_nothing(data, decode)


@pytest.mark.parametrize("number", [1501, 0x5FF])
def test_neither_type_nor_length_is_malformed(number: int) -> None:
    with pytest.raises(Malformed, match="neither a type nor a length"):
        decode(bytes(12) + number.to_bytes(2, "big"))


@given(headers, st.binary(max_size=200))
def test_a_frame_has_at_least_64_bytes_and_ends_in_its_crc(header: Ethernet, payload: bytes) -> None:
    whole = frame(header, payload, fcs=True)
    assert len(whole) == max(64, 18 + len(payload))
    assert ETHERNET.ends(whole)
    assert whole[14 : 14 + len(payload)] == payload
    assert not any(whole[14 + len(payload) : -4])
    assert frame(header, payload, fcs=False) == whole[:-4]


def test_an_802_3_frame_says_how_long_its_payload_is() -> None:
    header = Ethernet(destination=bytes(6), source=bytes(6), type_or_length=0)
    assert decode(frame(header, b"abc", fcs=False))[0].type_or_length == 3
    assert header.has_length


def test_addresses_are_read_and_written_as_people_do() -> None:
    assert mac_text(mac("02-00-5E-00-00-0a")) == "02:00:5e:00:00:0a"
    for wrong in ("02:00", "02:00:5e:00:00:gg", "02:00:5e:00:00:100", ""):
        with pytest.raises(ValueError, match=r"."):
            mac(wrong)


def test_types_are_named() -> None:
    assert ethernet.type_text(0x0800) == "0x0800 IPv4"
    assert ethernet.type_text(0x1234) == "0x1234"
