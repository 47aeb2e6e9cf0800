"""What the commands of catchment agent share: which file is meant, which announcements, and asking the agent."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from catchment.cli.options import FILE

DEFAULT = Path("/etc/catchment/agent.yaml")

file_argument = click.argument("file", type=FILE, metavar="[FILE]", default=DEFAULT)
words_argument = click.argument("words_", nargs=-1, metavar="[FILE] [ANNOUNCEMENT]...")


def parted(words: Sequence[str]) -> tuple[Path, tuple[str, ...]]:
    """The file and the announcements among words in any order: a file has a slash, or ends with .yaml or .yml.

    Names of announcements have neither.
    """
    files = [word for word in words if "/" in word or word.endswith((".yaml", ".yml"))]
    if len(files) > 1:
        raise click.UsageError(f"{files[0]} and {files[1]}: an agent has one file")
    return Path(files[0]) if files else DEFAULT, tuple(word for word in words if word not in files)


def ask(file: Path, **asked: Any) -> dict[str, Any]:
    """Ask the agent that runs with a file. Raises DesignError for the file, UsageError when no agent answers."""
    from catchment.agent.control import ask as ask_  # noqa: PLC0415
    from catchment.workflows.agent.run import read  # noqa: PLC0415

    return ask_(read(file).control, asked)
