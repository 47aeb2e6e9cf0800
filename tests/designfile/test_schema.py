"""The JSON Schema is draft 7, takes every sound design and refuses broken ones."""

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator
from ruamel.yaml import YAML

from catchment.designfile.keys import all_keys
from catchment.designfile.load import read
from catchment.designfile.schema import schema

ROOT = Path(__file__).parents[2]
DESIGNS = [*sorted(ROOT.glob("examples/*/design.yaml")), *sorted(ROOT.glob("tests/cases/designfile/*/design.yaml"))]
SOUND = [path for path in DESIGNS if read(path).design]
# What stands in one place and is wrong by itself; names, cities and arithmetic are beyond a schema.
BROKEN = (
    "unknown-keys",
    "wrong-kinds",
    "missing-keys",
    "numbers-out-of-range",
    "kept-for-later-keys",
    "communities",
    "names",
)


def as_editors_see_it(path: Path) -> Any:
    return YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))


def test_it_is_a_draft_7_schema() -> None:
    drawn = schema()
    Draft7Validator.check_schema(drawn)
    text = json.dumps(drawn)
    for newer in ("$defs", "prefixItems", "unevaluated", "dependentSchemas", '"null"'):
        assert newer not in text


@pytest.mark.parametrize("path", SOUND, ids=lambda path: path.parent.name)
def test_every_sound_design_is_taken(path: Path) -> None:
    assert [error.message for error in Draft7Validator(schema()).iter_errors(as_editors_see_it(path))] == []


@pytest.mark.parametrize("case", BROKEN)
def test_broken_designs_are_refused(case: str) -> None:
    path = ROOT / "tests/cases/designfile" / case / "design.yaml"
    assert not Draft7Validator(schema()).is_valid(as_editors_see_it(path))


def test_every_key_is_described() -> None:
    text = json.dumps(schema(), ensure_ascii=False)
    for help_ in all_keys():
        assert json.dumps(help_.meaning, ensure_ascii=False)[1:-1] in text


def test_a_reference_has_nothing_beside_it() -> None:
    def walk(part: Any) -> None:
        if isinstance(part, dict):
            assert "$ref" not in part or len(part) == 1
            for held in part.values():
                walk(held)
        elif isinstance(part, list):
            for held in part:
                walk(held)

    walk(schema())
