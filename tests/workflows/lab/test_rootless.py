"""A user without root makes a lab, looks at it, breaks it and takes it back; and nothing is left when it is stopped."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from tests.lab.test_rootless import forbidden
from tests.workflows.lab.test_up import STILL

from catchment.errors import MachineError
from catchment.lab.probe import missing_programs
from catchment.lab.state import RECORD
from catchment.workflows.lab import rootless as lab_rootless
from catchment.workflows.lab.rootless import inside

NOBODY = 65534
ROOT = Path(__file__).parents[3]
NEEDED = {"bird", "birdc", "ip", "tc", "unshare", "nsenter", "nft", "sysctl", "setpriv"}


def python() -> tuple[str, ...]:
    """A Python that a user without root can run, and that has our libraries; () when there is none."""
    for one in (sys.executable, f"/usr/bin/python3.{sys.version_info.minor}"):
        done = subprocess.run([*becoming(), one, "-c", "import catchment.cli, ruamel.yaml, rich"], env=ENV, check=False,
                              capture_output=True)  # fmt: skip
        if done.returncode == 0:
            return (one,)
    return ()


def becoming() -> tuple[str, ...]:
    if os.geteuid() != 0:
        return ()
    # env, because setpriv itself keeps root's rights until it starts something
    return ("setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", "env")


ENV = {
    "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    "PYTHONPATH": os.pathsep.join((str(ROOT / "src"), *(one for one in sys.path if one.endswith("-packages")))),
    "PYTHONDONTWRITEBYTECODE": "1",
}


def lacking() -> str:
    absent = missing_programs(NEEDED)
    if absent:
        return f"{' and '.join(absent)} not installed"
    no = forbidden()
    return no or ("" if python() else "no Python here can be run by another user than root")


pytestmark = pytest.mark.skipif(bool(why := lacking()), reason=why or "labs run here without root")


class User:
    """Somebody without root, with a home of their own."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.design = home / "design.yaml"
        self.design.write_text(STILL)
        self.labs = home / ".local" / "state" / "catchment"
        if os.geteuid() == 0:
            os.chown(home, NOBODY, NOBODY)
        self.env = {**ENV, "HOME": str(home), "XDG_RUNTIME_DIR": "/nonexistent"}

    def words(self, *words: str) -> Sequence[str]:
        return (*becoming(), *python(), "-m", "catchment.cli", "lab", *words)

    def run(self, *words: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            self.words(*words), env=self.env, capture_output=True, text=True, check=False, timeout=60
        )

    def left(self) -> list[str]:
        """What there is of labs: folders, and processes that know of them."""
        found = [str(path) for path in self.labs.glob("*")] if self.labs.exists() else []
        for entry in Path("/proc").iterdir():
            if entry.name.isdecimal():
                try:
                    words = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
                    if str(self.labs) in f"{words} {(entry / 'mountinfo').read_text()}":
                        found.append(f"{entry.name} {words}")
                except OSError:
                    continue
        return found

    def is_rid(self) -> bool:
        over = time.monotonic() + 10
        while self.left() and time.monotonic() < over:
            time.sleep(0.05)
        return self.left() == []


@pytest.fixture
def user(tmp_path_factory: pytest.TempPathFactory) -> Iterator[User]:
    # pytest's own folders are closed to others
    folder = Path("/var/tmp") / f"catchment-rootless-{os.getpid()}"
    folder.mkdir(mode=0o755)
    made = User(folder)
    try:
        yield made
        made.run("down", "mine")
        assert made.is_rid()
    finally:
        subprocess.run(["rm", "-rf", str(folder)], check=True)


def test_a_user_without_root_has_a_whole_lab(user: User) -> None:
    came = user.run("up", str(user.design), "--name", "mine", "--no-delays", "--daemon", "bird")
    assert came.returncode == 0, came.stderr
    assert "rights: no root" in came.stderr
    assert "every route is as predicted" in came.stderr
    assert user.run("list").stdout == "mine\n"
    assert not list(Path("/run/netns").glob("cm-mine-*"))
    assert user.run("exec", "r1", "--", "hostname").stdout == "r1\n"
    verified = user.run("verify", "--flows", "1")
    assert verified.returncode == 0, verified.stdout
    assert "2 of 2 answers agree" in verified.stdout
    again = user.run("up", str(user.design), "--name", "mine")
    assert again.returncode == 64
    assert "is up already" in again.stderr
    assert "nothing of it is left" in user.run("down").stderr
    assert user.is_rid()
    assert "nothing to do" in user.run("down").stderr


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_who_stops_it_in_the_middle_finds_nothing_left(user: User, number: int) -> None:
    words = user.words("up", str(user.design), "--name", "mine")
    with subprocess.Popen(
        words, env=user.env, stderr=subprocess.PIPE, start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509  as in test_lab.py
    ) as process:  # fmt: skip
        over = time.monotonic() + 60
        while not (user.labs / "mine" / "nodes" / "r1" / "bird.log").exists():
            assert time.monotonic() < over
            time.sleep(0.01)
        process.send_signal(number)
        process.communicate(timeout=60)
    assert process.returncode == 130
    assert user.is_rid()


def test_when_the_holder_is_killed_all_is_gone_and_down_takes_the_folder(user: User) -> None:
    assert user.run("up", str(user.design), "--name", "mine", "--no-delays").returncode == 0
    subprocess.run(["kill", "-9", _holder(user)], check=True)
    told = user.run("exec", "r1", "--", "hostname")
    assert told.returncode == 1
    assert "the namespaces of these labs are gone" in told.stderr
    assert "nothing of it is left" in user.run("down").stderr
    assert user.is_rid()


def _holder(user: User) -> str:
    import json

    return str(json.loads((user.labs / RECORD).read_text())["holder"]["pid"])


def test_root_goes_on_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert inside(["list"], lambda sentence: None, makes=True) is None


def test_what_makes_no_lab_makes_no_namespaces_either(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: NOBODY)
    monkeypatch.setattr(lab_rootless, "home", lambda: tmp_path / "labs")
    assert inside(["list"], lambda sentence: None, makes=False) is None
    assert not (tmp_path / "labs").exists()
    monkeypatch.setattr("catchment.lab.rootless.UNSHARE", ("false",))
    with pytest.raises(MachineError, match="sudo catchment lab up"):
        inside(["up", "x"], lambda sentence: None, makes=True)
