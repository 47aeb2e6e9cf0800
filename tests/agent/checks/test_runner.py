import json
import os
import socket
import subprocess
import sys

import pytest
from tests.agent.checks.processes import marked
from tests.tiers import no_rootless

from catchment.agent.checks import runner


def test_children_are_found_with_and_without_the_kernels_list(monkeypatch):
    with marked() as mark:
        child = subprocess.Popen(mark.sleep.split())
        try:
            assert child.pid in runner._children(os.getpid())
            real = runner.Path.read_text

            def without(path, *rest, **more):
                if path.name == "children":
                    raise FileNotFoundError
                return real(path, *rest, **more)

            monkeypatch.setattr(runner.Path, "read_text", without)
            assert child.pid in runner._children(os.getpid())
        finally:
            child.kill()
            child.wait()


def talk(*words: dict[str, object], more: tuple[str, ...] = ()) -> list[dict[str, object]]:
    """A runner that is told these, and its answers, one each."""
    ours, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    ours.settimeout(10)
    command = [sys.executable, "-m", "catchment.agent.checks.runner", str(its.fileno()), *more]
    process = subprocess.Popen(command, pass_fds=(its.fileno(),))
    its.close()
    with ours:
        for word in words:
            ours.send(json.dumps(word).encode())
        found = [json.loads(ours.recv(65536)) for _ in words]
    assert process.wait(timeout=10) == 0, "it ends when the agent's socket does"
    return found


def command(number: int, script: str, timeout_s: float = 5.0) -> dict[str, object]:
    return {"number": number, "words": ["/bin/sh", "-c", script], "user": "", "timeout_s": timeout_s}


def test_answers_come_as_commands_end_and_not_as_they_began():
    found = talk(command(1, "sleep 0.5; echo slow"), command(2, "echo quick"))
    assert [one["number"] for one in found] == [2, 1]
    assert [one["words"] for one in found] == ["exit code 0: quick", "exit code 0: slow"]


def test_the_runner_keeps_the_time_too():
    (found,) = talk(command(1, "echo begun; sleep 900", timeout_s=0.3))
    assert (found["passed"], found["words"]) == (False, "did not end within 0.3 s: killed: begun")


def test_the_end_of_what_is_not_known_is_answered():
    assert talk({"number": 7}) == [{"number": 7, "passed": False, "words": "ended before"}]


@pytest.mark.skipif(bool(no_rootless()), reason=no_rootless() or "namespaces can be made")
def test_alone_there_is_no_network():
    (found,) = talk(command(1, "test $(grep -c : /proc/net/dev) = 1 && ! cat /sys/nothing"), more=("alone",))
    assert found["passed"], found["words"]
