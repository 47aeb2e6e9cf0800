"""Tells systemd that the agent lives, by the datagrams of sd_notify(3). [I/O]

Called by the decision loop after it has decided; no thread feeds the watchdog beside it, which would go on when the
loop hangs.
"""

import os
import socket


class Notify:
    """Silent where systemd does not listen."""

    def __init__(self) -> None:
        path = os.environ.get("NOTIFY_SOCKET", "")
        self._address = f"\0{path[1:]}" if path.startswith("@") else path
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) if path else None

    def tell(self, **said: object) -> None:
        """`tell(READY=1, STATUS="announcing 2 of 2")`. A systemd that does not take it is not waited for."""
        if self._socket is None:
            return
        words = "\n".join(f"{key}={value}" for key, value in said.items())
        try:
            self._socket.sendto(words.encode(), socket.MSG_DONTWAIT, self._address)
        except OSError:  # its buffer is full, or it is gone: the next word says the same
            return


def watchdog_s() -> float | None:
    """How often systemd wants a word, half of its limit as it recommends; None: it does not."""
    microseconds = os.environ.get("WATCHDOG_USEC", "")
    meant = os.environ.get("WATCHDOG_PID", str(os.getpid())) == str(os.getpid())
    return int(microseconds) / 2e6 if microseconds.isdecimal() and meant else None
