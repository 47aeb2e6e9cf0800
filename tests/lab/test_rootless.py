"""What keeps the labs of a user without root, and what is said where that is forbidden."""

import json
import os
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from tests.tiers import no_rootless

from catchment.errors import MachineError
from catchment.lab import processes
from catchment.lab.rootless import Holder, child_of, neighbours_outside, refusal, words_inside
from catchment.lab.spaces import run
from catchment.lab.state import RECORD
from catchment.lab.steps import Alive


def forbidden() -> str:
    """Why no user namespace can be made here; "" when one can."""
    return no_rootless()


needs_spaces = pytest.mark.skipif(bool(why := forbidden()), reason=why or "user namespaces are allowed")


@pytest.fixture
def holder(tmp_path: Path) -> Iterator[Holder]:
    made = Holder(tmp_path / "labs")
    yield made
    one = made.alive()
    if one:
        processes.end([one])


def ended(ones: Sequence[Alive]) -> None:
    over = time.monotonic() + 20
    while any(map(processes.is_alive, ones)):
        assert time.monotonic() < over
        time.sleep(0.05)


@needs_spaces
def test_inside_everything_is_allowed_and_the_users_folder_is_there(holder: Holder) -> None:
    one = holder.started()
    assert holder.started() == one
    (holder.folder / "x").mkdir()
    script = (
        "id -u; pwd; ls /run /run/catchment; ip netns add a; ip -n a link add v type veth; ip -n a -br link; ps ax"
    )
    done = run(words_inside(one, ("sh", "-c", script), Path("/usr")))
    said = done.stdout.split()
    assert said[:2] == ["0", "/usr"]
    assert {"catchment", "netns", "x"} <= set(said)
    assert "user" not in said  # of /run
    assert "v@veth0" in said or "veth0@v" in said
    assert "1" in said
    assert str(os.getpid()) not in said


@needs_spaces
def test_it_ends_with_the_last_lab_and_takes_everything_along(holder: Holder) -> None:
    one = holder.started()
    sleeper = run(
        words_inside(one, ("sh", "-c", "ip netns add a; sleep 1000 >/dev/null 2>&1 & echo begun"), Path("/"))
    )
    assert sleeper.stdout == "begun\n"
    (holder.folder / "lab").mkdir()
    holder.end_if_unused()
    assert holder.alive() == one
    inner = processes.inside(processes.networks([Path(f"/proc/{one.pid}/ns/net")]))
    assert len(inner) >= 2
    (holder.folder / "lab").rmdir()
    holder.end_if_unused()
    assert not holder.folder.exists()
    ended((one, *inner))
    holder.end_if_unused()


@needs_spaces
def test_without_its_record_it_ends_by_itself(holder: Holder) -> None:
    one = holder.started()
    time.sleep(0.5)  # it has seen the record
    (holder.folder / RECORD).unlink()
    assert holder.alive() is None
    ended([one])


@needs_spaces
def test_a_record_of_another_boot_is_no_holder(holder: Holder) -> None:
    holder.started()
    record = json.loads((holder.folder / RECORD).read_text())
    (holder.folder / RECORD).write_text(json.dumps({**record, "boot": "another"}))
    assert holder.alive() is None
    (holder.folder / RECORD).write_text(json.dumps(record))
    assert holder.alive() is not None


def test_what_the_machine_refuses_leaves_nothing(holder: Holder, monkeypatch: pytest.MonkeyPatch) -> None:
    words = ("sh", "-c", "echo unshare: unshare failed: Operation not permitted >&2; exit 1")
    monkeypatch.setattr("catchment.lab.rootless.UNSHARE", words)
    with pytest.raises(MachineError, match=r"(?s)gives none: unshare: unshare failed.*or sudo catchment lab up"):
        holder.started()
    assert not (holder.folder / RECORD).exists()


def test_who_forbids_it_is_said_with_what_root_can_do() -> None:
    debian = refusal("no", {"/proc/sys/kernel/unprivileged_userns_clone": "0"})
    assert "sysctl -w kernel.unprivileged_userns_clone=1" in debian.todo
    ubuntu = refusal("no", {"/proc/sys/kernel/apparmor_restrict_unprivileged_userns": "1"})
    assert "apparmor_restrict_unprivileged_userns=0" in ubuntu.todo
    allowed = refusal("", {"/proc/sys/user/max_user_namespaces": "96365"})
    assert "container" in allowed.todo
    assert "without a word" in allowed.what


def test_a_child_is_found_by_its_parent() -> None:
    outer = processes.start(
        (sys.executable, "-c", "import subprocess; subprocess.run(['sleep', '60'])"), "", "x", Path(os.devnull)
    )
    try:
        over = time.monotonic() + 5
        while (one := child_of(outer.pid)) is None:
            assert time.monotonic() < over
            time.sleep(0.02)
        processes.end([one])
    finally:
        processes.end([outer])
    assert child_of(outer.pid) is None


def test_the_neighbours_of_the_machine_are_read_from_the_record(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("catchment.lab.rootless.home", lambda: tmp_path)
    assert neighbours_outside() is None
    (tmp_path / RECORD).write_text('{"neighbours": 1024}')
    assert neighbours_outside() == 1024
