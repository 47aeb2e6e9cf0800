"""Flips bits in the frames of a capture and tells which check finds them, and makes errors that none finds."""

from collections.abc import Iterator

import numpy as np

from catchment.errors import Problem, UsageError
from catchment.packet.dissect import dissect
from catchment.packet.fcs import Fcs
from catchment.packet.flip import flipped, found_by, is_sound, place
from catchment.packet.record import Packet
from catchment.packet.undetected import Swap, blind_to, generator_bits, swaps
from catchment.packet.walk import Dissection
from catchment.report.flips import ErrorRow, FlipRow
from catchment.workflows.frames import Opened

MOST_SWAPS = 200
"""Tried for an error that no check sees; 33 are enough for a CRC-32 if they are independent."""


KINDS, FRAMES_TRIED = 3, 1000


def flip_one(opened: Opened, number: int, bit: int) -> FlipRow:
    """Flip one bit of one frame. Raises DataError when there is no such frame, UsageError for no such bit."""
    packet = opened.packet(number)
    bits = len(packet.data) * 8
    if not 0 <= bit < bits:
        what = f"frame {number} has no bit {bit}"
        raise UsageError(
            Problem(where="--flip", what=what, todo=f"It has bits 0 to {bits - 1}, lowest of a byte first")
        )
    return _flip(opened, number, packet, bit)


def flip_random(opened: Opened, count: int, seed: int) -> tuple[FlipRow, ...]:
    """Flip `count` bits, one at a time, each anywhere in the sound, whole frames of the capture.

    Raises UsageError when there is none: what is wrong already cannot show what a flip does.
    """
    numbers = [
        number
        for number, packet in enumerate(opened.capture.packets, 1)
        if packet.data and not packet.is_cut and is_sound(opened.dissected(packet))
    ]
    if not numbers:
        todo = "Look at it without --flip, or flip one bit of one frame: --flip BIT --packet N"
        raise UsageError(Problem(where="--flip", what="no frame of the capture is whole and sound", todo=todo))
    sizes = np.array([len(opened.packet(number).data) * 8 for number in numbers])
    ends = np.cumsum(sizes)
    random = np.random.default_rng(seed)
    made = []
    for where in random.integers(int(ends[-1]), size=count).tolist():
        index = int(np.searchsorted(ends, where, side="right"))
        number = numbers[index]
        made.append(_flip(opened, number, opened.packet(number), where - int(ends[index] - sizes[index])))
    return tuple(made)


def _flip(opened: Opened, number: int, packet: Packet, bit: int) -> FlipRow:
    before = opened.dissected(packet)
    changed = flipped(packet.data, bit)
    after = _as_believed(opened, packet, changed)
    here = place(before, bit // 8)
    return FlipRow(
        frame=number, bit=bit, byte=bit // 8, layer=here.layer, field=here.field,
        before=f"{packet.data[bit // 8]:02x}", after=f"{changed[bit // 8]:02x}", found_by=found_by(before, after),
    )  # fmt: skip


def _as_believed(opened: Opened, packet: Packet, data: bytes) -> Dissection:
    """The changed frame, with what was believed about its check sequence when it was whole."""
    fcs = opened.fcs_of(packet)
    link_type = opened.capture.links[packet.link].link_type
    return dissect(data, link_type, Fcs(code=fcs.code, said=True, why=fcs.why), is_cut=packet.is_cut)


def undetected(opened: Opened, number: int | None) -> tuple[ErrorRow, ...]:
    """Errors in the payload of one frame that its checks cannot find: the CRC, the checksums, and all together.

    number : the frame; None for the first in which all three can be made, or else most of them

    Each is tried on the frame: `found_by` is what really sees it. Raises DataError when there is no such frame,
    UsageError when nothing is sound with a payload that is long enough.
    """
    made: tuple[ErrorRow, ...] = ()
    for one in range(1, min(len(opened.capture.packets), FRAMES_TRIED) + 1) if number is None else (number,):
        packet = opened.packet(one)
        before = opened.dissected(packet)
        found = _errors(opened, packet, before) if is_sound(before) else iter(())
        here = tuple(_error(opened, one, before, kind, how, bits) for kind, how, bits in found)
        made = max(made, here, key=len)
        if len(made) == KINDS:
            break
    if not made:
        whose = f"frame {number} is not sound, or its" if number else "no sound frame has a"
        what = (
            f"{whose} payload {'is too short' if number else 'long enough'} for an error that its checks do not see"
        )
        raise UsageError(Problem(where="--undetected", what=what, todo="Give a frame with more payload: --packet N"))
    return made


def _errors(opened: Opened, packet: Packet, found: Dissection) -> Iterator[tuple[str, str, tuple[int, ...]]]:
    start, end = _payload(found)
    code = opened.fcs_of(packet).code
    if packet.is_cut:
        return
    degree = code.size_bytes * 8 if code else 0
    if code and (end - start) * 8 > degree:
        how = (
            f"the generator polynomial 0x{code.generator:x} itself, a burst of {degree + 1} bits: every multiple of it "
            f"has the remainder 0, so the {code.name} stays right"
        )
        yield f"an error that {code.name} cannot find", how, generator_bits(code, start * 8)
    candidates = swaps(found.data, start, end)
    summed = [check.name for check in found.checks if code is None or check.name != code.name]
    if candidates and summed:
        how = "two 16-bit words exchange a bit in which they differ: the sum of all words stays the same"
        yield "an error that the Internet checksum cannot find", how, candidates[0]
    if candidates and code and summed:
        body = len(found.data) - code.size_bytes
        chosen = blind_to(code, body, candidates[:MOST_SWAPS])
        if chosen:
            how = (
                f"{len(chosen)} such exchanges, chosen so that their {code.name} remainders cancel: "
                f"of more than {degree} exchanges some always do"
            )
            yield "an error that no check can find", how, _bits(chosen)


def _bits(chosen: tuple[Swap, ...]) -> tuple[int, ...]:
    return tuple(sorted(bit for pair in chosen for bit in pair))


def _payload(found: Dissection) -> tuple[int, int]:
    """Bytes of the frame that are nothing but payload: a change there changes no header."""
    last = found.layers[-1] if found.layers else None
    return (last.start, last.end) if last and last.name == "payload" else (0, 0)


def _error(opened: Opened, number: int, before: Dissection, kind: str, how: str, bits: tuple[int, ...]) -> ErrorRow:
    packet = opened.packet(number)
    changed = flipped(before.data, *bits)
    fcs = opened.fcs_of(packet)
    believed = Fcs(code=fcs.code, said=True, why=fcs.why)
    after = dissect(changed, opened.capture.links[packet.link].link_type, believed)
    first, last = min(bits) // 8, max(bits) // 8
    return ErrorRow(
        frame=number, kind=kind, how=how, bits=bits, first_byte=first, before=before.data[first : last + 1].hex(),
        after=changed[first : last + 1].hex(), found_by=found_by(before, after),
    )  # fmt: skip
