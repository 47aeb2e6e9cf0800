"""Paths are cleaned, ASes ranked, the clique at the top found: steps 1 to 4 of AS-Rank."""

from tests.internet.sources.hierarchy import ASES, CLIQUE, told

from catchment.internet.sources.paths import Paths, merge
from catchment.internet.sources.vantage import Observed, clean, find_clique, without_poisoned


def seen(paths: Paths, ixps: tuple[int, ...] = ()) -> Observed:
    return clean(paths, ixps=ixps, allow_reserved=True)


def members(observed: Observed) -> list[int]:
    return sorted(int(observed.asn[node]) for node in find_clique(observed))


def test_reserved_numbers_and_loops_are_discarded_and_counted() -> None:
    extra = ((3356, 174, 2914), (3356, 64512, 174), (3356, 23456, 174), (174, 3356, 174, 701))
    observed = clean(merge([told((64496,), *extra)]), ixps=(), allow_reserved=False)
    assert sorted(observed.asn.tolist()) == [174, 2914, 3356]
    assert "1 discarded for loops" in observed.notes
    assert any(
        note.endswith("discarded for reserved AS numbers") and not note.startswith("0") for note in observed.notes
    )


def test_route_servers_are_taken_out_of_the_middle() -> None:
    observed = seen(told((), (64496, 64510, 64499), (64496, 64510, 64496, 64499)), ixps=(64510,))
    assert sorted(observed.asn.tolist()) == [64496, 64499]
    assert len(observed.link_low) == 1


def test_rank_is_by_transit_degree_then_degree_then_number() -> None:
    observed = seen(told((), (64501, 64500, 64502), (64503, 64500, 64502), (64503, 64499, 64502), (64503, 64498)))
    # transit: 64500 three neighbours, 64499 two; degrees without transit: 64502 and 64503 two and three
    assert observed.asn.tolist() == [64500, 64499, 64503, 64502, 64498, 64501]
    assert observed.transit_degree.tolist() == [3, 2, 0, 0, 0, 0]


def test_triples_know_where_they_stand_in_paths() -> None:
    observed = seen(told((), (64501, 64500, 64502, 64503), (64504, 64501, 64500, 64502)))
    asn = observed.asn.tolist()
    rows = {
        tuple(asn[node] for node in triple): (bool(starts), bool(ends))
        for *triple, starts, ends in zip(
            observed.x.tolist(), observed.y.tolist(), observed.z.tolist(), observed.starts, observed.ends, strict=True
        )
    }
    assert rows == {
        (64501, 64500, 64502): (True, True),
        (64500, 64502, 64503): (False, True),
        (64504, 64501, 64500): (True, False),
    }
    for before, after, x, y, z in zip(
        observed.before, observed.after, observed.x, observed.y, observed.z, strict=True
    ):
        assert {observed.link_low[before], observed.link_high[before]} == {x, y}
        assert {observed.link_low[after], observed.link_high[after]} == {y, z}


def test_the_clique_of_the_hierarchy_is_found() -> None:
    assert members(seen(told(ASES))) == list(CLIQUE)


def test_who_gets_transit_from_one_member_towards_another_is_not_in_the_clique() -> None:
    # 64499 has a link with all three, but 64497 carries its routes to 64496: a customer
    extra = [(64496, 64497, 64499, origin) for origin in range(65536, 65541)] + [(64498, 64499, 65536)]
    assert members(seen(told(ASES, *extra[:4], extra[5]))) == [*CLIQUE, 64499]
    assert members(seen(told(ASES, *extra))) == list(CLIQUE)


def test_a_path_with_an_outsider_between_two_of_the_clique_is_discarded() -> None:
    observed = seen(told(ASES, (65536, 64496, 65551, 64497, 65547)))
    kept = without_poisoned(observed, observed.nodes(CLIQUE))
    assert "1 discarded as poisoned" in kept.notes
    assert len(observed.link_low) - len(kept.link_low) == 3


def test_vantage_points_know_how_many_origins_they_reach() -> None:
    observed = seen(told((64496,), (65536, 64503)))
    reached = {
        int(observed.asn[node]): int(count) for node, count in zip(observed.vantage, observed.reached, strict=True)
    }
    assert reached == {64496: len(ASES), 65536: 1}
