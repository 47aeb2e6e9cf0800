"""Files written whole, strangers' files left alone, and how a folder differs."""

from pathlib import Path

import pytest

from catchment.errors import MachineError, RenderError, UsageError
from catchment.workflows.render import Chosen, diff, render

ROOT = Path(__file__).parents[2]
DESIGN = ROOT / "examples" / "two-cities" / "design.yaml"
BIRD = Chosen(targets=("bird",))


def test_every_router_gets_its_files_and_a_second_run_changes_nothing(tmp_path: Path) -> None:
    done = render(DESIGN, tmp_path / "new", BIRD)
    assert [file.path for file in done.files] == ["seoul/bird.conf", "busan/bird.conf"]
    first = {file.path: (tmp_path / "new" / file.path).read_text() for file in done.files}
    assert first == {file.path: file.text for file in done.files}
    assert not [*diff(DESIGN, tmp_path / "new", BIRD)]
    render(DESIGN, tmp_path / "new", BIRD)
    assert {path: (tmp_path / "new" / path).read_text() for path in first} == first


def test_only_the_routers_asked_for_are_written(tmp_path: Path) -> None:
    render(DESIGN, tmp_path, Chosen(targets=("bird",), routers=("busan",)))
    assert [path.name for path in tmp_path.iterdir()] == ["busan"]


def test_a_strangers_file_is_left_alone_and_nothing_is_written(tmp_path: Path) -> None:
    there = tmp_path / "busan" / "bird.conf"
    there.parent.mkdir()
    there.write_text("# mine\n")
    with pytest.raises(MachineError, match="was not made here"):
        render(DESIGN, tmp_path, BIRD)
    assert there.read_text() == "# mine\n"
    assert not (tmp_path / "seoul").exists()


def test_a_file_that_its_program_refuses_is_not_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    strict = tmp_path / "bin" / "bird"
    strict.parent.mkdir()
    strict.write_text('#!/bin/sh\necho "$3:1:1 syntax error" >&2\nexit 1\n')
    strict.chmod(0o755)
    monkeypatch.setenv("PATH", f"{strict.parent}:/usr/bin:/bin")
    to = tmp_path / "files"
    with pytest.raises(RenderError, match="syntax error"):
        render(DESIGN, to, BIRD)
    assert not to.exists()


def test_what_the_design_makes_no_more_is_named_and_not_deleted(tmp_path: Path) -> None:
    render(DESIGN, tmp_path, BIRD)
    old = tmp_path / "jeju" / "bird.conf"
    old.parent.mkdir()
    old.write_text((tmp_path / "busan" / "bird.conf").read_text())
    (tmp_path / "jeju" / "notes.txt").write_text("mine")
    every = Chosen()
    assert "jeju/bird.conf" in render(DESIGN, tmp_path, every).left
    assert "jeju/notes.txt" not in render(DESIGN, tmp_path, every).left
    assert old.exists()


def test_a_difference_is_shown_with_files_missing_and_extra(tmp_path: Path) -> None:
    render(DESIGN, tmp_path, Chosen())
    changed = tmp_path / "busan" / "bird.conf"
    changed.write_text(changed.read_text().replace("cost 10;", "cost 11;"))
    (tmp_path / "seoul" / "bird.conf").unlink()
    (tmp_path / "left.conf").write_text("x\n")
    found = [*diff(DESIGN, tmp_path, Chosen())]
    assert "missing: seoul/bird.conf" in found
    assert "extra: left.conf" in found
    (lines,) = (one for one in found if one.startswith("---"))
    assert '-    interface "seoul" { type ptp; cost 11;' in lines
    assert '+    interface "seoul" { type ptp; cost 10;' in lines


def test_a_folder_that_is_not_there_says_how_to_make_it(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="catchment render"):
        next(diff(DESIGN, tmp_path / "no", BIRD))


@pytest.mark.parametrize(
    ("chosen", "says"),
    [(Chosen(routers=("soul",)), 'did you mean "seoul"?'), (Chosen(targets=("brid",)), 'did you mean "bird"?')],
)
def test_a_slip_is_told_with_what_to_do(chosen: Chosen, says: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        render(DESIGN, tmp_path, chosen)
    assert says in str(caught.value)


def test_eigrp_is_rendered_for_what_can_speak_it(tmp_path: Path) -> None:
    done = render(ROOT / "examples" / "seoul-busan" / "eigrp.yaml", tmp_path, Chosen())
    assert {file.path for file in done.files} == {f"{name}/ios.cfg" for name in ("seoul", "busan", "suwon", "daegu")}


def test_what_comes_through_a_tunnel_is_known_where_its_way_is(tmp_path: Path) -> None:
    render(ROOT / "examples" / "gre-announce" / "design.yaml", tmp_path, Chosen(targets=("nftables",)))
    assert "what is under it lets 1468 through" in (tmp_path / "cloud-seoul" / "nftables.nft").read_text()
