"""Hand a BPF program to the kernel, and let it run once on a packet without any interface: bpf(2). [I/O]

Linux asks for CAP_BPF and CAP_NET_ADMIN of the machine's own user namespace, so this is not for rootless labs.
"""

import ctypes
import os
import platform
import struct
from collections.abc import Iterable
from dataclasses import dataclass

from catchment.errors import MachineError, Problem
from catchment.lab.bpf.instructions import Line, assembled

CALL = {"x86_64": 321, "aarch64": 280, "riscv64": 280}
"""Number of the system call on each kind of machine (unistd.h); others have not been looked up."""

LOAD, RUN = 5, 10  # BPF_PROG_LOAD, BPF_PROG_TEST_RUN
SCHED_CLS = 3  # BPF_PROG_TYPE_SCHED_CLS: what tc takes
LICENCE = b"Apache-2.0\0"
"""Told to the kernel, which keeps some functions for programs under the GPL; we call none of these."""

LOG_BYTES = 1 << 16
MOST_BYTES = 4096


@dataclass(frozen=True, slots=True)
class Ran:
    """What a program answered, and the packet as it left it."""

    answer: int
    frame: bytes


def loaded(lines: Iterable[Line], name: str) -> int:
    """A descriptor of the program. Raises MachineError with the last words of the kernel's verifier."""
    code = ctypes.create_string_buffer(program := assembled(lines))
    licence = ctypes.create_string_buffer(LICENCE)
    log = ctypes.create_string_buffer(LOG_BYTES)
    pointers = (ctypes.addressof(code), ctypes.addressof(licence))
    start = struct.pack("=IIQQII", SCHED_CLS, len(program) // 8, *pointers, 1, LOG_BYTES)
    given = start + struct.pack("=QII16s", ctypes.addressof(log), 0, 0, name.encode()[:15])
    try:
        return _bpf(LOAD, given)[0]
    except OSError as error:
        said = log.value.decode(errors="replace").strip().splitlines()
        what = f"the kernel takes no BPF program: {error.strerror}" + (f" ({' | '.join(said[-3:])})" if said else "")
        raise MachineError(Problem(where="bpf", what=what, todo="run it as root of the machine itself")) from error


def run(program: int, frame: bytes) -> Ran:
    """Let a program see a frame. Redirecting only answers 7 (TC_ACT_REDIRECT). Raises OSError."""
    data, out = ctypes.create_string_buffer(frame), ctypes.create_string_buffer(MOST_BYTES)
    given = struct.pack("=IIII", program, 0, len(frame), MOST_BYTES)
    given += struct.pack("=QQ", ctypes.addressof(data), ctypes.addressof(out)) + bytes(48)
    _, after = _bpf(RUN, given)
    answer, _, size = struct.unpack_from("=iII", after, 4)
    return Ran(answer, out.raw[:size])


def _bpf(command: int, given: bytes) -> tuple[int, bytes]:
    """The system call: its answer, and what it left in its arguments. Raises OSError."""
    number = CALL.get(platform.machine())
    if number is None:
        raise OSError(0, f"bpf(2) is not known on {platform.machine()}")
    room = ctypes.create_string_buffer(given, len(given))
    answer = ctypes.CDLL(None, use_errno=True).syscall(number, command, room, len(given))
    if answer < 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
    return answer, room.raw
