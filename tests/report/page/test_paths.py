"""Paths come back from the tree, whatever they share."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from catchment.report.page.paths import PathTree, path_tree

paths = st.lists(st.lists(st.integers(1, 4), max_size=5), max_size=12)


def flat(rows: list[list[int]]) -> tuple[np.ndarray, np.ndarray]:
    ptr = np.cumsum([0, *(len(row) for row in rows)]).astype(np.uint32)
    return ptr, np.array([asn for row in rows for asn in row], np.uint32)


def walked(tree: PathTree, which: int, row: int) -> list[int] | None:
    """The path after the client, None when unknown."""
    code = int(tree.code[which][row])
    if code == 0:
        return None
    answer, node = [], code - 1
    while node:
        answer.append(int(tree.asn[node]))
        node = int(tree.parent[node])
    return answer


@given(paths, paths)
def test_paths_come_back_from_the_tree(first: list[list[int]], second: list[list[int]]) -> None:
    tree = path_tree(flat(first), flat(second))
    for which, rows in enumerate((first, second)):
        assert len(tree.code[which]) == len(rows)
        for i, row in enumerate(rows):
            assert walked(tree, which, i) == (row[1:] if row else None)


def test_what_paths_share_is_there_once() -> None:
    tree = path_tree(flat([[10, 2, 1], [11, 2, 1], [12, 3, 1]]))
    assert sorted(tree.asn.tolist()) == [0, 1, 2, 3]
