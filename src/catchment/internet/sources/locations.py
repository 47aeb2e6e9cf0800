"""Reads where ASes are, and where two of them meet.

A CSV file with a header; the columns may stand in any order:

    asn        64496 or AS64496
    lat, lon   degrees, north and east positive; also called latitude, longitude
    asn2       optional; with an AS number in it the row is a place where the two ASes exchange traffic

The first row of an AS without asn2 is its main place, where its clients are.
"""

import math
from dataclasses import dataclass, field, fields
from pathlib import Path

import numpy as np

from catchment.errors import DataError, Problem
from catchment.internet.links import Locations
from catchment.internet.sources.findings import Findings
from catchment.internet.sources.table import Row, Table, as_number, open_table
from catchment.results.provenance import Source

EXPECTED = "AS locations (CSV)"
POINTS_KEPT = 32  # of an AS, see links.Locations

_COLUMNS = {
    "asn": "asn",
    "as": "asn",
    "lat": "lat",
    "latitude": "lat",
    "lon": "lon",
    "lng": "lon",
    "longitude": "lon",
    "asn2": "asn2",
}


def read_locations(path: Path) -> tuple[Locations, Source]:
    """Read a CSV file of places, plain, gzip or bzip2.

    Rows stay in the order of the file; a row that repeats another is dropped, rows of an AS beyond the 32nd are left
    out, both are counted. Raises DataError with every fault (the first twenty by name): AS numbers, degrees out of
    range, a row that links an AS with itself. About a microsecond a row.
    """
    table = open_table(path, expected=EXPECTED, columns=_COLUMNS, needed=("asn", "lat", "lon"))
    rows = _Rows(table=table, findings=Findings(path=path))
    for line, row in zip(*table.rows(rows.findings), strict=True):
        rows.read(line, row)
    rows.findings.raise_if_any()
    if not rows.points and not rows.meetings:
        raise DataError(Problem(where=str(path), what="has a header but no rows", todo=f"Give {EXPECTED}"))
    notes = [f"{len(rows.points):,} places of {len(rows.count):,} ASes, {len(rows.meetings):,} interconnections"]
    if table.ignored:
        notes.append(f"columns ignored: {', '.join(table.ignored)}")
    if rows.repeated:
        notes.append(f"{rows.repeated:,} rows repeat another and were dropped")
    if rows.beyond:
        notes.append(f"{rows.beyond:,} places left out: only {POINTS_KEPT} of an AS are kept")
    return rows.locations(), Source(what="AS locations", name=path.name, sha256=table.sha256, notes=tuple(notes))


@dataclass(slots=True, kw_only=True)
class _Rows:
    """The rows so far, in the order of the file (a dict keeps it, and knows what it has seen)."""

    table: Table
    findings: Findings
    points: dict[tuple[int, float, float], None] = field(default_factory=dict)
    meetings: dict[tuple[int, int, float, float], None] = field(default_factory=dict)
    count: dict[int, int] = field(default_factory=dict)  # places of each AS
    repeated: int = 0
    beyond: int = 0

    def read(self, line: int, row: Row) -> None:
        at = self.table.column
        second = row[at["asn2"]].strip() if "asn2" in at else ""
        asn, other = self._asn(line, row[at["asn"]].strip()), self._asn(line, second) if second else None
        latitude = self._degrees(line, "latitude", row[at["lat"]], 90)
        longitude = self._degrees(line, "longitude", row[at["lon"]], 180)
        if asn is None or latitude is None or longitude is None or (second and other is None):
            return
        if other is None:
            self._point(asn, latitude, longitude)
        elif other == asn:
            self.findings.add(line, f"AS{asn} does not meet itself", "Leave asn2 empty for a place of one AS")
        elif (min(asn, other), max(asn, other), latitude, longitude) in self.meetings:
            self.repeated += 1
        else:
            self.meetings[min(asn, other), max(asn, other), latitude, longitude] = None

    def _point(self, asn: int, latitude: float, longitude: float) -> None:
        if (asn, latitude, longitude) in self.points:
            self.repeated += 1
        elif self.count.get(asn, 0) == POINTS_KEPT:
            self.beyond += 1
        else:
            self.points[asn, latitude, longitude] = None
            self.count[asn] = self.count.get(asn, 0) + 1

    def _asn(self, line: int, text: str) -> int | None:
        asn = as_number(text)
        if asn is None:
            self.findings.add(line, f'"{text[:40]}" is not an AS number', "Write 1 to 4294967295")
        return asn

    def _degrees(self, line: int, what: str, text: str, limit: int) -> float | None:
        try:
            degrees = float(text)
        except ValueError:
            degrees = math.nan
        if not abs(degrees) <= limit:  # also true for NaN
            self.findings.add(line, f'{what} "{text.strip()[:40]}" is not in -{limit} to {limit}', "Write degrees")
            return None
        return degrees

    def locations(self) -> Locations:
        point = np.array(list(self.points), np.float64).reshape(-1, 3)  # a double holds every AS number exactly
        meeting = np.array(list(self.meetings), np.float64).reshape(-1, 4)
        columns = Locations(
            asn=point[:, 0].astype(np.uint32),
            latitude_deg=point[:, 1].astype(np.float32),
            longitude_deg=point[:, 2].astype(np.float32),
            meet_a=meeting[:, 0].astype(np.uint32),
            meet_b=meeting[:, 1].astype(np.uint32),
            meet_latitude_deg=meeting[:, 2].astype(np.float32),
            meet_longitude_deg=meeting[:, 3].astype(np.float32),
        )
        for column in fields(columns):
            getattr(columns, column.name).flags.writeable = False
        return columns
