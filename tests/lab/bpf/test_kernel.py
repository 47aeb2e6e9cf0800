"""Programs handed to the kernel: what it refuses it explains, what it takes runs on a frame."""

import os

import pytest
from tests.lab.bpf.taken import lacking

from catchment.errors import MachineError
from catchment.lab.bpf import kernel
from catchment.lab.bpf.instructions import R0, R1, R3, WORD, leave, load, put

pytestmark = pytest.mark.skipif(bool(why := lacking()), reason=why or "the kernel takes programs")


def test_what_a_program_answers_is_told_and_the_frame_comes_back() -> None:
    frame = bytes(12) + b"\x08\x00" + bytes(range(40))
    program = kernel.loaded([load(WORD, R0, R1, 0), leave()], "length")
    try:
        assert kernel.run(program, frame) == kernel.Ran(54, frame)
    finally:
        os.close(program)


def test_a_wrong_program_is_refused_with_the_words_of_the_verifier() -> None:
    with pytest.raises(MachineError, match=r"R3 !read_ok"):
        kernel.loaded([load(WORD, R0, R3, 0), leave()], "wrong")


def test_a_machine_whose_call_is_not_known_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kernel.platform, "machine", lambda: "vax")
    with pytest.raises(MachineError, match="not known on vax"):
        kernel.loaded([put(R0, 0), leave()], "anywhere")
