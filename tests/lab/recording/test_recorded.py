"""What a recorder says is taken in, and it never outlives us."""

import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.lab.recording.test_orders import ORDERS

from catchment.errors import MachineError
from catchment.lab.recording.orders import Orders
from catchment.lab.recording.recorded import Recording
from catchment.lab.recording.recorder import Recorder
from catchment.model.rehearsal import Asking
from catchment.results.timeline import Question, RouteMove, Stream

NOBODY = Orders(zero_s=0.0, asking=Asking(wait_s=0.1), callers=(), routers=())


def test_everything_that_a_recorder_tells_is_taken_in() -> None:
    recording = Recording(NOBODY)
    recorder = Recorder(NOBODY, recording.take)
    question = Question(flow=1, sent_s=0.5, server=None, words="refused")
    stream = Stream(flow=1, server="a", from_s=0.1, to_s=None, how="", tries=2, most_ms=3.5)
    recorder.question(question)
    recorder.stream(stream)
    recording.take(["before", "r1", "192.0.2.0/24", ["r2"]])
    recording.take(["move", 1.5, "r1", "192.0.2.0/24", None])
    recording.take(["move", 1.6, "r1", "192.0.2.0/24", []])
    recording.take(["late", 0.25])
    assert recording.questions == [question]
    assert recording.streams == [stream]
    assert recording.before == [("r1", "192.0.2.0/24", ("r2",))]
    assert recording.moves == [
        RouteMove(at_s=1.5, router="r1", prefix="192.0.2.0/24", vias=None),
        RouteMove(at_s=1.6, router="r1", prefix="192.0.2.0/24", vias=()),
    ]
    assert recording.late_ms == 0.25
    recorder.listener.close()
    recorder.selector.close()
    recording.end()


def test_a_recorder_without_anything_to_do_begins_and_ends() -> None:
    recording = Recording(NOBODY)
    recording.begin()
    assert recording.lives
    assert recording.end() == ""
    assert not recording.lives
    recording.end()


def test_a_recorder_that_cannot_work_is_told_with_its_last_words() -> None:
    recording = Recording(ORDERS)  # its namespaces are not there
    with pytest.raises(MachineError, match=r"the recorder does not work: .*namespace is gone"):
        recording.begin()
    recording.end()


def test_a_recorder_that_dies_is_noticed() -> None:
    recording = Recording(NOBODY)
    recording.begin()
    recording._process.kill()
    limit = time.monotonic() + 10
    while recording.lives and time.monotonic() < limit:
        time.sleep(0.02)
    assert recording.end().startswith("the recorder has ended")


OURS = """
import time
from tests.lab.recording.test_recorded import NOBODY
from catchment.lab.recording.recorded import Recording
recording = Recording(NOBODY)
recording.begin()
print(recording._process.pid, flush=True)
time.sleep(60)
"""


def test_when_we_are_killed_it_goes_too() -> None:
    root = Path(__file__).parents[3]
    with subprocess.Popen([sys.executable, "-c", OURS], stdout=subprocess.PIPE, text=True, cwd=root) as ours:
        assert ours.stdout is not None
        pid = int(ours.stdout.readline())
        assert Path(f"/proc/{pid}").exists()
        ours.kill()
    _until_gone(pid)


def _until_gone(pid: int) -> None:
    limit = time.monotonic() + 10
    while Path(f"/proc/{pid}/cmdline").exists() and Path(f"/proc/{pid}/cmdline").read_bytes():
        assert time.monotonic() < limit
        time.sleep(0.02)
