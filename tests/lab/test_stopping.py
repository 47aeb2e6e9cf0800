"""Who is told to stop stops once, between what must be whole."""

import signal
import threading
from collections.abc import Iterator

import pytest

from catchment.lab.stopping import NUMBERS, deaf, interruptible


@pytest.fixture(autouse=True)
def all_are_heard() -> Iterator[None]:
    """In the background a shell ignores SIGINT, and nohup SIGHUP."""
    before = {number: signal.signal(number, signal.SIG_DFL) for number in NUMBERS}
    signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.parametrize("number", NUMBERS)
def test_each_of_them_stops_us_once(number: int) -> None:
    before = signal.getsignal(number)
    with interruptible():
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(number)
        for again in NUMBERS:
            signal.raise_signal(again)  # the second Ctrl-C of somebody impatient
    assert signal.getsignal(number) == before


@pytest.mark.parametrize("number", NUMBERS)
def test_what_must_be_whole_is_stopped_after_it(number: int) -> None:
    done = []

    def work() -> None:
        with deaf():
            signal.raise_signal(number)
            done.append("whole")
        done.append("not reached")

    with interruptible(), pytest.raises(KeyboardInterrupt):
        work()
    assert done == ["whole"]


def test_what_is_ignored_stays_ignored() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with interruptible():
            signal.raise_signal(signal.SIGHUP)
        with deaf():
            pass
        assert signal.getsignal(signal.SIGHUP) == signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)


def test_other_threads_are_not_interrupted_anyway() -> None:
    found = []

    def work() -> None:
        with deaf():
            found.append("done")

    one = threading.Thread(target=work)
    one.start()
    one.join()
    assert found == ["done"]
