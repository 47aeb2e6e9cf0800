"""catchment lab run and replay on the command line."""

import json
from pathlib import Path

import pytest
from tests.results.seoul import TIMELINE
from tests.workflows.lab.test_up import STILL

from catchment.cli import run
from catchment.results.timeline import lines


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    path = tmp_path / "saved.jsonl"
    path.write_text("".join(lines(TIMELINE)))
    return path


def test_a_saved_timeline_is_shown_and_drawn_with_its_exit_code(
    saved: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "page.html"
    assert run(["lab", "replay", str(saved), "--html", str(page)]) == 2
    told = capsys.readouterr()
    assert told.out.startswith("Seoul's server dies: ")
    assert "BROKEN    no answer is lost" in told.out
    assert "drew" in told.err
    assert page.read_text().startswith("<!doctype html>")
    assert run(["lab", "replay", str(saved), "-o", "json"]) == 2
    assert json.loads(capsys.readouterr().out)["name"] == "Seoul's server dies"
    assert run(["lab", "replay", str(saved), "--all"]) == 2
    assert "198.51.100.0/24: dropped" in capsys.readouterr().out


def test_a_dry_run_checks_and_does_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "design.yaml").write_text(STILL)
    path = tmp_path / "scenario.yaml"
    path.write_text("design: design.yaml\nsteps: [{fail: dns@r1, expect: no answer is lost}]\n")
    assert run(["lab", "run", str(path), "--dry-run"]) == 0
    assert "scenario: 1 steps, 1 expectations" in capsys.readouterr().err
    path.write_text("design: design.yaml\nsteps: [{fial: dns@r1}]\n")
    assert run(["lab", "run", str(path), "--dry-run"]) == 1
    assert "scenario.yaml:2:9: S004" in capsys.readouterr().err


def test_what_is_no_timeline_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["lab", "replay", str(tmp_path / "none")]) == 1
    assert "lab run SCENARIO --save FILE" in capsys.readouterr().err
