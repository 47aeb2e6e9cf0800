import os
import socket

import pytest

from catchment.agent.notify import Notify, watchdog_s


@pytest.fixture
def systemd(tmp_path, monkeypatch):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
        line.bind(str(tmp_path / "notify"))
        line.settimeout(2)
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        yield line


def test_systemd_hears_a_line_for_each_word(systemd):
    Notify().tell(READY=1, STATUS="announcing 2 of 2")
    assert systemd.recv(4096) == b"READY=1\nSTATUS=announcing 2 of 2"


def test_an_abstract_socket_is_found(monkeypatch):
    name = f"catchment-{os.getpid()}-notify"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
        line.bind(f"\0{name}")
        line.settimeout(2)
        monkeypatch.setenv("NOTIFY_SOCKET", f"@{name}")
        Notify().tell(READY=1)
        assert line.recv(4096) == b"READY=1"


def test_without_systemd_nothing_is_told(monkeypatch):
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    Notify().tell(READY=1)


def test_a_systemd_that_does_not_read_is_not_waited_for(systemd):
    one = Notify()
    for _ in range(5000):
        one.tell(WATCHDOG=1)
    systemd.close()
    one.tell(WATCHDOG=1)


def test_the_watchdog_is_fed_twice_within_its_limit(monkeypatch):
    monkeypatch.setenv("WATCHDOG_USEC", "3000000")
    monkeypatch.delenv("WATCHDOG_PID", raising=False)
    assert watchdog_s() == 1.5
    monkeypatch.setenv("WATCHDOG_PID", str(os.getpid() + 1))
    assert watchdog_s() is None
    monkeypatch.delenv("WATCHDOG_USEC")
    assert watchdog_s() is None
