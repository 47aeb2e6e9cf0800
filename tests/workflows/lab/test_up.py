"""A lab comes up and goes, is interrupted and crashes, and nothing of it is left."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.lab.small import lacking, left_of

from catchment.errors import MachineError, Problem, UsageError
from catchment.lab.spaces import run
from catchment.lab.state import home
from catchment.lab.watching import Patience
from catchment.workflows.lab import up as workflow
from catchment.workflows.lab.up import Wanted, down, steps, up
from catchment.workflows.lab.verify import verified

needs_lab = pytest.mark.skipif(bool(why := lacking("bird", "birdc", "nft", "sysctl")), reason=why or "labs run here")
needs_ip = pytest.mark.skipif(
    None in map(shutil.which, ("ip", "tc")), reason="what this machine can do is tried with ip"
)
NAME = f"up-{os.getpid()}"

STILL = """name: still
networks:
  corp:
    igp: static
    routers:
      r1: {static: {to: 100.64.0.0/10, via: r2}}
      r2: {static: {to: 10.0.0.1/32, via: r1}}
    links: [{between: [r1, r2], delay: 1 ms}]
services: {dns: {address: 10.0.0.1, at: [r1]}}
clients: {office: r2}
"""


@pytest.fixture
def still(tmp_path: Path) -> Iterator[Path]:
    path = tmp_path / "design.yaml"
    path.write_text(STILL)
    yield path
    down(NAME)
    assert left_of(NAME) == []


def make(path: Path, **wanted: object) -> list[str]:
    said: list[str] = []
    up(path, Wanted(name=NAME, daemon="bird", **wanted), said.append, lambda done, total: None)  # type: ignore[arg-type]
    return said


@needs_lab
def test_a_lab_comes_up_is_as_predicted_and_goes(still: Path) -> None:
    said = make(still)
    assert said[0] == "routers: 2 with bird"
    assert any(one.startswith("delays: ") for one in said)
    assert said[-1].startswith(f"{NAME}: 4 nodes, 3 links")
    assert verified(NAME, 1).holds
    assert down(NAME) == NAME
    assert left_of(NAME) == []
    assert down(NAME) is None


@needs_lab
def test_up_twice_is_refused_and_leaves_the_first_alone(still: Path) -> None:
    make(still)
    with pytest.raises(UsageError, match="is up already"):
        make(still)
    assert verified(NAME, 1).holds


@needs_lab
def test_no_node_has_a_way_out(still: Path) -> None:
    before = run(["ip", "-br", "link"]).stdout.split()
    make(still)
    assert run(["ip", "-br", "link"]).stdout.split() == before
    for node in ("r1", "r2", "office", "dns@r1"):
        shown = run(["ip", "-n", f"cm-{NAME}-{node}", "-br", "link"]).stdout
        assert {line.partition("@")[0].split()[0] for line in shown.splitlines()} <= {
            "lo", "r1", "r2", "office", "svc-dns", "eth0"
        }  # fmt: skip


@needs_lab
def test_what_fails_half_way_is_taken_back(still: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*given: object) -> None:
        raise MachineError(Problem(where="x", what="the disk is full"))

    monkeypatch.setattr(workflow, "wait", never)
    with pytest.raises(MachineError, match="disk is full"):
        make(still)
    assert left_of(NAME) == []


def catchment(*words: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "catchment.cli", *words], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        start_new_session=True,
        # A shell that starts us in the background has SIGINT ignored, and a child inherits that.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509
    )  # fmt: skip


def slow(tmp_path: Path) -> Path:
    """OSPF, which needs its time: there is a middle to be stopped in."""
    path = tmp_path / "slow.yaml"
    path.write_text(STILL.replace("igp: static", "igp: ospf").replace("static: {to: 100.64.0.0/10, via: r2}", ""))
    path.write_text(path.read_text().replace("static: {to: 10.0.0.1/32, via: r1}", ""))
    return path


@needs_lab
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_who_stops_it_in_the_middle_finds_nothing_left(still: Path, tmp_path: Path, number: int) -> None:
    process = catchment("lab", "up", str(slow(tmp_path)), "--name", NAME, "--daemon", "bird")
    _until((home() / NAME / "nodes" / "r2" / "bird.log").exists)
    os.kill(process.pid, number)
    told, _ = process.communicate(timeout=15)
    assert process.returncode == 130, told
    assert left_of(NAME) == []


@needs_lab
def test_after_a_crash_down_finds_everything(still: Path, tmp_path: Path) -> None:
    process = catchment("lab", "up", str(slow(tmp_path)), "--name", NAME, "--daemon", "bird")
    _until((home() / NAME / "nodes" / "r1" / "bird.log").exists)
    process.kill()
    process.communicate(timeout=15)
    assert left_of(NAME) != []
    assert down(NAME) == NAME
    assert left_of(NAME) == []


def _until(there: Callable[[], bool]) -> None:
    limit = time.monotonic() + 10
    while not there():
        assert time.monotonic() < limit
        time.sleep(0.01)


@needs_lab
def test_what_does_not_come_to_rest_in_time_says_what_is_missing(still: Path, tmp_path: Path) -> None:
    path = slow(tmp_path)
    with pytest.raises(MachineError, match=r"(?s)routes are not as predicted and still move: r1: .*stays up"):
        make(path, patience=Patience(limit_s=0.5))
    assert (home() / NAME).exists()


@needs_lab
def test_a_daemon_that_ends_is_named_with_its_last_words(still: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("catchment.lab.plan.BIRD", ("sh", "-c", "echo line 7: syntax error; exit 1"))
    said = make(still, patience=Patience(limit_s=5, quiet_s=0.3))
    assert "bird on r1 has ended: line 7: syntax error" in said


@needs_lab
def test_labs_stand_side_by_side(still: Path) -> None:
    make(still)
    other = f"{NAME}-b"
    try:
        up(still, Wanted(name=other, daemon="bird"), lambda sentence: None, lambda done, total: None)
        assert verified(NAME, 1).holds
        assert verified(other, 1).holds
    finally:
        down(other)
    assert left_of(other) == []
    assert verified(NAME, 1).holds


@needs_ip
def test_steps_are_shown_and_not_done(still: Path) -> None:
    lines = list(steps(still, Wanted(name=NAME, daemon="bird")))
    assert lines[0] == f"ip netns add cm-{NAME}-r1"
    assert any(line.startswith("start on r1: bird -f") for line in lines)
    assert left_of(NAME) == []


def test_without_root_it_says_so(still: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(MachineError, match="need root"):
        make(still)
