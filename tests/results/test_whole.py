"""Files that appear whole or not at all."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from catchment.errors import MachineError
from catchment.results.whole import write_whole


def test_a_file_is_what_the_parts_are(tmp_path: Path) -> None:
    write_whole(tmp_path / "new" / "a.txt", [b"one ", b"two"])
    assert (tmp_path / "new" / "a.txt").read_bytes() == b"one two"
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["a.txt"]


@pytest.mark.parametrize("interruption", [KeyboardInterrupt, MemoryError, OSError])
def test_what_is_interrupted_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, interruption: type[BaseException]
) -> None:
    path = tmp_path / "a.txt"
    path.write_text("old")

    def parts() -> Iterator[bytes]:
        yield b"new and not "
        raise interruption

    with pytest.raises((interruption, MachineError)):
        write_whole(path, parts())
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_place_that_cannot_be_written_is_an_error_of_the_machine(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for path in (tmp_path / "file" / "a.txt", tmp_path):
        with pytest.raises(MachineError) as caught:
            write_whole(path, [b"x"])
        (problem,) = caught.value.problems
        assert problem.where == str(path)
        assert problem.todo
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_others_may_read_what_was_written(tmp_path: Path) -> None:
    write_whole(tmp_path / "a.txt", [b"x"])
    assert (tmp_path / "a.txt").stat().st_mode & 0o777 == 0o644
