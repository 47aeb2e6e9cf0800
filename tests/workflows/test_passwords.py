"""Password files: what is read, what is refused, and that no message has what is in them."""

import shutil
from pathlib import Path

import pytest
from tests.render.golden import CASES

from catchment.errors import RenderError
from catchment.workflows.passwords import known_passwords, passwords
from catchment.workflows.render import Chosen, diff, render

NAMES = ("ospf.key", "ibgp.md5", "cust.md5", "up.md5")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The design with its passwords, each `hunter2` and its name."""
    shutil.copy(CASES / "passwords" / "design.yaml", tmp_path)
    for name in NAMES:
        write(tmp_path / name, f"hunter2-{name[:4]}\nnot read\n")
    return tmp_path


def write(path: Path, text: str, mode: int = 0o600) -> None:
    path.touch(0o600)
    path.write_text(text)
    path.chmod(mode)


def test_the_first_line_is_the_password(folder: Path) -> None:
    assert passwords(folder, {"up.md5": 80}) == {"up.md5": "hunter2-up.m"}


@pytest.mark.parametrize(
    ("text", "mode", "rule", "says"),
    [
        ("hunter2\n", 0o644, "R090", "chmod 600"),
        ("hunter2\n", 0o602, "R090", "chmod 600"),
        ("\n", 0o600, "R091", "no password"),
        ("hunter 2\n", 0o600, "R091", "without space"),
        ('hunter"2\n', 0o600, "R091", "quotation"),
        ("hunter\u00e92\n", 0o600, "R091", "ASCII"),
        (f"hunter2{'x' * 74}\n", 0o600, "R091", "longer than 80"),
    ],
)
def test_what_is_open_or_no_password_is_refused(folder: Path, text: str, mode: int, rule: str, says: str) -> None:
    write(folder / "up.md5", text, mode)
    with pytest.raises(RenderError, match=says) as caught:
        render(folder / "design.yaml", folder / "out", Chosen())
    (problem,) = caught.value.problems
    assert (problem.rule, problem.where) == (rule, str(folder / "up.md5"))
    assert "hunter" not in str(caught.value)
    assert not (folder / "out").exists()


def test_all_that_are_missing_are_told_at_once(tmp_path: Path) -> None:
    shutil.copy(CASES / "passwords" / "design.yaml", tmp_path)
    with pytest.raises(RenderError) as caught:
        render(tmp_path / "design.yaml", tmp_path / "out", Chosen())
    assert len(caught.value.problems) == 4
    assert known_passwords(tmp_path, NAMES) == dict.fromkeys(NAMES, "")


def test_only_whoever_loads_it_may_read_a_file_with_a_password(folder: Path) -> None:
    done = render(folder / "design.yaml", folder / "out", Chosen())
    for file in done.files:
        there = folder / "out" / file.path
        assert "hunter2" not in file.text
        if "hunter2" in there.read_text():
            assert there.stat().st_mode & 0o777 == 0o600, file.path
    assert 'password "hunter2-cust";' in (folder / "out/b/bird.conf").read_text()
    assert "SECRET-" not in "".join(path.read_text() for path in (folder / "out").glob("*/*"))


def test_a_router_without_passwords_needs_none_of_the_files(folder: Path) -> None:
    for name in NAMES[:3]:
        (folder / name).unlink()
    render(folder / "design.yaml", folder / "out", Chosen(routers=("up",)))
    assert 'password "hunter2-up.m";' in (folder / "out/up/bird.conf").read_text()


def test_diff_tells_another_password_and_shows_none(folder: Path) -> None:
    design, out = folder / "design.yaml", folder / "out"
    render(design, out, Chosen())
    assert list(diff(design, out, Chosen())) == []
    write(folder / "up.md5", "hunter3\n")
    said = "\n".join(diff(design, out, Chosen()))
    assert '-  password "<another password>"' in said
    assert '+  password "<password of up.md5>"' in said
    assert "hunter" not in said
    (folder / "up.md5").unlink()
    assert "hunter" not in "\n".join(diff(design, out, Chosen()))
