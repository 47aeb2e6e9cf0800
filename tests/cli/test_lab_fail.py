"""catchment lab fail, heal and load on the command line."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.lab.small import lacking, left_of
from tests.workflows.lab.test_up import STILL

from catchment.cli import run
from catchment.workflows.lab.up import down

NAME = f"cli-fail-{os.getpid()}"


@pytest.fixture
def still(tmp_path: Path) -> Iterator[Path]:
    path = tmp_path / "design.yaml"
    path.write_text(STILL)
    yield path
    down(NAME)
    assert left_of(NAME) == []


@pytest.mark.skipif(bool(why := lacking("bird", "birdc", "nft", "sysctl")), reason=why or "labs run here")
def test_a_lab_is_hurt_and_healed(still: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["lab", "up", str(still), "--name", NAME, "--daemon", "bird"]) == 0
    capsys.readouterr()
    assert run(["lab", "fail", "hung:dns@r1", "flood:dns=50,for=20", "--lab", NAME]) == 0
    said = capsys.readouterr().err
    assert "dns@r1: its program stands still" in said
    assert "not predicted: flood:dns=50,for=20" in said
    assert "every route is as predicted" in said
    assert run(["lab", "fail", "hung:dns@r1", "--lab", NAME]) == 64
    assert "it is down already" in capsys.readouterr().err
    assert run(["lab", "load", NAME, "--seconds", "0.5", "-o", "json"]) == 0
    (server,) = json.loads(capsys.readouterr().out)["servers"]
    assert server["predicted_per_s"] == 50
    assert server["observed_per_s"] > 10
    assert run(["lab", "verify", NAME, "--flows", "1", "--wait", "0.3"]) == 0
    seen = capsys.readouterr().out
    assert f"{NAME}, with hung:dns@r1, flood:dns=50,for=20" in " ".join(seen.split())
    assert "not predicted: flood:dns=50" in seen
    assert run(["lab", "heal", "--lab", NAME]) == 0
    assert "hung:dns@r1: taken back" in capsys.readouterr().err
    assert run(["lab", "load", NAME, "--seconds", "0.1"]) == 0
    assert "no flood holds now" in capsys.readouterr().out


def test_what_is_no_fault_is_said_with_how_it_is_written(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["lab", "fail", "frozen:dns@r1"]) == 64
    assert "killed:SERVER, hung:SERVER" in capsys.readouterr().err
