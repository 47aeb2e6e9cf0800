"""Ctrl-C while a lab is made or taken back: heard once and between steps, so that nothing unknown is left. [I/O]"""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

NUMBERS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@contextmanager
def interruptible() -> Iterator[None]:
    """SIGTERM and SIGHUP end us as Ctrl-C does, so that what was made is taken back; only the first of them counts.

    What is ignored already stays so (nohup). In the main thread only, as signals are.
    """
    stopped = False

    def stop(number: int, frame: FrameType | None) -> None:
        nonlocal stopped
        if not stopped:
            stopped = True
            raise KeyboardInterrupt

    before = {number: signal.signal(number, stop) for number in NUMBERS if signal.getsignal(number) != signal.SIG_IGN}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def deaf() -> Iterator[None]:
    """Nothing stops us while this holds; what came meanwhile is heard at its end. For what is short and must be whole.

    By handlers, not by a mask: a signal may come to any thread, and Python hears it in the main one.
    """
    if threading.current_thread() is not threading.main_thread():
        yield  # Python interrupts the main thread only
        return
    heard: list[int] = []
    before = {number: signal.signal(number, lambda one, frame: heard.append(one)) for number in NUMBERS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    if heard:
        signal.raise_signal(heard[0])
