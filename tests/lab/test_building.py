"""A lab is made step by step, and whatever was made is taken back."""

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from tests.lab.small import MEANS, lacking, left_of, small

from catchment.errors import MachineError
from catchment.lab import processes
from catchment.lab.building import Builder
from catchment.lab.nodes import Process
from catchment.lab.plan import plan
from catchment.lab.spaces import NETNS, make, remove, run
from catchment.lab.state import Keeper, State, boot_id
from catchment.lab.steps import Commands, MakeSpaces, Start

pytestmark = pytest.mark.skipif(bool(why := lacking()), reason=why or "a lab can be made")
NAME = f"building-{os.getpid()}"
STATE = State(name=NAME, design="", digest="", daemon="", boot=boot_id())
STEPS = plan(replace(small(NAME), servers=()), MEANS)


@pytest.fixture
def builder() -> Iterator[Builder]:
    keeper = Keeper(NAME)
    keeper.claim(STATE)
    yield Builder(keeper, STATE)
    if keeper.folder.exists():
        Builder(keeper, keeper.read()).undo()
    assert left_of(NAME) == []


def test_a_node_has_a_name_a_network_and_a_run_of_its_own(builder: Builder) -> None:
    builder.build(STEPS)
    done = run((*processes.enter(builder.state.holder("dns@r1")), "sh", "-c", "hostname; ls /run; ip -br link"))
    assert done.stdout.splitlines()[:3] == ["dns-r1", "bird", "frr"]
    assert "eth0" in done.stdout
    assert "svc-dns" not in done.stdout


def test_nothing_of_a_lab_is_seen_from_outside(builder: Builder) -> None:
    before = run(["ip", "-br", "link"]).stdout.split()
    builder.build(STEPS)
    assert run(["ip", "-br", "link"]).stdout.split() == before
    routes = run(["ip", "-n", f"cm-{NAME}-office", "route"]).stdout
    assert routes.count("via") == 1
    assert "198.51.100.0" in routes


def test_all_is_taken_back_also_what_somebody_else_started_there(builder: Builder) -> None:
    builder.build(STEPS)
    process = Process(node="office", name="sleeper", words=("sleep", "600"))
    builder.build([Start(process=process)])
    stranger = processes.start(
        ("ip", "netns", "exec", f"cm-{NAME}-r1", "sleep", "600"), "r1", "x", builder.keeper.folder / "log"
    )
    builder.undo()
    assert left_of(NAME) == []
    assert not processes.is_alive(stranger)


def test_after_a_crash_the_file_knows_enough(builder: Builder) -> None:
    """As if we had been killed between starting a program and writing it down."""
    builder.build(STEPS)
    builder.keeper.write(replace(builder.state, alive=(), holders=()))
    Builder(builder.keeper, builder.keeper.read()).undo()
    assert left_of(NAME) == []


def test_a_step_that_fails_leaves_what_undo_takes_back(builder: Builder) -> None:
    bad = Commands(program="ip", space=f"cm-{NAME}-r1", lines=("link set dev absent up",))
    with pytest.raises(MachineError, match="absent"):
        builder.build([*STEPS, bad])
    builder.undo()
    assert left_of(NAME) == []


def test_after_another_boot_only_the_folder_is_ours(builder: Builder) -> None:
    builder.build(STEPS)
    state = builder.state
    Builder(builder.keeper, replace(state, boot="another")).undo()
    assert (NETNS / f"cm-{NAME}-r1").exists()
    builder.keeper.claim(state)
    builder.undo()


def test_a_namespace_that_is_somebody_elses_is_left_alone(builder: Builder) -> None:
    name = f"cm-{NAME}-r1"
    make([name])
    try:
        with pytest.raises(MachineError, match="that this lab did not make"):
            builder.build([MakeSpaces(names=(name,))])
        builder.undo()
        assert (NETNS / name).exists()
    finally:
        remove([name])


def test_a_program_that_ends_before_it_is_ready_is_named_with_its_words(builder: Builder, tmp_path: Path) -> None:
    builder.build(STEPS)
    one = Process(node="office", name="talker", words=("sh", "-c", "echo no such thing; exit 1"))
    two = Process(node="office", name="other", words=("true",), after="/run/never")
    with pytest.raises(MachineError, match="talker has ended: no such thing"):
        builder.build([Start(process=one), Start(process=two)])


def test_the_earlier_self_of_what_is_started_again_is_no_reason_to_give_up(builder: Builder) -> None:
    builder.build(STEPS)
    both = [Process(node="office", name=name, words=("sleep", "600")) for name in ("one", "other")]
    builder.start(both)
    processes.end([one for one in builder.state.alive if one.node == "office"])
    slow = Process(node="office", name="one", words=("sh", "-c", "sleep 0.3; touch /run/there; exec sleep 600"))
    builder.start([slow, replace(both[1], after="/run/there")])
    assert all(processes.is_alive(one) for one in builder.state.alive)


def test_sockets_of_a_killed_daemon_are_forgotten(builder: Builder) -> None:
    builder.build(STEPS)
    left = builder.keeper.folder / "nodes" / "r1" / "run" / "bird" / "bird.ctl"
    left.touch()
    builder.forget_sockets("r1")
    assert not left.exists()
