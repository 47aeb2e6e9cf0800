"""A flood keeps to its rate and its time, and sends nothing outside of the namespace that it was made for."""

import os
import socket

import pytest

from catchment.lab.answering import reply
from catchment.lab.faults.flooding import PAYLOAD, is_within, main, send
from catchment.model.fault import MOST_PACKETS_PER_S, MOST_SECONDS


class Clock:
    """Time that passes a bit each time somebody looks."""

    def __init__(self, step_s: float) -> None:
        self.at_s, self.step_s = 0.0, step_s

    def __call__(self) -> float:
        self.at_s += self.step_s
        return self.at_s


@pytest.fixture
def ends() -> "tuple[socket.socket, socket.socket]":
    one, other = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    one.setblocking(False)
    return one, other


@pytest.mark.parametrize(("rate", "seconds"), [(50, 3), (10**6, 2), (20, 10**6)])
def test_rate_and_time_are_kept_whatever_is_asked_for(
    ends: tuple[socket.socket, socket.socket], rate: int, seconds: int
) -> None:
    sent = send([ends[0]], rate, seconds, Clock(0.25), lambda _s: None)
    most = min(rate, MOST_PACKETS_PER_S) * min(seconds, MOST_SECONDS)
    assert 0.7 * most <= sent <= most


def test_no_server_answers_what_nobody_asked() -> None:
    assert len(PAYLOAD) == 64
    assert PAYLOAD[2] & 0x80  # QR of RFC 1035 4.1.1
    assert reply(PAYLOAD, "dns@x") is None


def test_it_knows_where_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    here = os.stat("/proc/self/ns/net").st_ino
    assert is_within(here)
    assert not is_within(here + 1)
    assert main([str(here + 1), "1", "1", "203.0.113.53"]) == 1
    assert "nothing is sent" in capsys.readouterr().err
    assert main([str(here), "fast", "1", "203.0.113.53"]) == 64
