"""Every whole design that a guide or the README shows is sound."""

import re
from pathlib import Path

import pytest

from catchment.designfile.load import load

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
DESIGNS = [
    pytest.param(block, id=f"{page.stem}-{number}")
    for page in PAGES
    for number, block in enumerate(re.findall(r"^```yaml\n(.+?)^```", page.read_text(encoding="utf-8"), re.M | re.S))
    if block.startswith("name:")
]


@pytest.mark.parametrize("text", DESIGNS)
def test_a_design_in_a_guide_is_sound(text: str) -> None:
    assert load(text, "guide").problems == ()


def test_there_are_designs_in_guides() -> None:
    assert len(DESIGNS) >= 3
