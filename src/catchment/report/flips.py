"""Flipped bits as lines: which check found each, and errors that were made so that none does."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from catchment.report.frames import counted

NOTHING = "nothing"


@dataclass(frozen=True, slots=True, kw_only=True)
class FlipRow:
    """One flipped bit: where it is, and what found it; () for nothing."""

    frame: int
    bit: int
    byte: int
    layer: str
    field: str
    before: str
    after: str
    found_by: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorRow:
    """An error made to escape a check.

    kind     : which check it is made for
    how      : why that check cannot see it
    bits     : the flipped bits; bytes: their bytes before and after, first to last
    found_by : what sees it all the same; () for nothing
    """

    frame: int
    kind: str
    how: str
    bits: tuple[int, ...]
    first_byte: int
    before: str
    after: str
    found_by: tuple[str, ...]


def flip_line(row: FlipRow) -> str:
    """One flip in one sentence."""
    where = f"{row.layer} {row.field}".strip()
    found = ", ".join(row.found_by) or f"{NOTHING}: no check covers it"
    return (
        f"frame {row.frame}, bit {row.bit} (byte {row.byte}, {where}): {row.before} -> {row.after}, found by {found}"
    )


def flip_table(rows: Sequence[FlipRow]) -> Iterator[str]:
    """Where bits were flipped against what found them; a flip that two checks see counts at both."""
    layers = list(dict.fromkeys(row.layer for row in sorted(rows, key=lambda row: row.byte)))
    checks = Counter(name for row in rows for name in row.found_by)
    names = [name for name, _ in checks.most_common()]
    width = max([len("flipped in"), *map(len, layers)])
    heads = ["flips", *names, NOTHING]
    yield f"{'flipped in':{width}}  " + "  ".join(f"{name:>{max(len(name), 6)}}" for name in heads)
    for layer in [*layers, "all"]:
        mine = [row for row in rows if layer in (row.layer, "all")]
        counts = [len(mine), *(sum(name in row.found_by for row in mine) for name in names)]
        counts.append(sum(not row.found_by for row in mine))
        cells = "  ".join(f"{count:>{max(len(name), 6)},}" for name, count in zip(heads, counts, strict=True))
        yield f"{layer:{width}}  {cells}"


def flip_summary(rows: Sequence[FlipRow]) -> str:
    """How many were found."""
    missed = [row for row in rows if not row.found_by]
    if not missed:
        return f"{counted(len(rows), 'flipped bit')}, each found"
    places = ", ".join(dict.fromkeys(f"{row.layer} {row.field}".strip() for row in missed[:8]))
    return f"{counted(len(rows), 'flipped bit')}, {len(missed):,} found by {NOTHING} ({places})"


def error_lines(rows: Sequence[ErrorRow]) -> Iterator[str]:
    """Each error: how it was made, the bytes, and what found it."""
    for row in rows:
        found = f"found by {', '.join(row.found_by)}" if row.found_by else "found by NOTHING"
        yield f"frame {row.frame}, {row.kind}: {counted(len(row.bits), 'bit')} flipped, {found}"
        yield f"  {row.how}"
        before, after = bytes.fromhex(row.before), bytes.fromhex(row.after)
        for at in range(0, len(before), 16):
            if before[at : at + 16] != after[at : at + 16]:
                yield f"  {row.first_byte + at:5}  {before[at : at + 16].hex(' ')}"
                yield f"     ->  {after[at : at + 16].hex(' ')}"
