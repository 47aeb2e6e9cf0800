"""A catchment in one table: per site how many clients, how surely, how far; and what is lost."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from catchment.results.catchment import NOWHERE, Catchment, Target

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteRow:
    """One site, or a hijacker, in numbers.

    clients    : client ASes
    weight     : their weight, and `share` of all weight (0 to 1)
    expected   : share of all weight when every tie is split by its probabilities
    certainty  : mean probability of this site among its clients, by weight; NaN without clients
    sure       : share of its weight that has no other possibility
    median_rtt_ms, p90_rtt_ms : by weight, over clients whose RTT is known; NaN when none is
    elsewhere  : share of its weight whose best site is another, among clients whose place is known and who reach a
                 site; NaN when none is
    capacity   : as stated in the design
    """

    name: str
    hijacker: bool
    up: bool
    clients: int
    weight: float
    share: float
    expected: float
    certainty: float
    sure: float
    median_rtt_ms: float
    p90_rtt_ms: float
    elsewhere: float
    capacity: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """The table, and the whole.

    rows        : in the order of the catchment's targets
    total       : all clients in one row, unreachable ones left out of RTT and certainty
    unreachable_clients, unreachable_share : client ASes, share of weight
    """

    rows: tuple[SiteRow, ...]
    total: SiteRow
    unreachable_clients: int
    unreachable_share: float


def summarise(catchment: Catchment) -> Summary:
    """Count a catchment. O(n log n)."""
    c = catchment
    weight = c.weight
    whole = float(weight.sum()) or 1.0
    expected = np.bincount(c.share_target, weights=weight[c.sharing] * c.share, minlength=len(c.targets)) / whole
    order = np.argsort(c.target, kind="stable")
    begin = np.searchsorted(c.target[order], np.arange(len(c.targets) + 1))
    everyone = Target(name="all", latitude_deg=np.nan, longitude_deg=np.nan, asn=0)
    lost = order[: begin[0]]
    certainty = c.certainty
    return Summary(
        rows=tuple(
            _row(c, target, order[begin[i] : begin[i + 1]], certainty, (whole, float(expected[i])))
            for i, target in enumerate(c.targets)
        ),
        total=_row(c, everyone, order[begin[0] :], certainty, (whole, float(expected.sum()))),
        unreachable_clients=len(lost),
        unreachable_share=float(weight[lost].sum()) / whole,
    )


def _row(
    c: Catchment,
    target: Target,
    here: npt.NDArray[np.int64],
    certainties: npt.NDArray[np.float32],
    whole_and_expected: tuple[float, float],
) -> SiteRow:
    """here : int64[m]  the clients of the row"""
    whole, expected = whole_and_expected
    weight = c.weight[here]
    certainty = certainties[here].astype(np.float64)
    rtt = c.rtt_ms[here].astype(np.float64)
    best = c.best[here]
    hijacker = np.array([*(t.hijacker for t in c.targets), False])  # the last one stands for NOWHERE
    placed = (best != NOWHERE) & ~hijacker[c.target[here]]
    away = (best != c.target[here]).astype(np.float64)
    return SiteRow(
        name=target.name,
        hijacker=target.hijacker,
        up=target.up,
        clients=len(here),
        weight=float(weight.sum()),
        share=float(weight.sum()) / whole,
        expected=expected,
        certainty=_mean(certainty, weight),
        sure=_mean((certainty > 1 - 1e-6).astype(np.float64), weight),
        median_rtt_ms=percentile(rtt, weight, 50),
        p90_rtt_ms=percentile(rtt, weight, 90),
        elsewhere=_mean(away[placed], weight[placed]),
        capacity=target.capacity,
    )


def _mean(value: Floats, weight: Floats) -> float:
    total = float(weight.sum())
    return float((value * weight).sum()) / total if total > 0 else float("nan")


def percentile(value: Floats, weight: Floats, percent: float) -> float:
    """The least value that at least `percent` of the weight does not exceed; NaN is left out."""
    known = ~np.isnan(value) & (weight > 0)
    if not known.any():
        return float("nan")
    value, weight = value[known], weight[known]
    order = np.argsort(value, kind="stable")
    below = np.cumsum(weight[order])
    at = int(np.searchsorted(below, below[-1] * percent / 100 * (1 - 1e-12)))
    return float(value[order][min(at, len(order) - 1)])
