"""What may go wrong with a lab does, and nothing of it is left: each for real."""

import json
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from tests.lab.small import lacking, left_of
from tests.workflows.lab.test_up import STILL, catchment, slow

from catchment.errors import MachineError
from catchment.lab import processes, spaces
from catchment.lab import state as states
from catchment.lab.state import Keeper, home
from catchment.workflows.lab.up import Wanted, down, up
from catchment.workflows.lab.verify import status

pytestmark = pytest.mark.skipif(bool(why := lacking("bird", "birdc", "nft", "sysctl")), reason=why or "labs run here")
NAME = f"robust-{os.getpid()}"
TIMES = int(os.environ.get("CATCHMENT_INTERRUPTS", "3"))
"""How often a lab is stopped at some moment; more on request."""


@pytest.fixture
def still(tmp_path: Path) -> Iterator[Path]:
    path = tmp_path / "design.yaml"
    path.write_text(STILL)
    yield path
    down(NAME)
    assert left_of(NAME) == []


def make(path: Path) -> None:
    up(path, Wanted(name=NAME, daemon="bird"), lambda sentence: None, lambda done, total: None)


def mounts() -> list[str]:
    """Of this lab: others may come and go meanwhile."""
    return [line for line in Path("/proc/self/mountinfo").read_text().splitlines() if NAME in line]


@pytest.mark.parametrize("turn", range(TIMES))
def test_stopped_at_any_moment_it_leaves_nothing(still: Path, tmp_path: Path, turn: int) -> None:
    dice = np.random.default_rng([turn, TIMES])
    process = catchment("lab", "up", str(slow(tmp_path)), "--name", NAME, "--daemon", "bird")
    assert process.stdout is not None
    process.stdout.readline()  # from here on it makes things
    time.sleep(dice.uniform(0, 0.8))
    number = (signal.SIGINT, signal.SIGTERM)[turn % 2]
    os.kill(process.pid, number)
    if turn % 3 == 0:
        os.kill(process.pid, number)  # impatient
    told, _ = process.communicate(timeout=60)
    assert process.returncode == 130, told
    assert left_of(NAME) == []
    assert mounts() == []


@pytest.mark.parametrize("size", ["4k", "24k", "64k"])
def test_a_full_disk_is_said_and_leaves_nothing(
    still: Path, tmp_path: Path, size: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Full when the name is claimed, when files are written, when nodes are kept."""
    place = tmp_path / "disk"
    place.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "small", str(place)], check=True)
    try:
        (place / "filler").write_bytes(bytes(4096))
        with monkeypatch.context() as patched:
            patched.setattr(states, "home", lambda: place / "labs")
            with pytest.raises(MachineError, match=r"No space left|cannot write"):
                make(still)
            assert left_of(NAME) == []
            assert [path.name for path in place.rglob("*") if path.is_file()] == ["filler"]
    finally:
        subprocess.run(["umount", str(place)], check=True)


def test_a_killed_daemon_is_said_and_does_not_stand_in_the_way(still: Path) -> None:
    make(still)
    bird = next(one for one in Keeper(NAME).read().alive if (one.node, one.name) == ("r2", "bird"))
    os.kill(bird.pid, signal.SIGKILL)
    over = time.monotonic() + 5
    while processes.is_alive(bird):
        assert time.monotonic() < over
        time.sleep(0.01)
    found = {node.node: node for node in status(NAME).nodes}
    assert dict(found["r2"].programs)["bird"] is False
    assert not any(one.up for one in found["r2"].sessions)
    assert dict(found["r1"].programs)["bird"] is True
    assert down(NAME) == NAME


def test_a_killed_holder_does_not_stand_in_the_way(still: Path) -> None:
    make(still)
    os.kill(Keeper(NAME).read().holder("r1").pid, signal.SIGKILL)
    assert down(NAME) == NAME


def test_after_a_reboot_the_folder_goes_and_what_has_the_same_names_by_now_stays(still: Path) -> None:
    make(still)
    file = home() / NAME / "state.json"
    text = file.read_text()
    kept = Keeper(NAME).read()
    file.write_text(json.dumps({**json.loads(text), "boot": "another"}))
    assert down(NAME) == NAME
    assert not (home() / NAME).exists()
    assert all(processes.is_alive(one) for one in kept.holders)
    assert spaces.exists(f"cm-{NAME}-r1")
    (home() / NAME).mkdir()  # the machine was not really started anew: the test takes its lab back
    file.write_text(text)


def test_too_many_neighbours_are_refused_before_anything_is_made(
    still: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit = tmp_path / "gc_thresh3"
    limit.write_text("6\n")  # as many as the three links of this design have ends
    monkeypatch.setattr("catchment.lab.probe.ARP_LIMIT", limit)
    said = r"(?s)6 neighbours do not fit the kernel's table of 6.*sysctl -w net\.ipv4\.neigh\.default\.gc_thresh3=24"
    with pytest.raises(MachineError, match=said):
        make(still)
    assert not (home() / NAME).exists()
    limit.write_text("7\n")
    make(still)
