"""Save what was recorded of a scenario, draw it, and read it again."""

import os
from collections.abc import Iterable
from pathlib import Path

from catchment.errors import DataError, Problem, UsageError
from catchment.results.timeline import Timeline, lines, read_lines
from catchment.results.whole import write_whole
from catchment.workflows.lab.up import Say

MOST_BYTES = 512 * 2**20


def read(path: Path) -> Timeline:
    """A saved timeline. Raises DataError."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise DataError(Problem(where=str(path), what=f"larger than {MOST_BYTES // 2**20} MiB"))
        text = path.read_bytes().decode("utf-8")
    except (OSError, ValueError) as error:
        what = f"cannot read it: {getattr(error, 'strerror', None) or 'this is not text in UTF-8'}"
        todo = "name a file that `catchment lab run SCENARIO --save FILE` wrote"
        raise DataError(Problem(where=str(path), what=what, todo=todo)) from error
    return read_lines(text, str(path))


def refuse_unwritable(files: Iterable[Path | None]) -> None:
    """Raise UsageError for names that nothing can be saved under, before a scenario is played for nothing."""
    problems = [
        Problem(where=str(path), what="nothing can be saved there", todo="name a file in a folder that you may write")
        for path in files
        if path is not None and not _is_writable(path)
    ]
    if problems:
        raise UsageError(*problems)


def _is_writable(path: Path) -> bool:
    folder = next(one for one in path.absolute().parents if one.exists())
    return not path.is_dir() and folder.is_dir() and os.access(folder, os.W_OK)


def save_all(timeline: Timeline, file: Path | None, page: Path | None, say: Say) -> None:
    """Write the files that are asked for, each whole or not at all. Raises MachineError."""
    if file is not None:
        write_whole(file, (line.encode() for line in lines(timeline)))
        say(f"saved {file}")
    if page is not None:
        from catchment.report.timeline_page import timeline_page  # noqa: PLC0415  the map's parts come with it

        text = timeline_page(timeline)
        write_whole(page, [text.encode()])
        say(f"drew {page} ({len(text) / 1e3:.0f} kB)")
