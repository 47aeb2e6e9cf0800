"""Reads CSV tables with a header line: finds the columns by name, and names the line of whatever is wrong.

Quoting as in RFC 4180; a byte order mark and Windows line ends are taken. Columns nobody asked for are ignored and
named, so that a misspelt header is seen.
"""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from catchment.errors import DataError, Problem
from catchment.internet.sources.compressed import read_whole
from catchment.internet.sources.findings import Findings, quote
from catchment.internet.sources.recognise import refuse_unless_text
from catchment.model.address import LAST_ASN

Row = list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A CSV file of which the header has been read.

    column  : place of each wanted column that the header names
    ignored : the header's other columns
    """

    path: Path
    text: str
    width: int
    column: Mapping[str, int]
    ignored: tuple[str, ...]
    sha256: str

    def rows(self, findings: Findings) -> tuple[list[int], list[Row]]:
        """Line numbers and fields of the rows as wide as the header; others go to the findings, empty lines nowhere."""
        lines: list[int] = []
        rows: list[Row] = []
        reader = csv.reader(io.StringIO(self.text, newline=""), strict=True)
        try:
            if '"' not in self.text:  # every row is one line then: no need to ask for the line of each
                rows = list(reader)[1:]
                lines = list(range(2, len(rows) + 2))
            else:
                for row in reader:
                    rows.append(row)
                    lines.append(reader.line_num)
                del rows[0], lines[0]
        except csv.Error as error:
            findings.add(reader.line_num, f"is not CSV: {error}", "Close the quotation marks")
        if all(map(self.width.__eq__, map(len, rows))):
            return lines, rows
        return self._of_right_width(lines, rows, findings)

    def _of_right_width(self, lines: list[int], rows: list[Row], findings: Findings) -> tuple[list[int], list[Row]]:
        kept_lines, kept_rows = [], []
        for line, row in zip(lines, rows, strict=True):
            if len(row) == self.width:
                kept_lines.append(line)
                kept_rows.append(row)
            elif row and not findings.enough:
                what = f"has {len(row)} fields, the header has {self.width}"
                findings.add(line, what, "Quote a field that holds a comma")
        return kept_lines, kept_rows

    def texts(self, name: str, rows: list[Row]) -> list[str] | None:
        """One column without the spaces around its fields, None when the file has no such column."""
        if name not in self.column:
            return None
        place = self.column[name]
        return [row[place].strip() for row in rows]


def open_table(path: Path, *, expected: str, columns: Mapping[str, str], needed: tuple[str, ...]) -> Table:
    """Read a CSV file (plain, gzip, bzip2) up to its header.

    columns : header name in lower case -> the name it is known by here; several may mean the same
    needed  : names that must be there
    Raises DataError when the file is no text, when a needed column is absent or a column stands there twice.
    """
    content = read_whole(path)
    refuse_unless_text(path, content.data, expected)
    try:
        text = content.data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.data.count(b"\n", 0, error.start) + 1
        what = f"is not UTF-8: {quote(content.data[error.start : error.start + 1])}"
        raise DataError(Problem(where=f"{path}:{line}", what=what, todo="Save the file as UTF-8")) from error
    header = [name.strip() for name in next(csv.reader([text.split("\n", 1)[0].rstrip("\r")]), [])]
    found: dict[str, int] = {}
    for place, name in enumerate(header):
        known = columns.get(name.lower())
        if known in found:
            what = f'has two columns for {known}: "{header[found[known]]}" and "{name}"'
            raise DataError(Problem(where=f"{path}:1", what=what, todo="Keep one of them"))
        if known is not None:
            found[known] = place
    absent = [name for name in needed if name not in found]
    if absent:
        raise DataError(
            Problem(
                where=f"{path}:1",
                what=f"is no header of {expected}: no column {', '.join(absent)} in {quote(text[:80].encode())}",
                todo=f"The first line names the columns: {', '.join(dict.fromkeys(columns))}",
            )
        )
    ignored = tuple(name for name in header if name.lower() not in columns)
    return Table(path=path, text=text, width=len(header), column=found, ignored=ignored, sha256=content.sha256)


def as_number(text: str) -> int | None:
    """1 to 4294967295 from "64496" or "AS64496", None for anything else."""
    digits = text[2:] if text[:2] in ("AS", "as") else text
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 10):
        return None
    number = int(digits)
    return number if 1 <= number <= LAST_ASN else None


def as_numbers(texts: list[str]) -> list[int | None]:
    """as_number of each."""
    joined = "".join(texts)
    if joined.isascii() and joined.isdigit() and all(texts) and max(map(len, texts)) <= 10:
        return [number if 1 <= number <= LAST_ASN else None for number in map(int, texts)]
    return [as_number(text) for text in texts]
