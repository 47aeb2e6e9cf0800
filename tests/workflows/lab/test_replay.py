"""Saved timelines are read again, and drawn."""

from pathlib import Path

import pytest
from tests.results.seoul import TIMELINE

from catchment.errors import DataError, MachineError, UsageError
from catchment.workflows.lab.replay import read, refuse_unwritable, save_all


def test_what_is_saved_is_read_again_and_drawn(tmp_path: Path) -> None:
    said: list[str] = []
    save_all(TIMELINE, tmp_path / "a.jsonl", tmp_path / "a.html", said.append)
    assert read(tmp_path / "a.jsonl") == TIMELINE
    assert (tmp_path / "a.html").read_text().startswith("<!doctype html>")
    assert [one.split()[0] for one in said] == ["saved", "drew"]


def test_nothing_is_written_that_was_not_asked_for(tmp_path: Path) -> None:
    save_all(TIMELINE, None, None, print)
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_cannot_be_read_or_written_is_said(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="No such file"):
        read(tmp_path / "none")
    (tmp_path / "binary").write_bytes(b"\xff")
    with pytest.raises(DataError, match="not text in UTF-8"):
        read(tmp_path / "binary")
    (tmp_path / "file").write_text("x")
    with pytest.raises(MachineError, match="cannot write it"):
        save_all(TIMELINE, tmp_path / "file" / "a", None, print)


def test_where_nothing_can_be_saved_is_said_before_anything_is_played(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    refuse_unwritable((None, tmp_path / "a.jsonl", tmp_path / "new" / "folder" / "a.html", tmp_path / "file"))
    with pytest.raises(UsageError) as error:
        refuse_unwritable((tmp_path, tmp_path / "file" / "a", None))
    assert [one.where for one in error.value.problems] == [str(tmp_path), str(tmp_path / "file" / "a")]
