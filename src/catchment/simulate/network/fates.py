"""What became of flows between two moments: kept, moved although their server lives, lost with it, left without any."""

from collections.abc import Iterator, Sequence
from functools import cached_property

import numpy as np
import numpy.typing as npt

from catchment.model.address import Address
from catchment.results.flows import Fates
from catchment.results.trace import Outcome
from catchment.simulate.network.flows import OUTCOMES, Crowd, Ends, failed, led_to
from catchment.simulate.network.tables import Tables

Mask = npt.NDArray[np.bool_]


class Moment:
    """What an event leads to; the event of the first moment is ""."""

    def __init__(self, event: str, tables: Tables) -> None:
        self.event, self.tables = event, tables
        self._home = {server.name: server.router for server in tables.servers}
        self._leads: dict[tuple[str, Address], frozenset[str]] = {}

    @cached_property
    def _parts(self) -> dict[str, int]:
        return _parts(self.tables)

    def lives(self, router: str, where: str) -> bool:
        """Whether a server (or a router, for its own addresses) is up, and wires lead to it from `router`."""
        part = self._parts.get(self._home.get(where, where))
        return part is not None and part == self._parts.get(router)

    def leads(self, router: str, crowd: Crowd, where: str) -> bool:
        """Whether some choice of next hops leads from `router` to `where`, for packets to the crowd's address."""
        asked = router, crowd.flows.destination
        if asked not in self._leads:
            self._leads[asked] = led_to(self.tables, crowd, router)
        return where in self._leads[asked]


def fates(moment: Moment, names: Sequence[str], crowd: Crowd, ends: tuple[Ends, Ends], among: Mask) -> Fates:
    """The fates of those flows of a crowd that are `among` (bool[flow]); ends : before, and at the moment."""
    was, now = ends
    had, has = among & (was >= 0), among & (now >= 0)
    other = had & has & (was != now)
    lost = moved = rerouted = 0
    kinds, counts = np.unique(np.stack([crowd.start[other], was[other]]), axis=1, return_counts=True)
    for (start, place), count in zip(kinds.T.tolist(), counts.tolist(), strict=True):
        router, where = crowd.routers[start], names[place]
        if not moment.lives(router, where):
            lost += count
            continue
        moved += count
        rerouted += 0 if moment.leads(router, crowd, where) else count
    return Fates(
        kept=int((had & (was == now)).sum()),
        moved=moved,
        lost=lost,
        cut=int((had & ~has).sum()),
        back=int((among & ~had & has).sum()),
        without=int((among & ~had & ~has).sum()),
        rerouted=rerouted,
    )


def load(moment: Moment, names: Sequence[str], servers: int, ends: Sequence[Ends]) -> tuple[tuple[str, int], ...]:
    """The flows of each server that is up, of all crowds; the first of the names are those of servers."""
    up = {server.name for server in moment.tables.servers}
    counts = [(name, sum(int((one == place).sum()) for one in ends)) for place, name in enumerate(names[:servers])]
    return tuple((name, count) for name, count in counts if name in up)


def dropped(ends: Sequence[Ends]) -> tuple[tuple[Outcome, int], ...]:
    """How packets of flows without a server end, the most first."""
    counted = [(outcome, sum(int((one == failed(outcome)).sum()) for one in ends)) for outcome in OUTCOMES]
    return tuple(sorted((pair for pair in counted if pair[1]), key=lambda pair: -pair[1]))


def _parts(tables: Tables) -> dict[str, int]:
    """For each router that is up the number of its part: those of one part are joined by wires that are up."""
    near: dict[str, list[str]] = {
        router.name: []
        for network in tables.inside.networks
        for router in network.routers
        if router.name not in tables.down.routers
    }
    for link in tables.links.values():
        first, second = (end.router for end in link.ends)
        if link.tunnel is None and link.name not in tables.down.links and first in near and second in near:
            near[first].append(second)
            near[second].append(first)
    part: dict[str, int] = {}
    for number, router in enumerate(near):
        for found in _joined(near, router, part):
            part[found] = number
    return part


def _joined(near: dict[str, list[str]], start: str, done: dict[str, int]) -> Iterator[str]:
    if start in done:
        return
    waiting, seen = [start], {start}
    while waiting:
        router = waiting.pop()
        yield router
        fresh = [one for one in near[router] if one not in seen]
        seen.update(fresh)
        waiting += fresh
