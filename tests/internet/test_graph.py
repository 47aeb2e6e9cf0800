"""Asking a graph for an AS."""

from hypothesis import given
from hypothesis import strategies as st
from tests.internet.drawing import links, peers

from catchment.internet.prepare import prepare


@given(st.sets(st.integers(1, 2**32 - 2), min_size=1, max_size=20), st.integers(1, 2**32 - 1))
def test_every_as_is_found_and_no_other(others: set[int], asked: int) -> None:
    last = 2**32 - 1
    graph = prepare(links(*peers(last, *others)))
    for asn in (last, *others):
        node = graph.node(asn)
        assert node is not None
        assert graph.asn[node] == asn
    if asked not in others and asked != last:
        assert graph.node(asked) is None
    assert len(graph) == len(others) + 1
