import resource
import time
from contextlib import contextmanager

from tests.agent.policies import POLICY, UP, exported, failed

from catchment.agent.decide import decide
from catchment.agent.events import Tick
from catchment.agent.journal import Begun, records
from catchment.agent.journalling import AGAIN_S, Journalling
from catchment.agent.loop import Turn
from catchment.agent.replay import Played, replay
from catchment.agent.state import fresh


class Run:
    """Decides, and notes each turn."""

    def __init__(self, path, most_bytes=10**6, policy=POLICY):
        self.said = []
        self.policy = policy
        self.state = fresh(policy)
        self.journal = Journalling(path, most_bytes, "catchment 0", "ns1", self.said.append, store=False)

    def tell(self, *events):
        for event in events:
            before = self.state
            self.state, commands = decide(self.policy, before, event)
            turn = Turn(event=event, before=before, after=self.state, commands=commands)
            self.journal.note(turn, self.policy)

    def ticks(self, count, begin_s=4.0):
        self.tell(*(Tick(at_s=begin_s + 0.1 * number) for number in range(count)))


def read(path):
    return list(records(path.read_text().splitlines()))


def all_same(path):
    played = [one for one in replay(read(path)) if isinstance(one, Played)]
    return bool(played) and all(one.same for one in played)


def until(true, wait_s=5.0):
    over = time.monotonic() + wait_s
    while not true() and time.monotonic() < over:
        time.sleep(0.01)
    assert true()


def test_what_happened_can_be_replayed(tmp_path):
    path = tmp_path / "journal.jsonl"
    run = Run(path)
    run.tell(exported(0.0), *UP, failed(2.0), failed(3.0))
    run.journal.stop(5)
    assert len(read(path)) == 6
    assert all_same(path)


def test_lines_are_there_while_the_agent_runs(tmp_path):
    path = tmp_path / "journal.jsonl"
    run = Run(path)
    run.tell(exported(0.0))
    until(lambda: path.exists() and len(path.read_text().splitlines()) == 2)
    run.journal.stop(5)


def test_another_run_is_appended_behind_a_torn_line(tmp_path):
    path = tmp_path / "journal.jsonl"
    first = Run(path)
    first.tell(exported(0.0))
    first.journal.stop(5)
    with path.open("a") as file:
        file.write('{"Tick":{"at_')
    second = Run(path)
    second.tell(exported(0.0))
    second.journal.stop(5)
    assert len(read(path)) == 4
    assert all_same(path)


def test_a_full_file_is_kept_beside_and_each_can_be_replayed_alone(tmp_path):
    path = tmp_path / "journal.jsonl"
    run = Run(path, most_bytes=20_000)
    run.tell(exported(0.0), *UP)
    run.ticks(2000)
    run.journal.stop(5)
    assert sorted(one.name for one in tmp_path.iterdir()) == ["journal.jsonl", "journal.jsonl.1"]
    assert all(one.stat().st_size < 30_000 for one in tmp_path.iterdir())
    assert all_same(path)
    assert all_same(tmp_path / "journal.jsonl.1")


def test_a_reload_is_written_down(tmp_path):
    path = tmp_path / "journal.jsonl"
    run = Run(path)
    run.tell(exported(0.0))
    run.policy = type(POLICY)(site="busan", checks=POLICY.checks, services=POLICY.services, announcements=())
    run.state = fresh(run.policy)
    run.tell(Tick(at_s=1.0))
    run.journal.stop(5)
    assert [type(one).__name__ for one in read(path)] == ["Begun", "Decided", "Reloaded", "Decided"]


@contextmanager
def no_file_longer_than(size):
    """As a full disk is: write fails. CPython ignores SIGXFSZ, so that it is an error."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_full_disk_stops_nothing_is_said_once_and_the_journal_goes_on_after_it(tmp_path):
    path = tmp_path / "journal.jsonl"
    run = Run(path)
    run.tell(exported(0.0), *UP)
    until(lambda: path.exists() and len(path.read_text().splitlines()) == 4)
    with no_file_longer_than(path.stat().st_size + 10):
        run.ticks(50)
        until(lambda: run.said)
        time.sleep(AGAIN_S)
        run.ticks(50, begin_s=9.0)
        time.sleep(0.1)
        assert len(run.said) == 1
        assert "cannot be written" in run.said[0]
    time.sleep(AGAIN_S)
    run.ticks(50, begin_s=14.0)
    run.journal.stop(5)
    assert run.said[1].startswith("the journal is written again")
    begun = [one for one in read(path) if isinstance(one, Begun)]
    assert begun[-1].lost > 0
    assert begun[-1].state != fresh(POLICY)
    assert all_same(path)


def test_a_folder_that_nobody_can_make_is_said_and_stops_nothing(tmp_path):
    (tmp_path / "file").write_text("")
    run = Run(tmp_path / "file" / "journal.jsonl")
    run.ticks(3)
    until(lambda: run.said)
    run.journal.stop(5)
    assert run.journal.lost == 4
