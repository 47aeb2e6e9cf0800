"""Agents and guardians that run and are killed, stopped and hung, against a control socket that answers as BIRD does.

The bounds are those of docs/guide/agent-lease.md, for the lease of small_agent, with half a second for a busy machine.
"""

import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from tests.agent.control_socket import NAME, PREFIX, Control, control, wait_for
from tests.agent.small_agent import TIMING
from tests.tiers import needs_lab

from catchment.agent.speakers.opening import open_speaker

ROOT = Path(__file__).parents[2]
SLACK_S = 0.75
LEASE_S = TIMING.lease_s


class Agent:
    """small_agent, and the guardian that it has."""

    def __init__(self, process: subprocess.Popen[bytes], said: Path) -> None:
        self.process = process
        self.said = said

    @property
    def guardian(self) -> int | None:
        """The last that it told of; None: it is alone."""
        words = self.said.read_text().split()
        return int(words[-1]) if words and words[-1].isdecimal() else None

    @property
    def guardians(self) -> list[int]:
        """All that it ever had."""
        return list(dict.fromkeys(int(word) for word in self.said.read_text().split() if word.isdecimal()))


@contextmanager
def agent(one: Control, *words: str, stderr: int | None = subprocess.DEVNULL, wait: bool = True) -> Iterator[Agent]:
    said = one.path.parent / f"said-{time.monotonic_ns()}"
    with said.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.agent.small_agent", str(one.path), *(words or ("canary",))],
            cwd=ROOT, stdin=subprocess.DEVNULL, stdout=out, stderr=stderr,
        )  # fmt: skip
    found = Agent(process, said)
    try:
        if wait:
            wait_for(lambda: found.guardian, 10, "no guardian")
            one.wait(up=True, within_s=5)
        yield found
    finally:
        for pid in (process.pid, *found.guardians):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)
                os.kill(pid, signal.SIGKILL)
        process.wait()


@pytest.fixture
def bird(tmp_path: Path) -> Iterator[Control]:
    with control(tmp_path) as one:
        yield one


def alive(pid: int) -> bool:
    with suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


def test_an_agent_that_is_killed_is_withdrawn_at_once(bird):
    with agent(bird) as one:
        one.process.kill()
        bird.wait(up=False, within_s=SLACK_S)
        assert one.guardian is not None
        wait_for(lambda: not alive(one.guardian), 2, "the guardian stays")


def test_an_agent_that_is_stopped_is_withdrawn_when_its_lease_is_over_and_comes_back(bird):
    with agent(bird) as one:
        one.process.send_signal(signal.SIGSTOP)
        assert bird.wait(up=False, within_s=LEASE_S + SLACK_S) > LEASE_S - TIMING.renew_s - 0.2
        one.process.send_signal(signal.SIGCONT)
        bird.wait(up=True, within_s=3)
        assert [up for _, name, up in bird.moves if name == NAME] == [True, False, True]


def test_an_agent_whose_loop_hangs_is_withdrawn_though_its_threads_live(bird):
    with agent(bird) as one:
        one.process.send_signal(signal.SIGUSR1)
        bird.wait(up=False, within_s=LEASE_S + SLACK_S)


def test_a_child_that_keeps_the_agents_end_does_not_keep_the_lease(bird):
    with agent(bird, "canary", "leak") as one:
        time.sleep(0.8)
        one.process.kill()
        # Not at once: the end of the socket is not seen.
        assert bird.wait(up=False, within_s=LEASE_S + SLACK_S) > LEASE_S - TIMING.renew_s - 0.2


def test_a_clean_stop_withdraws_and_the_guardian_goes_too(bird):
    with agent(bird) as one:
        one.process.terminate()
        bird.wait(up=False, within_s=SLACK_S)
        assert one.process.wait(3) == 0
        guardian = one.guardians[-1]
        wait_for(lambda: not alive(guardian), 2, "the guardian stays")


def test_a_guardian_that_is_killed_changes_nothing_and_is_replaced(bird):
    with agent(bird) as one:
        first = one.guardian
        assert first is not None
        os.kill(first, signal.SIGKILL)
        wait_for(lambda: one.guardian not in (None, first), 3, "no other guardian")
        assert len(bird.moves) == 1
        one.process.kill()
        bird.wait(up=False, within_s=SLACK_S)


