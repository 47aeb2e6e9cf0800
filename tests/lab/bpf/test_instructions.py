"""Instructions of BPF against bytes that other assemblers give, and jumps that count."""

import sys

import pytest

from catchment.lab.bpf.instructions import (
    HALF,
    R0,
    R1,
    R2,
    R6,
    R10,
    assembled,
    big_endian,
    call,
    copy,
    goto,
    if_equal,
    leave,
    load,
    put,
    store,
    unless_equal,
)

little = pytest.mark.skipif(sys.byteorder != "little", reason="the bytes are those of a little-endian machine")


@little
@pytest.mark.parametrize(
    ("one", "written"),
    [  # as clang and the kernel's verifier write them
        (put(R0, -1), "b7000000ffffffff"),
        (copy(R6, R1), "bf16000000000000"),
        (load(HALF, R2, R10, -8), "69a2f8ff00000000"),
        (store(HALF, R10, -8, R2), "6b2af8ff00000000"),
        (big_endian(R1), "dc01000010000000"),
        (call(23), "8500000017000000"),
        (leave(), "9500000000000000"),
    ],
)
def test_an_instruction_has_these_bytes(one: object, written: str) -> None:
    assert assembled([one]).hex() == written  # type: ignore[list-item]


@little
def test_jumps_count_instructions_and_not_labels() -> None:
    lines = ["again", put(R0, 0), unless_equal(R0, 1, "end"), "here", if_equal(R0, 0, "again"), goto("here"), "end"]
    offsets = [
        int.from_bytes(assembled([*lines, leave()])[8 * at + 2 : 8 * at + 4], "little", signed=True)
        for at in range(4)
    ]
    assert offsets == [0, 2, -3, -2]


def test_a_label_that_is_not_there_is_refused() -> None:
    with pytest.raises(ValueError, match="no label away"):
        assembled([goto("away")])
