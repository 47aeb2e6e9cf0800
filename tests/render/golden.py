"""Files of the designs in tests/cases/render, held against those that lie beside it."""

import os
from functools import cache
from pathlib import Path

import pytest

from catchment.designfile.load import read_design
from catchment.render.options import USUAL
from catchment.render.targets import TARGETS
from catchment.render.view import View, views
from catchment.results.config import ConfigFile

CASES = Path(__file__).parents[1] / "cases" / "render"
EXAMPLES = Path(__file__).parents[2] / "examples"


def designs_of_examples() -> list[Path]:
    """The designs of all examples; scenarios of a lab lie beside some."""
    return sorted(
        path
        for path in EXAMPLES.glob("*/*.yaml")
        if not path.stem.startswith("scenario") and path.parent.name != "agent"
    )


@cache
def views_of(design: Path) -> dict[str, View]:
    return {one.name: one for one in views(read_design(design))}


def rendered(target: str, design: Path = CASES / "machines" / "design.yaml") -> dict[str, ConfigFile]:
    """All files of one target: path -> file."""
    (one,) = (one for one in TARGETS if one.name == target)
    wanting = [view for view in views_of(design).values() if one.wants(view, USUAL)]
    return {file.path: file for view in wanting for file in one.writes(view, USUAL)}


def hold(target: str, case: str = "machines") -> None:
    """Every file of a target is the one that lies in expected/, and there is none too many."""
    folder = CASES / case / "expected" / target
    files = rendered(target, CASES / case / "design.yaml")
    if os.environ.get("CATCHMENT_REWRITE"):
        for old in folder.rglob("*"):
            if old.is_file():
                old.unlink()
        for path, file in files.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(file.text)
        pytest.skip("rewritten; read the diff before you commit")
    there = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert there == set(files)
    for path, file in files.items():
        assert (folder / path).read_text() == file.text, path
