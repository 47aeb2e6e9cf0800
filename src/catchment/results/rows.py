"""Compressed rows: a pointer column and entries; row i has the entries pointer[i]:pointer[i+1]."""

import numpy as np
import numpy.typing as npt

Index = npt.NDArray[np.uint32]
Integers = npt.NDArray[np.int64]


def sizes(pointer: Index) -> Integers:
    """int64[n]: the number of entries of each row."""
    size: Integers = pointer[1:].astype(np.int64) - pointer[:-1]
    return size


def pointers(size: npt.NDArray[np.integer]) -> Index:
    """uint32[n+1]: where rows of these sizes begin, and the end."""
    pointer = np.zeros(len(size) + 1, np.uint32)
    np.cumsum(size, out=pointer[1:])
    return pointer


def positions(pointer: Index, rows: npt.NDArray[np.integer]) -> Integers:
    """int64[k]: where all entries of `rows` stand, row after row in the order given."""
    begin = pointer[rows].astype(np.int64)
    size = pointer[rows + 1].astype(np.int64) - begin
    before = np.cumsum(size) - size
    position: Integers = np.repeat(begin - before, size) + np.arange(size.sum())
    return position
