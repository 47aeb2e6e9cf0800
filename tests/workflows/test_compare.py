"""Comparing two saved predictions, of whatever form."""

from pathlib import Path

import pytest
from tests.results.small import ROWS, small

from catchment.errors import DataError
from catchment.results import archive
from catchment.workflows.compare import compare


def test_saved_predictions_are_compared_across_forms(tmp_path: Path) -> None:
    archive.save(small(), tmp_path / "a.json")
    swapped = small([(*row[:2], {0: 1, 1: 0}.get(row[2], -1), *row[3:]) for row in ROWS])
    archive.save(swapped, tmp_path / "b.jsonl")
    change = compare(tmp_path / "a.json", tmp_path / "b.jsonl", most=1)
    assert (change.compared, change.moved_clients, len(change.movers)) == (5, 4, 1)
    assert not change.weights_differ


def test_what_was_not_saved_by_us_cannot_be_compared(tmp_path: Path) -> None:
    archive.save(small(), tmp_path / "a.json")
    with pytest.raises(DataError, match="none"):
        compare(tmp_path / "a.json", tmp_path / "none.json", most=1)
