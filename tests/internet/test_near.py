"""Networks near a place: by their nearest point, those with most customers first."""

import pytest
from tests.internet.drawing import attributes, links, locations, peers, sells

from catchment.internet.assemble import assemble
from catchment.internet.internet import Internet
from catchment.internet.near import networks_near
from catchment.model.place import Place

SEOUL, BUSAN = (37.5665, 126.978), (35.1796, 129.0756)
INCHEON = Place(latitude_deg=37.4602, longitude_deg=126.4407, iata="ICN")


@pytest.fixture
def internet() -> Internet:
    """Seoul: 64496 (two customers), 64497 (one), 64499 (a stub). Busan: 64498. Nobody knows where 64500 is."""
    return assemble(
        links(*sells(64496, 64497, 64499), *sells(64497, 64498), *peers(64496, 64500), *sells(64498, 64500)),
        attributes((64496, 1.0, "KR", "tier-1", "Gwang-yeok"), (64499, 1.0, "KR", "eyeball", "")),
        locations(
            [(64496, *BUSAN), (64496, *SEOUL), (64497, *SEOUL), (64498, *BUSAN), (64499, *SEOUL)],
        ),
        (),
    )


def test_networks_with_customers_come_largest_first(internet: Internet) -> None:
    near = networks_near(internet, INCHEON)
    assert [one.asn for one in near] == [64496, 64497]
    first = near[0]
    assert (first.name, first.kind, first.country) == ("Gwang-yeok", "tier-1", "KR")
    assert (first.customers, first.peers) == (2, 1)


def test_the_nearest_point_counts_and_distances_are_real(internet: Internet) -> None:
    """Incheon airport to Seoul is 49 km, to Busan 348 km."""
    found = {one.asn: one.distance_km for one in networks_near(internet, INCHEON, within_km=400)}
    assert found[64496] == found[64497] == pytest.approx(49, abs=1)
    assert found[64498] == pytest.approx(348, abs=2)


def test_a_kind_that_is_asked_for_may_be_without_customers(internet: Internet) -> None:
    assert [one.asn for one in networks_near(internet, INCHEON, ("eyeball",))] == [64499]
    assert networks_near(internet, INCHEON, ("no such kind",)) == []


def test_nobody_is_near_the_middle_of_the_sea(internet: Internet) -> None:
    assert networks_near(internet, Place(latitude_deg=-40, longitude_deg=-120)) == []


def test_a_network_whose_place_is_unknown_is_near_nothing(internet: Internet) -> None:
    everywhere = networks_near(internet, INCHEON, ("",), within_km=30_000)
    assert [one.asn for one in everywhere] == [64497, 64498]  # 64500 is of that kind, too


def test_equally_large_networks_come_by_their_numbers() -> None:
    internet = assemble(
        links(*sells(64499, 65536), *sells(64497, 65536), *sells(64498, 65536)),
        None,
        locations([(asn, *SEOUL) for asn in (64497, 64498, 64499)]),
        (),
    )
    assert [one.asn for one in networks_near(internet, INCHEON)] == [64497, 64498, 64499]
