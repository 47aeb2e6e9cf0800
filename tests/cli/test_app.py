"""The command line as a whole: help, versions, wrong words, pipes that close, and interruption."""

import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.cli.conftest import Shell

from catchment import __version__
from catchment.cli.app import COMMANDS, app

Start = Callable[..., "subprocess.Popen[str]"]


def test_help_lists_every_command_and_the_exit_codes(shell: Shell) -> None:
    done = shell("--help")
    assert (done.code, done.err) == (0, "")
    assert [name for name in COMMANDS if f"  {name} " not in done.out] == []
    text = " ".join(done.out.split())
    assert "0 ok, 1 error, 2 a difference or a missed threshold, 64 usage, 130 interrupted" in text


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_loads_and_explains_itself(shell: Shell, name: str) -> None:
    done = shell(name, "--help")
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith("Usage: catchment ")


@pytest.mark.parametrize("name", COMMANDS)
def test_the_table_of_commands_says_what_the_command_says(name: str) -> None:
    command = app.get_command(None, name)  # type: ignore[arg-type]
    assert command is not None
    assert command.help
    assert command.help.split()[0] == COMMANDS[name][1].split()[0]
    assert command.name == name


def test_the_version_is_that_of_the_package(shell: Shell) -> None:
    assert shell("--version").out == f"catchment, version {__version__}\n"


def test_an_unambiguous_beginning_of_a_command_is_enough(shell: Shell) -> None:
    assert shell("sch").out == shell("schema").out
    assert shell("s").code == 64  # show, schema, sweep


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("nonsense",),
        ("--nonsense",),
        ("predict",),
        ("predict", "design.yaml", "--nonsense"),
        ("predict", "design.yaml", "--ases", "5"),
        ("predict", "design.yaml", "--tie-break", "dice"),
        ("predict", "design.yaml", "-o", "xml"),
        ("predict", "design.yaml", "--rtt-base", "-1"),
        ("explain", "design.yaml"),
        ("compare", "one.json"),
        ("internet",),
        ("internet", "prepare", "x"),
    ],
    ids=" ".join,
)
def test_a_wrong_call_says_how_to_call_on_stderr_and_exits_with_64(shell: Shell, words: tuple[str, ...]) -> None:
    done = shell(*words)
    assert (done.code, done.out) == (64, "")
    assert "Usage: catchment" in done.err


def test_the_script_and_the_module_are_the_same_program(process: Start) -> None:
    out, err = (one := process("explain-key", "nonsense")).communicate(timeout=30)
    assert (one.returncode, out) == (64, "")
    assert "nonsense" in err


@pytest.mark.parametrize(
    "words",
    [
        ("schema",),
        ("predict", "design.yaml", "--ases", "1000"),
        ("predict", "design.yaml", "--ases", "1000", "-o", "jsonl"),
        ("sweep", "design.yaml", "--ases", "1000", "--tie-break", "lowest-asn"),
    ],
    ids=["click", "rich", "stdout", "bytes"],
)
def test_a_reader_who_has_enough_is_no_error(process: Start, words: tuple[str, ...]) -> None:
    """As in `catchment ... | head`, at its worst: the pipe is closed before anything is written."""
    running = process(*words)
    assert running.stdout is not None
    running.stdout.close()
    assert running.stderr is not None
    err = running.stderr.read()
    assert running.wait(30) == 0, err
    assert "Traceback" not in err
    assert "BrokenPipe" not in err
    running.stderr.close()


def test_an_interrupted_sweep_exits_with_130_and_leaves_nothing_behind(process: Start, folder: Path) -> None:
    (folder / "list.txt").write_text("\n".join(f"number {i}: --prepend seoul={i % 9}" for i in range(20_000)))
    before = sorted(folder.iterdir())
    words = ("sweep", "design.yaml", "--ases", "1000", "--scenarios", "list.txt", "--out", "table.csv")
    # A shell that starts us in the background has SIGINT ignored, and a child inherits that.
    running = process(*words, preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))
    until = time.monotonic() + 30
    # Rows are there, so numba has started: an exception inside its callbacks is lost or told by the interpreter.
    while not any(part.stat().st_size > 20_000 for part in folder.glob(".table.csv.*")):
        assert running.poll() is None, running.communicate()
        assert time.monotonic() < until
        time.sleep(0.02)
    os.kill(running.pid, signal.SIGINT)
    out, err = running.communicate(timeout=30)
    assert (running.returncode, out) == (130, "")
    assert err.splitlines()[-1] == "interrupted"
    assert "Traceback" not in err
    assert sorted(folder.iterdir()) == before
