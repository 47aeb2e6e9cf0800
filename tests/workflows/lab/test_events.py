"""A lab is followed from the command line while something is done to it."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest
from tests.lab.small import lacking, left_of
from tests.workflows.lab.test_up import STILL

from catchment.lab import processes
from catchment.lab.spaces import batch
from catchment.lab.state import Keeper
from catchment.workflows.lab.events import events
from catchment.workflows.lab.up import Wanted, down, up

pytestmark = pytest.mark.skipif(bool(why := lacking("bird", "birdc", "nft", "sysctl")), reason=why or "labs run here")
NAME = f"events-{os.getpid()}"


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    path = tmp_path_factory.mktemp("events") / "design.yaml"
    path.write_text(STILL)
    up(path, Wanted(name=NAME, daemon="bird", delays=False), lambda said: None, lambda done, total: None)
    yield NAME
    down(NAME)
    assert left_of(NAME) == []


def test_what_moves_comes_as_lines_of_json(lab: str) -> None:
    words = (sys.executable, "-m", "catchment.cli", "lab", "events", lab, "--seconds", "4", "-o", "json")
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        assert "listening to 4 nodes" in process.stderr.readline()
        batch("ip", f"cm-{lab}-r1", ["link set dev r2 down"])
        time.sleep(1.5)  # Linux tells of a lost carrier once a second at most (net/core/link_watch.c)
        batch("ip", f"cm-{lab}-r1", ["link set dev r2 up"])
        bird = next(one for one in Keeper(lab).read().alive if (one.node, one.name) == ("r2", "bird"))
        processes.end([bird])
        told, _ = process.communicate(timeout=60)
    found = [json.loads(line) for line in told.splitlines()]
    assert process.returncode == 0
    assert {"r1", "r2"} <= {one["node"] for one in found if one["what"] == "link" and not one["up"]}
    lost = [one for one in found if one["what"] == "route" and one["prefix"] == "100.64.0.0/10" and not one["after"]]
    assert lost[0]["before"] == ["r2"]
    assert {"at_s", "node", "name", "what", "runs"} == set(next(one for one in found if one["what"] == "program"))


def test_when_the_lab_goes_down_it_ends(lab: str) -> None:
    state = Keeper(lab).folder / "state.json"
    aside = state.with_name("aside.json")
    said: list[str] = []

    def say(sentence: str) -> None:
        said.append(sentence)
        if state.exists():  # it listens now: as if `down` had been here
            state.rename(aside)

    try:
        assert all(one.at_s >= 0 for one in events(lab, 30, say))
    finally:
        aside.rename(state)
    assert said == [f"{lab}: listening to 4 nodes; Ctrl-C ends it", f"{lab} is down"]
