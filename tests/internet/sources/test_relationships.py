"""Relationships inferred from the paths of a known Internet are the known ones."""

import struct

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.internet.sources.hierarchy import ASES, CLIQUE, PEERINGS, PROVIDER_LINKS, told

from catchment.errors import DataError
from catchment.internet.sources.paths import Paths, collect
from catchment.internet.sources.relationships import Inference, infer_relationships

TRUE = dict.fromkeys(PROVIDER_LINKS, -1) | {tuple(sorted(link)): 0 for link in PEERINGS}
COLLECTORS_PEERS = (64496, 64497, 64498, 64499, 64502, 64504, 65539, 65546)


def infer(paths: Paths, **options: object) -> Inference:
    return infer_relationships(paths, allow_reserved=True, **options)  # type: ignore[arg-type]


def rows(inference: Inference) -> dict[tuple[int, int], int]:
    links = inference.links
    return {
        (a, b): relation
        for a, b, relation in zip(links.a.tolist(), links.b.tolist(), links.relation.tolist(), strict=True)
    }


def with_cycle(links: dict[tuple[int, int], int]) -> bool:
    """True when taking away ASes without customers again and again leaves some."""
    below = {a: {c for p, c in links if p == a and links[p, c] == -1} for pair in links for a in pair}
    while free := {a for a, customers in below.items() if not customers}:
        below = {a: customers - free for a, customers in below.items() if a not in free}
    return bool(below)


@pytest.mark.parametrize("vantage", [ASES, COLLECTORS_PEERS])
def test_every_provider_that_is_named_is_one_and_every_peering_is_found(vantage: tuple[int, ...]) -> None:
    inference = infer(told(vantage))
    found = rows(inference)
    assert inference.clique == CLIQUE
    transit = [link for link, relation in found.items() if relation == -1]
    assert len(transit) >= 33
    assert all(TRUE.get(link) == -1 for link in transit)
    # what is wrong: a provider whose routes lose the tie-break everywhere is seen by nobody above
    peerings = [link for link, relation in found.items() if relation == 0]
    assert {link for link in TRUE if TRUE[link] == 0} <= set(peerings)
    assert len(peerings) <= 12


def test_a_clique_that_is_given_is_taken() -> None:
    assert infer(told(ASES), clique=(64496, 64497, 64498, 174)).clique == CLIQUE


def test_the_answer_does_not_depend_on_the_order_of_paths() -> None:
    paths = list(told(COLLECTORS_PEERS))
    forth, back = (
        infer(collect({p[0]: {struct.pack(f">{len(q)}I", *q): 1 for q in order if q[0] == p[0]} for p in order}))
        for order in (paths, paths[::-1])
    )
    assert rows(forth) == rows(back)
    assert np.array_equal(forth.links.a, back.links.a)


def test_links_are_ordered_typed_and_read_only() -> None:
    links = infer(told(ASES)).links
    assert (links.a.dtype, links.b.dtype, links.relation.dtype) == (np.uint32, np.uint32, np.int8)
    pairs = list(zip((-links.relation).tolist(), links.a.tolist(), links.b.tolist(), strict=True))
    assert pairs == sorted(pairs, key=lambda row: (-row[0], row[1], row[2]))
    assert not any(column.flags.writeable for column in (links.a, links.b, links.relation))


def test_a_provider_of_smaller_transit_degree_is_found() -> None:
    # 65551 brings much transit, but buys from the small 64506, whom 64502 sells to
    below = [(64496, 64502, 64506, 65551), *((64496, 64502, 64506, 65551, 65552 + i) for i in range(9))]
    found = rows(infer(told(ASES, *below)))
    assert found[64506, 65551] == -1


def test_a_leak_towards_a_bigger_network_does_not_make_it_a_customer() -> None:
    found = rows(infer(told(ASES, (64498, 64501, 64505, 64504, 65538))))
    assert found[64504, 64505] == 0


def test_a_link_that_would_close_a_cycle_of_providers_becomes_a_peering() -> None:
    # 64500 sells to 64504, that to 65551; by the rule of smaller providers 65551 would sell to 64500
    inference = infer(told(ASES, (64504, 65551, 64500)))
    found = rows(inference)
    assert (found[64500, 64504], found[64504, 65551], found[64500, 65551]) == (-1, -1, 0)
    assert "1 links would have closed a cycle of providers" in inference.notes


STUBS = range(65540, 65552)


def test_a_big_network_without_provider_has_customers_and_these_have_theirs() -> None:
    # 64510 sells to many and peers with the regional 64499, whose peer sees it; nobody sells to it
    seen = [(64500, 64499, 64510, stub) for stub in STUBS]
    found = rows(infer(told((64496,), *seen, (64500, 64499, 64510, 65540, 64511)), clique=CLIQUE))
    assert all(found[64510, stub] == -1 for stub in STUBS)
    assert found[65540, 64511] == -1


def test_what_a_network_tells_where_paths_are_recorded_proves_no_customers() -> None:
    # the recorder 64499 may be a customer of 64510, whom all routes are told
    found = rows(infer(told((64496,), *((64499, 64510, stub) for stub in STUBS)), clique=CLIQUE))
    assert all(found[64510, stub] == 0 for stub in STUBS)


def test_a_partial_vantage_point_tells_customers_of_its_peers() -> None:
    many = [(64496, 64497, 70000 + asn) for asn in range(200)]
    found = rows(infer(told((64496,), *many, (65550, 64511, 65551)), clique=CLIQUE))
    assert found[64511, 65551] == -1


def test_nothing_to_infer_from_is_an_error() -> None:
    with pytest.raises(DataError, match="no path with two ASes"):
        infer(told((), (64496,)))
    with pytest.raises(DataError, match="allow reserved AS numbers"):
        infer_relationships(told(ASES))
    with pytest.raises(DataError):
        infer(collect({}))


PATH = st.lists(st.sampled_from(ASES[:10]), min_size=1, max_size=6).map(tuple)


@settings(max_examples=200, deadline=None)
@given(st.lists(PATH, min_size=1, max_size=30))
def test_any_paths_give_each_link_one_relation_and_no_cycle(paths: list[tuple[int, ...]]) -> None:
    try:
        inference = infer(told((), *paths))
    except DataError:
        return
    found = rows(inference)
    assert len(found) == len(inference.links.a)
    assert len({frozenset(link) for link in found}) == len(found)
    assert not with_cycle(found)
    in_clique = [link for link in found if set(link) <= set(inference.clique)]
    assert all(found[link] == 0 for link in in_clique)
