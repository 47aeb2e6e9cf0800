"""Which flows keep their server through a sequence of events, under each way of choosing among next hops.

Plain hashing and hash-threshold know only the next hops of the moment. With resilient groups every route of every
router has a group from the start, which an agent keeps up to date; who gets which bucket depends on what was before.
A group of which buckets pass on between two events is settled with the flows that came to it right after the first of
them: what routers above it change in that time is not looked at again.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from catchment.model.address import Prefix
from catchment.results.flows import Effect, Fates, Mechanism, Throughout
from catchment.results.trace import Entry
from catchment.simulate.network.fates import Moment, dropped, fates, load
from catchment.simulate.network.flows import PROTOCOLS, Choose, Crowd, Ends, Which, walk
from catchment.simulate.network.groups.hashes import Hashing, Values
from catchment.simulate.network.groups.ranges import Places, modulo, threshold
from catchment.simulate.network.groups.resilient import Resilient, Timers, formed, replaced, settled, used
from catchment.simulate.network.groups.traffic import Traffic, idle_moments, last_packets
from catchment.simulate.network.tables import Tables


@dataclass(frozen=True, slots=True, kw_only=True)
class Assumed:
    """What is assumed of groups and of traffic.

    hashing  : how the routers hash
    buckets  : of a resilient group
    period_s : between two packets of a flow
    apart_s  : between the start and the first event, between two events, and after the last
    """

    hashing: Hashing
    buckets: int = 128
    timers: Timers = Timers()  # noqa: RUF009  it is frozen
    period_s: float = 1.0
    apart_s: float = 600.0


@dataclass(frozen=True, slots=True)
class Outlook:
    """What came of the moments under one mechanism.

    load  : before the first event
    ends  : int64[flow] for each moment and crowd: a place in `names`, negative where a flow has no server
    """

    load: tuple[tuple[str, int], ...]
    effects: tuple[Effect, ...]
    throughout: Throughout
    names: tuple[str, ...]
    ends: tuple[tuple[Ends, ...], ...]


def through(
    moments: Sequence[Moment], crowds: Sequence[Crowd], mechanism: Mechanism, assumed: Assumed, servers: Sequence[str]
) -> Outlook:
    """What the events do to the crowds. `servers`: names, in the order in which their load is told.

    Each effect compares the end of the time before an event with the end of the time after it.
    """
    names = {server: place for place, server in enumerate(servers)}
    tables = [moment.tables for moment in moments]
    stateless = {Mechanism.PLAIN: modulo, Mechanism.THRESHOLD: threshold}.get(mechanism)
    walked = _Resilience(tables, assumed).walks if stateless is None else _walks(tables, assumed, stateless)
    ends = list(walked(crowds, names))
    known = list(names)
    effects = []
    for number, moment in enumerate(moments[1:], start=1):
        of = dict.fromkeys(PROTOCOLS, Fates())
        for crowd, *both in zip(crowds, ends[number - 1], ends[number], strict=True):
            for protocol, code in PROTOCOLS.items():
                among = crowd.flows.protocol == code
                of[protocol] += fates(moment, known, crowd, (both[0], both[1]), among)
        effect = Effect(
            event=moment.event,
            at_s=number * assumed.apart_s,
            mechanism=mechanism,
            udp=of["udp"],
            tcp=of["tcp"],
            load=load(moment, known, len(servers), ends[number]),
            dropped=dropped(ends[number]),
        )
        effects.append(effect)
    begun = load(moments[0], known, len(servers), ends[0])
    throughout = _throughout(mechanism, crowds, ends)
    return Outlook(begun, tuple(effects), throughout, tuple(known), tuple(map(tuple, ends)))


def _throughout(mechanism: Mechanism, crowds: Sequence[Crowd], ends: Sequence[Sequence[Ends]]) -> Throughout:
    flows = unbroken = 0
    for number, crowd in enumerate(crowds):
        first = ends[0][number]
        had = (crowd.flows.protocol == PROTOCOLS["tcp"]) & (first >= 0)
        same = np.logical_and.reduce([moment[number] == first for moment in ends])
        flows += int(had.sum())
        unbroken += int((had & same).sum())
    return Throughout(mechanism=mechanism, flows=flows, unbroken=unbroken)


_Walks = Callable[[Sequence[Crowd], dict[str, int]], Iterator[list[Ends]]]
"""Where each crowd ends, for each moment."""


def _walks(tables: Sequence[Tables], assumed: Assumed, places: Callable[[Values, Sequence[int]], Places]) -> _Walks:
    def choose(router: str, entry: Entry, values: Callable[[], Values], which: Which) -> Places:
        members = len(entry.next_hops)
        return places(values(), [1] * members) if members > 1 else np.zeros(len(which), np.int64)

    def walks(crowds: Sequence[Crowd], names: dict[str, int]) -> Iterator[list[Ends]]:
        for now in tables:
            yield [walk(now, crowd, names, assumed.hashing, choose) for crowd in crowds]

    return walks


_Route = tuple[str, Prefix]
_Came = dict[_Route, list[tuple[Places, npt.NDArray[np.float64]]]]
"""Buckets and phases of the flows that came by each route."""


class _Resilience:
    """The groups of all routes that some flow came by, moment by moment."""

    def __init__(self, tables: Sequence[Tables], assumed: Assumed) -> None:
        self.tables, self.assumed = tables, assumed
        self.groups: list[dict[_Route, Resilient | None]] = [{} for _ in tables]

    def walks(self, crowds: Sequence[Crowd], names: dict[str, int]) -> Iterator[list[Ends]]:
        for moment in range(len(self.tables)):
            came: _Came = {}
            ends = self.walk(moment, crowds, names, came)
            yield self.walk(moment, crowds, names, {}) if self.settle(moment, came) else ends

    def walk(self, moment: int, crowds: Sequence[Crowd], names: dict[str, int], came: _Came) -> list[Ends]:
        def chooser(crowd: Crowd) -> Choose:
            def choose(router: str, entry: Entry, values: Callable[[], Values], which: Which) -> Places:
                route = router, entry.prefix
                group = self.group(moment, route)
                assert group is not None
                bucket = group.bucket(values())
                came.setdefault(route, []).append((bucket, crowd.phase[which]))
                return group.holder[bucket]

            return choose

        return [walk(self.tables[moment], crowd, names, self.assumed.hashing, chooser(crowd)) for crowd in crowds]

    def group(self, moment: int, route: _Route) -> Resilient | None:
        """The group of a route at a moment; None where the router is down or has no such route."""
        if route not in self.groups[moment]:
            router, prefix = route
            entry = self.tables[moment].entry(router, prefix)
            group = None
            if entry is not None and entry.next_hops:
                before = self.group(moment - 1, route) if moment else None
                weights, at_s = [1] * len(entry.next_hops), moment * self.assumed.apart_s
                if before is None:
                    buckets = max(self.assumed.buckets, len(weights))
                    group = formed(entry.next_hops, weights, buckets, self.assumed.timers, at_s=at_s)
                else:
                    group = replaced(before, entry.next_hops, weights, at_s=at_s)
            self.groups[moment][route] = group
        return self.groups[moment][route]

    def settle(self, moment: int, came: _Came) -> bool:
        """Let packets come until the next event; whether that changed where flows go."""
        since_s, until_s = moment * self.assumed.apart_s, (moment + 1) * self.assumed.apart_s
        changed = False
        for route, parts in came.items():
            before = self.groups[moment][route]
            assert before is not None
            traffic = Traffic(
                bucket=np.concatenate([bucket for bucket, _ in parts]),
                phase=np.concatenate([phase for _, phase in parts]),
                period_s=self.assumed.period_s,
            )
            after = settled(before, idle_moments(before, traffic, since_s), until_s=until_s)
            changed = changed or not np.array_equal(before.holder, after.holder)
            self.groups[moment][route] = used(after, last_packets(traffic, after.buckets, until_s))
        return changed
