"""What goes to a pipe has no colours and is wide enough; data go to stdout, talk to stderr."""

import re
from pathlib import Path

import pytest
from tests.cli.conftest import Shell

from catchment.cli.terminal import WIDE, console, progress_bar

ESCAPE = "\x1b"


@pytest.mark.parametrize(("columns", "width"), [("", WIDE), ("90", 90), ("abc", WIDE), ("0", WIDE), ("-5", WIDE)])
def test_a_pipe_is_as_wide_as_columns_says_or_wide(monkeypatch: pytest.MonkeyPatch, columns: str, width: int) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    assert console().width == width


def test_without_a_terminal_a_progress_bar_says_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    with progress_bar("scenarios") as progress:
        progress(1, 2)
        progress(2, None)
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("no_color", [None, "1"])
def test_a_pipe_gets_no_escape_codes(small: Shell, monkeypatch: pytest.MonkeyPatch, no_color: str | None) -> None:
    if no_color:
        monkeypatch.setenv("NO_COLOR", no_color)
    client = next(iter(small("predict", "design.yaml", "-o", "csv").lines[2:])).split(",")[0]
    for words in (
        ("predict", "design.yaml", "--down", "seoul"),
        ("explain", "design.yaml", "--client", client),
        ("internet", "near", "ICN"),
        ("internet", "info"),
    ):
        done = small(*words)
        assert done.code == 0, done.err
        assert ESCAPE not in done.out + done.err


def test_data_go_to_stdout_and_talk_to_stderr(small: Shell, folder: Path) -> None:
    done = small("predict", "design.yaml", "-o", "jsonl", "--save", "a.json", "--map", "a.html")
    assert all(line.startswith("{") for line in done.lines)
    assert re.search(r"saved a\.json", done.err)
    assert re.search(r"drew a\.html", done.err)
    table = small("predict", "design.yaml")
    assert "note: evidence level 0" in table.err
    assert "note:" not in table.out
