"""The table of a sweep, as CSV or Parquet: one row a scenario, one column a site.

    scenario, name, share_<site> ..., unreachable_share, moved_share

Wide, not one row for each scenario and site: a row is a scenario, sorts and plots as it is, and 1,500 sites are 1,500
columns of numbers instead of 1,500 repetitions of a name. Shares are of the clients' weight, 0 to 1.
"""

import csv
import io
import json
from collections.abc import Callable
from dataclasses import asdict
from types import TracebackType
from typing import Any, BinaryIO, Protocol, Self

import numpy as np
import numpy.typing as npt

from catchment.errors import MachineError, Problem
from catchment.results.provenance import Provenance
from catchment.simulate.sweep import Outcomes

Shares = np.ndarray[tuple[int, int], np.dtype[np.float64]]

CELLS_OF_A_GROUP = 1 << 20
"""Numbers of a Parquet row group, 8 MB: what a table holds in memory. Fixed: a file does not show who computed it."""


def shares_of(outcomes: Outcomes) -> Shares:
    """float64[k, t + 2]: the share of each target, then unreachable, then moved."""
    weights = np.column_stack([outcomes.weight, outcomes.unreachable, outcomes.moved])
    return weights / outcomes.total


def columns_of(sites: tuple[str, ...]) -> list[str]:
    """The names of the columns of shares."""
    return [*(f"share_{site}" for site in sites), "unreachable_share", "moved_share"]


def provenance_text(provenance: Provenance) -> str:
    """One line of JSON."""
    return json.dumps(asdict(provenance), ensure_ascii=False)


class Table(Protocol):
    """Takes rows in their order."""

    def add(self, names: list[str], shares: Shares) -> None: ...


class CsvTable:
    """RFC 4180 with a header, below two comment lines that begin with `#`: what this is, and its provenance as JSON.

    pandas: read_csv(file, comment="#"); DuckDB: read_csv(file, comment='#'). Shares have eight digits after the point.
    """

    def __init__(self, file: BinaryIO, sites: tuple[str, ...], provenance: Provenance) -> None:
        self._text = io.TextIOWrapper(file, encoding="utf-8", newline="", write_through=False)
        self._next = 0
        self._format: Callable[[tuple[float, ...]], str] = ",".join(["%.8f"] * (len(sites) + 2)).__mod__
        self._text.write("# catchment sweep: one row a scenario; shares of the clients' weight, 0 to 1\r\n")
        self._text.write(f"# provenance: {provenance_text(provenance)}\r\n")
        self._line(["scenario", "name", *columns_of(sites)])

    def _line(self, cells: list[str]) -> None:
        csv.writer(self._text).writerow(cells)

    def add(self, names: list[str], shares: Shares) -> None:
        lines = io.StringIO(newline="")
        writer = csv.writer(lines, lineterminator="")
        for name, row in zip(names, shares.tolist(), strict=True):
            writer.writerow([self._next, name])
            lines.write(f",{self._format(tuple(row))}\r\n")
            self._next += 1
        self._text.write(lines.getvalue())

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self._text.flush()
        self._text.detach()  # the file is its owner's to close


class ParquetTable:
    """Apache Parquet: scenario int32, name string, shares float64; the provenance is in the metadata of the file.

    Key `catchment.provenance`, JSON. Needs pyarrow. `cells` is the size of a row group in numbers.
    """

    def __init__(
        self, file: BinaryIO, sites: tuple[str, ...], provenance: Provenance, cells: int = CELLS_OF_A_GROUP
    ) -> None:
        self._arrow, parquet = _pyarrow()
        pa = self._arrow
        fields = [pa.field("scenario", pa.int32(), nullable=False), pa.field("name", pa.string(), nullable=False)]
        fields += [pa.field(name, pa.float64(), nullable=False) for name in columns_of(sites)]
        self._schema = pa.schema(fields, metadata={"catchment.provenance": provenance_text(provenance)})
        self._writer = parquet.ParquetWriter(file, self._schema, compression="zstd")
        self._group = max(1, cells // (len(sites) + 2))
        self._next = 0
        self._names: list[str] = []
        self._shares: list[Shares] = []

    def add(self, names: list[str], shares: Shares) -> None:
        self._names += names
        self._shares.append(shares)
        if len(self._names) >= self._group:
            whole = np.concatenate(self._shares)
            for begin in range(0, len(whole) - self._group + 1, self._group):
                self._write(self._names[begin : begin + self._group], whole[begin : begin + self._group])
            rest = len(whole) % self._group
            self._names = self._names[len(whole) - rest :]
            self._shares = [whole[len(whole) - rest :].copy()]

    def _write(self, names: list[str], shares: npt.NDArray[np.float64]) -> None:
        number = np.arange(self._next, self._next + len(names), dtype=np.int32)
        columns = [self._arrow.array(number), self._arrow.array(names)]
        columns += [self._arrow.array(np.ascontiguousarray(column)) for column in shares.T]
        self._writer.write_table(self._arrow.table(columns, schema=self._schema), row_group_size=self._group)
        self._next += len(names)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None and self._names:
            self._write(self._names, np.concatenate(self._shares))
        self._writer.close()


def _pyarrow() -> tuple[Any, Any]:
    try:
        import pyarrow  # noqa: PLC0415  an extra
        import pyarrow.parquet  # noqa: PLC0415
    except ImportError as error:
        what = "Parquet files need the package pyarrow, which is not installed"
        todo = "pip install 'catchment[parquet]', or write a .csv"
        raise MachineError(Problem(where="pyarrow", what=what, todo=todo)) from error
    return pyarrow, pyarrow.parquet
