"""The files that were written: where each goes, who checked it and what came of that."""

from collections.abc import Sequence

from rich.table import Table

from catchment.report.columns import columns
from catchment.results.config import Checker, ConfigFile, Verdict


def rendered_table(title: str, files: Sequence[ConfigFile], verdicts: Sequence[Verdict]) -> Table:
    """A line for each file."""
    table = columns("file", "goes to", "checker", "verdict", title=f"{title}: files for its routers")
    for file, verdict in zip(files, verdicts, strict=True):
        table.add_row(file.path, file.target or "to be read", file.checker.value or "none", _words(file, verdict))
    return table


def _words(file: ConfigFile, verdict: Verdict) -> str:
    if verdict.accepted is None:
        return "" if file.checker is Checker.NONE else verdict.words
    return "accepted" if verdict.accepted else f"refused: {verdict.words}"


def rendered_data(files: Sequence[ConfigFile], verdicts: Sequence[Verdict]) -> list[dict[str, object]]:
    """The same as data; `accepted` is null for what was not checked."""
    return [
        {
            "file": file.path,
            "target": file.target,
            "mode": f"{file.mode:04o}",
            "checker": file.checker.value,
            "accepted": verdict.accepted,
            "words": verdict.words,
            "notes": list(file.notes),
        }
        for file, verdict in zip(files, verdicts, strict=True)
    ]
