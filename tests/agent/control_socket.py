"""A control socket that answers as BIRD does, for agents and guardians that run: it can be slow, deaf, or silent."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from ipaddress import ip_network
from pathlib import Path

from catchment.model.agent import Form, SpeakerKind, SpeakerSpec

PREFIX = ip_network("192.0.2.0/24")
NAME = "agent_anycast_0_up"


@dataclass
class Control:
    """names: of the protocols, True: up; moves: (clock, name, up) of each change; orders: whatever was asked.

    answers : False: silent until it is set again
    deaf    : says that it did what it did not
    """

    path: Path
    names: dict[str, bool] = field(default_factory=lambda: {NAME: False})
    sessions: dict[str, bool] = field(default_factory=lambda: {"upstream": True})
    moves: list[tuple[float, str, bool]] = field(default_factory=list)
    orders: list[str] = field(default_factory=list)
    answers: bool = True
    deaf: bool = False
    over: bool = False

    def spec(self, timeout_s: float = 0.3) -> SpeakerSpec:
        return SpeakerSpec(
            kind=SpeakerKind.BIRD, where=str(self.path), timeout_s=timeout_s, routes={(PREFIX, Form()): NAME}
        )

    @property
    def up(self) -> bool:
        return self.names[NAME]

    def wait(self, up: bool, within_s: float) -> float:
        """Until it is announced, or not; after how many seconds. Fails when it takes longer."""
        began_s = time.monotonic()
        wait_for(lambda: self.up is up, within_s, f"{NAME} is not {'up' if up else 'down'}")
        return time.monotonic() - began_s

    def answer(self, words: str) -> str:
        self.orders.append(words)
        if words == "show protocols":
            tables = ((self.names, "Static master4"), (self.sessions, "BGP ---"))
            rows = [
                f"1002-{name} {kind} {'up' if up else 'down'} 2026-01-01\n"
                for table, kind in tables
                for name, up in table.items()
            ]
            return f"2002-Name Proto Table State Since Info\n{''.join(rows)}0000 \n"
        verb, _, name = words.partition(" ")
        name = name.split('"')[1] if '"' in name else name
        for table in (self.names, self.sessions):
            if name in table and not self.deaf and table[name] is not (verb == "enable"):
                table[name] = verb == "enable"
                self.moves.append((time.monotonic(), name, table[name]))
        return f"{'0011' if verb == 'enable' else '0009'}-{name}: {verb}d\n0000 \n"

    def serve(self, line: socket.socket) -> None:
        with suppress(OSError), line, line.makefile("r") as asked:
            self._wait_to_answer()
            line.sendall(b"0001 BIRD 2.0.12 ready.\n")
            for words in asked:
                self._wait_to_answer()
                line.sendall(self.answer(words.strip()).encode())

    def _wait_to_answer(self) -> None:
        while not self.answers and not self.over:
            time.sleep(0.01)


@contextmanager
def control(folder: Path) -> Iterator[Control]:
    """One that listens until the end."""
    one = Control(path=folder / "bird.ctl")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(one.path))
        listening.listen()

        def accept() -> None:
            with suppress(OSError):
                while True:
                    line, _ = listening.accept()
                    threading.Thread(target=one.serve, args=(line,), daemon=True).start()

        threading.Thread(target=accept, daemon=True).start()
        try:
            yield one
        finally:
            one.over = True
            with suppress(OSError):
                listening.shutdown(socket.SHUT_RDWR)


def wait_for(holds: Callable[[], object], within_s: float, what: str) -> None:
    """Look again and again."""
    over_s = time.monotonic() + within_s
    while not holds():
        assert time.monotonic() < over_s, f"{what} after {within_s:g} s"
        time.sleep(0.005)
