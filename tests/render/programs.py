"""The real programs that judge our files, run by tests; a test skips with its reason where one is not installed."""

import re
from pathlib import Path

import pytest

from catchment.results.config import ConfigFile, Verdict
from catchment.workflows.config_checkers import verdict


def accepted(file: ConfigFile) -> None:
    """Holds when the program of `file` takes it."""
    said = _asked(file)
    assert said.accepted, f"{file.path}: {said.words}"


def refused(file: ConfigFile) -> str:
    """Holds when its program does not, so that taking a file means something; what it says."""
    said = _asked(file)
    assert said.accepted is False, f"{file.path} is taken"
    return said.words


def _asked(file: ConfigFile) -> Verdict:
    said = verdict(file)
    if said.accepted is None:
        pytest.skip(said.words)
    return said


def words_of(program: Path) -> set[str]:
    """Printable words inside of a program: its table of keys is among them."""
    if not program.is_file():
        pytest.skip(f"{program.name} is not installed")
    return {found.decode() for found in re.findall(rb"[ -~]{4,}", program.read_bytes())}
