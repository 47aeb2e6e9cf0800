"""Columns of distinct AS paths."""

import struct

import numpy as np
import pytest

from catchment.internet.sources.paths import Paths, collect, merge


def packed(*ases: int) -> bytes:
    return struct.pack(f">{len(ases)}I", *ases)


ONE = collect({64497: {packed(64497, 64499): 2}, 64496: {packed(64496): 1, packed(64496, 65536, 64499): 3}})


def test_rows_are_ascending_by_peer_then_as_they_came() -> None:
    assert ONE.peer.tolist() == [64496, 64496, 64497]
    assert list(ONE) == [(64496,), (64496, 65536, 64499), (64497, 64499)]
    assert ONE.routes.tolist() == [1, 3, 2]
    assert ONE.start.dtype == np.int64
    assert ONE.hop.dtype == np.uint32


def test_arrays_are_read_only() -> None:
    for column in (ONE.peer, ONE.start, ONE.hop, ONE.routes):
        with pytest.raises(ValueError, match="read-only"):
            column[0] = 0


def test_merged_dumps_add_up() -> None:
    other = collect({64497: {packed(64497, 64499): 5, packed(64497): 1}})
    both = merge([ONE, other])
    assert list(both) == [(64496,), (64496, 65536, 64499), (64497, 64499), (64497,)]
    assert both.routes.tolist() == [1, 3, 7, 1]


def test_nothing_is_a_table_without_rows() -> None:
    none: Paths = collect({})
    assert len(none) == 0
    assert list(none) == []
    assert len(merge([])) == 0
