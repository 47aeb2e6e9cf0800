"""Many scenarios of one design: how much weight each site has in each of them, and how much moved.

    sweep = Sweep(graph=graph, starts=starts, targets=8, weight=weight)
    for outcomes in run(sweep, lengths, workers=2):      # uint16[scenario, start], in any number
        outcomes.weight                                   # float64[k, 8]

Two engines answer the same question: the lanes, 64 scenarios at a time, with tie-break lowest-asn; and one scenario
after the other for what lanes cannot hold: provider cycles, origin validation, paths of more than 62 ASes, and through
`Evaluate` nearest-exit. A scenario has one answer, alone or in whatever company.
"""

import math
import os
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Protocol, TypeVar

import numpy as np
import numpy.typing as npt

from catchment.errors import Problem, ScenarioError
from catchment.internet.graph import Graph
from catchment.simulate.lanes import LANES, NO_ROUTE, Lanes, aligned_rows, compile_plan
from catchment.simulate.propagate import Propagator, Validation
from catchment.simulate.starts import DOWN, Starts

Lengths = npt.NDArray[np.uint16]
Targets = npt.NDArray[np.int32]

FEW_TARGETS = 48
"""Up to here a pass over the rows for each target (0.04 ms) is cheaper than one that sorts out all (1.8 ms)."""

BYTE_TARGETS = 255
"""A lane holds the target in one byte, 255 is none; more targets take a second run for the high byte."""

SINGLES = 4
"""Scenarios a task when they are answered one after the other: few, so that a short list uses every core."""

T = TypeVar("T")
Answer = TypeVar("Answer")


class Evaluate(Protocol):
    """Answers one scenario: lengths uint16[s] as in Starts -> the target of every node, int32[n], -1 nowhere.

    Called by several threads at once; must be picklable for a cluster.
    """

    def __call__(self, length: Lengths) -> Targets: ...


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sweep:
    """What all scenarios of a sweep share.

    starts     : its lengths are the undisturbed scenario, against which moved weight is counted
    targets    : number of targets
    weight     : float64[n]  how much the clients of each node count, >= 0, in the graph's order
    validation : who validates origins
    evaluate   : answers a scenario instead of the lanes
    """

    graph: Graph
    starts: Starts
    targets: int
    weight: npt.NDArray[np.float64]
    validation: Validation | None = None
    evaluate: Evaluate | None = None

    @property
    def vectorised(self) -> bool:
        """Whether the lanes can answer."""
        validates = self.validation is not None and bool(self.starts.invalid.any())
        return self.evaluate is None and not self.graph.cycles and not validates


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcomes:
    """The answers to k scenarios, in their order.

    weight      : float64[k, t]  of the clients that reach each target
    unreachable : float64[k]     of the clients that reach none
    moved       : float64[k]     of the clients with another target than undisturbed, or one of the two none
    total       : of all clients; weight and unreachable of a scenario add up to it
    """

    weight: npt.NDArray[np.float64]
    unreachable: npt.NDArray[np.float64]
    moved: npt.NDArray[np.float64]
    total: float

    def __len__(self) -> int:
        return len(self.moved)


def run(sweep: Sweep, lengths: Lengths | Iterable[Lengths], *, workers: int) -> Generator[Outcomes]:
    """Answer scenarios in their order, on `workers` threads; memory does not grow with their number.

    lengths : uint16[scenario, start], or blocks of such rows. DOWN (0xFFFF) is a start that announces nothing.
    The answers do not depend on workers, blocks or company. 11 us a scenario and thread for 77,000 ASes and 8 sites.
    """
    answerer = Answerer(sweep)
    size = LANES if sweep.vectorised else SINGLES
    return in_order(answerer, batches(lengths, size), workers)


