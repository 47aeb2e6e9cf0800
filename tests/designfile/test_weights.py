"""Client weights from the design file and from a CSV beside it."""

from pathlib import Path

import pytest

from catchment.designfile.load import Loaded, load

HEAD = "name: d\nasn: 64500\nprefixes: 192.0.2.0/24\nsites: {a: {at: ICN}}\n"


def loaded(clients: str, folder: Path) -> Loaded:
    return load(f"{HEAD}clients: {clients}\n", "design.yaml", folder=folder)


def test_what_the_design_says_is_stronger_than_its_file(tmp_path: Path) -> None:
    (tmp_path / "w.csv").write_bytes(b"\xef\xbb\xbfasn,weight\r\n# ours\r\nAS64496,10\r\n64497,2.5\r\nKR,2\r\n")
    design = loaded("{weights-file: w.csv, weights: {AS64496: 1, no: 3}}", tmp_path).design
    assert design is not None
    assert design.clients.by_asn == ((64496, 1.0), (64497, 2.5))
    assert design.clients.by_country == (("KR", 2.0), ("NO", 3.0))


@pytest.mark.parametrize(
    ("content", "place", "words"),
    [
        (b"", "w.csv:1", "holds no weights"),
        (b"asn,weight\n", "w.csv:1", "holds no weights"),
        (b"64496,1\n64497;2\n", "w.csv:2", "two columns"),
        (b"64496,-1\n", "w.csv:1", "out of range"),
        (b"64496,nan\n", "w.csv:1", "out of range"),
        (b"AS64496,1\n64496,1\n", "w.csv:2", "second time"),
        (b"\xff\xfe\x00", "design.yaml:5:25", "not text"),
        (b"64496,1\n\x00,2\n", "w.csv:2", "neither"),
    ],
)
def test_a_wrong_file_is_told_with_its_own_line(tmp_path: Path, content: bytes, place: str, words: str) -> None:
    (tmp_path / "w.csv").write_bytes(content)
    (problem,) = loaded("{weights-file: w.csv}", tmp_path).problems
    assert problem.where == place
    assert words in problem.what


def test_a_file_of_another_kind_is_told_twenty_times_and_no_more(tmp_path: Path) -> None:
    (tmp_path / "w.csv").write_text("1|2|-1\n" * 5000)
    assert len(loaded("{weights-file: w.csv}", tmp_path).problems) == 21


@pytest.mark.parametrize("name", ["none.csv", ".", "/dev/zero", '"\\0"'])
def test_what_is_no_file_is_one_problem(tmp_path: Path, name: str) -> None:
    (problem,) = loaded(f"{{weights-file: {name}}}", tmp_path).problems
    assert problem.where.startswith("design.yaml:5:")


def test_only_needs_somebody_to_be_left(tmp_path: Path) -> None:
    for clients in ("{only: true}", "{only: true, weights: {KR: 0}}"):
        assert [problem.rule for problem in loaded(clients, tmp_path).problems] == ["D033"]
    assert loaded("{only: true, weights: {KR: 1}}", tmp_path).problems == ()
