"""Two catchments side by side: who moved, from where to where, and what it did to them."""

from dataclasses import dataclass

import numpy as np

from catchment.results.catchment import NOWHERE, Catchment
from catchment.results.served import ENTERED
from catchment.results.summary import Summary, percentile, summarise

INSIDE_LEFT_OUT = "compared is where clients enter; which server answers them inside is not"
UNREACHABLE = "(unreachable)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """Clients that went from one site to another; share is of the weight of all clients compared."""

    before: str
    after: str
    clients: int
    weight: float
    share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Mover:
    """One client that moved."""

    asn: int
    country: str
    weight: float
    before: str
    after: str
    rtt_before_ms: float
    rtt_after_ms: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What is different in `after`.

    compared       : clients that both have; the others are counted, and compared no further
    moved_clients, moved_share : those whose site is another (by name), and their share of the weight of all compared
    rerouted_clients : those that kept the site and have another AS path
    moves          : by weight, the greatest first; ties by names
    movers         : clients by weight, the greatest first; ties by AS number; at most as many as were asked for
    median_rtt_ms  : (before, after) by weight over all compared clients whose RTT is known
    weights_differ : the two weigh clients differently; the weights of `after` count
    notes          : sentences that a reader of the comparison must know
    """

    before: Summary
    after: Summary
    titles: tuple[str, str]
    compared: int
    only_before: int
    only_after: int
    moved_clients: int
    moved_share: float
    rerouted_clients: int
    moves: tuple[Move, ...]
    movers: tuple[Mover, ...]
    median_rtt_ms: tuple[float, float]
    weights_differ: bool
    notes: tuple[str, ...] = ()


def compare(before: Catchment, after: Catchment, most: int = 10) -> Comparison:
    """Compare two catchments client by client; sites are the same when their names are. O(n log n + paths)."""
    _, i, j = np.intersect1d(before.asn, after.asn, assume_unique=True, return_indices=True)
    names = [*sorted({t.name for t in (*before.targets, *after.targets)}), UNREACHABLE]
    was = _named(before, names)[i]
    now = _named(after, names)[j]
    weight = after.weight[j]
    whole = float(weight.sum()) or 1.0
    moved = was != now
    return Comparison(
        before=summarise(before),
        after=summarise(after),
        titles=(before.title, after.title),
        compared=len(i),
        only_before=len(before.asn) - len(i),
        only_after=len(after.asn) - len(i),
        moved_clients=int(moved.sum()),
        moved_share=float(weight[moved].sum()) / whole,
        rerouted_clients=sum(
            before.path_of(a) != after.path_of(b) for a, b in zip(i[~moved].tolist(), j[~moved].tolist(), strict=True)
        ),
        moves=_moves(was[moved], now[moved], weight[moved], whole, names),
        movers=_movers(before, after, i[moved], j[moved], most),
        median_rtt_ms=(
            percentile(before.rtt_ms[i].astype(np.float64), weight, 50),
            percentile(after.rtt_ms[j].astype(np.float64), weight, 50),
        ),
        weights_differ=not np.array_equal(before.weight[i], weight),
        notes=(INSIDE_LEFT_OUT,) if ENTERED in (*before.notes, *after.notes) else (),
    )


def _named(catchment: Catchment, names: list[str]) -> "np.ndarray[tuple[int], np.dtype[np.int64]]":
    """int64[n]: the target of each client as an index into names."""
    index = np.array([names.index(t.name) for t in catchment.targets] + [len(names) - 1])
    return index[np.where(catchment.target == NOWHERE, len(index) - 1, catchment.target)]


def _moves(
    was: "np.ndarray[tuple[int], np.dtype[np.int64]]",
    now: "np.ndarray[tuple[int], np.dtype[np.int64]]",
    weight: "np.ndarray[tuple[int], np.dtype[np.float64]]",
    whole: float,
    names: list[str],
) -> tuple[Move, ...]:
    pair, which, clients = np.unique(was * len(names) + now, return_inverse=True, return_counts=True)
    weights = np.bincount(which, weights=weight, minlength=len(pair))
    moves = [
        Move(
            before=names[p // len(names)],
            after=names[p % len(names)],
            clients=int(clients[k]),
            weight=float(weights[k]),
            share=float(weights[k]) / whole,
        )
        for k, p in enumerate(pair.tolist())
    ]
    return tuple(sorted(moves, key=lambda move: (-move.weight, move.before, move.after)))


def _movers(
    before: Catchment,
    after: Catchment,
    i: "np.ndarray[tuple[int], np.dtype[np.int64]]",
    j: "np.ndarray[tuple[int], np.dtype[np.int64]]",
    most: int,
) -> tuple[Mover, ...]:
    first = np.lexsort((after.asn[j], -after.weight[j]))[:most]
    return tuple(
        Mover(
            asn=int(after.asn[b]),
            country=after.country[b].decode(),
            weight=float(after.weight[b]),
            before=target_name(before, a),
            after=target_name(after, b),
            rtt_before_ms=float(before.rtt_ms[a]),
            rtt_after_ms=float(after.rtt_ms[b]),
        )
        for a, b in zip(i[first].tolist(), j[first].tolist(), strict=True)
    )


def target_name(catchment: Catchment, row: int) -> str:
    """The name of the site that a client reaches, or UNREACHABLE."""
    target = int(catchment.target[row])
    return UNREACHABLE if target == NOWHERE else catchment.targets[target].name
