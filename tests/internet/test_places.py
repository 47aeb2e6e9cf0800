"""Places are found as people write them, and the shipped tables hold what their README says."""

import csv
import math
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from catchment.internet import places


def test_an_airport_code_is_found_in_any_case():
    incheon = places.airport("icn")
    assert incheon is not None
    assert (incheon.iata, incheon.country) == ("ICN", "KR")
    assert incheon.latitude_deg == pytest.approx(37.469, abs=0.01)
    assert incheon.longitude_deg == pytest.approx(126.451, abs=0.01)


@pytest.mark.parametrize("text", ["ZZZ", "", "IC", "ICNN", '","', "1É2"])
def test_what_is_no_airport_code_is_none(text):
    assert places.airport(text) is None


def test_every_airport_code_is_found_where_the_package_has_it():
    rows = [r for r in airports() if r["iata"]]
    for row in rows[::500]:
        place = places.airport(row["iata"])
        assert place is not None
        assert (place.latitude_deg, place.longitude_deg) == (float(row["lat"]), float(row["lon"]))


def test_a_metropolitan_code_is_the_city():
    seoul = places.airport("SEL")
    assert seoul is not None
    assert seoul.name == "Seoul"


@pytest.mark.parametrize(
    ("text", "name", "country"),
    [
        ("Seoul", "Seoul", "KR"),
        ("sao paulo", "São Paulo", "BR"),
        ("SÃO  PAULO", "São Paulo", "BR"),
        ("Frankfurt, DE", "Frankfurt am Main", "DE"),
        ("new york", "New York City", "US"),
        ("London, CA", "London", "CA"),
        ("Geneva", "Geneva", "CH"),  # too small for the table: found through its airport
    ],
)
def test_a_city_is_found_as_people_write_it(text, name, country):
    place = places.city(text)
    assert place is not None
    assert (place.name, place.country) == (name, country)


def test_of_several_cities_the_largest_is_taken_and_a_country_chooses():
    assert (places.city("London") or pytest.fail("none")).country == "GB"
    assert (places.city("London", "ca") or pytest.fail("none")).country == "CA"


@pytest.mark.parametrize("text", ["", ",", "a", "Nowhereville", "Seoul, DE"])
def test_an_unknown_city_is_none(text):
    assert places.city(text) is None


def test_misspelt_names_are_answered_with_near_ones():
    assert places.nearest_names("Sydny")[0] == "Sydney, AU"
    assert places.nearest_names("Frankfort")[0] == "Frankfurt am Main, DE"
    assert places.nearest_names("") == ()


def test_a_country_centre_leans_to_its_people():
    lat, lon = places.country_centre("AU") or (0, 0)
    assert lat < -30  # the people live in the south-east
    assert 140 < lon < 152
    assert places.country_centre("ZZ") is None


def test_centres_of_many_codes_are_those_of_each():
    codes = np.array([b"US", b"", b"FJ", b"ZZ", b"US", b"\xff"], "S2")
    centres = places.country_centres(codes)
    assert centres.dtype == np.float32
    assert np.isnan(centres[[1, 3, 5]]).all()
    assert centres[0].tolist() == centres[4].tolist()
    assert centres[2] == pytest.approx(places.country_centre("FJ"), abs=1e-4)


def test_no_codes_give_no_centres():
    assert places.country_centres(np.array([], "S2")).shape == (0, 2)


def test_points_of_small_countries_are_the_means_of_their_airports():
    airports_of: dict[str, list[tuple[float, float]]] = {}
    for row in airports():
        airports_of.setdefault(row["country"], []).append((float(row["lat"]), float(row["lon"])))
    off = []
    for row in places.small_countries():
        x = y = z = 0.0
        for degrees in airports_of[row.country]:
            lat, lon = math.radians(degrees[0]), math.radians(degrees[1])
            x, y, z = x + math.cos(lat) * math.cos(lon), y + math.cos(lat) * math.sin(lon), z + math.sin(lat)
        here = math.radians(row.latitude_deg), math.radians(row.longitude_deg)
        norm = math.sqrt(x * x + y * y + z * z)
        cosine = (x * math.cos(here[1]) + y * math.sin(here[1])) * math.cos(here[0]) + z * math.sin(here[0])
        off.append(math.degrees(math.acos(min(1.0, cosine / norm))))
    assert max(off) < 3  # other releases of the package have a few airports more or less
    assert sorted(off)[len(off) // 2] < 0.05


def test_cities_stand_largest_first_and_every_country_has_one_region():
    rows = places.cities()
    assert len(rows) == 1983
    assert [r.population for r in rows] == sorted((r.population for r in rows), reverse=True)
    pairs = {(r.country, r.region) for r in (*rows, *places.small_countries())}
    assert len(pairs) == len({country for country, _ in pairs})
    assert {region for _, region in pairs} == {"AF", "AS", "EU", "LA", "ME", "NA", "OC"}


def test_importing_places_reads_no_file():
    code = (
        "import sys\n"
        "import catchment.internet.places\n"
        "assert 'airportsdata' not in sys.modules\n"
        "assert not catchment.internet.places.cities.cache_info().currsize\n"
    )
    source = str(Path(places.__file__).parents[2])
    subprocess.run([sys.executable, "-c", code], check=True, env={"PYTHONPATH": source})


def airports() -> list[dict[str, str]]:
    spec = find_spec("airportsdata")
    assert spec is not None
    assert spec.submodule_search_locations
    with Path(spec.submodule_search_locations[0], "airports.csv").open(encoding="utf-8", newline="") as rows:
        return list(csv.DictReader(rows))
