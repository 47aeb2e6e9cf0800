"""What a design is compiled to: who can have a customer route, who hears whom, which stubs share a row."""

import numpy as np
from hypothesis import given, settings
from tests.simulate.sweeping import ACYCLIC
from tests.strategies import cases
from tests.twins.arrays import graph_of
from tests.twins.case import Case

from catchment.simulate.kernels import sweep_compile as kernel
from catchment.simulate.lanes import NOWHERE

NOBODY = np.zeros(0, np.uint32)


def providers_of(case: Case) -> dict[int, set[int]]:
    above: dict[int, set[int]] = {asn: set() for asn in case.asns}
    for link in case.links:
        if link.provider:
            above[link.b].add(link.a)
    return above


def plain_closure(case: Case, telling: set[int], quiet: set[int], closed: set[int]) -> set[int]:
    """The twin: as many rounds as it takes."""
    above, tells = providers_of(case), set(telling)
    while True:
        more = {p for asn in tells for p in above[asn]} - closed - tells
        if not more:
            return tells | quiet
        tells |= more


@settings(max_examples=150, deadline=None)
@given(cases(ACYCLIC))
def test_the_closure_is_all_at_or_above_a_start_that_may_be_told(case: Case) -> None:
    graph = graph_of(case)
    asns = case.asns
    telling, quiet, closed = set(asns[:2]), set(asns[2:3]), set(asns[-1:])
    quiet -= telling
    nodes = [np.array([graph.node(asn) for asn in sorted(some)], np.uint32) for some in (telling, quiet, closed)]
    member = np.empty(len(graph), np.uint32)
    found = kernel.closure(graph.provider_ptr, graph.provider, *nodes, member)
    listed = member[:found].tolist()
    assert listed == sorted(listed, reverse=True)
    assert {int(graph.asn[v]) for v in listed} == plain_closure(case, telling, quiet, closed)


@settings(max_examples=100, deadline=None)
@given(cases(ACYCLIC))
def test_everyone_hears_the_speakers_linked_to_them_in_their_order(case: Case) -> None:
    graph = graph_of(case)
    n = len(graph)
    member = graph.by_rank[: n // 2 + 1].copy()
    start_node = np.array([0, n - 1], np.uint32)
    speaker = np.array([len(member), *range(len(member)), len(member) + 1], np.uint32)
    salt = np.random.default_rng(0).integers(1, 2**63, len(speaker), dtype=np.uint64)
    begin, heard, digest = kernel.hearers(speaker, member, start_node, graph.peer_ptr, graph.peer, n, salt)
    for v in range(n):
        expected = []
        for x in speaker.tolist():
            if x >= len(member):
                linked = start_node[x - len(member)] == v
            else:
                u = int(member[x])
                linked = v in graph.peer[graph.peer_ptr[u] : graph.peer_ptr[u + 1]].tolist()
            expected += [x] if linked else []
        listed = heard[begin[v] : begin[v + 1]].tolist()
        assert listed == expected
        assert int(digest[v]) == sum(int(salt[x]) for x in listed) % 2**64


def special(digest: list[int], lists: list[list[int]], group: list[int]) -> tuple[list[int], list[int]]:
    """(row of each stub, stubs of the special rows) with no core, three groups, nobody in the closure."""
    n = len(group)
    begin = np.cumsum([0, *map(len, lists)]).astype(np.uint32)
    heard = np.array([x for one in lists for x in one], np.uint32)
    row, found = np.empty(n, np.uint32), np.empty(n, np.uint32)
    count = kernel.special_stubs(
        np.uint32(0), np.array(group, np.uint32), begin, heard, np.array(digest, np.uint64),
        np.full(n, NOWHERE, np.uint32), NOBODY, np.full(64, -1, np.int32), row, found,
    )  # fmt: skip
    return row.tolist(), found[:count].tolist()


APART = 1 << 31


def test_stubs_with_the_same_group_and_peers_share_a_row() -> None:
    rows, stubs = special([5, 5, 5, 0], [[1, 2], [1, 2], [1, 2], []], [0, 0, 1, 2])
    assert rows == [APART | 0, APART | 0, APART | 1, 2]
    assert stubs == [0, 2]


def test_a_digest_that_collides_does_not_merge_different_stubs() -> None:
    rows, stubs = special([5, 5, 5], [[1, 2], [3, 4], [3]], [0, 0, 0])
    assert rows == [APART | 0, APART | 1, APART | 2]
    assert stubs == [0, 1, 2]
