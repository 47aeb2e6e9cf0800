"""catchment lab graph and events on the command line."""

import json
from pathlib import Path

import pytest

from catchment.cli import run
from catchment.errors import EXIT_USAGE

DESIGN = str(Path(__file__).parents[2] / "examples" / "seoul-busan" / "design.yaml")


@pytest.mark.parametrize(("form", "begins"), [("dot", "graph"), ("mermaid", "graph"), ("text", "")])
def test_a_design_is_drawn_without_a_lab(form: str, begins: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["lab", "graph", DESIGN, "-o", form]) == 0
    drawn = capsys.readouterr().out
    assert begins in drawn
    assert all(name in drawn for name in ("seoul", "busan"))


def test_a_drawing_is_also_data(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["lab", "graph", DESIGN, "-o", "json"]) == 0
    assert "seoul" in json.dumps(json.loads(capsys.readouterr().out))


def test_events_of_a_lab_that_is_not_there_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["lab", "events", "no-such-lab", "--seconds", "1"]) == EXIT_USAGE
    assert "no-such-lab" in capsys.readouterr().err
