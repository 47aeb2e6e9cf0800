"""The table's formats: what they hold and that they do not depend on the pieces they came in."""

import io
import json
import sys
from collections.abc import Callable
from functools import partial

import numpy as np
import pytest

from catchment.errors import MachineError
from catchment.results.provenance import Provenance
from catchment.workflows.sweep_table import CsvTable, ParquetTable

PROVENANCE = Provenance(program="catchment test")


def bytes_of(kind: Callable[..., CsvTable | ParquetTable], cuts: list[int], sites: int = 3) -> bytes:
    rng = np.random.default_rng(1)
    count = sum(cuts)
    shares = rng.random((count, sites + 2))
    names = [f"scenario {i}" for i in range(count)]
    file = io.BytesIO()
    with kind(file, tuple(f"site{i}" for i in range(sites)), PROVENANCE) as table:
        begin = 0
        for cut in cuts:
            table.add(names[begin : begin + cut], shares[begin : begin + cut])
            begin += cut
        assert not file.closed
    return file.getvalue()


def test_csv_does_not_depend_on_the_pieces() -> None:
    assert bytes_of(CsvTable, [10]) == bytes_of(CsvTable, [1, 0, 4, 5])


def test_csv_quotes_names_and_keeps_unicode() -> None:
    file = io.BytesIO()
    with CsvTable(file, ('say "ah"',), PROVENANCE) as table:
        table.add(["São Paulo, Lima"], np.array([[0.5, 0.25, 1 / 3]]))
    lines = file.getvalue().decode().split("\r\n")
    assert lines[2:] == [
        'scenario,name,"share_say ""ah""",unreachable_share,moved_share',
        '0,"São Paulo, Lima",0.50000000,0.25000000,0.33333333',
        "",
    ]


def test_parquet_does_not_depend_on_the_pieces() -> None:
    pytest.importorskip("pyarrow", reason="Parquet needs pyarrow, an extra")
    groups_of_four = partial(ParquetTable, cells=20)
    whole = bytes_of(groups_of_four, [10])
    assert whole == bytes_of(groups_of_four, [1, 0, 4, 5])
    assert whole == bytes_of(groups_of_four, [4, 4, 2])


def test_parquet_is_read_back_as_written() -> None:
    parquet = pytest.importorskip("pyarrow.parquet", reason="Parquet needs pyarrow, an extra")
    table = parquet.read_table(io.BytesIO(bytes_of(ParquetTable, [7, 5])))
    assert table.column_names[:3] == ["scenario", "name", "share_site0"]
    assert table["scenario"].to_pylist() == list(range(12))
    assert table["name"][11].as_py() == "scenario 11"
    expected = np.random.default_rng(1).random((12, 5))
    assert np.column_stack([table.column(i).to_numpy() for i in range(2, 7)]).tolist() == expected.tolist()
    assert json.loads(table.schema.metadata[b"catchment.provenance"])["program"] == "catchment test"


def test_fifteen_hundred_sites_fit_both_formats() -> None:
    assert bytes_of(CsvTable, [3], sites=1500).count(b"share_site") == 1500
    parquet = pytest.importorskip("pyarrow.parquet", reason="Parquet needs pyarrow, an extra")
    assert parquet.read_table(io.BytesIO(bytes_of(ParquetTable, [3], sites=1500))).shape == (3, 1504)


def test_without_pyarrow_one_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(MachineError, match=r"pip install 'catchment\[parquet\]'"):
        ParquetTable(io.BytesIO(), ("a",), PROVENANCE)
