"""Whether this machine takes BPF programs at all; the tests beside it skip where it does not."""

import os

from catchment.errors import MachineError
from catchment.lab.bpf import kernel
from catchment.lab.bpf.instructions import R0, leave, put


def lacking() -> str:
    """Why not; "" when it does."""
    try:
        os.close(kernel.loaded([put(R0, 0), leave()], "tried"))
    except MachineError as error:
        return str(error)
    return ""
