"""What each site gets: clients, share of the weight, median RTT and certainty, as the map's table shows it."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from catchment.results.catchment import Catchment


@dataclass(frozen=True, slots=True, kw_only=True)
class Shares:
    """One row for each target and, last, one for the clients that reach none. All arrays have t + 1 entries.

    clients       : int64    networks whose most probable target this is
    weight        : float64  their weight
    share         : float64  of the weight of all clients, 0 to 1; 0 when nothing weighs anything
    median_rtt_ms : float64  weighted, of those whose RTT is known; NaN when none is
    certainty     : float64  weighted mean probability of the named target; NaN where there are no clients
    """

    clients: npt.NDArray[np.int64]
    weight: npt.NDArray[np.float64]
    share: npt.NDArray[np.float64]
    median_rtt_ms: npt.NDArray[np.float64]
    certainty: npt.NDArray[np.float64]


def shares(catchment: Catchment) -> Shares:
    """Sum the clients up by target. O(n log n)."""
    t = len(catchment.targets)
    where = np.where(catchment.target < 0, t, catchment.target).astype(np.int64)
    weight = np.bincount(where, catchment.weight, t + 1).astype(np.float64)
    total = float(weight.sum())
    sure = np.bincount(where, catchment.weight * catchment.certainty, t + 1)
    median = np.full(t + 1, np.nan)
    for i, rows in enumerate(rows_by(where, t + 1)):
        median[i] = weighted_median(catchment.rtt_ms[rows], catchment.weight[rows])
    return Shares(
        clients=np.bincount(where, minlength=t + 1),
        weight=weight,
        share=weight / total if total > 0 else np.zeros(t + 1),
        median_rtt_ms=median,
        certainty=np.divide(sure, weight, out=np.full(t + 1, np.nan), where=weight > 0),
    )


def rows_by(group: npt.NDArray[np.int64], groups: int) -> list[npt.NDArray[np.int64]]:
    """The rows of each group, ascending."""
    order = np.argsort(group, kind="stable")
    return np.split(order, np.searchsorted(group[order], np.arange(1, groups)))


def weighted_median(values: npt.NDArray[np.float32], weight: npt.NDArray[np.float64]) -> float:
    """The least value with at least half of the weight at or below it; NaNs are left out; NaN when all are."""
    known = ~np.isnan(values)
    values, weight = values[known], weight[known]
    if len(values) == 0:
        return float("nan")
    order = np.argsort(values, kind="stable")
    below = np.cumsum(weight[order])
    return float(values[order[min(int(np.searchsorted(below, below[-1] / 2)), len(order) - 1)]])
