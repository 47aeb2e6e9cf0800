"""What a lab has made is written down."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from catchment.errors import MachineError, Problem, UsageError
from catchment.lab import state as states
from catchment.lab.state import Keeper, State, boot_id, names, with_alive
from catchment.lab.steps import Alive

BIRD = Alive(node="r1", name="bird", pid=70000, began=12)
STATE = State(
    name="x", design="design.yaml", digest="0", daemon="bird", boot="b", spaces=("cm-x-r1",), alive=(BIRD,),
    holders=(replace(BIRD, name=""),), down=("r2",), choices=(("delays", "not played"),),
)  # fmt: skip


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(states, "home", lambda: tmp_path / "labs")
    return tmp_path / "labs"


def test_what_is_written_is_read_again() -> None:
    keeper = Keeper("x")
    keeper.claim(STATE)
    assert keeper.read() == STATE
    keeper.write(replace(STATE, ready=True))
    assert keeper.read().ready
    assert names() == ["x"]


def test_a_name_is_taken_once() -> None:
    Keeper("x").claim(STATE)
    with pytest.raises(UsageError, match="a lab x is up already"):
        Keeper("x").claim(STATE)
    Keeper("y").claim(replace(STATE, name="y"))
    Keeper("x").forget()
    assert names() == ["y"]


def test_a_disk_that_is_full_leaves_the_name_free(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*given: object) -> None:
        raise MachineError(Problem(where="x", what="cannot write it: No space left on device"))

    with monkeypatch.context() as patched:
        patched.setattr(states, "write_whole", full)
        with pytest.raises(MachineError, match="No space"):
            Keeper("x").claim(STATE)
    Keeper("x").claim(STATE)


def test_only_root_reads_the_file(own_home: Path) -> None:
    Keeper("x").claim(STATE)
    assert (own_home / "x" / "state.json").stat().st_mode & 0o777 == 0o600


def test_a_lab_that_is_not_there_is_said_with_those_that_are() -> None:
    Keeper("x").claim(STATE)
    with pytest.raises(UsageError, match=r"(?s)no lab y.*labs that are up: x"):
        Keeper("y").read()


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"version": 1, "name": "x"}'])
def test_a_file_that_is_not_ours_is_an_error_and_no_crash(own_home: Path, text: str) -> None:
    Keeper("x").claim(STATE)
    (own_home / "x" / "state.json").write_text(text)
    with pytest.raises(MachineError, match="cannot read it"):
        Keeper("x").read()


def test_a_later_version_is_not_guessed_at(own_home: Path) -> None:
    Keeper("x").claim(STATE)
    path = own_home / "x" / "state.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "version": 2}))
    with pytest.raises(MachineError, match="another version"):
        Keeper("x").read()


def test_two_do_not_change_a_lab_at_once() -> None:
    Keeper("x").claim(STATE)
    with Keeper("x").alone(), pytest.raises(UsageError, match="another command"), Keeper("x").alone():
        pass
    with Keeper("x").alone():
        pass


def test_a_program_that_starts_again_replaces_itself() -> None:
    again = replace(BIRD, pid=70001)
    assert with_alive(STATE, again).alive == (again,)
    assert len(with_alive(STATE, replace(BIRD, name="other")).alive) == 2


def test_a_node_that_is_not_there_is_said_with_those_that_are() -> None:
    assert STATE.holder("r1").pid == BIRD.pid
    with pytest.raises(UsageError, match=r'(?s)no node "r9".*it has r1'):
        STATE.holder("r9")


def test_the_boot_has_a_name() -> None:
    assert boot_id() == boot_id() != ""
