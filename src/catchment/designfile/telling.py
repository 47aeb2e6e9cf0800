"""Findings on one part of the design, gathered while it is read; what reads such a part builds on it."""

from collections.abc import Callable
from typing import TypeVar

from catchment.designfile.rules import Finding
from catchment.designfile.values import Broken

Result = TypeVar("Result")
Path = tuple[str | int, ...]


class Telling:
    """Gathers findings at paths below `part`."""

    def __init__(self, *part: str | int) -> None:
        self.part: Path = part
        self.findings: list[Finding] = []

    def tell(self, path: Path, rule: str, what: str, todo: str, *, at_key: bool = False) -> None:
        """A rule is broken at `path`, which begins at the part."""
        self.findings.append(Finding(path=(*self.part, *path), rule=rule, what=what, todo=todo, at_key=at_key))

    def attempt(self, path: Path, read: Callable[[], Result]) -> Result | None:
        """What `read` gives; None, and a finding at `path`, when it raises Broken."""
        try:
            return read()
        except Broken as broken:
            self.tell(path, broken.rule, broken.what, broken.todo)
            return None
