"""How long an announcement stays withdrawn after it fell: twice as long for each flap, and bounded (RFC 4786 4.4.4)."""

from dataclasses import dataclass, replace

from catchment.model.agent import HoldDown

MOST_DOUBLINGS = 32  # 2**32 * the least base is longer than any bound; it keeps the power small


@dataclass(frozen=True, slots=True, kw_only=True)
class Flaps:
    """count: falls that are not forgotten; fell_s: when the last was; held_until_s: no announcement before."""

    count: int = 0
    fell_s: float | None = None
    held_until_s: float = float("-inf")


def fell(hold: HoldDown, before: Flaps, at_s: float) -> Flaps:
    """After a fall."""
    kept = replace(before, count=0) if forgiven(hold, before, at_s) else before
    count = kept.count + 1
    held_s = min(hold.most_s, hold.base_s * 2 ** min(count - 1, MOST_DOUBLINGS))
    return Flaps(count=count, fell_s=at_s, held_until_s=at_s + held_s)


def forgiven(hold: HoldDown, flaps: Flaps, at_s: float) -> bool:
    """Whether the last fall is so long ago that the next one counts as the first."""
    return flaps.fell_s is not None and at_s - max(flaps.fell_s, flaps.held_until_s) >= hold.forgive_s


def held(flaps: Flaps, at_s: float) -> bool:
    """Whether it may not be announced yet."""
    return at_s < flaps.held_until_s
