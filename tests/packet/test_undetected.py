"""Errors that checks cannot find: what is made is missed, and what theory says is found is found."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.packet.samples import UDP4, on_ethernet
from tests.packet.taken_apart import apart

from catchment.packet.checksum import ones_sum
from catchment.packet.crc import ETHERNET, PPP_16, PPP_32, Code
from catchment.packet.flip import flipped, found_by
from catchment.packet.undetected import blind_to, generator_bits, swaps

CODES = pytest.mark.parametrize("code", [ETHERNET, PPP_16, PPP_32], ids=["ethernet", "ppp16", "ppp32"])


@CODES
@given(data=st.binary(min_size=8, max_size=40), first=st.integers(0))
def test_a_code_is_blind_to_its_own_generator_wherever_it_is_added(code: Code, data: bytes, first: int) -> None:
    frame = data + code.trailer(data)
    first %= (len(frame) - code.size_bytes) * 8
    bits = generator_bits(code, first)
    assert max(bits) - min(bits) == code.size_bytes * 8
    assert code.ends(flipped(frame, *bits))
    assert not code.ends(flipped(frame, *bits[1:]))


@CODES
@given(data=st.binary(min_size=8, max_size=40), draw=st.data())
def test_a_burst_no_longer_than_the_code_is_always_found(code: Code, data: bytes, draw: st.DataObject) -> None:
    """Peterson and Brown 1961, theorem 3."""
    frame = data + code.trailer(data)
    first = draw.draw(st.integers(0, (len(frame) - code.size_bytes) * 8))
    more = draw.draw(st.sets(st.integers(1, code.size_bytes * 8 - 1)))
    assert not code.ends(flipped(frame, first, *(first + place for place in more if first + place < len(frame) * 8)))


@given(st.binary(min_size=2, max_size=60), st.integers(0, 5).map(lambda half: half * 2))
def test_swaps_leave_the_sum_as_it_is_each_and_all_together(data: bytes, start: int) -> None:
    found = swaps(data, start, len(data))
    for pair in found:
        assert ones_sum(flipped(data, *pair)) == ones_sum(data)
        assert flipped(data, *pair) != data
    assert ones_sum(flipped(data, *(bit for pair in found for bit in pair))) == ones_sum(data)
    assert len({bit for pair in found for bit in pair}) == 2 * len(found)


@CODES
@given(data=st.binary(min_size=40, max_size=80))
def test_of_enough_swaps_some_escape_the_code_too(code: Code, data: bytes) -> None:
    candidates = swaps(data, 0, len(data))
    chosen = blind_to(code, len(data), candidates)
    if len(candidates) > code.size_bytes * 8:
        assert chosen
    changed = flipped(data, *(bit for pair in chosen for bit in pair))
    assert code.of(changed) == code.of(data)
    assert ones_sum(changed) == ones_sum(data)
    assert bool(chosen) == (changed != data)


def test_nothing_is_made_of_nothing() -> None:
    assert swaps(bytes(20), 0, 20) == ()
    assert blind_to(ETHERNET, 20, ()) == ()


def test_no_check_of_a_whole_frame_sees_the_error() -> None:
    frame = on_ethernet(UDP4)
    before = apart(frame, code=ETHERNET)
    start, end = before.layers[-1].start, before.layers[-1].end
    chosen = blind_to(ETHERNET, len(frame) - 4, swaps(frame, start, end))
    after = apart(flipped(frame, *(bit for pair in chosen for bit in pair)), code=ETHERNET)
    assert len(chosen) > 1
    assert after.data != before.data
    assert found_by(before, after) == ()
