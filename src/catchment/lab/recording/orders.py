"""What a recorder is told before it begins: who asks whom and how often, and whose routes are watched; as JSON."""

import json
from dataclasses import asdict, dataclass
from typing import Any

from catchment.model.rehearsal import Asking
from catchment.results.timeline import Flow

MOST_PER_S = 4000
"""Questions of all flows together; one core asks some 20,000 and has to share."""

STREAM_EVERY_S = 0.1
SILENT_S = 3.0
"""A stream without an answer for so long is broken: TCP would go on for minutes, people would not."""
AGAIN_S = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """A flow, with the namespace file of its client."""

    flow: Flow
    space: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """A router, with its namespace file. behind: (interface, the node at its far end)."""

    router: str
    space: str
    behind: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Orders:
    """All of it.

    zero_s   : of the monotonic clock, which every time is told from
    prefixes : whose routes are told as they stand at first, besides those that hold an address that is asked
    """

    zero_s: float
    asking: Asking
    callers: tuple[Caller, ...]
    routers: tuple[Watched, ...]
    prefixes: tuple[str, ...] = ()

    @property
    def per_s(self) -> float:
        """Questions a second, of all flows, over UDP and on streams."""
        return len(self.callers) * (1 / self.asking.every_s + 1 / STREAM_EVERY_S)


def written(orders: Orders) -> str:
    """Orders as one line of JSON."""
    return json.dumps(asdict(orders))


def read(text: str) -> Orders:
    """The opposite of `written`."""
    data: dict[str, Any] = json.loads(text)
    return Orders(
        zero_s=data["zero_s"],
        asking=Asking(**data["asking"]),
        callers=tuple(Caller(flow=Flow(**one["flow"]), space=one["space"]) for one in data["callers"]),
        routers=tuple(
            Watched(router=one["router"], space=one["space"], behind=tuple((a, b) for a, b in one["behind"]))
            for one in data["routers"]
        ),
        prefixes=tuple(data["prefixes"]),
    )
