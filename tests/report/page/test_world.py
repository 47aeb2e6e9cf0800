"""The outlines of the map: nothing crosses its edge, and countries are where they are."""

import numpy as np
import pytest

from catchment.report.page.world import MIDDLE_DEG, Ring, country_rings, cut


def holds(ring: Ring, lon_deg: float, lat_deg: float) -> bool:
    """Whether a point is inside, by the even-odd rule."""
    x, y = ring[:, 0], ring[:, 1]
    crosses = (y[:-1] > lat_deg) != (y[1:] > lat_deg)
    with np.errstate(divide="ignore", invalid="ignore"):
        at = x[:-1] + (lat_deg - y[:-1]) / (y[1:] - y[:-1]) * (x[1:] - x[:-1])
    return bool(np.count_nonzero(crosses & (lon_deg < at)) % 2)


@pytest.mark.parametrize("middle_deg", [MIDDLE_DEG, 0.0, 150.0, -100.0])
def test_no_outline_crosses_the_edge_or_jumps_over_the_map(middle_deg: float) -> None:
    for ring in country_rings(middle_deg):
        assert np.abs(ring[:, 0]).max() <= 180.0
        assert (ring[0] == ring[-1]).all()
        steps = np.abs(np.diff(ring[:, 0]))
        along_the_pole = np.abs(ring[:-1, 1]) == 90.0
        assert steps[~along_the_pole].max() < 60.0


@pytest.mark.parametrize("middle_deg", [MIDDLE_DEG, 0.0, 150.0])
@pytest.mark.parametrize(
    ("place", "lat", "lon", "on_land"),
    [
        ("Seoul", 37.57, 127.2, True),
        ("Chukotka, west of 180", 66.5, 175.0, True),
        ("Chukotka, east of 180", 66.5, -175.0, True),
        ("Antarctica", -85.0, 60.0, True),
        ("Pretoria", -25.7, 28.2, True),
        ("the Pacific", 0.0, -140.0, False),
        ("the Atlantic", 30.0, -40.0, False),
        ("the Bering Sea", 58.0, 178.0, False),
    ],
)
def test_places_are_on_land_or_at_sea(middle_deg: float, place: str, lat: float, lon: float, on_land: bool) -> None:
    relative = (lon - middle_deg + 180.0) % 360.0 - 180.0
    assert any(holds(ring, relative, lat) for ring in country_rings(middle_deg)) == on_land, place


def test_the_middle_that_we_chose_cuts_only_antarctica_and_saint_lawrence_island() -> None:
    cut_ones = [ring for ring in country_rings() if np.abs(ring[:, 0]).max() == 180.0]
    south = [ring for ring in cut_ones if ring[:, 1].max() < -60.0]
    assert len(south) == 1
    assert {round(float(ring[:, 1].mean())) for ring in cut_ones if ring[:, 1].max() > 0} == {63}


def test_a_square_across_the_edge_becomes_two_with_the_same_area() -> None:
    square = np.array([[170.0, 0.0], [-170.0, 0.0], [-170.0, 10.0], [170.0, 10.0], [170.0, 0.0]])
    parts = cut(square, 0.0)
    assert len(parts) == 2

    def area(r: Ring) -> float:
        return abs(float(np.sum(r[:-1, 0] * r[1:, 1] - r[1:, 0] * r[:-1, 1]))) / 2

    assert sum(map(area, parts)) == pytest.approx(200.0)
