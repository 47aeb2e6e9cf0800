"""Frames that wait until they are due, and those that are lost on the way; what a delay line knows of its links.

Pure: the time and the dice are arguments. A queue for each distinct delay: within it frames are due in the order in
which they came, so that only the heads have to be looked at, and no frame overtakes another of its link.
"""

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

MOST_WAITING = 20_000
"""Frames of one direction that wait at most; more are dropped, as a router would: 200 ms at 100 000 frames a second."""


@dataclass(slots=True, kw_only=True, eq=False)
class Way:
    """One direction of a link.

    into    : descriptor of the interface where frames come out
    loss    : share of frames that are lost, 0 to 1
    waiting : frames that are under way now; dropped: those that were too many, lost: those that the dice took
    """

    into: int
    delay_s: float
    loss: float = 0.0
    waiting: int = 0
    passed: int = 0
    lost: int = 0
    dropped: int = 0


@dataclass(slots=True)
class Waiting:
    """Everything that is under way. dice: numbers from 0 to below 1, evenly."""

    dice: Callable[[], float]
    queues: dict[float, deque[tuple[float, Way, bytes]]] = field(default_factory=dict)

    def put(self, frame: bytes, way: Way, now_s: float) -> None:
        """A frame has come in."""
        if way.loss and self.dice() < way.loss:
            way.lost += 1
        elif way.waiting >= MOST_WAITING:
            way.dropped += 1
        else:
            way.waiting += 1
            queue = self.queues.get(way.delay_s)
            if queue is None:
                queue = self.queues[way.delay_s] = deque()
            queue.append((now_s + way.delay_s, way, frame))

    def due(self, now_s: float) -> Iterator[tuple[Way, bytes]]:
        """What comes out by now, each taken off as it is read."""
        for queue in self.queues.values():
            while queue and queue[0][0] <= now_s:
                _, way, frame = queue.popleft()
                way.waiting -= 1
                way.passed += 1
                yield way, frame

    def next_s(self) -> float | None:
        """When the next frame is due; None when nothing is under way."""
        return min((queue[0][0] for queue in self.queues.values() if queue), default=None)
