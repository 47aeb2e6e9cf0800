"""Programs are ended by their number and the time at which they began."""

import os
import signal
import subprocess
import time
from dataclasses import replace
from pathlib import Path

import pytest

from catchment.errors import MachineError
from catchment.lab.processes import began, end, enter, inside, is_alive, networks, send, start
from catchment.lab.steps import Alive

STUBBORN = ("sh", "-c", "trap '' TERM; echo ready; while :; do sleep 1; done")


def test_a_program_outlives_nobody_when_it_is_ended(tmp_path: Path) -> None:
    one = start(("sleep", "30"), "r1", "sleeper", tmp_path / "log")
    assert is_alive(one)
    end([one])
    assert not is_alive(one)


def test_what_a_program_says_is_in_its_log(tmp_path: Path) -> None:
    one = start(("sh", "-c", "echo out; echo err >&2; exec sleep 30"), "r1", "talker", tmp_path / "log")
    try:
        limit = time.monotonic() + 5
        while (tmp_path / "log").read_text() != "out\nerr\n":
            assert time.monotonic() < limit
            time.sleep(0.01)
    finally:
        end([one])


def test_a_program_that_does_not_listen_is_killed(tmp_path: Path) -> None:
    one = start(STUBBORN, "r1", "stubborn", tmp_path / "log")
    while not (tmp_path / "log").read_text():
        time.sleep(0.01)
    end([one], grace_s=0.2)
    assert not is_alive(one)


def test_who_has_the_number_now_is_left_alone(tmp_path: Path) -> None:
    one = start(("sleep", "30"), "r1", "sleeper", tmp_path / "log")
    try:
        other = replace(one, began=one.began - 1)
        assert not is_alive(other)
        end([other])
        assert is_alive(one)
    finally:
        end([one])


def test_a_name_with_spaces_and_parentheses_hides_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a) S 1 (b"
    path.write_text("#!/bin/sh\nsleep 30\n")
    path.chmod(0o755)
    process = subprocess.Popen([str(path)], start_new_session=True)
    try:
        ticks = os.sysconf("SC_CLK_TCK")
        up_s = float(Path("/proc/uptime").read_text().split()[0])
        found = began(process.pid)
        assert found is not None
        assert abs(found / ticks - up_s) < 10
    finally:
        os.killpg(process.pid, 9)
        process.wait()


def test_a_number_that_nobody_has_began_never() -> None:
    assert began(2**22 + 1) is None


def test_a_program_that_is_not_there_is_the_machines_fault(tmp_path: Path) -> None:
    with pytest.raises(MachineError, match="cannot start no-such-program"):
        start(("no-such-program",), "r1", "x", tmp_path / "log")


def test_nobody_enters_a_node_whose_holder_is_gone() -> None:
    with pytest.raises(MachineError, match="keeps r1 is gone"):
        enter(Alive(node="r1", name="", pid=1, began=-1))


def test_processes_are_found_by_the_namespace_that_they_are_in() -> None:
    found = {one.pid for one in inside(networks([Path("/proc/self/ns/net")]))}
    child = subprocess.Popen(["sleep", "30"])
    try:
        now = {one.pid for one in inside(networks([Path("/proc/self/ns/net")]))}
        assert child.pid in now - found
        assert os.getpid() not in now
    finally:
        child.kill()
        child.wait()
    assert inside(networks([Path("/proc/self/ns/no-such")])) == []


def _states(pids: list[int]) -> list[str]:
    return [Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] for pid in pids]


def test_a_signal_reaches_what_a_program_has_forked_and_nobody_else(tmp_path: Path) -> None:
    words = ("sh", "-c", "sleep 31 & echo $!; wait")
    one, other = (start(words, "r1", name, tmp_path / name) for name in ("one", "other"))
    limit = time.monotonic() + 5
    while not all((tmp_path / name).read_text() for name in ("one", "other")):
        assert time.monotonic() < limit
        time.sleep(0.01)
    forks = [int((tmp_path / name).read_text()) for name in ("one", "other")]
    try:
        send([one], signal.SIGSTOP)
        while _states(forks) != ["T", "S"]:  # a busy machine takes a moment to stop it
            assert time.monotonic() < limit
            time.sleep(0.01)
    finally:
        send([one, other], signal.SIGKILL)
    assert not any(is_alive(replace(one, pid=pid, began=began(pid) or 0)) for pid in forks)
