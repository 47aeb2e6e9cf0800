"""CSV tables: columns by name, faults by line."""

from pathlib import Path

import pytest

from catchment.errors import DataError
from catchment.internet.sources.findings import Findings
from catchment.internet.sources.table import Row, Table, as_number, as_numbers, open_table

COLUMNS = {"asn": "asn", "kind": "kind", "class": "kind"}


def opened(folder: Path, data: bytes) -> Table:
    (folder / "t.csv").write_bytes(data)
    return open_table(folder / "t.csv", expected="things", columns=COLUMNS, needed=("asn",))


def rows(folder: Path, data: bytes) -> tuple[list[int], list[Row], list[str]]:
    findings = Findings(path=Path("t.csv"))
    lines, found = opened(folder, data).rows(findings)
    return lines, found, [str(problem) for problem in findings.problems]


def test_columns_are_found_in_any_order_and_case_and_others_named(tmp_path: Path) -> None:
    table = opened(tmp_path, b"\xef\xbb\xbfColour, Class ,ASN\r\nred,x,64496\r\n")
    assert table.column == {"kind": 1, "asn": 2}
    assert table.ignored == ("Colour",)
    assert table.texts("kind", [["red", " x", "64496"]]) == ["x"]
    assert table.texts("name", []) is None


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"number,kind\n1,x\n", "is no header of things: no column asn"),
        (b"64496,x\n", "is no header of things"),
        (b"asn,kind,class\n1,x,y\n", 'has two columns for kind: "kind" and "class"'),
        (b"asn,kind\n64496,Z\xfcrich\n", r":2: is not UTF-8"),
    ],
)
def test_a_header_that_does_not_do_is_refused(tmp_path: Path, data: bytes, words: str) -> None:
    with pytest.raises(DataError, match=words):
        opened(tmp_path, data)


def test_lines_are_counted_through_quotes_and_empty_lines(tmp_path: Path) -> None:
    lines, found, problems = rows(tmp_path, b'asn,kind\n1,"a\nb"\n\n2,c\n')
    assert (lines, found, problems) == ([3, 5], [["1", "a\nb"], ["2", "c"]], [])
    assert rows(tmp_path, b"asn,kind\n1,a\n\n2,c\n")[0] == [2, 4]


def test_rows_of_another_width_and_open_quotes_are_faults(tmp_path: Path) -> None:
    lines, _, problems = rows(tmp_path, b"asn,kind\n1\n2,b\n3,c,d\n")
    assert lines == [3]
    assert [problem.split("\n")[0] for problem in problems] == [
        "t.csv:2: has 1 fields, the header has 2",
        "t.csv:4: has 3 fields, the header has 2",
    ]
    assert "is not CSV" in rows(tmp_path, b'asn,kind\n1,"open\n')[2][0]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("64496", 64496),
        ("AS64496", 64496),
        ("as1", 1),
        ("4294967295", 4294967295),
        ("4294967296", None),
        ("0", None),
        ("", None),
        ("-1", None),
        ("1.0", None),
        ("٣", None),
        ("1e3", None),
        ("AS", None),
        ("9" * 5000, None),
    ],
)
def test_as_numbers_are_read_exactly(text: str, number: int | None) -> None:
    assert as_number(text) == number
    assert as_numbers([text]) == [number]
    assert as_numbers([text, "AS2"]) == [number, 2]
    assert as_numbers([text, "2"]) == [number, 2]
