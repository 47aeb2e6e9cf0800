"""Programs where packets come in: each is put there, and a wrong place is said."""

import os
import subprocess

import pytest
from tests.lab.bpf.taken import lacking
from tests.lab.underlay import lacking as no_spaces

from catchment.errors import MachineError
from catchment.lab import spaces
from catchment.lab.bpf import filters, kernel
from catchment.lab.bpf.instructions import R0, leave, put

why = lacking() or no_spaces()
pytestmark = pytest.mark.skipif(bool(why), reason=why or "programs can be put into a namespace")


def test_two_programs_see_what_comes_in_at_an_interface() -> None:
    name = f"cm-filters-{os.getpid()}"
    program = kernel.loaded([put(R0, -1), leave()], "passing")
    spaces.make([name])
    try:
        with spaces.in_space(spaces.NETNS / name):
            for word in ("one", "two"):
                filters.on_arrival("lo", program, word)
            with pytest.raises(MachineError, match="gone: no BPF program can be put there"):
                filters.on_arrival("gone", program, "three")
            with pytest.raises(MachineError, match="lo: no BPF program can be put there"):
                filters.on_arrival("lo", 0, "no program")
        shown = subprocess.run(
            ["tc", "-n", name, "filter", "show", "dev", "lo", "ingress"], capture_output=True, text=True, check=True
        ).stdout
        assert " one direct-action" in shown
        assert " two direct-action" in shown
    finally:
        os.close(program)
        spaces.remove([name])