def batches(lengths: Lengths | Iterable[Lengths], size: int) -> Iterator[Lengths]:
    """The same rows in blocks of `size`, the last one shorter."""
    blocks = [lengths] if isinstance(lengths, np.ndarray) else lengths
    held: list[Lengths] = []
    rows = 0
    for block in blocks:
        held.append(np.atleast_2d(block))
        rows += len(held[-1])
        if rows >= size:
            whole = np.concatenate(held)
            cut = rows - rows % size
            yield from (whole[i : i + size] for i in range(0, cut, size))
            held, rows = [whole[cut:]], rows - cut
    if rows:
        yield np.concatenate(held)


def in_order(work: Callable[[T], Answer], tasks: Iterable[T], workers: int) -> Generator[Answer]:
    """work(task) for every task on threads, answers in the order of the tasks; few are under way at a time."""
    waiting: deque[Future[Answer]] = deque()
    pool = ThreadPoolExecutor(max_workers=workers, thread_name_prefix="sweep")
    try:
        for task in tasks:
            waiting.append(pool.submit(work, task))
            if len(waiting) > 2 * workers:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


class Answerer:
    """Answers up to 64 scenarios of a sweep at a time; for any number of threads, 8 MB of room for each."""

    def __init__(self, sweep: Sweep) -> None:
        self.sweep = sweep
        self.units, self.quantum = whole_units(sweep.weight)
        self.total = int(self.units.sum())
        self._room = threading.local()
        self._base = self._single(sweep.starts.length)
        self._plan = compile_plan(sweep.graph, sweep.starts) if sweep.vectorised else None
        if self._plan is not None:
            row, rows = self._plan.row, self._plan.rows
            self._row_units = np.bincount(row, self.units, rows).astype(np.uint32)
            self._row_base = np.zeros(rows, np.int32)
            self._row_base[row] = self._base  # the nodes of a row have one fate

    def __call__(self, lengths: Lengths) -> Outcomes:
        """lengths : uint16[k, s], k at most 64."""
        if self._plan is None:
            sums = np.stack([self._weigh(self._single(length)) for length in lengths])
        else:
            sums = self._by_lanes(lengths)
        reached = sums[:, :-1]
        return Outcomes(
            weight=reached * self.quantum,
            unreachable=(self.total - reached.sum(axis=1)) * self.quantum,
            moved=sums[:, -1] * self.quantum,
            total=self.total * self.quantum,
        )

    def _by_lanes(self, lengths: Lengths) -> npt.NDArray[np.float64]:
        """float64[k, t + 1]: units of each target, and moved."""
        from catchment.simulate.kernels import sweep as kernel  # noqa: PLC0415  numba is slow to import
        from catchment.simulate.kernels import weigh as many  # noqa: PLC0415

        lanes, low, sums = self._lanes()
        columns = np.full((len(self.sweep.starts), LANES), DOWN, np.uint16)
        columns[:, : len(lengths)] = lengths.T
        targets, units = self.sweep.targets, self._row_units
        over = lanes.run(columns)
        if targets <= FEW_TARGETS:
            base = np.where(self._row_base < 0, NO_ROUTE, self._row_base).astype(np.uint8)
            kernel.weigh(lanes.answer, units, base, targets, sums)
        else:
            high = lanes.answer[:0]
            if targets > BYTE_TARGETS:
                low[:] = lanes.answer
                lanes.run(columns, byte=1)
                high = lanes.answer
            first = low if len(high) else lanes.answer
            many.weigh_many(first, high, units, self._row_base.astype(np.uint16), sums)
        answer = sums[:, : len(lengths)].T.astype(np.float64)
        for lane in range(len(lengths)):
            if over >> lane & 1:
                answer[lane] = self._weigh(self._single(lengths[lane]))
        return answer

    def _lanes(self) -> tuple[Lanes, npt.NDArray[np.uint8], npt.NDArray[np.uint32]]:
        room = self._room
        if not hasattr(room, "lanes"):
            assert self._plan is not None, "only a compiled sweep runs in lanes"
            room.lanes = Lanes(self._plan)
            rows = self._plan.rows + len(self.sweep.starts) if self.sweep.targets > BYTE_TARGETS else 0
            room.low = aligned_rows(rows)
            room.sums = np.zeros((self.sweep.targets + 1, LANES), np.uint32)
        return room.lanes, room.low, room.sums

    def _single(self, length: Lengths) -> Targets:
        """int32[n]: the target of every node, -1 nowhere; by the engine that holds everything."""
        sweep = self.sweep
        if sweep.evaluate is not None:
            return np.asarray(sweep.evaluate(length), np.int32)
        if not hasattr(self._room, "propagator"):
            self._room.propagator = Propagator(sweep.graph)
        routes = self._room.propagator(replace(sweep.starts, length=length), sweep.validation)
        target = np.append(sweep.starts.target.astype(np.int32), np.int32(-1))
        return target[np.where(routes.reached, routes.start, len(sweep.starts))]

    def _weigh(self, target: Targets) -> npt.NDArray[np.float64]:
        """float64[t + 1]: units of each target, and moved; exact, for they are whole numbers."""
        reached = target >= 0
        sums = np.bincount(target[reached], self.units[reached], self.sweep.targets)
        return np.append(sums, self.units[target != self._base].sum())


