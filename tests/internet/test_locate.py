"""Every AS gets its points by the stated rules, in the stated order."""

import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catchment.internet.links import PEER_TO_PEER, PROVIDER_TO_CUSTOMER, Links, Locations
from catchment.internet.locate import locate
from catchment.internet.places import country_centre
from catchment.internet.prepare import prepare
from catchment.results.catchment import Known

CAIDA = Path(__file__).resolve().parents[3] / "shared" / "data" / "asrel" / "20240801.as-rel2.txt.bz2"
TOP, MIDDLE, LEFT, RIGHT, PEER = 64496, 64497, 64498, 64499, 64500


def links(*rows):
    a, b, relation = zip(*rows, strict=True)
    return Links(a=np.array(a, np.uint32), b=np.array(b, np.uint32), relation=np.array(relation, np.int8))


def sells(provider, *customers):
    return [(provider, customer, PROVIDER_TO_CUSTOMER) for customer in customers]


def peers(a, *others):
    return [(a, b, PEER_TO_PEER) for b in others]


def given_points(points=(), meets=()):
    asn, lat, lon = zip(*points, strict=True) if points else ((), (), ())
    a, b, mlat, mlon = zip(*meets, strict=True) if meets else ((), (), (), ())
    return Locations(
        asn=np.array(asn, np.uint32),
        latitude_deg=np.array(lat, np.float32),
        longitude_deg=np.array(lon, np.float32),
        meet_a=np.array(a, np.uint32),
        meet_b=np.array(b, np.uint32),
        meet_latitude_deg=np.array(mlat, np.float32),
        meet_longitude_deg=np.array(mlon, np.float32),
    )


def located(rows, countries=None, points=(), meets=()):
    """{AS number: (Known, [points])}, and the geography itself."""
    graph = prepare(links(*rows))
    country = np.array([(countries or {}).get(asn, "") for asn in graph.asn.tolist()], "S2")
    geography = locate(graph, given_points(points, meets), country)
    answer = {}
    for v, asn in enumerate(graph.asn.tolist()):
        own = geography.point[geography.point_ptr[v] : geography.point_ptr[v + 1]]
        answer[asn] = (Known(geography.known[v]), [tuple(p) for p in own.tolist()])
    return answer, graph, geography


def centre(code):
    return tuple(np.array(country_centre(code), np.float32).tolist())


def test_given_points_win_and_keep_their_order():
    answer, *_ = located(
        sells(TOP, LEFT), {TOP: "DE", LEFT: "FR"}, points=[(LEFT, 5.0, 6.0), (TOP, 1.0, 2.0), (LEFT, 3.0, 4.0)]
    )
    assert answer[LEFT] == (Known.GIVEN, [(5.0, 6.0), (3.0, 4.0)])
    assert answer[TOP] == (Known.GIVEN, [(1.0, 2.0)])


def test_of_many_given_points_the_first_32_are_kept():
    answer, *_ = located(sells(TOP, LEFT), points=[(LEFT, float(i), 0.0) for i in range(40)])
    assert answer[LEFT][1] == [(float(i), 0.0) for i in range(32)]


def test_a_stub_stands_at_its_countrys_centre_or_nowhere():
    answer, *_ = located(sells(TOP, LEFT, RIGHT), {LEFT: "FR"})
    assert answer[LEFT] == (Known.COUNTRY, [centre("FR")])
    assert answer[RIGHT] == (Known.UNKNOWN, [])


def test_a_transit_as_is_where_its_customers_are_the_most_shared_place_first():
    answer, *_ = located(sells(TOP, LEFT, RIGHT, PEER), {LEFT: "FR", RIGHT: "JP", PEER: "JP"})
    assert answer[TOP] == (Known.NEIGHBOURS, [centre("JP"), centre("FR")])


