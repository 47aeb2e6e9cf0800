"""Who listens is seen from outside, by address."""

import os
import socket
from ipaddress import ip_address

import pytest

from catchment.lab.faults.listening import listens, until_listening

PID = os.getpid()


@pytest.mark.parametrize("word", ["127.0.0.1", "::1"])
def test_a_socket_listens_when_it_does_and_only_on_its_address(word: str) -> None:
    address = ip_address(word)
    family = socket.AF_INET if address.version == 4 else socket.AF_INET6
    other = ip_address("127.0.0.77" if address.version == 4 else "2001:db8::77")
    try:
        one = socket.create_server((word, 0), family=family)
    except OSError:
        pytest.skip("this machine has no such loopback")
    with one:
        assert listens(PID, address)
        assert until_listening(PID, [address], 0.0)
        assert not listens(PID, other)
        assert not until_listening(PID, [address, other], 0.02)


def test_who_is_gone_does_not_listen() -> None:
    assert not listens(2**22 + 1, ip_address("127.0.0.1"))
