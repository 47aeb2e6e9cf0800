"""A lab beside its prediction, as JSON."""

import json
import os
from pathlib import Path

import pytest
from tests.report.verified_sample import FOUND

from catchment.report.verified_data import verified_data

GOLDEN = Path(__file__).parents[1] / "cases" / "report" / "verified.json"


def test_a_program_reads_exactly_this() -> None:
    """`CATCHMENT_REWRITE=1 pytest tests/report/test_verified_data.py` rewrites it."""
    text = json.dumps(verified_data(FOUND), indent=1, ensure_ascii=False) + "\n"
    if os.environ.get("CATCHMENT_REWRITE"):
        GOLDEN.parent.mkdir(parents=True, exist_ok=True)
        GOLDEN.write_text(text)
        pytest.skip("rewritten; read the diff before you commit")
    assert text == GOLDEN.read_text()


def test_both_reasons_are_there() -> None:
    wrong = verified_data(FOUND)["rows"][2]
    assert wrong["predicted_hops"][0]["decided_by"] == "longer AS path"
    assert wrong["observed_hops"][0]["daemon"][1] == "via 198.51.100.2"
    assert verified_data(FOUND)["rows"][1]["names"][1] == {"where": "body", "name": "dns@busan"}
