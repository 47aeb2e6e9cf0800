"""The rules of scenario files stand in the guide, and the examples of keys are read as they are written."""

import re
from pathlib import Path

import pytest

from catchment.designfile.load import read_design
from catchment.designfile.rehearsal import load_rehearsal
from catchment.designfile.rehearsal_rules import ASK_KEYS, FILE_KEYS, RULES, STEP_KEYS
from catchment.workflows.lab.run import scenario

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples"
GUIDE = ROOT / "docs" / "guide" / "scenarios.md"


def test_the_guide_lists_the_same_rules() -> None:
    rows = re.findall(r"^\| (S0\d\d) \| (.+?) \|$", GUIDE.read_text(encoding="utf-8"), re.MULTILINE)
    assert dict(rows) == RULES


def test_the_guide_names_every_key() -> None:
    text = GUIDE.read_text(encoding="utf-8")
    assert [key for key in (*FILE_KEYS, *ASK_KEYS, *STEP_KEYS) if f"`{key}`" not in text] == []


def test_the_example_of_each_key_is_sound() -> None:
    for key, example in {**FILE_KEYS, **ASK_KEYS, **STEP_KEYS}.items():
        assert example.startswith(f"{key}: ")
    steps = "\n".join(f"  {'-' if number == 0 else ' '} {one}" for number, one in enumerate(STEP_KEYS.values()))
    whole = "\n".join([*(one for key, one in FILE_KEYS.items() if key != "steps"), "steps:", steps])
    assert load_rehearsal(whole, "s.yaml", None).problems == ()


def test_the_scenario_that_the_guide_shows_is_sound() -> None:
    block = re.search(r"^    name: .+?(?=^\S)", GUIDE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    assert block is not None
    text = "\n".join(line[4:] for line in block[0].splitlines())
    design = read_design(EXAMPLES / "global-anycast" / "design.yaml")
    found = load_rehearsal(text, "s.yaml", design)
    assert found.problems == ()
    assert found.rehearsal is not None
    assert len(found.rehearsal.steps) == 4


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*/scenario*.yaml")), ids=lambda path: path.stem)
def test_the_scenarios_of_examples_are_sound(path: Path) -> None:
    found, design = scenario(path)
    assert found.steps
    assert design.parent == path.parent
