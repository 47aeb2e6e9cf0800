"""The real programs that judge our files, run by tests; a test skips with its reason where one is not installed."""

import re
import shutil
import subprocess
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


def in_namespace(script: str, *programs: str) -> str:
    """What a shell script prints in a network of its own; skips where such a network or a program is not to be had."""
    for program in ("unshare", "ip", *programs):
        if shutil.which(program) is None:
            pytest.skip(f"{program} is not installed")
    # with processes of its own, which all end with the shell
    own = ["--map-root-user", "--net", "--mount", "--pid", "--fork", "--kill-child"]
    command = ["unshare", *own, "sh", "-ec", script]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=20)
    if done.stderr.startswith("unshare:"):
        pytest.skip(done.stderr.strip())
    assert done.returncode == 0, done.stderr
    return done.stdout
