"""A scenario is played in a lab of its own or in another one, and nothing of it is left."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

import pytest
from tests.lab.small import lacking, left_of
from tests.workflows.lab.test_up import STILL

from catchment.errors import ScenarioError, UsageError
from catchment.lab.recording.orders import Caller, Orders
from catchment.lab.state import home
from catchment.model.rehearsal import Rehearsal, Step
from catchment.results.timeline import Flow, Timeline, read_lines
from catchment.workflows.lab.open import OpenLab, chosen
from catchment.workflows.lab.run import Wanted, checked_only, must_be_bearable, run, scenario
from catchment.workflows.lab.up import Wanted as Own
from catchment.workflows.lab.up import down, up

needs_lab = pytest.mark.skipif(bool(why := lacking("bird", "birdc", "nft", "sysctl")), reason=why or "labs run here")
NAME = f"run-{os.getpid()}"

SCENARIO = """
design: design.yaml
ask: {every: 20 ms, wait: 300 ms}
steps:
  - name: as it is
    watch: 300 ms
    expect: [no answer is lost, office is answered by dns@r1, agrees with the prediction]
  - fail: r1-r2
    watch: 600 ms
    expect:
      - every client is answered by nobody within 500 ms
      - r2 has no route to 10.0.0.1/32 within 1 s
      - at most 2 answers are lost
      - agrees with the prediction
  - heal: everything
    watch: 1500 ms
    expect: [office is answered by dns@r1 within 1 s, r2 reaches 10.0.0.1/32 via r1, routes are at rest within 2 s]
