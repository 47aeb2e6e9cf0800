"""AS attributes from CSV."""

import gzip
import math
from pathlib import Path

import pytest

from catchment.errors import DataError
from catchment.internet.links import Attributes
from catchment.internet.sources.attributes import read_attributes
from catchment.results.provenance import Source

SHARED = Path(__file__).parents[4] / "shared" / "data" / "as-attributes" / "as_class_country.csv.gz"


def read(folder: Path, data: bytes) -> tuple[Attributes, Source]:
    (folder / "a.csv").write_bytes(data)
    return read_attributes(folder / "a.csv")


def refusals(folder: Path, data: bytes) -> list[str]:
    with pytest.raises(DataError) as caught:
        read(folder, data)
    return [str(problem).replace(str(folder / "a.csv"), "F") for problem in caught.value.problems]


FULL = b"""name,asn,Country,class,weight,colour
"Example, Inc.",64497,de,Academic,2.5,red
,AS64496,ZZ,,,blue
Other,65536,-,Content,0,
"""


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_rows_come_ascending_with_what_is_unknown_left_open(tmp_path: Path, pack: object) -> None:
    attributes, source = read(tmp_path, pack(FULL))  # type: ignore[operator]
    assert attributes.asn.tolist() == [64496, 64497, 65536]
    assert attributes.country.tolist() == [b"", b"DE", b""]
    assert math.isnan(attributes.weight[0])
    assert attributes.weight[1:].tolist() == [2.5, 0.0]
    assert attributes.kind == ("", "Academic", "Content")
    assert attributes.name == ("", "Example, Inc.", "Other")
    assert source.notes == ("3 ASes with name, country, kind, weight", "columns ignored: colour")


def test_absent_columns_are_unknown_everywhere(tmp_path: Path) -> None:
    attributes, _ = read(tmp_path, b"asn,weight\n64496,1\n")
    assert (attributes.country.tolist(), attributes.kind, attributes.name) == ([b""], ("",), ("",))
    assert math.isnan(read(tmp_path, b"asn,country\n64496,DE\n")[0].weight[0])


def test_rows_that_stand_for_no_as_are_left_out_whatever_they_say(tmp_path: Path) -> None:
    attributes, source = read(tmp_path, b"asn,country\n0,nowhere\n23456,RFC6793\n64496,DE\n")
    assert attributes.asn.tolist() == [64496]
    assert "2 rows of AS 0 and AS 23456, which stand for no AS, left out" in source.notes


def test_the_same_row_twice_is_dropped_and_another_is_refused_with_both_lines(tmp_path: Path) -> None:
    data = b"asn,country,weight\n64497,DE,\n64496,FR,1\n64497,DE,\n"
    attributes, source = read(tmp_path, data)
    assert attributes.asn.tolist() == [64496, 64497]
    assert attributes.country.tolist() == [b"FR", b"DE"]
    assert "1 rows repeat another exactly and were dropped" in source.notes
    found = refusals(tmp_path, data + b"64496,FR,2\n")
    assert len(found) == 1
    assert found[0].startswith("F:5: AS64496 stands on line 3 with other values")


def test_all_faults_are_told_with_their_lines(tmp_path: Path) -> None:
    data = b"asn,country,weight\nx,DE,1\n64496,DEU,1\n64497,DE,-1\n64498,DE,nan\n64499,DE,many\n64500\n-1,DE,1\n"
    found = [text.split("\n")[0] for text in refusals(tmp_path, data)]
    assert sorted(found) == [
        'F:2: "x" is not an AS number',
        'F:3: country "DEU" is not a two-letter code',
        'F:4: weight "-1" is not a number of 0 or more',
        'F:5: weight "nan" is not a number of 0 or more',
        'F:6: weight "many" is not a number of 0 or more',
        "F:7: has 1 fields, the header has 3",
        'F:8: "-1" is not an AS number',
    ]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "is empty"),
        (b"<html>", "is a web page"),
        (b"asn,country\n", "has a header but no rows"),
        (b"asn,hege\n64496,1\n", "names no attribute besides asn; its other columns are hege"),
        (b"asn,kind\n" + b"".join(b"%d,k%d\n" % (i, i) for i in range(1, 300)), "has 299 different kinds"),
    ],
)
def test_what_is_no_such_table_is_one_clear_error(tmp_path: Path, data: bytes, words: str) -> None:
    found = refusals(tmp_path, data)
    assert len(found) == 1
    assert words in found[0]


@pytest.mark.skipif(not SHARED.exists(), reason="the table of 93,005 ASes is not beside the project")
def test_the_table_of_the_internet_health_report_is_read() -> None:
    attributes, source = read_attributes(SHARED)
    assert source.notes[0] == "93,003 ASes with kind, country"
    assert int((attributes.country == b"").sum()) == 3051
    assert len(set(attributes.kind)) == 8
