"""Every client of a catchment, and of the one before it, as packed columns of the page.

Names start with "now." for the catchment and "before." for the other; what both share has no prefix.
`client.js` reads them; the codes below are the same there.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from catchment.report.page.columns import Columns
from catchment.report.page.paths import PathTree, path_tree
from catchment.report.page.words import clean
from catchment.results.catchment import Catchment

NOWHERE_CODE = 0xFFFF
ABSENT_CODE = 0xFFFE  # not a client of the catchment before
UNKNOWN_U16 = 0xFFFF
RTT_STEP_MS = 0.1
MOST_ALTERNATIVES = 8  # shown in the card; a tie among 100 sites is not read to its end

Names = Mapping[int, str] | Sequence[str] | None
Rows = npt.NDArray[np.int64]


def add_clients(columns: Columns, now: Catchment, before: Catchment | None, names: Names) -> list[str]:
    """Add all client columns and answer the list of countries that column `country` points into."""
    columns.add("asn", now.asn, running=True)
    columns.add("weight", now.weight.astype(np.float32))
    columns.add("lon", _quantised((now.longitude_deg + 180.0) % 360.0, 360.0))
    columns.add("lat", _quantised(now.latitude_deg + 90.0, 180.0))
    columns.add("known", now.known)
    countries, which = np.unique(now.country, return_inverse=True)
    columns.add("country", which.astype(np.uint16))

    both = [now] if before is None else [now, before]
    tree = path_tree(*((c.path_ptr, c.path) for c in both))
    _add_tree(columns, tree, now, names)
    _add_view(columns, "now.", now, np.arange(len(now.asn)), tree.code[0])
    if before is not None:
        rows = np.searchsorted(before.asn, now.asn)
        rows[rows == len(before.asn)] = 0
        found = before.asn[rows] == now.asn if len(before.asn) else np.zeros(len(rows), bool)
        _add_view(columns, "before.", _as_seen_from(now, before), np.where(found, rows, -1), tree.code[1])
    return [country.decode("ascii", "replace") for country in countries]


def all_targets(now: Catchment, before: Catchment | None) -> list[tuple[str, bool]]:
    """(name, hijacker) of every target: those of `now` in their order, then what only `before` has."""
    keys = [(target.name, target.hijacker) for target in now.targets]
    if before is not None:
        keys += [(target.name, target.hijacker) for target in before.targets]
    return list(dict.fromkeys(keys))


def moved_rows(now: Catchment, before: Catchment) -> npt.NDArray[np.bool_]:
    """bool[n]: clients of both whose target is another one than before."""
    lookup = _target_lookup(now, before)
    rows = np.minimum(np.searchsorted(before.asn, now.asn), max(len(before.asn) - 1, 0))
    if len(before.asn) == 0:
        return np.zeros(len(now.asn), bool)
    answer: npt.NDArray[np.bool_] = (before.asn[rows] == now.asn) & (lookup[before.target[rows]] != now.target)
    return answer


def _target_lookup(now: Catchment, before: Catchment) -> npt.NDArray[np.int16]:
    """The number of each target of `before` in `all_targets`; its last entry serves NOWHERE, index -1."""
    number = {key: i for i, key in enumerate(all_targets(now, before))}
    return np.array([*(number[t.name, t.hijacker] for t in before.targets), -1], np.int16)


def _as_seen_from(now: Catchment, before: Catchment) -> Catchment:
    """`before` with its targets numbered as in `all_targets`."""
    lookup = _target_lookup(now, before)
    return replace(
        before,
        target=lookup[before.target],
        best=lookup[before.best],
        share_target=lookup[before.share_target].astype(np.uint16),
    )


def _add_tree(columns: Columns, tree: PathTree, now: Catchment, names: Names) -> None:
    """The ASes that are met, their names, and the tree of paths over them."""
    ases = np.unique(np.concatenate([now.asn, tree.asn]))
    columns.add("as.asn", ases, running=True)
    if names is None:
        columns.add_text("as.name", [])
    else:
        by_asn = names if isinstance(names, Mapping) else dict(zip(now.asn.tolist(), names, strict=True))
        columns.add_text("as.name", [clean(by_asn.get(asn, "")) for asn in ases.tolist()])
    columns.add("node.parent", tree.parent, running=True)
    columns.add("node.as", np.searchsorted(ases, tree.asn).astype(np.uint32))


def _add_view(columns: Columns, prefix: str, c: Catchment, rows: Rows, code: npt.NDArray[np.uint32]) -> None:
    """The columns of one catchment; row i of the page is row rows[i] of it, or absent where that is -1."""
    absent = rows < 0
    rows = np.where(absent, 0, rows)

    def add(name: str, values: npt.NDArray[np.generic], kind: type, missing: int) -> None:
        # An empty `before` has no row 0 to stand in for the absent ones.
        column: npt.NDArray[Any] = np.full(len(rows), missing, kind)
        column[~absent] = values[rows[~absent]]
        against = f"now.{name}" if prefix == "before." else ""
        columns.add(prefix + name, column, against=against)

    add("target", np.where(c.target < 0, NOWHERE_CODE, c.target), np.uint16, ABSENT_CODE)
    add("best", np.where(c.best < 0, NOWHERE_CODE, c.best), np.uint16, NOWHERE_CODE)
    add("certainty", np.round(c.certainty * 255), np.uint8, 0)
    add("class", c.route_class, np.uint8, 255)
    add("decided", c.decided_by, np.uint8, 0)
    add("length", c.length, np.uint16, 0)
    add("tied", c.tied, np.uint16, 0)
    add("path", code, np.uint32, 0)
    add("rtt", _tenths(c.rtt_ms), np.uint16, UNKNOWN_U16)
    add("best_rtt", _tenths(c.best_rtt_ms), np.uint16, UNKNOWN_U16)
    count, target, share = _alternatives(c)
    add("alt.count", count, np.uint8, 0)
    starts = np.concatenate([[0], np.cumsum(count, dtype=np.int64)])
    kept = rows[~absent]
    width = count[kept].astype(np.int64)
    take = np.repeat(starts[kept] - np.cumsum(width) + width, width) + np.arange(width.sum())
    columns.add(prefix + "alt.target", target[take])
    columns.add(prefix + "alt.share", share[take])


def _alternatives(
    c: Catchment,
) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint16], npt.NDArray[np.uint8]]:
    """(how many each row has, targets, probabilities of 255) of rows with a choice, most probable first."""
    width: Rows = np.diff(c.share_ptr.astype(np.int64))  # type: ignore[assignment]
    row = np.repeat(np.arange(len(width)), width)
    order = np.lexsort((c.share_target, -c.share, row))
    rank = np.arange(len(row)) - np.repeat(c.share_ptr[:-1].astype(np.int64), width)
    kept = order[(rank < MOST_ALTERNATIVES) & (width[row] > 1)]
    count = np.where(width > 1, np.minimum(width, MOST_ALTERNATIVES), 0).astype(np.uint8)
    return count, c.share_target[kept].astype(np.uint16), np.round(c.share[kept] * 255).astype(np.uint8)


def _quantised(values: npt.NDArray[np.float32], span: float) -> npt.NDArray[np.uint16]:
    """0..span as 0..65534; UNKNOWN_U16 for NaN. A step is at most 0.0055 degrees, 610 m."""
    scaled = np.round(np.nan_to_num(values) / span * (UNKNOWN_U16 - 1))
    return np.where(np.isnan(values), UNKNOWN_U16, scaled).astype(np.uint16)


def _tenths(values: npt.NDArray[np.float32]) -> npt.NDArray[np.uint16]:
    """Milliseconds in steps of 0.1, at most 6553.4; UNKNOWN_U16 for NaN."""
    steps = np.minimum(np.round(np.nan_to_num(values) / RTT_STEP_MS), UNKNOWN_U16 - 1)
    return np.where(np.isnan(values), UNKNOWN_U16, steps).astype(np.uint16)
