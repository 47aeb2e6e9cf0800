"""Follow a lab: what kernels tell of routes and links, and, looked at again and again, sessions and programs. [I/O]"""

import threading
import time
from collections.abc import Callable, Generator, Iterator, Mapping
from pathlib import Path
from queue import Empty, SimpleQueue

from catchment.lab import processes
from catchment.lab.route_listener import Listener
from catchment.lab.steps import Alive
from catchment.results.lab import Session
from catchment.results.lab_changes import Change, ProgramChange, SessionChange

EVERY_S = 1.0  # between two looks at sessions and programs, at least; twice as long as the look itself took
WAIT_S = 0.2

Sessions = Mapping[str, tuple[Session, ...]]
"""Node -> its sessions."""


def follow(
    spaces: Mapping[str, Path],
    sessions: Callable[[], Sessions],
    programs: Callable[[], tuple[Alive, ...] | None],
    clock: Callable[[], float],
) -> Generator[list[Change], None, None]:
    """What has changed, again and again, each at most WAIT_S after the other; ends when the lab is gone.

    sessions : asks the daemons, which may take its time: it runs beside
    programs : what is to run; None: the lab is gone
    clock    : seconds, from whatever start; time.monotonic's pace
    """
    told: SimpleQueue[list[Change]] = SimpleQueue()
    over = threading.Event()
    looking = threading.Thread(target=_look, args=(sessions, clock, told, over), daemon=True)
    with Listener(spaces, clock) as listener:
        looking.start()
        try:
            runs = _running(programs() or ())
            again_s = clock() + EVERY_S
            while True:
                found: list[Change] = list(listener.wait(WAIT_S))
                while not told.empty():
                    try:
                        found += told.get_nowait()
                    except Empty:  # pragma: no cover  only this thread takes from it
                        break
                if clock() >= again_s:
                    wanted = programs()
                    if wanted is None:
                        return
                    now, again_s = _running(wanted), clock() + EVERY_S
                    found += program_changes(runs, now, clock())
                    runs = now
                yield sorted(found, key=lambda one: one.at_s)
        finally:
            over.set()
            looking.join()


def _look(
    sessions: Callable[[], Sessions],
    clock: Callable[[], float],
    told: "SimpleQueue[list[Change]]",
    over: threading.Event,
) -> None:
    before = sessions()
    while not over.is_set():
        began = time.monotonic()
        now = sessions()
        told.put(list(session_changes(before, now, clock())))
        before = now
        over.wait(max(EVERY_S, 2 * (time.monotonic() - began)))


Programs = Mapping[tuple[str, str], int | None]
"""(node, program) -> its number while it runs, else None."""


def _running(ones: tuple[Alive, ...]) -> Programs:
    return {(one.node, one.name): one.pid if processes.is_alive(one) else None for one in ones}


def program_changes(before: Programs, now: Programs, at_s: float) -> Iterator[ProgramChange]:
    """Programs that have ended, or run that did not; one with another number has done both."""
    for (node, name), number in now.items():
        was = before.get((node, name))
        if was is not None and number != was:
            yield ProgramChange(at_s=at_s, node=node, name=name, runs=False)
        if number is not None and number != was:
            yield ProgramChange(at_s=at_s, node=node, name=name, runs=True)


def session_changes(before: Sessions, now: Sessions, at_s: float) -> Iterator[SessionChange]:
    """Sessions that are up now and were not, or the other way. One that is not told of any more is not up."""
    for node in dict.fromkeys((*before, *now)):
        old = {(one.protocol, one.name): one for one in before.get(node, ())}
        new = {(one.protocol, one.name): one for one in now.get(node, ())}
        for protocol, name in dict.fromkeys((*old, *new)):
            was, one = old.get((protocol, name)), new.get((protocol, name))
            up = one is not None and one.up
            if up != (was is not None and was.up):
                words = one.words if one else "gone"
                yield SessionChange(at_s=at_s, node=node, name=name, protocol=protocol, up=up, words=words)
