"""Places of ASes and of their interconnections from CSV."""

from pathlib import Path

import pytest

from catchment.errors import DataError
from catchment.internet.links import Locations
from catchment.internet.sources.locations import read_locations
from catchment.results.provenance import Source


def read(folder: Path, data: bytes) -> tuple[Locations, Source]:
    (folder / "l.csv").write_bytes(data)
    return read_locations(folder / "l.csv")


def refusals(folder: Path, data: bytes) -> list[str]:
    with pytest.raises(DataError) as caught:
        read(folder, data)
    return [str(problem).replace(str(folder / "l.csv"), "F").split("\n")[0] for problem in caught.value.problems]


def test_places_keep_the_order_of_the_file_and_meetings_stand_apart(tmp_path: Path) -> None:
    data = (
        b"asn,lat,lon,asn2,city\n64497,50.1,8.7,,x\nAS64496,-33.9,151.2,,y\n64497,1,-2,,z\n64499,52.4,4.9,64498,ams\n"
    )
    locations, source = read(tmp_path, data)
    assert locations.asn.tolist() == [64497, 64496, 64497]
    assert locations.latitude_deg.tolist() == pytest.approx([50.1, -33.9, 1])
    assert locations.longitude_deg.tolist() == pytest.approx([8.7, 151.2, -2])
    assert (locations.meet_a.tolist(), locations.meet_b.tolist()) == ([64498], [64499])
    assert locations.meet_latitude_deg.tolist() == pytest.approx([52.4])
    assert source.notes == ("3 places of 2 ASes, 1 interconnections", "columns ignored: city")


def test_large_as_numbers_stay_exact(tmp_path: Path) -> None:
    assert read(tmp_path, b"asn,lat,lon\n4294967295,0,0\n")[0].asn.tolist() == [4294967295]


def test_repeated_rows_are_dropped_and_an_as_has_at_most_32_places(tmp_path: Path) -> None:
    data = b"asn,lat,lon,asn2\n" + b"".join(b"64496,%d,0,\n" % degrees for degrees in range(40))
    locations, source = read(tmp_path, data + b"64496,0,0,\n64496,1,1,64497\n64497,1,1,64496\n")
    assert len(locations.asn) == 32
    assert len(locations.meet_a) == 1
    assert "2 rows repeat another and were dropped" in source.notes
    assert "8 places left out: only 32 of an AS are kept" in source.notes


def test_all_faults_are_told_with_their_lines(tmp_path: Path) -> None:
    data = (
        b"asn,latitude,longitude,asn2\n0,1,1,\n64496,91,1,\n64496,1,x,\n64496,nan,1,\n64496,1,1,64496\n64496,1,1,y\n"
    )
    assert refusals(tmp_path, data) == [
        'F:2: "0" is not an AS number',
        'F:3: latitude "91" is not in -90 to 90',
        'F:4: longitude "x" is not in -180 to 180',
        'F:5: latitude "nan" is not in -90 to 90',
        "F:6: AS64496 does not meet itself",
        'F:7: "y" is not an AS number',
    ]


def test_a_table_without_places_is_refused(tmp_path: Path) -> None:
    assert "no column lat, lon" in refusals(tmp_path, b"asn,x\n1,2\n")[0]
    assert "has a header but no rows" in refusals(tmp_path, b"asn,lat,lon\n")[0]
