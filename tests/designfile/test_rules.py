"""Every rule has its number, its line in the guide and a golden case that shows the text a user sees."""

import os
import re
from pathlib import Path

import pytest

from catchment.designfile.rules import ADVICE, ERRORS
from catchment.workflows.check import check

HERE = Path(__file__).parents[1]
CASES = sorted((HERE / "cases" / "designfile").iterdir())
GUIDE = HERE.parent / "docs" / "guide" / "design-file.md"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_user_sees_exactly_this(case: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`CATCHMENT_REWRITE=1 pytest tests/designfile` rewrites what is expected: read the diff before you commit."""
    monkeypatch.chdir(case)
    vrps = Path("vrps.json")
    report = check(Path("design.yaml"), roas=vrps if vrps.exists() else None)
    seen = "".join(f"{told}\n" for told in (*report.problems, *report.advice)) + f"exit code {report.exit_code}\n"
    expected = Path("expected.txt")
    if os.environ.get("CATCHMENT_REWRITE"):
        expected.write_text(seen, encoding="utf-8")
        pytest.skip("rewritten; read the diff before you commit")
    assert seen == expected.read_text(encoding="utf-8")


def test_every_rule_has_a_golden_case() -> None:
    shown = set()
    for case in CASES:
        shown |= set(re.findall(r"\b[AD]0\d\d\b", (case / "expected.txt").read_text(encoding="utf-8")))
    assert shown == set(ERRORS) | set(ADVICE)


def test_the_guide_lists_the_same_rules() -> None:
    rows = re.findall(r"^\| ([AD]0\d\d) \| (.+?) \|$", GUIDE.read_text(encoding="utf-8"), re.MULTILINE)
    assert dict(rows) == ERRORS | ADVICE
    assert len(rows) == len(dict(rows))


def test_the_program_tells_no_rule_that_is_not_in_the_table() -> None:
    source = "".join(
        path.read_text(encoding="utf-8") for path in (HERE.parent / "src/catchment/designfile").glob("*.py")
    )
    assert set(re.findall(r'"([AD]0\d\d)"', source)) == set(ERRORS) | set(ADVICE)
