"""Flips bits of a frame and tells which check sees it. Bit 0 is the lowest of the first byte: the first one sent."""

from dataclasses import dataclass

from catchment.packet.walk import Check, Dissection, Verdict

MALFORMED = "malformed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """What a byte of a frame is: its layer (or kind of trailer) and its field."""

    layer: str
    field: str


def flipped(data: bytes, *bits: int) -> bytes:
    """`data` with these bits flipped. Raises IndexError for a bit that is not there."""
    changed = bytearray(data)
    for bit in bits:
        changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


def place(found: Dissection, byte: int) -> Place:
    """What the byte at this place of `found.data` is."""
    for trailer in found.trailers:
        if trailer.start <= byte < trailer.end:
            return Place(layer=trailer.kind, field="")
    for layer in found.layers:
        if not layer.start <= byte < layer.end:
            continue
        at = layer.start
        for field in layer.fields:
            at += field.size_bytes
            if byte < at:
                return Place(layer=layer.name, field=field.name)
        return Place(layer=layer.name, field="")
    return Place(layer="link", field="")


def found_by(before: Dissection, after: Dissection) -> tuple[str, ...]:
    """Which checks are wrong after a change that were not before, from the outside in; and "malformed" when it is.

    A checksum that was there and is not any more, because the change made another protocol of it, sees nothing.
    """
    was = {_key(check) for check in before.wrong}
    names = [check.name for check in after.wrong if _key(check) not in was]
    broken = len(after.problems) > len(before.problems)
    return (*dict.fromkeys(names), *((MALFORMED,) if broken else ()))


def _key(check: Check) -> tuple[str, int]:
    return check.name, check.start


def is_sound(found: Dissection) -> bool:
    """Whether nothing is wrong, so that whatever a change brings is the change's own."""
    return not found.problems and all(check.verdict is not Verdict.WRONG for check in found.checks)