"""


@pytest.fixture
def still(tmp_path: Path) -> Iterator[Path]:
    (tmp_path / "design.yaml").write_text(STILL)
    path = tmp_path / "scenario.yaml"
    path.write_text(SCENARIO)
    yield path
    down(NAME)
    assert left_of(NAME) == []


def play(path: Path, **wanted: object) -> tuple[Timeline, list[str]]:
    said: list[str] = []
    own = Own(name=NAME, daemon="bird")
    return run(path, Wanted(own=own, lead_s=0.5, **wanted), said.append, lambda done, total: None), said  # type: ignore[arg-type]


@needs_lab
def test_a_scenario_on_a_lab_of_its_own(still: Path) -> None:
    timeline, said = play(still)
    assert left_of(NAME) == []
    assert said[-1] == f"{NAME} is down, nothing of it is left"
    assert not timeline.ended
    verdicts = [[check.holds for check in step.checks] for step in timeline.steps]
    assert verdicts == [[True] * 3, [True, True, False, True], [True] * 3], timeline.steps
    assert timeline.from_s == pytest.approx(-0.5, abs=0.3)
    assert [step.name for step in timeline.steps] == ["as it is", "fail r1-r2", "heal everything"]
    assert [step.down for step in timeline.steps] == [(), ("r1-r2",), ()]
    assert {span.server for span in timeline.spans} == {"dns@r1", None}
    assert any(one.router == "r2" and one.prefix == "10.0.0.1/32" and one.vias is None for one in timeline.moves)
    assert ("r2", "10.0.0.1/32", ("r1",)) in timeline.before
    assert [source.what for source in timeline.provenance.sources] == ["scenario", "design"]


@needs_lab
def test_a_scenario_in_another_lab_leaves_it_as_it_was(still: Path) -> None:
    up(still.parent / "design.yaml", Own(name=NAME, daemon="bird"), lambda said: None, lambda done, total: None)
    still.write_text("design: design.yaml\nsteps: [{fail: dns@r1, watch: 200 ms}]")
    timeline, _ = play(still, lab=NAME)
    assert timeline.steps[0].down == ("dns@r1",)
    assert OpenLab(chosen(NAME)).state.down == ()
    timeline, _ = play(still, lab=NAME, keep=True)
    assert OpenLab(chosen(NAME)).state.down == ("dns@r1",)
    timeline, _ = play(still, lab=NAME)  # it is failed already
    assert "down already" in timeline.ended
    assert not timeline.holds
    with pytest.raises(UsageError, match="is up already"):
        play(still)
    other = still.with_name("other.yaml")
    other.write_text(STILL)
    still.write_text("design: other.yaml\nsteps: [{watch: 1 s}]")
    with pytest.raises(UsageError, match="the scenario of"):
        play(still, lab=NAME)


@needs_lab
def test_who_stops_it_keeps_what_was_recorded_and_finds_nothing_left(still: Path) -> None:
    saved = still.with_name("saved.jsonl")
    still.write_text(f"{SCENARIO}  - watch: 60 s\n")
    words = ("lab", "run", str(still), "--name", NAME, "--daemon", "bird", "--save", str(saved))
    process = subprocess.Popen(
        [sys.executable, "-m", "catchment.cli", *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509
    )  # fmt: skip
    assert process.stderr is not None
    told = ""
    while "fail r1-r2" not in told:
        line = process.stderr.readline()
        assert line, told
        told += line
    time.sleep(0.1)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=20)
    assert process.returncode == 130, err
    assert left_of(NAME) == []
    timeline = read_lines(saved.read_text(), "saved")
    assert timeline.ended == "interrupted"
    assert [check.holds for check in timeline.steps[0].checks] == [True] * 3
    assert {check.holds for check in timeline.steps[-1].checks} == {None}
    assert "ended early: interrupted" in out


@needs_lab
def test_a_lab_that_does_not_come_up_is_taken_back(still: Path) -> None:
    design = still.parent / "design.yaml"
    design.write_text(STILL.replace("igp: static", "igp: ospf").replace("static: {to: 10.0.0.1/32, via: r1}", ""))
    design.write_text(design.read_text().replace("static: {to: 100.64.0.0/10, via: r2}", ""))
    process = subprocess.Popen(
        [sys.executable, "-m", "catchment.cli", "lab", "run", str(still), "--name", NAME, "--daemon", "bird"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    limit = time.monotonic() + 10
    while not (home() / NAME / "nodes" / "r2" / "bird.log").exists():
        assert time.monotonic() < limit
        time.sleep(0.01)
    process.terminate()
    assert process.wait(20) == 130
    assert left_of(NAME) == []


def test_both_files_are_wrong_at_once(tmp_path: Path) -> None:
    (tmp_path / "design.yaml").write_text("name: x\nnetworks: {n: {routers: [a], wrong: 1}}\n")
    path = tmp_path / "scenario.yaml"
    path.write_text("design: design.yaml\nsteps: [{watch: 1 h}]\n")
    with pytest.raises(ScenarioError) as error:
        scenario(path)
    assert {one.where.rpartition("/")[2].partition(":")[0] for one in error.value.problems} == {
        "scenario.yaml", "design.yaml",
    }  # fmt: skip


def test_names_of_faults_are_those_of_the_design(tmp_path: Path) -> None:
    (tmp_path / "design.yaml").write_text(STILL)
    path = tmp_path / "scenario.yaml"
    path.write_text("design: design.yaml\nsteps:\n  - fail: [dns@r1, r1-r3]\n  - fail: killed:dns@r1\n")
    with pytest.raises(ScenarioError, match=r"scenario.yaml:3:20: S010 .*did you mean") as error:
        checked_only(path)
    assert len(error.value.problems) == 1


def test_what_a_scenario_would_do_is_said_and_a_file_that_is_not_there_is_too(tmp_path: Path) -> None:
    (tmp_path / "design.yaml").write_text(STILL)
    path = tmp_path / "scenario.yaml"
    path.write_text(SCENARIO)
    assert checked_only(path).startswith("scenario: 3 steps, 10 expectations, in ")
    with pytest.raises(ScenarioError, match="S001 cannot read it"):
        checked_only(tmp_path / "none.yaml")
    (tmp_path / "binary.yaml").write_bytes(b"\xff\xfe")
    with pytest.raises(ScenarioError, match="not text in UTF-8"):
        checked_only(tmp_path / "binary.yaml")


def test_clients_that_would_ask_too_much_are_refused() -> None:
    steps = (Step(name="watch", watch_s=10.0, within_s=600.0),)
    rehearsal = Rehearsal(name="x", design="x", steps=steps)
    caller = Caller(flow=Flow(client="a", service="dns", address="192.0.2.53"), space="")
    for count, fits in ((100, True), (170, False), (201, False)):  # 170 for 10 minutes; 201 at any moment
        orders = Orders(zero_s=0.0, asking=rehearsal.asking, callers=(caller,) * count, routers=())
        with nullcontext() if fits else pytest.raises(ScenarioError, match="ask less often"):
            must_be_bearable(rehearsal, orders)
