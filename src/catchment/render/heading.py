"""The first lines of every file: what made it, of which design, for whom; how a file of ours is recognised later."""

from collections.abc import Iterable

from catchment import __version__

MADE_BY = "Made by catchment"


def heading(design: str, router: str, more: Iterable[str] = (), *, comment: str = "#") -> str:
    """Comment lines, each with a newline; no date, so that a file changes only when the design does."""
    lines = (
        f"{MADE_BY} {__version__} from the design {design} for {router}: change the design, not this file.",
        *more,
    )
    return "".join(f"{comment} {line}".rstrip() + "\n" for line in lines)


def is_ours(text: str) -> bool:
    """Whether a file was written by us: the mark stands in its first lines (after `<?xml`, `#!` and the like)."""
    return any(MADE_BY in line for line in text.splitlines()[:5])
