"""Checkers: what is not installed is said, what does not answer is not waited for, and what is refused is told."""

from pathlib import Path

import pytest

from catchment.results.config import Checker, ConfigFile
from catchment.workflows import config_checkers
from catchment.workflows.config_checkers import CHECKERS, verdict, verdicts

GOOD = ConfigFile(path="a/bird.conf", text="router id 192.0.2.1;\nprotocol device {}\n", checker=Checker.BIRD)


def test_bird_takes_and_refuses_with_the_line() -> None:
    good, bad = verdicts((GOOD, ConfigFile(path="a/bird.conf", text="router id 1;;\nnonsense", checker=Checker.BIRD)))
    if good.accepted is None:
        pytest.skip(good.words)
    assert good.accepted is True
    assert bad.accepted is False
    assert bad.words.startswith("bird: bird.conf:2:1 syntax error")  # no path of this machine


def test_what_has_no_checker_is_said_to_have_none() -> None:
    said = verdict(ConfigFile(path="a", text=""))
    assert said.accepted is None
    assert said.words == "no checker exists"


def test_a_program_that_is_not_installed_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda *_, **__: None)
    said = verdict(GOOD)
    assert said.accepted is None
    assert said.words == "bird is not installed: not checked"


def test_a_program_that_does_not_answer_is_not_waited_for(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    slow = tmp_path / "bird"
    slow.write_text("#!/bin/sh\nexec sleep 30\n")
    slow.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.setattr(config_checkers, "LIMIT_S", 0.2)
    said = verdict(GOOD)
    assert said.accepted is None
    assert "did not answer" in said.words


def test_every_checker_that_is_run_is_one_that_a_file_may_name() -> None:
    assert Checker.NONE not in CHECKERS
    assert Checker.BIRD in CHECKERS
