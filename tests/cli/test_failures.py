"""catchment failures on the command line: exit codes, JSON, and what is refused."""

import json
from pathlib import Path

import pytest

from catchment.cli import run

EXAMPLES = Path(__file__).parents[2] / "examples"
DESIGN = str(EXAMPLES / "seoul-busan/design.yaml")
GRE = str(EXAMPLES / "gre-announce/design.yaml")


def test_intents_that_hold_end_with_0(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["failures", DESIGN, "--of", "link"]) == 0
    told = capsys.readouterr().out
    assert "4 failures tried: 0 take a client's service" in told
    assert "held" in told


def test_without_intents_a_service_that_is_lost_ends_with_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["failures", GRE, "--of", "link", "-o", "json"]) == 2
    found = json.loads(capsys.readouterr().out)
    assert {one["kind"] for one in found["failures"]} == {"link"}
    assert any(one["lost"] for one in found["failures"])
    assert found["intents"] == []


def test_two_at_once_are_tried_in_pairs(capsys: pytest.CaptureFixture[str]) -> None:
    run(["failures", DESIGN, "--of", "link", "--count", "2", "-o", "json"])
    found = json.loads(capsys.readouterr().out)
    assert [len(one["down"]) for one in found["failures"]] == [2] * 6


def test_an_unknown_kind_is_a_mistake_of_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["failures", DESIGN, "--of", "cable"]) == 64
    assert "cable" in capsys.readouterr().err