def whole_units(weight: npt.NDArray[np.float64]) -> tuple[npt.NDArray[np.float64], float]:
    """(units, quantum): weights as whole multiples of a power of two, so small that all add up to less than 2^32.

    Sums of whole numbers do not depend on their order. Whole weights that add up to less than 2^32 stay exact; others
    are rounded by at most 2^-32 of the total each: a share of 77,000 clients is typically off by 0.00000005.
    Raises ScenarioError when no client counts.
    """
    total = float(weight.sum())
    if not total > 0 or not math.isfinite(total) or float(weight.min()) < 0:
        what = "no client has a weight above 0, or some weight is not a number"
        raise ScenarioError(Problem(where="clients", what=what, todo="give weights that are numbers from 0 up"))
    exponent = math.frexp(total)[1]  # 2^exponent > total
    quantum = math.ldexp(1.0, max(exponent - 32, -1074))  # the smallest double is 2^-1074
    while True:
        units = np.rint(weight / quantum)
        if units.sum() < 2**32:
            return units, quantum
        quantum *= 2


def subsets(sites: int) -> npt.NDArray[np.bool_]:
    """Which sites are up in each scenario: all sets of sites but the empty one, bool[2^sites - 1, sites].

    Order: by the number of sites that are down, so the undisturbed one first, then each single failure; equally many by
    the sites that are down, in the order of the design: (0, 1) down before (0, 2) before (1, 2).
    Raises ScenarioError above 16 sites: 65,535 scenarios.
    """
    if sites > 16:
        what = f"{sites} sites have 2^{sites} - 1 subsets, and 16 sites are the most that are listed"
        raise ScenarioError(Problem(where="--subsets", what=what, todo="list the scenarios that matter in a file"))
    number = np.arange(2**sites - 1, dtype=np.uint32)
    down = (number[:, None] >> np.arange(sites - 1, -1, -1, dtype=np.uint32) & 1).astype(bool)
    order = np.lexsort((-number.astype(np.int64), down.sum(axis=1)))
    return ~down[order]


def lengths_of_subsets(starts: Starts, up: npt.NDArray[np.bool_]) -> Lengths:
    """uint16[k, s]: every start of a site that is not up is DOWN; the others as they are.

    up : bool[k, sites]; targets from `sites` on (hijackers) stay as they are.
    """
    stays = np.ones((len(up), int(starts.target.max(initial=0)) + 1), bool)
    sites = min(up.shape[1], stays.shape[1])
    stays[:, :sites] = up[:, :sites]
    return np.where(stays[:, starts.target], starts.length, DOWN).astype(np.uint16)


def cores() -> int:
    """How many threads may run at a time here."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
