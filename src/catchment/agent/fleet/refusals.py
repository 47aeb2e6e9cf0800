"""Counts datagrams that were not taken, and says so at most once a second, however many come. Pure."""

from collections import Counter

EVERY_S = 1.0
QUIET = ("our own",)
"""Multicast brings our own datagrams back to us: they are no news."""


class Refusals:
    """counts: since the agent began, by reason."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self._untold: Counter[str] = Counter()
        self._told_s = float("-inf")

    def note(self, why: str, sender: str, at_s: float) -> str:
        """Count one. A line to be said now, with all that was not said yet; "": nothing is to be said."""
        if why in QUIET:
            return ""
        self.counts[why] += 1
        self._untold[why] += 1
        if at_s - self._told_s < EVERY_S:
            return ""
        said = ", ".join(f"{number} {reason}" for reason, number in self._untold.most_common())
        self._told_s = at_s
        self._untold.clear()
        return f"gossip: refused {said}; the last came from {sender}"
