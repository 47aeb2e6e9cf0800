"""Collects what is wrong in one file: the first twenty places by name, the rest as a number."""

from dataclasses import dataclass, field
from pathlib import Path

from catchment.errors import DataError, Problem

SHOWN = 20
ENOUGH = 10_000  # a file with so many wrong lines is another kind of file; reading on would tell nothing
LINE_SHOWN = 60  # characters of a foreign line that are quoted


@dataclass(slots=True, kw_only=True)
class Findings:
    """The problems of one file, in the order of the file."""

    path: Path
    problems: list[Problem] = field(default_factory=list)
    count: int = 0

    @property
    def enough(self) -> bool:
        """True when reading on is a waste."""
        return self.count >= ENOUGH

    def add(self, line: int, what: str, todo: str = "") -> None:
        self.count += 1
        if len(self.problems) < SHOWN:
            self.problems.append(Problem(where=f"{self.path}:{line}", what=what, todo=todo))

    def raise_if_any(self) -> None:
        """Raise one DataError with all of them, or do nothing."""
        if not self.count:
            return
        more = self.count - len(self.problems)
        tail: tuple[Problem, ...] = ()
        if more:
            least = "at least " if self.enough else ""
            tail = (
                Problem(
                    where=str(self.path),
                    what=f"and {least}{more:,} more problems",
                    todo="If nearly every line is wrong, this is a file of another kind",
                ),
            )
        raise DataError(*self.problems, *tail)


def quote(text: bytes) -> str:
    """A foreign line or field as it may be shown: printable, short, in quotation marks."""
    shown = text[:LINE_SHOWN].decode("utf-8", "backslashreplace")
    shown = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in shown)
    return f'"{shown}{"..." if len(text) > LINE_SHOWN else ""}"'
