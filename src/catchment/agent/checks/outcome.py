"""What came of one question to a service."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """passed, and what was seen, in words for `why`: "rcode REFUSED", "no answer within 0.8 s"."""

    passed: bool
    words: str
