"""catchment lab on the command line."""

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.lab.small import lacking, left_of
from tests.workflows.lab.test_up import STILL

from catchment.cli import run
from catchment.lab import spaces
from catchment.workflows.lab.up import down

needs_lab = pytest.mark.skipif(bool(why := lacking("bird", "birdc", "nft", "sysctl")), reason=why or "labs run here")
needs_ip = pytest.mark.skipif(
    None in map(shutil.which, ("ip", "tc")), reason="what this machine can do is tried with ip"
)
NAME = f"cli-{os.getpid()}"


@pytest.fixture
def still(tmp_path: Path) -> Iterator[Path]:
    path = tmp_path / "design.yaml"
    path.write_text(STILL)
    yield path
    down(NAME)
    assert left_of(NAME) == []


@needs_lab
def test_a_lab_is_made_looked_at_broken_and_taken_back(still: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["lab", "up", str(still), "--name", NAME, "--daemon", "bird"]) == 0
    assert "every route is as predicted" in capsys.readouterr().err
    assert run(["lab", "up", str(still), "--name", NAME]) == 64
    assert run(["lab", "status", NAME]) == 0
    assert run(["lab", "ask", NAME, "--flows", "1", "-o", "json"]) == 0
    told = capsys.readouterr().out
    assert [one["server"] for one in json.loads(told[told.index("[\n") :])] == ["dns@r1", "dns@r1"]
    assert run(["lab", "verify", NAME]) == 0
    assert run(["lab", "fail", "r1-r2", "--lab", NAME]) == 0
    assert run(["lab", "verify", NAME, "--wait", "0.3"]) == 0
    assert run(["lab", "heal", "--lab", NAME]) == 0
    capsys.readouterr()
    spaces.batch("ip", f"cm-{NAME}-r2", ["route add blackhole 10.0.0.1/32 proto static"])
    assert run(["lab", "verify", NAME, "--flows", "1", "--wait", "0.3"]) == 2
    said = capsys.readouterr().out
    assert "r2, 10.0.0.1/32" in said
    assert "kernel: blackhole 10.0.0.1 proto static" in said
    assert "1 differs" in said
    assert run(["lab", "down", NAME]) == 0
    assert run(["lab", "down", NAME]) == 0
    assert run(["lab", "status", NAME]) == 64


@needs_ip
def test_a_dry_run_prints_the_steps(still: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["lab", "up", str(still), "--name", NAME, "--daemon", "bird", "--dry-run"]) == 0
    assert f"ip netns add cm-{NAME}-r1" in capsys.readouterr().out


def test_a_lab_that_is_not_there_is_a_wrong_call(capsys: pytest.CaptureFixture[str]) -> None:
    for words in (["status"], ["ask"], ["verify"], ["exec", "--lab"], ["fail", "r1", "--lab"]):
        more = ["r1", "--", "true"] if words[0] == "exec" else []
        assert run(["lab", *words, "no-such-lab", *more]) == 64
    assert "there is no lab no-such-lab" in capsys.readouterr().err
