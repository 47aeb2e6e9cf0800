"""Packets of flows that each send once in a period: when a bucket of a resilient group is idle, when it was used last.

A flow sends at (phase + k) * period for every whole k. Where the period is no longer than the idle timer, a bucket with
a flow is never idle.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from catchment.simulate.network.groups.ranges import Places
from catchment.simulate.network.groups.resilient import ALWAYS, NEVER, Resilient, Times


@dataclass(frozen=True, slots=True, kw_only=True)
class Traffic:
    """Flows that come through a group.

    bucket   : int64[flow]    where each falls
    phase    : float64[flow]  0 to 1, of the period
    period_s : seconds between two packets of a flow
    """

    bucket: Places
    phase: npt.NDArray[np.float64]
    period_s: float


def last_packets(traffic: Traffic, buckets: int, until_s: float) -> Times:
    """float64[bucket]: when the last packet before or at `until_s` came; ALWAYS (minus infinity) where no flow is."""
    at_s = traffic.phase * traffic.period_s
    last = np.full(buckets, ALWAYS)
    np.maximum.at(last, traffic.bucket, until_s - (until_s - at_s) % traffic.period_s)
    return last


def idle_moments(group: Resilient, traffic: Traffic, since_s: float) -> Times:
    """float64[bucket]: the first moment from `since_s` on at which each bucket is idle; NEVER (infinity)."""
    idle_s, period_s = group.timers.idle_s, traffic.period_s
    first = np.maximum(group.idle_from_s, since_s)
    first[traffic.bucket] = NEVER
    if period_s <= idle_s or not len(traffic.bucket):
        return first
    order = np.lexsort((traffic.phase, traffic.bucket))
    bucket, sent_s = traffic.bucket[order], traffic.phase[order] * period_s
    begins = np.flatnonzero(np.diff(bucket, prepend=-1))  # of each bucket's flows
    next_s = np.roll(sent_s, -1)
    next_s[np.append(begins[1:], len(bucket)) - 1] = sent_s[begins] + period_s  # after the last flow the first again
    silent = next_s - sent_s > idle_s
    turns = np.floor((since_s - next_s) / period_s) + 1  # the first whose next packet is still to come
    moments = np.maximum(sent_s + turns * period_s + idle_s, since_s)
    np.minimum.at(first, bucket[silent], moments[silent])
    return first
