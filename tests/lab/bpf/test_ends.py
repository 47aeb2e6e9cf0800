"""Tunnel ends of BPF as a command; what they carry is in tests/lab/test_tunnels.py and test_carrying.py."""

import os
import subprocess
import sys

import pytest
from tests.lab.bpf.taken import lacking
from tests.lab.underlay import lacking as no_spaces

from catchment.lab import spaces
from catchment.lab.bpf import ends

why = lacking() or no_spaces()
here = pytest.mark.skipif(bool(why), reason=why or "programs can be put into a namespace")


@here
def test_a_kernel_that_takes_the_programs_refuses_nothing() -> None:
    name = f"cm-ends-{os.getpid()}"
    spaces.make([name])
    try:
        with spaces.in_space(spaces.NETNS / name):
            assert ends.refusal("lo") == ""
            assert "no BPF program can be put there" in ends.refusal("gone")
    finally:
        spaces.remove([name])


def test_an_interface_that_is_not_there_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    given = ["--name", "gone", "--inside", "gone-in", "--local", "192.0.2.1", "--remote", "198.51.100.1"]
    assert ends.main(given) == 1
    assert "gone: No such device" in capsys.readouterr().err


@pytest.mark.parametrize("ttl", ["0", "255", "none"])
def test_a_ttl_that_cannot_be_is_refused(ttl: str, capsys: pytest.CaptureFixture[str]) -> None:
    given = ["--name", "x", "--inside", "y", "--local", "192.0.2.1", "--remote", "198.51.100.1", "--ttl", ttl]
    with pytest.raises(SystemExit):
        ends.main(given)
    assert "--ttl" in capsys.readouterr().err


def test_it_starts_fast_for_every_end_waits_for_it() -> None:
    words = [sys.executable, "-X", "importtime", "-m", "catchment.lab.bpf.ends", "--help"]
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    assert "--over" in done.stdout
    assert "numpy" not in done.stderr
