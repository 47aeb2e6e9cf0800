"""AS_PATH attributes, and the AS4_PATH that old speakers carry beside them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.internet.sources.mrtfile import CONFED_SEQUENCE, SEQUENCE, SET, segment, sequence

from catchment.internet.sources.aspath import MalformedPath, Segment, hops, merged, segments


def unpacked(path: list[Segment]) -> list[int]:
    packed = hops(path).packed
    return [int.from_bytes(packed[at : at + 4], "big") for at in range(0, len(packed), 4)]


def test_prepends_across_segments_are_removed_but_a_loop_is_kept() -> None:
    assert unpacked([(SEQUENCE, (64496, 64496)), (SEQUENCE, (64496, 64497, 64496))]) == [64496, 64497, 64496]


@given(st.lists(st.tuples(st.integers(1, 4), st.lists(st.integers(0, 65535), min_size=1, max_size=6).map(tuple))))
def test_what_is_encoded_is_decoded(path: list[Segment]) -> None:
    for width in (2, 4):
        raw = b"".join(segment(kind, *ases, width=width) for kind, ases in path)
        assert segments(raw, width) == path


@given(st.binary(max_size=40), st.sampled_from([2, 4]))
def test_any_bytes_are_a_path_or_malformed(raw: bytes, width: int) -> None:
    try:
        path = segments(raw, width)
    except MalformedPath:
        return
    assert b"".join(segment(kind, *ases, width=width) for kind, ases in path) == raw


NEW = [(SEQUENCE, (65536, 65537))]


@pytest.mark.parametrize(
    ("old", "new", "both"),
    [
        ([(SEQUENCE, (64496, 23456, 23456))], NEW, [64496, 65536, 65537]),
        ([(SEQUENCE, (23456, 23456))], NEW, [65536, 65537]),
        ([(SEQUENCE, (64496,))], NEW, [64496]),  # a longer AS4_PATH is ignored
        ([(SEQUENCE, (64496, 23456))], [], [64496]),
        # an old speaker prepended itself in front
        ([(SEQUENCE, (64497, 64496, 23456, 23456))], NEW, [64497, 64496, 65536, 65537]),
        # a set counts one
        (
            [(SEQUENCE, (64496, 23456)), (SET, (64498, 64499))],
            [(SEQUENCE, (65536,)), (SET, (64498, 65537))],
            [64496, 65536],
        ),
        # confederation segments: not counted in front, dropped behind
        (
            [(CONFED_SEQUENCE, (65001,)), (SEQUENCE, (64496, 23456))],
            [(CONFED_SEQUENCE, (65002,)), (SEQUENCE, (65536,))],
            [64496, 65536],
        ),
    ],
)
def test_as4_path_is_merged_as_rfc_6793_says(old: list[Segment], new: list[Segment], both: list[int]) -> None:
    if new:
        assert unpacked(merged(old, new)) == both
    else:
        assert merged(old, new) == old


def test_as_0_makes_a_path_malformed() -> None:
    with pytest.raises(MalformedPath):
        hops(segments(sequence(64496, 0), 4))
