"""Reads what is known of single ASes: country, kind, name, and how much their clients count.

A CSV file with a header; the columns may stand in any order, and only asn must be there:

    asn      64496 or AS64496
    country  ISO 3166-1 alpha-2, e.g. DE; empty, ZZ (unknown) and - stand for not known
    kind     a word, e.g. Academic; the column may also be called class or type
    weight   a number of 0 or more, e.g. users or queries a day; empty for not known
    name     text
"""

import math
from dataclasses import dataclass
from itertools import compress
from pathlib import Path

import numpy as np

from catchment.errors import DataError, Problem
from catchment.internet.links import Attributes
from catchment.internet.sources.aspath import AS_TRANS
from catchment.internet.sources.findings import Findings
from catchment.internet.sources.table import Row, Table, as_numbers, open_table
from catchment.results.provenance import Source

EXPECTED = "AS attributes (CSV)"
KINDS = 255  # distinct kinds, without the empty one, that one byte can number (internet.internet.Internet.kind)

_COLUMNS = {
    "asn": "asn",
    "as": "asn",
    "country": "country",
    "kind": "kind",
    "class": "kind",
    "type": "kind",
    "weight": "weight",
    "name": "name",
}
_UNKNOWN_COUNTRY = ("", "ZZ", "-")  # ZZ is user-assigned in ISO 3166-1 and means "unknown" by custom (CLDR)


def read_attributes(path: Path) -> tuple[Attributes, Source]:
    """Read a CSV file of AS attributes, plain, gzip or bzip2.

    Rows of AS 0 (RFC 7607) and AS 23456 (RFC 6793), which stand for no AS, are left out and counted; a row that
    repeats another exactly is dropped and counted. Raises DataError with every fault (the first twenty by name): AS
    numbers, countries and weights of another form, an AS that stands there twice with different values (both lines
    named). About 0.1 s for 93,000 rows.
    """
    table = open_table(path, expected=EXPECTED, columns=_COLUMNS, needed=("asn",))
    if len(table.column) == 1:
        what = f"names no attribute besides asn; its other columns are {', '.join(table.ignored) or 'none'}"
        raise DataError(Problem(where=f"{path}:1", what=what, todo="Name a column country, kind, weight or name"))
    findings = Findings(path=path)
    lines, rows = table.rows(findings)
    columns = _Columns.of(table, lines, rows, findings)
    nobody = columns.drop_nobody()
    repeated = columns.drop_repeated(findings)
    findings.raise_if_any()
    if not columns.line:
        raise DataError(Problem(where=str(path), what="has a header but no rows", todo=f"Give {EXPECTED}"))
    kinds = len(set(columns.kind) - {""})
    if kinds > KINDS:
        what = f"has {kinds:,} different kinds, at most {KINDS} can be kept"
        raise DataError(Problem(where=str(path), what=what, todo="A column of names is perhaps called kind"))
    known = ", ".join(name for name in table.column if name != "asn")
    notes = [f"{len(columns.line):,} ASes with {known}"]
    if table.ignored:
        notes.append(f"columns ignored: {', '.join(table.ignored)}")
    if nobody:
        notes.append(f"{nobody:,} rows of AS 0 and AS {AS_TRANS}, which stand for no AS, left out")
    if repeated:
        notes.append(f"{repeated:,} rows repeat another exactly and were dropped")
    source = Source(what="AS attributes", name=path.name, sha256=table.sha256, notes=tuple(notes))
    return columns.attributes(), source


