"""The instructions of BPF that our programs need, by name, and their bytes (RFC 9669).

Pure. A program is a list of instructions with labels, plain words, between them; jumps name a label. Registers are R0
to R9; R10 is the end of the stack, 512 bytes. A call takes R1 to R5, answers in R0 and spoils R1 to R5.
"""

import struct
from collections.abc import Iterable
from dataclasses import dataclass, replace

R0, R1, R2, R3, R4, R5, R6, R7, R8, R9, R10 = range(11)
BYTE, HALF, WORD = 0x10, 0x08, 0x00  # how much is loaded or stored: 1, 2, 4 bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Instruction:
    """One of 8 bytes. offset: into memory; or a label to jump to, as long as it is a word."""

    code: int
    to: int = 0
    source: int = 0
    offset: int | str = 0
    number: int = 0


Line = Instruction | str
"""What a program is written of: instructions and labels."""


def put(to: int, number: int) -> Instruction:
    """to = number"""
    return Instruction(code=0xB7, to=to, number=number)


def copy(to: int, source: int) -> Instruction:
    """to = source"""
    return Instruction(code=0xBF, to=to, source=source)


def add(to: int, number: int) -> Instruction:
    """to += number"""
    return Instruction(code=0x07, to=to, number=number)


def add_register(to: int, source: int) -> Instruction:
    """to += source"""
    return Instruction(code=0x0F, to=to, source=source)


def both(to: int, number: int) -> Instruction:
    """to &= number, bit by bit"""
    return Instruction(code=0x57, to=to, number=number)


def differ(to: int, number: int) -> Instruction:
    """to ^= number, bit by bit"""
    return Instruction(code=0xA7, to=to, number=number)


def left(to: int, bits: int) -> Instruction:
    """to <<= bits"""
    return Instruction(code=0x67, to=to, number=bits)


def right(to: int, bits: int) -> Instruction:
    """to >>= bits"""
    return Instruction(code=0x77, to=to, number=bits)


def big_endian(to: int) -> Instruction:
    """The lowest 16 bits as they stand in packets."""
    return Instruction(code=0xDC, to=to, number=16)


def load(size: int, to: int, base: int, offset: int) -> Instruction:
    """to = what stands at base + offset"""
    return Instruction(code=0x61 | size, to=to, source=base, offset=offset)


def store(size: int, base: int, offset: int, source: int) -> Instruction:
    """What stands at base + offset = source"""
    return Instruction(code=0x63 | size, to=base, source=source, offset=offset)


def store_number(size: int, base: int, offset: int, number: int) -> Instruction:
    """What stands at base + offset = number"""
    return Instruction(code=0x62 | size, to=base, offset=offset, number=number)


def goto(label: str) -> Instruction:
    """Go on at the label."""
    return Instruction(code=0x05, offset=label)


def if_equal(one: int, number: int, label: str) -> Instruction:
    """Go on at the label when the lower 32 bits are `number`."""
    return Instruction(code=0x16, to=one, number=number, offset=label)


def unless_equal(one: int, number: int, label: str) -> Instruction:
    """Go on at the label when the lower 32 bits are not `number`."""
    return Instruction(code=0x56, to=one, number=number, offset=label)


def unless_above(one: int, number: int, label: str) -> Instruction:
    """Go on at the label when the lower 32 bits, without sign, are `number` at most."""
    return Instruction(code=0xB6, to=one, number=number, offset=label)


def call(function: int) -> Instruction:
    """Call a function of the kernel, by its number in linux/bpf.h."""
    return Instruction(code=0x85, number=function)


def leave() -> Instruction:
    """End; R0 is the answer."""
    return Instruction(code=0x95)


def assembled(lines: Iterable[Line]) -> bytes:
    """The bytes of a program, in the byte order of this machine. Raises ValueError for a label that is not there."""
    places: dict[str, int] = {}
    program: list[Instruction] = []
    for line in lines:
        if isinstance(line, str):
            places[line] = len(program)
        else:
            program.append(line)
    return b"".join(_bytes(_jumping(one, at, places)) for at, one in enumerate(program))


def _jumping(one: Instruction, at: int, places: dict[str, int]) -> Instruction:
    """Jumps count from the instruction after them."""
    if not isinstance(one.offset, str):
        return one
    if one.offset not in places:
        raise ValueError(f"no label {one.offset}")
    return replace(one, offset=places[one.offset] - at - 1)


def _bytes(one: Instruction) -> bytes:
    # the two registers share a byte: on little-endian machines the first lies in its lower half (RFC 9669 3)
    registers = one.to | one.source << 4 if LITTLE else one.to << 4 | one.source
    return struct.pack("=BBhI", one.code, registers, one.offset, one.number & 0xFFFFFFFF)


LITTLE = struct.pack("=H", 1) == b"\1\0"
