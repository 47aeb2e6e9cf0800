"""Flipping bits, and what finds them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.packet.samples import ETHERNET_FRAMES, PPP_PLAIN, UDP4, on_ethernet
from tests.packet.taken_apart import apart

from catchment.packet import record
from catchment.packet.crc import ETHERNET
from catchment.packet.flip import MALFORMED, Place, flipped, found_by, is_sound, place


@given(st.binary(min_size=1, max_size=30), st.integers(0))
def test_a_bit_flipped_twice_is_as_it_was(data: bytes, bit: int) -> None:
    bit %= len(data) * 8
    assert flipped(flipped(data, bit), bit) == data
    assert sum((a ^ b).bit_count() for a, b in zip(data, flipped(data, bit), strict=True)) == 1


def test_bits_count_from_the_lowest_of_the_first_byte() -> None:
    assert flipped(b"\0\0", 0) == b"\1\0"
    assert flipped(b"\0\0", 15) == b"\0\x80"
    with pytest.raises(IndexError):
        flipped(b"\0", 8)


@given(st.sampled_from(ETHERNET_FRAMES), st.integers(0))
def test_the_fcs_finds_every_flip_of_a_bit(frame: bytes, bit: int) -> None:
    before = apart(frame, code=ETHERNET)
    after = apart(flipped(frame, bit % (len(frame) * 8)), code=ETHERNET)
    assert "CRC-32" in found_by(before, after)


def test_without_an_fcs_addresses_of_the_link_are_covered_by_nothing() -> None:
    frame = on_ethernet(UDP4, fcs=False)
    before = apart(frame)
    assert found_by(before, apart(flipped(frame, 3))) == ()
    assert found_by(before, apart(flipped(frame, 22 * 8))) == ("IPv4 header",)
    assert found_by(before, apart(flipped(frame, 26 * 8))) == ("IPv4 header", "UDP")
    assert found_by(before, apart(flipped(frame, len(frame) * 8 - 1))) == ("UDP",)
    assert found_by(before, apart(flipped(frame, 14 * 8 + 4))) == (MALFORMED,)


def test_what_was_wrong_before_finds_nothing() -> None:
    frame = flipped(on_ethernet(UDP4, fcs=False), len(UDP4) * 8)
    before = apart(frame)
    assert not is_sound(before)
    assert is_sound(apart(on_ethernet(UDP4, fcs=False)))
    assert "UDP" not in found_by(before, apart(flipped(frame, len(frame) * 8 - 1)))


def test_a_byte_is_named_by_its_layer_and_field() -> None:
    found = apart(ETHERNET_FRAMES[0], code=ETHERNET)
    wanted = {0: ("Ethernet", "destination"), 13: ("Ethernet", "type"), 20: ("ARP", "operation"), 45: ("padding", ""),
              63: ("FCS", "")}  # fmt: skip
    assert {byte: place(found, byte) for byte in wanted} == {
        byte: Place(layer=layer, field=field) for byte, (layer, field) in wanted.items()
    }
    direction = apart(b"\1" + PPP_PLAIN, record.PPP_WITH_DIR)
    assert place(direction, 0).layer == "link"
