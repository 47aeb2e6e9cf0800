"""A command on one node of a lab."""

from collections.abc import Sequence

from catchment.lab.processes import enter
from catchment.workflows.lab.open import chosen


def words_on(word: str | None, node: str, words: Sequence[str]) -> tuple[str, ...]:
    """The whole command that runs `words` on a node. Raises UsageError, MachineError."""
    return (*enter(chosen(word).read().holder(node)), *words)