@dataclass(slots=True, kw_only=True)
class _Columns:
    """The columns of the file, a row an entry; asn is None where it is wrong."""

    line: list[int]
    asn: list[int | None]
    weight: list[float]
    country: list[str]
    kind: list[str]
    name: list[str]

    @classmethod
    def of(cls, table: Table, lines: list[int], rows: list[Row], findings: Findings) -> "_Columns":
        texts = table.texts("asn", rows) or []
        asn = as_numbers(texts)
        for line, number, text in zip(lines, asn, texts, strict=True):
            if number is None and text != "0":
                findings.add(line, f'"{text[:40]}" is not an AS number', "Write 1 to 4294967295")
        weight, country = table.texts("weight", rows), table.texts("country", rows)
        empty = [""] * len(rows)
        columns = cls(
            line=lines,
            asn=asn,
            weight=[math.nan] * len(rows),
            country=empty,
            kind=table.texts("kind", rows) or empty,
            name=table.texts("name", rows) or empty,
        )
        judged = [number is not None and number != AS_TRANS for number in asn]  # what other rows say is not read
        if weight is not None:
            columns.weight = _weights(lines, weight, judged, findings)
        if country is not None:
            columns.country = _countries(lines, country, judged, findings)
        return columns

    def _keep(self, wanted: list[bool]) -> int:
        """Keep the rows wanted; how many went."""
        gone = wanted.count(False)
        if gone:
            self.line = list(compress(self.line, wanted))
            self.asn = list(compress(self.asn, wanted))
            self.weight = list(compress(self.weight, wanted))
            self.country = list(compress(self.country, wanted))
            self.kind = list(compress(self.kind, wanted))
            self.name = list(compress(self.name, wanted))
        return gone

    def drop_nobody(self) -> int:
        return self._keep([asn is not None and asn != AS_TRANS for asn in self.asn])

    def drop_repeated(self, findings: Findings) -> int:
        """Rows that say the same again go; rows that say something else are findings."""
        if len(set(self.asn)) == len(self.asn):
            return 0
        first: dict[int | None, int] = {}
        wanted = []
        for row, asn in enumerate(self.asn):
            before = first.setdefault(asn, row)
            wanted.append(before == row)
            if before != row and self._values(before) != self._values(row):
                what = f"AS{asn} stands on line {self.line[before]} with other values"
                findings.add(self.line[row], what, "Keep one of the two lines")
        return self._keep(wanted)

    def _values(self, row: int) -> tuple[str, str, str, str]:
        # the weight as text: two unknown ones are equal, though NaN is not itself
        return repr(self.weight[row]), self.country[row], self.kind[row], self.name[row]

    def attributes(self) -> Attributes:
        asn = np.array(self.asn, np.uint32)
        weight, country = np.array(self.weight, np.float64), np.array(self.country, "S2")
        order = np.argsort(asn)
        asn, weight, country = asn[order], weight[order], country[order]
        for column in (asn, weight, country):
            column.flags.writeable = False
        places = order.tolist()
        return Attributes(
            asn=asn,
            weight=weight,
            country=country,
            kind=tuple(map(self.kind.__getitem__, places)),
            name=tuple(map(self.name.__getitem__, places)),
        )


def _weights(lines: list[int], texts: list[str], judged: list[bool], findings: Findings) -> list[float]:
    weights = []
    for line, text, judge in zip(lines, texts, judged, strict=True):
        try:
            weight = float(text) if text else math.nan
            wrong = bool(text) and not (math.isfinite(weight) and weight >= 0)
        except ValueError:
            weight, wrong = math.nan, True
        if wrong and judge:
            findings.add(line, f'weight "{text[:40]}" is not a number of 0 or more', "Leave it empty if unknown")
        weights.append(weight)
    return weights


def _countries(lines: list[int], texts: list[str], judged: list[bool], findings: Findings) -> list[str]:
    known = dict.fromkeys(_UNKNOWN_COUNTRY, "")  # text -> code; some 250 codes stand in 100,000 rows
    wrong = set()
    for text in set(texts):
        code = text.upper()
        if len(code) == 2 and code.isascii() and code.isalpha():
            known.setdefault(text, "" if code in _UNKNOWN_COUNTRY else code)
        elif text not in known:
            wrong.add(text)
            known[text] = ""
    if wrong:
        for line, text, judge in zip(lines, texts, judged, strict=True):
            if judge and text in wrong:
                findings.add(line, f'country "{text[:40]}" is not a two-letter code', "Write ISO 3166-1 alpha-2: DE")
    return [known[text] for text in texts]
