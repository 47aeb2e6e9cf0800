"""Saved catchments: what comes back is what went in, every form carries its provenance, and damage is named."""

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.report.sample import sample
from tests.results.small import OSLO, SEOUL, small

from catchment.errors import DataError, MachineError
from catchment.results import archive
from catchment.results.catchment import ARRAYS, Catchment

FORMS = ["json", "jsonl", "parquet"]


def saved(catchment: Catchment, path: Path) -> Path:
    if path.suffix == ".parquet":
        pytest.importorskip("pyarrow", reason="Parquet is an extra")
    archive.save(catchment, path)
    return path


def assert_same(a: Catchment, b: Catchment) -> None:
    """Equal, but for the rounding of the text."""
    assert (a.title, a.notes, a.provenance) == (b.title, b.notes, b.provenance)
    assert repr(a.targets) == repr(b.targets)  # a hijacker's place is NaN, which equals nothing
    rounding = {"share": 1e-6, "rtt_ms": 1e-3, "best_rtt_ms": 1e-3, "latitude_deg": 1e-4, "longitude_deg": 1e-4}
    for name in ARRAYS:
        x, y = getattr(a, name), getattr(b, name)
        assert x.dtype == y.dtype, name
        if name in rounding:
            np.testing.assert_allclose(x, y, rtol=1e-6, atol=rounding[name], err_msg=name)
        else:
            np.testing.assert_array_equal(x, y, err_msg=name)


@pytest.mark.parametrize("form", FORMS)
def test_what_is_saved_comes_back(form: str, tmp_path: Path) -> None:
    assert_same(small(), archive.load(saved(small(), tmp_path / f"a.{form}")))


@pytest.mark.parametrize("form", FORMS)
def test_a_larger_catchment_with_a_hijacker_and_a_site_down_comes_back(form: str, tmp_path: Path) -> None:
    catchment = sample(np.random.default_rng(3), 400, down=("tokyo",), hijacker=True)
    assert_same(catchment, archive.load(saved(catchment, tmp_path / f"a.{form}")))


@pytest.mark.parametrize("form", FORMS)
def test_a_catchment_without_clients_comes_back(form: str, tmp_path: Path) -> None:
    assert_same(small([]), archive.load(saved(small([]), tmp_path / f"a.{form}")))


def test_a_record_says_null_for_what_is_not_known_and_words_for_numbers() -> None:
    first, second, _, lost, _ = archive.records(small())
    assert (first["site"], first["class"], first["decided_by"], first["certainty"]) == (
        "seoul", "customer", "only-route", 1.0,
    )  # fmt: skip
    assert second["shares"] == {"seoul": 0.5, "oslo": 0.5}
    assert second["path"] == [64497, 64496, 65536]
    assert lost == {
        "asn": 64499, "site": None, "certainty": 0.0, "shares": {}, "class": "none", "length": 0, "tied": 0,
        "decided_by": "no-route", "path": [], "rtt_ms": None, "best_site": None, "best_rtt_ms": None, "weight": 1.0,
        "country": None, "latitude_deg": None, "longitude_deg": None, "place_known": "unknown",
    }  # fmt: skip


def test_json_is_one_strict_document_with_a_client_a_line() -> None:
    text = "".join(archive.to_json(small()))
    document = json.loads(text, parse_constant=lambda word: pytest.fail(f"{word} is no JSON"))
    assert [client["asn"] for client in document["clients"]] == [64496, 64497, 64498, 64499, 64500]
    assert document["provenance"]["options"] == [["tie-break", "nearest-exit"], ["down", "oslo"]]
    assert len(text.splitlines()) == 1 + 5 + 1


def test_jsonl_has_the_header_in_its_first_line_and_then_a_client_a_line() -> None:
    head, *clients = [json.loads(line) for line in "".join(archive.to_jsonl(small())).splitlines()]
    assert head["format"] == "catchment 1"
    assert head["provenance"]["sources"][0]["sha256"] == "ab" * 32
    assert len(clients) == 5


def test_csv_has_the_provenance_in_a_comment_and_then_a_table() -> None:
    comment, *lines = "".join(archive.to_csv(small())).splitlines()
    assert json.loads(comment.removeprefix("# "))["provenance"]["program"] == "catchment test"
    rows = list(csv.DictReader(lines))
    assert len(rows) == 5
    assert (rows[1]["path"], rows[1]["shares"], rows[1]["site"]) == (
        "64497 64496 65536",
        "seoul=0.5 oslo=0.5",
        "seoul",
    )
    assert (rows[3]["site"], rows[3]["rtt_ms"]) == ("", "")


