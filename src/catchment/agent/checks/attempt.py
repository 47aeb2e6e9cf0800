"""One question under way: how long it may take, what it has seen so far, and how it says that it failed."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any


class Wrong(Exception):
    """The check failed: what was seen, in words for `agent why`: "rcode REFUSED", "status 503"."""


@dataclass(slots=True)
class Attempt:
    """timeout_s: after which it has failed. seen: what came and was not an answer; said when nothing else comes."""

    timeout_s: float
    seen: list[str] = field(default_factory=list)

    def ignore(self, words: str) -> None:
        """Something came that is no answer to the question: it is waited on."""
        if len(self.seen) < 3:  # enough to say what; a flood must not fill the memory
            self.seen.append(words)

    def silence(self) -> str:
        """What is said when time is up."""
        also = f"; what came: {', '.join(self.seen)}" if self.seen else ""
        return f"no answer within {self.timeout_s:g} s{also}"


Kind = Callable[[Any, Attempt], Awaitable[str]]
"""Asks a probe: what was seen, in words, when it passed. Raises Wrong, or OSError, when it did not.

It need not watch the time: it is cancelled then, and leaves nothing behind.
"""
