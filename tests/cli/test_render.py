"""catchment render and diff as a user meets them."""

import json
from pathlib import Path

import pytest

from catchment.cli import run

EXAMPLES = Path(__file__).parents[2] / "examples"
DESIGN = EXAMPLES / "seoul-busan" / "design.yaml"


@pytest.fixture(autouse=True)
def _columns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "132")


def test_files_are_listed_with_their_verdicts_and_diff_finds_none(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["render", str(DESIGN), "--to", str(tmp_path), "--target", "bird"]) == 0
    told = capsys.readouterr()
    assert "suwon/bird.conf" in told.out
    assert "accepted" in told.out or "not installed" in told.out
    assert "note: seoul/bird.conf, busan/bird.conf: svc-resolver" in told.err
    assert run(["diff", str(DESIGN), str(tmp_path), "--target", "bird"]) == 0
    assert capsys.readouterr().out == ""


def test_a_difference_is_exit_code_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["--target", "bird"]
    assert run(["render", str(DESIGN), "--to", str(tmp_path), *words]) == 0
    (tmp_path / "suwon" / "bird.conf").unlink()
    capsys.readouterr()
    assert run(["diff", str(DESIGN), str(tmp_path), *words]) == 2
    assert capsys.readouterr().out == "missing: suwon/bird.conf\n"


def test_json_has_a_line_for_each_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["render", str(DESIGN), "--to", str(tmp_path), "--router", "suwon", "-o", "json"]) == 0
    files = json.loads(capsys.readouterr().out)
    assert "suwon/bird.conf" in [file["file"] for file in files]


def test_what_a_daemon_cannot_do_is_an_error_with_its_place(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    isis = EXAMPLES / "seoul-busan" / "isis.yaml"
    assert run(["render", str(isis), "--to", str(tmp_path), "--daemon", "bird"]) == 1
    told = capsys.readouterr().err
    assert "seoul, network corp: R001" in told
    assert "daemon: frr" in told
    assert not [*tmp_path.iterdir()]


def test_guards_can_be_left_out_on_request(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    design = str(EXAMPLES / "dual-stack" / "design.yaml")
    words = ["render", design, "--to", str(tmp_path), "--target", "bird", "--router", "seoul"]
    assert run(words) == 0
    guarded = (tmp_path / "seoul" / "bird.conf").read_text()
    assert run([*words, "--unprotected", "--no-ttl-security"]) == 0
    bare = (tmp_path / "seoul" / "bird.conf").read_text()
    assert "ttl security on" in guarded
    assert "RFC 7454" in guarded
    assert "ttl security" not in bare
    assert "RFC 7454" not in bare
    capsys.readouterr()


def test_help_names_the_exit_code(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["diff", "--help"]) == 0
    assert "Exit code 2" in capsys.readouterr().out