def test_a_transit_ass_own_country_comes_first_and_only_once():
    answer, *_ = located(sells(TOP, LEFT, RIGHT, PEER), {TOP: "FR", LEFT: "FR", RIGHT: "JP", PEER: "JP"})
    assert answer[TOP] == (Known.NEIGHBOURS, [centre("FR"), centre("JP")])


def test_a_transit_as_whose_neighbours_are_unknown_has_its_country_alone():
    answer, *_ = located(sells(TOP, LEFT), {TOP: "FR"})
    assert answer[TOP] == (Known.COUNTRY, [centre("FR")])
    answer, *_ = located(sells(TOP, LEFT))
    assert answer[TOP] == (Known.UNKNOWN, [])


def test_a_transit_as_inherits_through_a_transit_as_below_it():
    answer, *_ = located(sells(TOP, MIDDLE) + sells(MIDDLE, LEFT), {LEFT: "KR"})
    assert answer[TOP] == (Known.NEIGHBOURS, [centre("KR")])


def test_peers_and_providers_count_when_their_points_are_given_only():
    rows = sells(TOP, MIDDLE) + sells(MIDDLE, LEFT) + peers(MIDDLE, PEER)
    answer, *_ = located(rows, {LEFT: "KR", PEER: "BR"})
    assert answer[MIDDLE][1] == [centre("KR")]
    answer, *_ = located(rows, {LEFT: "KR"}, points=[(PEER, 1.0, 1.0), (TOP, 50.0, 8.0)])
    assert set(answer[MIDDLE][1]) == {centre("KR"), (1.0, 1.0), (50.0, 8.0)}


def test_points_in_one_half_degree_count_as_one_across_the_date_line_too():
    answer, *_ = located(
        sells(TOP, LEFT, RIGHT, PEER), points=[(LEFT, 10.0, 179.9), (RIGHT, 10.1, -179.9), (PEER, 10.0, 178.0)]
    )
    assert len(answer[TOP][1]) == 2
    assert answer[TOP][1][0] == pytest.approx((10.0, 179.9), abs=1e-4)  # the lowest AS number's


def test_two_points_of_one_neighbour_in_a_cell_are_one_vote():
    answer, *_ = located(
        sells(TOP, LEFT, RIGHT, PEER),
        points=[(LEFT, 10.0, 10.0), (LEFT, 10.1, 10.0), (LEFT, 9.9, 10.0), (RIGHT, 50.0, 50.0), (PEER, 50.0, 50.0)],
    )
    assert answer[TOP][1][0] == (50.0, 50.0)


def test_at_most_32_places_of_neighbours_are_kept_the_home_among_them():
    customers = range(65536, 65536 + 40)
    points = [(asn, 2.0 * (asn - 65536), 0.0) for asn in customers]
    answer, *_ = located(sells(TOP, *customers), {TOP: "JP"}, points=points)
    assert len(answer[TOP][1]) == 32
    assert answer[TOP][1][0] == centre("JP")


def test_meetings_are_sorted_by_link_and_keep_their_rows_order():
    _, graph, geography = located(
        sells(TOP, LEFT, RIGHT),
        meets=[
            (LEFT, TOP, 1.0, 1.0),
            (TOP, RIGHT, 2.0, 2.0),
            (TOP, LEFT, 3.0, 3.0),
            (TOP, 65551, 9.0, 9.0),
            (TOP, TOP, 8.0, 8.0),
        ],
    )
    assert geography.meet_key.tolist() == sorted(geography.meet_key.tolist())
    top, left = graph.node(TOP), graph.node(LEFT)
    assert top is not None
    assert left is not None
    i = geography.meet_key.tolist().index(max(top, left) << 32 | min(top, left))
    assert geography.meet[geography.meet_ptr[i] : geography.meet_ptr[i + 1]].tolist() == [[1.0, 1.0], [3.0, 3.0]]
    assert len(geography.meet) == 3