def test_a_form_that_nobody_knows_is_refused_and_nothing_is_written(tmp_path: Path) -> None:
    for name in ("a.txt", "a"):
        with pytest.raises(MachineError, match=r"use one of \.json, \.jsonl, \.csv, \.parquet"):
            archive.save(small(), tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def test_a_line_end_of_unicode_inside_a_title_does_not_cut_a_line(tmp_path: Path) -> None:
    odd = small(title="demo\u2028: \x85 203.0.113.0/24")
    for form in ("json", "jsonl"):
        assert archive.load(saved(odd, tmp_path / f"a.{form}")).title == odd.title


def client(**changes: Any) -> dict[str, Any]:
    return next(iter(archive.records(small()))) | changes


HEAD = archive.header(small()) | {"client_count": 1}
NONE = HEAD | {"client_count": 0, "clients": []}


@pytest.mark.parametrize(
    "document",
    [
        None,
        [],
        {},
        {"format": "catchment 2", "clients": []},
        HEAD | {"clients": {}},
        HEAD | {"clients": [1]},
        HEAD | {"clients": [{"asn": 64496}]},
        HEAD | {"clients": [client(asn=-1)]},
        HEAD | {"clients": [client(asn=2**32)]},
        HEAD | {"clients": [client(asn="x")]},
        HEAD | {"clients": [client(site="lima")]},
        HEAD | {"clients": [client(shares={"lima": 1})]},
        HEAD | {"clients": [client(shares=None)]},
        HEAD | {"clients": [client(path=[1e99])]},
        HEAD | {"clients": [client(length=70000)]},
        HEAD | {"clients": [client(weight="much")]},
        HEAD | {"clients": [client(decided_by="dice")]},
        HEAD | {"clients": [client(**{"class": 7})]},
        HEAD | {"clients": [client(country="K\u00d6")]},
        HEAD | {"clients": []},
        NONE | {"targets": [{"name": "seoul"}]},
        NONE | {"targets": 3},
        NONE | {"provenance": None},
        NONE | {"provenance": {"program": "x", "sources": [], "options": [], "surprise": 1}},
    ],
    ids=lambda document: str(document)[-60:],
)
def test_json_that_is_no_catchment_is_one_clear_error(document: object, tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text(json.dumps(document))
    with pytest.raises(DataError) as caught:
        archive.load(path)
    (problem,) = caught.value.problems
    assert problem.where == str(path)
    assert problem.todo


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.json", b""),
        ("a.jsonl", b""),
        ("a.json", b"\xff\xfe\x00"),
        ("a.jsonl", b"\n\n"),
        ("a.json", b"[" * 100_000),
        ("a.jsonl", b'{"format": "catchment 1"}'),
        ("a.parquet", b"PAR1 and nothing else"),
        ("a.parquet", b""),
        ("a.csv", b"asn,site\n"),
        ("a", b""),
    ],
)
def test_damaged_and_foreign_files_are_one_clear_error(name: str, data: bytes, tmp_path: Path) -> None:
    path = tmp_path / name
    if path.suffix == ".parquet":
        pytest.importorskip("pyarrow", reason="Parquet is an extra")
    path.write_bytes(data)
    with pytest.raises(DataError) as caught:
        archive.load(path)
    assert len(caught.value.problems) == 1


@pytest.mark.parametrize("form", FORMS)
def test_a_file_that_is_cut_short_is_named_as_damaged(form: str, tmp_path: Path) -> None:
    path = saved(small(), tmp_path / f"a.{form}")
    whole = path.read_bytes()
    for end in range(0, len(whole) - 3, 97):
        path.write_bytes(whole[:end])
        with pytest.raises(DataError):
            archive.load(path)


def test_clients_may_stand_in_any_order(tmp_path: Path) -> None:
    path = saved(small(), tmp_path / "a.jsonl")
    head, *clients = path.read_text().splitlines(keepends=True)
    path.write_text(head + "".join(clients[::-1]))
    assert_same(small(), archive.load(path))


def test_lines_that_are_lost_are_missed(tmp_path: Path) -> None:
    path = saved(small(), tmp_path / "a.jsonl")
    lines = path.read_text().splitlines(keepends=True)
    path.write_text("".join(lines[:-2]))
    with pytest.raises(DataError, match="it has 3 clients of 5"):
        archive.load(path)


def test_a_file_that_is_not_there_is_said_so_whatever_its_name(tmp_path: Path) -> None:
    for name in ("a.json", "a.jsonl", "a.parquet", "a"):
        if name.endswith("parquet"):
            pytest.importorskip("pyarrow", reason="Parquet is an extra")
        with pytest.raises(DataError, match=r"[Nn]o such file"):
            archive.load(tmp_path / name)


def test_parquet_has_a_column_for_each_field_and_the_header_in_its_metadata(tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet", reason="Parquet is an extra")
    table = parquet.read_table(saved(small(targets=(SEOUL, OSLO)), tmp_path / "a.parquet"))
    assert table.column("asn").to_pylist() == [64496, 64497, 64498, 64499, 64500]
    assert json.loads(table.schema.metadata[b"catchment"])["title"] == small().title
