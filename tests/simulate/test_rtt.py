"""Distances between cities that atlases agree on, round-trip times from them, and the nearest site."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.simulate.drawing import BUSAN, LIMA, OSLO, SEOUL

from catchment.results.catchment import NOWHERE, Target
from catchment.simulate.rtt import EARTH_KM, ORDINARY, RttModel, nearest_site, unit_vectors

SYDNEY, LONDON, NEW_YORK = (-33.8688, 151.2093), (51.5074, -0.1278), (40.7128, -74.0060)
Point = tuple[float, float]


def target(name: str, at: Point, **changes: bool) -> Target:
    return Target(name=name, latitude_deg=at[0], longitude_deg=at[1], asn=65536, **changes)


def places(*points: Point) -> np.ndarray:
    return unit_vectors(np.array(points, np.float32))


def haversine_km(a: Point, b: Point) -> float:
    (p, q), (r, s) = (tuple(map(math.radians, point)) for point in (a, b))
    half = math.sin((r - p) / 2) ** 2 + math.cos(p) * math.cos(r) * math.sin((s - q) / 2) ** 2
    return 2 * EARTH_KM * math.asin(math.sqrt(half))


@pytest.mark.parametrize(
    ("a", "b", "km"),
    [
        (SEOUL, BUSAN, 325),
        (LONDON, NEW_YORK, 5570),
        (LONDON, SYDNEY, 16994),
        (OSLO, LIMA, 11048),
        ((0, 179.5), (0, -179.5), 111),
        ((90, 0), (-90, 77), 20015),
    ],
    ids=["Seoul-Busan", "London-New York", "London-Sydney", "Oslo-Lima", "over the date line", "pole to pole"],
)
def test_distances_are_those_of_the_atlas(a: Point, b: Point, km: float) -> None:
    _, found = nearest_site(places(a), (target("there", b),))
    assert found[0] == pytest.approx(km, rel=0.003)


@given(*[st.tuples(st.floats(-90, 90, width=32), st.floats(-180, 180, width=32))] * 2)
def test_chords_give_the_distances_of_the_haversine_formula(a: Point, b: Point) -> None:
    _, found = nearest_site(places(a), (target("there", b),))
    near_the_antipode = haversine_km(a, b) > 19_900  # where an arc changes much and its chord hardly
    assert found[0] == pytest.approx(haversine_km(a, b), abs=15 if near_the_antipode else 0.05, rel=1e-5)


def test_a_time_is_the_base_and_the_way_there_and_back_in_fibre() -> None:
    km = np.array([0, 200, 1000, np.nan], np.float32)
    assert RttModel(base_ms=10, stretch=1).of(km).tolist()[:3] == [10.0, 12.0, 20.0]
    assert ORDINARY.of(km).tolist()[:3] == [21.0, 24.0, 36.0]
    assert np.isnan(ORDINARY.of(km)[3])
    assert ORDINARY.of(km).dtype == np.float32


def test_the_nearest_site_is_up_and_ours() -> None:
    targets = (
        target("busan", BUSAN, up=False),
        target("hijacker", SEOUL, hijacker=True),
        target("sydney", SYDNEY),
        target("london", LONDON),
    )
    best, km = nearest_site(places(SEOUL, OSLO, (np.nan, np.nan)), targets)
    assert best.tolist() == [2, 3, NOWHERE]
    assert km[1] == pytest.approx(1153, rel=0.003)
    assert np.isnan(km[2])


def test_of_equally_near_sites_the_first_in_the_design_is_named() -> None:
    best, _ = nearest_site(places(OSLO), (target("a", LIMA), target("b", BUSAN), target("c", BUSAN)))
    assert best.tolist() == [1]


def test_without_a_site_that_is_up_nothing_is_near() -> None:
    best, km = nearest_site(places(SEOUL), (target("busan", BUSAN, up=False),))
    assert best.tolist() == [NOWHERE]
    assert np.isnan(km).all()


def test_thousands_of_places_are_worked_out_in_blocks() -> None:
    many = np.random.default_rng(1).uniform((-90, -180), (90, 180), (9000, 2)).astype(np.float32)
    sites = (target("seoul", SEOUL), target("oslo", OSLO), target("lima", LIMA))
    best, _ = nearest_site(unit_vectors(many), sites)
    one_by_one = [nearest_site(unit_vectors(many[i : i + 1]), sites)[0][0] for i in range(0, 9000, 300)]
    assert best[::300].tolist() == one_by_one


def test_unit_vectors_are_on_the_sphere_and_unknown_stays_unknown() -> None:
    vectors = unit_vectors(np.array([(0, 0), (90, 0), (0, 90), (np.nan, 5)], np.float32))
    expected = [(1, 0, 0), (0, 0, 1), (0, 1, 0)]
    np.testing.assert_allclose(vectors[:3], expected, atol=1e-6)
    assert np.isnan(vectors[3, 0])
