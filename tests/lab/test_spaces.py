"""Namespaces and batches, made and removed."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.lab.small import lacking

from catchment.errors import MachineError
from catchment.lab.spaces import NETNS, batch, exists, in_space, make, remove, run

pytestmark = pytest.mark.skipif(bool(why := lacking()), reason=why or "a lab can be made")


@pytest.fixture
def space() -> Iterator[str]:
    name = f"cm-test-{os.getpid()}-spaces"
    make([name])
    yield name
    remove([name])


def test_a_namespace_is_there_until_it_is_removed_and_twice_is_fine(space: str) -> None:
    assert exists(space)
    remove([space])
    assert not exists(space)
    remove([space])


def test_a_batch_says_which_line_failed(space: str) -> None:
    with pytest.raises(MachineError, match=rf"`ip -n {space} link set dev absent up` failed: .*absent"):
        batch("ip", space, ["link set dev lo up", "link set dev absent up", "link set dev lo down"])


def test_a_program_that_is_not_there_or_takes_too_long_is_the_machines_fault() -> None:
    with pytest.raises(MachineError, match="not installed"):
        run(["no-such-program"])
    with pytest.raises(MachineError, match="did not end within"):
        run(["sleep", "5"], limit_s=0.1)


def test_we_are_back_home_after_a_look_into_a_namespace(space: str) -> None:
    home = Path("/proc/thread-self/ns/net").readlink()
    with in_space(NETNS / space):
        assert Path("/proc/thread-self/ns/net").readlink() != home
    assert Path("/proc/thread-self/ns/net").readlink() == home
    with pytest.raises(MachineError, match="gone"), in_space(NETNS / "cm-no-such"):
        pass
    assert Path("/proc/thread-self/ns/net").readlink() == home
