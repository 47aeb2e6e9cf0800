"""Small sweeps that several tests share, and the slow twins of their sums."""

from dataclasses import replace

import numpy as np
import numpy.typing as npt
from tests.strategies import Kinds
from tests.twins.case import OWN, Case, Entry, Peer, Provider

from catchment.internet.graph import Graph
from catchment.simulate.lanes import LANES, NO_ROUTE, Lanes, compile_plan
from catchment.simulate.propagate import propagate
from catchment.simulate.starts import DOWN, Starts

ACYCLIC = Kinds(no_export=True, own=True, med=True)
"""All that lanes can hold."""

BORDER = Case(
    links=(Provider(64496, 64497), Provider(64497, 64498), Peer(64497, 64499), Provider(64499, 64500)),
    entries=(
        Entry(site=0, origin=65536, at=64498),
        Entry(site=1, origin=65536, at=64499, prepend=1),
        Entry(site=2, origin=64500, at=64500, relation=OWN),
    ),
)
"""Two transit sessions and an own announcement; nobody is tied."""


def some_lengths(rng: np.random.Generator, starts: Starts, scenarios: int) -> npt.NDArray[np.uint16]:
    """uint16[scenario, start]: the first as designed, the others with starts down and prepended."""
    lengths = np.repeat(starts.length[None, :], scenarios, axis=0)
    lengths[1:] += rng.integers(0, 4, lengths[1:].shape).astype(np.uint16)
    lengths[1:][rng.random(lengths[1:].shape) < 0.3] = DOWN
    return lengths


def lanes_say(graph: Graph, starts: Starts, lengths: npt.NDArray[np.uint16]) -> tuple[np.ndarray, np.ndarray, int]:
    """(routes uint8[n, 64], targets uint8[n, 64] with 255 nowhere, lanes that overflow)."""
    lanes = Lanes(compile_plan(graph, starts))
    columns = np.full((len(starts), LANES), DOWN, np.uint16)
    columns[:, : len(lengths)] = lengths.T
    over = lanes.run(columns)
    routes, targets = lanes.expand()
    return routes, np.where(routes == NO_ROUTE, 255, targets), over


def single_says(graph: Graph, starts: Starts, length: npt.NDArray[np.uint16]) -> tuple[np.ndarray, np.ndarray]:
    """The same of one scenario by the scalar kernel: int[n], int[n]."""
    routes = propagate(graph, replace(starts, length=length))
    code = (routes.route_class.astype(int) << 6) | routes.length
    target = starts.target[np.minimum(routes.start, len(starts) - 1)]
    return np.where(routes.reached, code, 255), np.where(routes.reached, target, 255)


def plainly_weighed(targets: np.ndarray, units: np.ndarray, base: np.ndarray, count: int) -> list[list[int]]:
    """The twin of the weigh kernels: targets [row, lane] -> [target, lane], and what moved."""
    lanes = targets.shape[1]
    sums = [[0] * lanes for _ in range(count + 1)]
    for row, unit, was in zip(targets.tolist(), units.tolist(), base.tolist(), strict=True):
        for lane, target in enumerate(row):
            if target < count:
                sums[target][lane] += unit
            if target != was:
                sums[count][lane] += unit
    return sums
