"""Resilient next-hop groups as Linux has them: a table of buckets between the hash and the members.

A flow falls on bucket value % buckets, and goes to whoever holds that bucket. Each member deserves a number of buckets
by its weight. When members change, buckets are passed on, in their order, each to the last member of the group that has
fewer than it deserves:

    1 buckets that nobody holds, at once
    2 of a member that has more than it deserves: those that are idle
    3 of such a member: any, once the group is out of balance for longer than the unbalanced timer (0: never)

A bucket is idle when it has seen no packet for the idle timer, or none since it was passed on. So a flow that keeps
sending stays where it is, and a member that comes back waits for buckets.

Sources: Documentation/networking/nexthop-group-resilient.rst of Linux; layout and order measured on Linux 6.18 and held
against the kernel by tests/simulate/network/groups/test_against_kernel.py.
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from catchment.simulate.network.flowhash import parts
from catchment.simulate.network.groups.hashes import Values
from catchment.simulate.network.groups.ranges import Places

Times = npt.NDArray[np.float64]
NOBODY = -1
ALWAYS = float("-inf")
NEVER = float("inf")


@dataclass(frozen=True, slots=True, kw_only=True)
class Timers:
    """`idle_s` 120 and `unbalanced_s` 0 (never forced) are what Linux takes when nothing is said."""

    idle_s: float = 120.0
    unbalanced_s: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Resilient:
    """A group at one moment.

    members          : whatever names a next hop, in the order of the group
    holder           : int64[bucket]    the place of the member that holds it
    idle_from_s      : float64[bucket]  when it becomes idle if no packet comes, ALWAYS: it saw none since passed on
    passed_on_s      : float64[bucket]  when its holder got it
    unbalanced_since : seconds, NEVER while every member holds what it deserves
    """

    members: tuple[Hashable, ...]
    weights: tuple[int, ...]
    timers: Timers
    holder: Places
    idle_from_s: Times
    passed_on_s: Times
    unbalanced_since_s: float = NEVER

    def __post_init__(self) -> None:
        for array in (self.holder, self.idle_from_s, self.passed_on_s):
            array.flags.writeable = False

    @property
    def buckets(self) -> int:
        return len(self.holder)

    @property
    def balanced(self) -> bool:
        return self.unbalanced_since_s == NEVER

    def bucket(self, values: Values) -> Places:
        """int64[flow]: the bucket that each value falls on."""
        buckets: Places = values % self.buckets
        return buckets

    def places(self, values: Values) -> Places:
        """int64[flow]: the place of the member that each value goes to."""
        places: Places = self.holder[self.bucket(values)]
        return places


def formed(
    members: Sequence[Hashable], weights: Sequence[int], buckets: int, timers: Timers, *, at_s: float
) -> Resilient:
    """A new group: contiguous blocks of buckets, the last member's first."""
    empty = Resilient(
        members=tuple(members),
        weights=tuple(weights),
        timers=timers,
        holder=np.full(buckets, NOBODY),
        idle_from_s=np.full(buckets, ALWAYS),
        passed_on_s=np.full(buckets, at_s),
    )
    return _passed_on(empty, range(buckets), at_s)


def replaced(group: Resilient, members: Sequence[Hashable], weights: Sequence[int], *, at_s: float) -> Resilient:
    """The group with other members or weights: what nobody holds any more and what is idle is passed on at once."""
    place = {member: index for index, member in enumerate(members)}
    now = np.array([place.get(member, NOBODY) for member in group.members])
    changed = replace(group, members=tuple(members), weights=tuple(weights), holder=now[group.holder])
    ready = (changed.holder == NOBODY) | (group.idle_from_s <= at_s)
    return _passed_on(changed, np.flatnonzero(ready), at_s)


def used(group: Resilient, last_packet_s: Times) -> Resilient:
    """The group after packets; last_packet_s : float64[bucket], ALWAYS where there was none."""
    seen = last_packet_s > group.passed_on_s
    later = np.maximum(group.idle_from_s, last_packet_s + group.timers.idle_s)
    return replace(group, idle_from_s=np.where(seen, later, group.idle_from_s))


def settled(group: Resilient, idle_s: Times, *, until_s: float) -> Resilient:
    """The group at `until_s`, when no member changes: buckets passed on as they become idle, or by force.

    idle_s : float64[bucket]  the first moment at which each is idle, as its traffic has it; NEVER

    Linux looks at most twice a second; here a bucket is passed on at the moment itself.
    """
    if group.balanced:
        return group
    forced_s = group.unbalanced_since_s + group.timers.unbalanced_s if group.timers.unbalanced_s else NEVER
    in_order = np.argsort(idle_s, kind="stable")
    group = _passed_on(group, in_order[idle_s[in_order] <= min(until_s, forced_s)], idle_s)
    if not group.balanced and forced_s <= until_s:
        group = _passed_on(group, range(group.buckets), forced_s)
    return group


def _passed_on(group: Resilient, ready: Places | range, at_s: float | Times) -> Resilient:
    """Pass on those of the `ready` buckets, in that order, whose holder has more than it deserves or that have none.

    at_s : when, for all of them or float64[bucket]
    """
    when_s = np.broadcast_to(at_s, group.holder.shape)
    ends = parts(group.buckets, group.weights)
    deserves = [end - begin for begin, end in zip([0, *ends], ends, strict=False)]
    has = np.bincount(group.holder[group.holder != NOBODY], minlength=len(group.members)).tolist()
    short = [place for place, wants in enumerate(deserves) if has[place] < wants]
    holder, idle_from_s, passed_on_s = group.holder.copy(), group.idle_from_s.copy(), group.passed_on_s.copy()
    for bucket in ready:
        old = int(holder[bucket])
        if old != NOBODY and has[old] <= deserves[old]:
            continue
        if not short:
            break
        new = short[-1]
        if old != NOBODY:
            has[old] -= 1
        has[new] += 1
        holder[bucket], idle_from_s[bucket], passed_on_s[bucket] = new, ALWAYS, when_s[bucket]
        if has[new] == deserves[new]:
            short.pop()
    since = min(group.unbalanced_since_s, float(when_s.min())) if short else NEVER
    return replace(group, holder=holder, idle_from_s=idle_from_s, passed_on_s=passed_on_s, unbalanced_since_s=since)
