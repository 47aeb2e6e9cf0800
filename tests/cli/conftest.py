"""A shell for the tests: a folder of its own, a cache that all share, and the command line in this process."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from catchment.cli import run

DESIGN = """\
name: demo
asn: 64500
prefixes: [203.0.113.0/24, "2001:db8:53::/48"]
sites:
  seoul: {at: ICN, transit: [64512, 64513], capacity: 1.2e9}
  frankfurt: {at: FRA, transit: [64512, 64514]}
  sao-paulo: {at: GRU, transit: [64515]}
intents:
  - share of seoul at most 1 %
  - every client is served
"""
"""On the synthetic Internet, whose carriers have private AS numbers."""


@dataclass(frozen=True)
class Done:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out, parse_constant=lambda word: pytest.fail(f"{word} is no JSON"))

    @property
    def lines(self) -> list[str]:
        return self.out.splitlines()


Shell = Callable[..., Done]


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Holds the synthetic Internets that tests have made."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def folder(tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that commands run in; has design.yaml."""
    place = tmp_path / "here"
    place.mkdir()
    (place / "design.yaml").write_text(DESIGN)
    monkeypatch.chdir(place)
    monkeypatch.setenv("XDG_CACHE_HOME", str(cache))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    for name in ("COLUMNS", "NO_COLOR", "FORCE_COLOR", "TERM"):
        monkeypatch.delenv(name, raising=False)
    return place


@pytest.fixture
def shell(folder: Path, capsys: pytest.CaptureFixture[str]) -> Shell:
    """Runs `catchment` with these words."""

    def call(*words: str | Path) -> Done:
        capsys.readouterr()
        code = run([str(word) for word in words])
        said = capsys.readouterr()
        assert "Traceback" not in said.err
        return Done(code=code, out=said.out, err=said.err)

    return call


@pytest.fixture
def small(shell: Shell) -> Shell:
    """The same on the synthetic Internet of 1,000 networks."""
    return lambda *words: shell(*words, "--ases", "1000")


@pytest.fixture
def process(folder: Path) -> Callable[..., "subprocess.Popen[str]"]:
    """Starts `catchment` as a process of its own, with pipes."""

    def start(*words: str | Path, **changes: Any) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [sys.executable, "-m", "catchment.cli", *map(str, words)],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=os.environ.copy(), **changes,
        )  # fmt: skip

    return start
