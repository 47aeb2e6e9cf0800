"""Compressed rows: sizes, pointers, and where the entries of some rows stand."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from catchment.results.rows import pointers, positions, sizes

SIZES = st.lists(st.integers(0, 5), min_size=1, max_size=12)


def test_pointers_of_sizes() -> None:
    assert pointers(np.array([2, 0, 3])).tolist() == [0, 2, 2, 5]
    assert pointers(np.array([], np.int64)).tolist() == [0]


@given(SIZES)
def test_sizes_undo_pointers(counts: list[int]) -> None:
    assert sizes(pointers(np.array(counts))).tolist() == counts


@given(SIZES, st.data())
def test_positions_are_those_of_a_loop(counts: list[int], data: st.DataObject) -> None:
    pointer = pointers(np.array(counts))
    rows = data.draw(st.lists(st.integers(0, len(counts) - 1), max_size=20))
    expected = [i for row in rows for i in range(pointer[row], pointer[row + 1])]
    assert positions(pointer, np.array(rows, np.int64)).tolist() == expected
