"""catchment multicast as a user meets it; what the example prints stands beside it and is held by test_trace.py."""

import json
from pathlib import Path

import pytest

from catchment.cli import run

EXAMPLE = Path(__file__).parents[2] / "examples" / "multicast-and-anycast" / "design.yaml"


@pytest.fixture(autouse=True)
def _columns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "132")


def test_everyone_is_reached_is_exit_code_0_and_json_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["multicast", str(EXAMPLE), "-o", "json"]) == 0
    groups = json.loads(capsys.readouterr().out)["groups"]
    assert all(group["delivered"] for group in groups)
    assert all(group["copies"] < group["unicast"] for group in groups)


def test_who_is_not_reached_is_exit_code_2_and_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["multicast", str(EXAMPLE), "--group", "film", "--down", "daegu-busan", "--down", "seoul-busan"]) == 2
    out = capsys.readouterr().out
    assert "is not reached, and was before" in out
    assert "M001" in out


def test_messages_are_listed_when_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["multicast", str(EXAMPLE), "--group", "health", "--messages"]) == 0
    told = capsys.readouterr()
    assert "Join (*,G)" in told.out
    assert "router's loopback" in told.err


@pytest.mark.parametrize(
    ("arguments", "says"),
    [(["--group", "healt"], 'did you mean "health"?'), (["--down", "soul"], 'did you mean "seoul"?')],
)
def test_a_slip_is_told_with_what_to_do(arguments: list[str], says: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["multicast", str(EXAMPLE), *arguments]) == 64
    assert says in capsys.readouterr().err
