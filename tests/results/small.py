"""A catchment of five clients that a person can count: two sites, one client lost, one torn between the sites."""

from typing import Any

import numpy as np

from catchment.results.catchment import NOWHERE, Catchment, DecidedBy, Target
from catchment.results.provenance import Provenance, Source
from catchment.results.rows import pointers

SEOUL = Target(name="seoul", latitude_deg=37.46, longitude_deg=126.44, asn=65536, capacity=10.0)
OSLO = Target(name="oslo", latitude_deg=60.19, longitude_deg=11.1, asn=65536)
NAN = float("nan")

# asn, weight, target, class, length, tied, decided by, shares, path, place, known, rtt, best, best rtt, country
ROWS: list[tuple[Any, ...]] = [
    (64496, 4, 0, 1, 1, 1, DecidedBy.ONLY_ROUTE, {0: 1.0}, (64496, 65536), (37.5, 127), 0, 22, 0, 22, b"KR"),
    (64497, 3, 0, 3, 2, 2, DecidedBy.NEAREST_EXIT, {0: 0.5, 1: 0.5}, (64497, 64496, 65536), (50, 8), 1, 150, 1,
     32, b""),
    (64498, 2, 1, 2, 1, 1, DecidedBy.CLASS, {1: 1.0}, (64498, 65536), (60, 11), 2, 21, 1, 21, b"NO"),
    (64499, 1, NOWHERE, 255, 0, 0, DecidedBy.NO_ROUTE, {}, (), (NAN, NAN), 3, NAN, NOWHERE, NAN, b""),
    (64500, 0, 1, 3, 3, 3, DecidedBy.LOWEST_ASN, {0: 0.25, 1: 0.75}, (64500, 64498, 65536), (NAN, NAN), 3, NAN,
     NOWHERE, NAN, b"SE"),
]  # fmt: skip
"""Weights sum to 10, so that every share of weight is a tenth."""


def small(rows: list[tuple[Any, ...]] = ROWS, **changes: Any) -> Catchment:
    column = list(zip(*rows, strict=True)) if rows else [()] * 15
    fields = {
        "title": "demo: 203.0.113.0/24, undisturbed",
        "targets": (SEOUL, OSLO),
        "asn": np.array(column[0], np.uint32),
        "weight": np.array(column[1], np.float64),
        "target": np.array(column[2], np.int16),
        "route_class": np.array(column[3], np.uint8),
        "length": np.array(column[4], np.uint16),
        "tied": np.array(column[5], np.uint16),
        "decided_by": np.array(column[6], np.uint8),
        "share_ptr": pointers(np.array([len(shares) for shares in column[7]], np.int64)),
        "share_target": np.array([t for shares in column[7] for t in shares], np.uint16),
        "share": np.array([p for shares in column[7] for p in shares.values()], np.float32),
        "path_ptr": pointers(np.array([len(path) for path in column[8]], np.int64)),
        "path": np.array([asn for path in column[8] for asn in path], np.uint32),
        "latitude_deg": np.array([place[0] for place in column[9]], np.float32),
        "longitude_deg": np.array([place[1] for place in column[9]], np.float32),
        "known": np.array(column[10], np.uint8),
        "rtt_ms": np.array(column[11], np.float32),
        "best": np.array(column[12], np.int16),
        "best_rtt_ms": np.array(column[13], np.float32),
        "country": np.array(column[14], "S2"),
        "provenance": Provenance(
            program="catchment test",
            made_at="2026-01-01T00:00:00Z",
            sources=(Source(what="design", name="design.yaml", sha256="ab" * 32, notes=("a note",)),),
            options=(("tie-break", "nearest-exit"), ("down", "oslo")),
        ),
        "notes": ("places of networks: some",),
    }
    return Catchment(**fields | changes)
