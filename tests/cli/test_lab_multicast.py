"""`catchment lab multicast` as it is called."""

import pytest

from catchment.cli import run
from catchment.errors import EXIT_USAGE


def test_a_lab_that_is_not_there_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["lab", "multicast", "no-such-lab"]) == EXIT_USAGE
    assert "there is no lab no-such-lab" in capsys.readouterr().err


def test_help_says_what_a_difference_does(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["lab", "multicast", "--help"]) == 0
    assert "Exit code 2" in capsys.readouterr().out