def test_a_provider_cycle_is_located_too():
    rows = sells(TOP, MIDDLE) + sells(MIDDLE, PEER) + sells(PEER, TOP) + sells(PEER, LEFT)
    answer, *_ = located(rows, {LEFT: "KR"})
    assert answer[PEER] == (Known.NEIGHBOURS, [centre("KR")])


def test_points_of_ases_that_the_graph_lacks_are_passed_over_and_arrays_are_read_only():
    answer, _, geography = located(sells(TOP, LEFT), points=[(65551, 1.0, 1.0)])
    assert set(answer) == {TOP, LEFT}
    assert len(geography.point) == 0
    for name in ("point_ptr", "point", "known", "meet_key", "meet_ptr", "meet"):
        assert not getattr(geography, name).flags.writeable


def test_without_locations_all_comes_from_countries():
    graph = prepare(links(*sells(TOP, LEFT)))
    geography = locate(graph, None, np.array([b"", b"FR"], "S2"))
    assert geography.known.tolist() == [Known.NEIGHBOURS, Known.COUNTRY]


CODES = ["", "FR", "JP", "KR", "US"]


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_locations_are_those_of_the_plain_twin(data):
    n = data.draw(st.integers(2, 9))
    pairs = [(a, b) for a in range(n) for b in range(a + 1, n)]
    chosen = data.draw(st.lists(st.sampled_from(pairs), min_size=1, unique=True))
    # lower numbers sell to higher ones: no cycles
    rows = [(64496 + a, 64496 + b, data.draw(st.sampled_from([-1, -1, 0]))) for a, b in chosen]
    asns = sorted({asn for row in rows for asn in row[:2]})
    country = {asn: data.draw(st.sampled_from(CODES)) for asn in asns}
    spots = st.tuples(st.sampled_from(asns), st.sampled_from([0.0, 10.0, 20.0]), st.sampled_from([0.0, 10.0]))
    points = data.draw(st.lists(spots, max_size=4))
    answer, *_ = located(rows, country, points=points)
    assert answer == plainly(rows, country, points)


def plainly(rows, country, points):
    """The rules of locate.py, said once more and slowly."""
    answer = {}
    asns = sorted({asn for row in rows for asn in row[:2]})
    for asn in asns:
        own = [p[1:] for p in points if p[0] == asn]
        if own:
            answer[asn] = (Known.GIVEN, own)
    given_ones = set(answer)
    customers = {asn: [b for a, b, relation in rows if relation == -1 and a == asn] for asn in asns}
    for asn in reversed(asns):
        if asn in answer:
            continue
        home = [centre(country[asn])] if country[asn] else []
        others = set(customers[asn])
        if others:
            others |= {b for a, b, _ in rows if a == asn and b in given_ones}
            others |= {a for a, b, _ in rows if b == asn and a in given_ones}
        votes, spot = {}, {}
        for other in sorted(others):
            for point in answer[other][1]:
                cell = (round(point[0] * 2), round(point[1] * 2))
                votes.setdefault(cell, set()).add(other)
                spot.setdefault(cell, point)
        seen = list(spot)
        away = [cell for cell in seen if not home or cell != (round(home[0][0] * 2), round(home[0][1] * 2))]
        away.sort(key=lambda cell: (-len(votes[cell]), seen.index(cell)))
        known = Known.NEIGHBOURS if away else Known.COUNTRY if home else Known.UNKNOWN
        answer[asn] = (known, home + [spot[cell] for cell in away])
    return answer


def test_caidas_graph_is_located_in_half_a_second():
    if not CAIDA.exists():
        pytest.skip("CAIDA's graph is not at ../shared/data/asrel")
    from catchment.internet.sources.asrel import read_as_relationships

    graph = prepare(read_as_relationships(CAIDA)[0])
    country = np.array(["FR", "JP", "BR", "US", ""], "S2")[graph.asn % 5]
    began = time.process_time()
    geography = locate(graph, None, country)
    assert time.process_time() - began < 0.5
    assert np.mean(geography.known == Known.UNKNOWN) < 0.2
