import os
import subprocess
from collections.abc import Iterator

import pytest
from tests.lab.underlay import A, Underlay, lacking, underlay

from catchment.errors import MachineError
from catchment.lab import tuntap
from catchment.lab.spaces import in_space


@pytest.fixture(scope="module")
def under() -> Iterator[Underlay]:
    reason = lacking()
    if reason:
        pytest.skip(reason)
    with underlay() as made:
        yield made


@pytest.fixture
def inside(under: Underlay) -> Iterator[Underlay]:
    with in_space(under.path(A)):
        yield under


def shown(name: str) -> str:
    done = subprocess.run(
        ["ip", "-details", "link", "show", "dev", name], capture_output=True, text=True, check=False
    )
    return done.stdout


@pytest.mark.parametrize(("ethernet", "kind"), [(True, "tun type tap"), (False, "tun type tun")])
def test_an_interface_is_made_and_goes_with_its_descriptor(inside: Underlay, ethernet: bool, kind: str) -> None:
    device = tuntap.opened("t0", ethernet=ethernet)
    assert device.made
    tuntap.set_mtu("t0", 1400)
    tuntap.set_up("t0")
    told = shown("t0")
    assert kind in told
    assert "mtu 1400" in told
    assert "UP,LOWER_UP" in told
    with pytest.raises(MachineError, match="another program holds it already"):
        tuntap.opened("t0", ethernet=ethernet)
    os.close(device.fd)
    assert shown("t0") == ""


def test_an_interface_that_is_there_is_taken_as_it_is(inside: Underlay) -> None:
    inside.ip(A, "tuntap add dev t1 mode tap")
    device = tuntap.opened("t1", ethernet=True)
    assert not device.made
    os.close(device.fd)
    assert "tap" in shown("t1")
    with pytest.raises(MachineError, match="of another kind"):
        tuntap.opened("t1", ethernet=False)


def test_a_name_that_linux_does_not_take_is_refused() -> None:
    with pytest.raises(MachineError, match="1 to 15 letters"):
        tuntap.opened("a-name-of-16-chr", ethernet=False)


def test_an_interface_that_is_not_there_is_said() -> None:
    with pytest.raises(MachineError, match="No such device"):
        tuntap.set_mtu("cm-not-there", 1400)