def test_a_guardian_that_is_stopped_changes_nothing_and_is_replaced(bird):
    with agent(bird) as one:
        first = one.guardian
        assert first is not None
        os.kill(first, signal.SIGSTOP)
        wait_for(lambda: one.guardian not in (None, first), 4, "no other guardian")
        assert len(bird.moves) == 1
        assert not alive(first)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_signals_do_not_end_a_guardian(bird, number):
    """systemd sends SIGTERM to all of a unit at once; a guardian that withdrew then would cut every drain short."""
    with agent(bird) as one:
        assert one.guardian is not None
        os.kill(one.guardian, number)
        time.sleep(0.4)
        assert alive(one.guardian)
        assert len(bird.moves) == 1


def test_when_both_are_killed_only_the_next_agent_withdraws(bird):
    """The one case that the lease does not bound: see ExecStopPost in the guide."""
    with agent(bird) as one:
        guardian = one.guardian
        assert guardian is not None
        one.process.send_signal(signal.SIGSTOP)
        os.kill(guardian, signal.SIGKILL)
        one.process.kill()
        time.sleep(LEASE_S + 0.3)
        assert bird.up
    with agent(bird, "dead", wait=False):
        bird.wait(up=False, within_s=3)


def test_a_busy_speaker_is_asked_until_it_can_act(bird):
    with agent(bird) as one:
        bird.answers = False
        one.process.kill()
        time.sleep(1.2)
        assert bird.up
        bird.answers = True
        bird.wait(up=False, within_s=0.6 + SLACK_S)


def test_a_full_stderr_does_not_hold_up_a_withdrawal(bird):
    """A journal that reads no more: the guardian's first word would have been its last."""
    read, write = os.pipe()
    try:
        os.set_blocking(write, False)
        with suppress(BlockingIOError):
            while True:
                os.write(write, b"x" * 4096)
        os.set_blocking(write, True)
        with agent(bird, stderr=write) as one:
            one.process.kill()
            bird.wait(up=False, within_s=SLACK_S)
    finally:
        os.close(read)
        os.close(write)


def test_without_file_descriptors_for_a_guardian_nothing_is_announced_until_there_are(bird):
    with agent(bird, wait=False) as one:
        wait_for(lambda: alive(one.process.pid) and one.said.read_text(), 10, "it does not begin")
        wait_for(lambda: one.guardian, 5, "no guardian")
        bird.wait(up=True, within_s=3)
        before = resource.prlimit(one.process.pid, resource.RLIMIT_NOFILE)
        resource.prlimit(one.process.pid, resource.RLIMIT_NOFILE, (3, before[1]))
        assert one.guardian is not None
        os.kill(one.guardian, signal.SIGKILL)
        wait_for(lambda: one.guardian is None, 3, "it does not see that")
        time.sleep(0.5)
        assert alive(one.process.pid)
        assert bird.up  # what stands, stands
        resource.prlimit(one.process.pid, resource.RLIMIT_NOFILE, before)
        wait_for(lambda: one.guardian, 5, "no other guardian")
        assert len(bird.moves) == 1


BIRD_CONF = """
router id 198.51.100.1;
protocol device {}
protocol static agent_anycast_0_up { disabled; ipv4; route 192.0.2.0/24 blackhole; }
"""


@needs_lab("bird", "unshare")
def test_real_bird_is_withdrawn_when_the_agent_is_killed_or_stopped(tmp_path):
    file = tmp_path / "bird.conf"
    file.write_text(BIRD_CONF)
    one = Control(path=tmp_path / "bird.ctl")
    words = ["unshare", "-n", "bird", "-f", "-c", str(file), "-s", str(one.path)]
    process = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    speaker = open_speaker(one.spec())

    def announced() -> bool:
        return speaker.exports()[PREFIX] is not None

    try:
        wait_for(one.path.exists, 5, "BIRD does not listen")
        for number, bound_s in ((signal.SIGKILL, SLACK_S), (signal.SIGSTOP, LEASE_S + SLACK_S)):
            with agent(one, wait=False) as found:
                wait_for(announced, 8, "not announced")
                assert found.guardian is not None
                found.process.send_signal(number)
                wait_for(lambda: not announced(), bound_s, "still announced")
    finally:
        process.kill()
        process.wait()
        speaker.close()
