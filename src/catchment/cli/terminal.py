"""The terminal: where data goes, where talk goes, and how wide it is."""

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from rich.console import Console

WIDE = 132
"""Columns of a table that goes into a file or a pipe."""


class Output(StrEnum):
    """The form of what goes to stdout."""

    TABLE = "table"
    JSON = "json"
    JSONL = "jsonl"
    CSV = "csv"


def console() -> "Console":
    """Where data goes. Colours on a terminal only, and never with NO_COLOR (https://no-color.org)."""
    from rich.console import Console  # noqa: PLC0415

    columns = os.environ.get("COLUMNS", "")
    wide = None if sys.stdout.isatty() else int(columns) if columns.isdecimal() and int(columns) else WIDE
    return Console(width=wide, highlight=False, soft_wrap=False)


def say(sentence: str) -> None:
    """Talk to the user, on stderr."""
    print(sentence, file=sys.stderr, flush=True)


def out(parts: Iterator[str]) -> None:
    """Data to stdout, piece by piece."""
    for part in parts:
        sys.stdout.write(part)


@contextmanager
def progress_bar(what: str, *, of_bytes: bool = False) -> "Iterator[Callable[[int, int | None], None]]":
    """A progress bar on stderr, on a terminal only; yields what to call with (done, in all)."""
    if not sys.stderr.isatty():
        yield lambda done, total: None
        return
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import (  # noqa: PLC0415
        BarColumn,
        DownloadColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    console = Console(stderr=True, width=min(shutil.get_terminal_size().columns, 100))
    count = DownloadColumn() if of_bytes else MofNCompleteColumn()
    columns = (TextColumn("{task.description}"), BarColumn(), count, TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task(what, total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)
