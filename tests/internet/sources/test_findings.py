"""Problems of one file are collected, shown up to a number, and quoted safely."""

from pathlib import Path

import pytest

from catchment.errors import DataError
from catchment.internet.sources.findings import ENOUGH, SHOWN, Findings, quote


def test_nothing_found_is_no_error() -> None:
    Findings(path=Path("f")).raise_if_any()


def test_the_first_are_shown_in_order_and_the_rest_counted() -> None:
    findings = Findings(path=Path("f"))
    for line in range(1, SHOWN + 6):
        findings.add(line, "is wrong")
    with pytest.raises(DataError) as caught:
        findings.raise_if_any()
    assert [problem.where for problem in caught.value.problems[:2]] == ["f:1", "f:2"]
    assert len(caught.value.problems) == SHOWN + 1
    assert "and 5 more problems" in caught.value.problems[-1].what


def test_there_is_an_enough() -> None:
    findings = Findings(path=Path("f"), count=ENOUGH - 1)
    assert not findings.enough
    findings.add(1, "is wrong")
    assert findings.enough


def test_foreign_bytes_are_quoted_short_and_printable() -> None:
    assert quote(b"a\x1b[31m\xff") == '"a\\x1b[31m\\xff"'
    assert quote(b"x" * 100) == f'"{"x" * 60}..."'
    assert quote("Zürich".encode()) == '"Zürich"'
