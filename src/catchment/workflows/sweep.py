"""Sweep: answer many scenarios of one design in one call, and write a table with a row for each.

    scenarios = Subsets(announcement)                       # every set of sites that may be left
    scenarios = Listed(announcement, parse_scenarios(...))  # or a list from a file
    summary = sweep_to_file(sweep, scenarios, Path("out.parquet"), sites=names, provenance=provenance)

The table is in the order of the scenarios and byte for byte the same on one core, on many, and on a cluster.
"""

from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import BinaryIO, Protocol

import numpy as np
import numpy.typing as npt

from catchment.errors import Problem, ScenarioError, UsageError
from catchment.results.provenance import Provenance
from catchment.results.whole import whole_file
from catchment.simulate.announce import Announcement, disturb
from catchment.simulate.scenario import Scenario
from catchment.simulate.scenario_list import NamedScenario
from catchment.simulate.sweep import Lengths, Outcomes, Sweep, cores, lengths_of_subsets, run, subsets
from catchment.workflows.sweep_table import CsvTable, ParquetTable, Table, shares_of

BLOCK = 1024
"""Scenarios that are made, and sent to a cluster, at a time."""

Progress = Callable[[int, int], None]
"""Called with (scenarios done, scenarios in all) after every few dozen scenarios."""


class Scenarios(Protocol):
    """Scenarios with their names, made as they are needed; both iterators can be asked for again."""

    def __len__(self) -> int: ...
    def names(self) -> Iterator[str]: ...
    def lengths(self) -> Iterator[Lengths]: ...


class Subsets:
    """Every set of sites that may be left, in the order of simulate.sweep.subsets; hijackers stay.

    Raises ScenarioError above 16 sites.
    """

    def __init__(self, announcement: Announcement) -> None:
        self._starts = announcement.starts
        self._sites = [target.name for target in announcement.targets if not target.hijacker]
        self._up = subsets(len(self._sites))

    def __len__(self) -> int:
        return len(self._up)

    def names(self) -> Iterator[str]:
        for up in self._up:
            if up.all():
                yield str(Scenario())
            elif 2 * up.sum() >= len(up):
                yield f"{self._joined(~up)} down"
            else:
                yield f"only {self._joined(up)} up"

    def _joined(self, chosen: npt.NDArray[np.bool_]) -> str:
        return ", ".join(self._sites[i] for i in np.flatnonzero(chosen).tolist())

    def lengths(self) -> Iterator[Lengths]:
        for begin in range(0, len(self), BLOCK):
            yield lengths_of_subsets(self._starts, self._up[begin : begin + BLOCK])


class Listed:
    """The scenarios of a list, in its order. Raises ScenarioError with all that do not fit the design, as file:line."""

    def __init__(self, announcement: Announcement, scenarios: Sequence[NamedScenario], where: str) -> None:
        self._names = [one.name for one in scenarios]
        self._lengths = np.zeros((len(scenarios), len(announcement.starts)), np.uint16)
        problems: list[Problem] = []
        for i, one in enumerate(scenarios):
            try:
                self._lengths[i] = disturb(announcement, one.scenario).starts.length
            except ScenarioError as error:
                for p in error.problems:
                    what = f"{p.where}: {p.what}"
                    problems.append(Problem(where=f"{where}:{one.line}", what=what, todo=p.todo, rule=p.rule))
        if problems:
            raise ScenarioError(*problems)

    def __len__(self) -> int:
        return len(self._names)

    def names(self) -> Iterator[str]:
        return iter(self._names)

    def lengths(self) -> Iterator[Lengths]:
        for begin in range(0, len(self), BLOCK):
            yield self._lengths[begin : begin + BLOCK]


@dataclass(frozen=True, slots=True, kw_only=True)
class How:
    """Where a sweep runs.

    workers : threads, or processes of a local cluster; None: one for each core
    dask    : None here; "local" a Dask cluster of processes on this machine; else the address of a scheduler
    progress: called as the answers come
    """

    workers: int | None = None
    dask: str | None = None
    progress: Progress | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Extreme:
    """The highest share that was met, and the first scenario that has it."""

    share: float
    scenario: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What is worth knowing of a sweep before its table is opened.

    busiest     : for each target the highest share of clients that it gets in any scenario
    unreachable : the highest share of clients that reach no site
    moved       : the highest share of clients that end at another site than undisturbed
    """

    count: int
    busiest: tuple[Extreme, ...]
    unreachable: Extreme
    moved: Extreme


def sweep_to_file(
    sweep: Sweep,
    scenarios: Scenarios,
    path: Path,
    *,
    sites: tuple[str, ...],
    provenance: Provenance,
    how: How = How(),
) -> Summary:
    """Answer all scenarios and write them to `path`, CSV or Parquet by its ending; never half of it, whatever happens.

    sites : the names of all targets, in their order
    Raises UsageError for another ending, MachineError where the folder cannot be written or a package is missing.
    """
    kinds: dict[str, type[CsvTable] | type[ParquetTable]] = {".csv": CsvTable, ".parquet": ParquetTable}
    kind = kinds.get(path.suffix.lower())
    if kind is None:
        what = f"cannot tell the format of the table from {path.suffix or 'a name without ending'!r}"
        raise UsageError(Problem(where=str(path), what=what, todo="let the name end in .csv or .parquet"))
    with whole_file(path) as file, kind(file, sites, provenance) as table:
        return _fill(table, sweep, scenarios, how)


def sweep_to_stream(
    sweep: Sweep,
    scenarios: Scenarios,
    stream: BinaryIO,
    *,
    sites: tuple[str, ...],
    provenance: Provenance,
    how: How = How(),
) -> Summary:
    """The same as CSV into a pipe, row by row as they come."""
    with CsvTable(stream, sites, provenance) as table:
        return _fill(table, sweep, scenarios, how)


def _fill(table: Table, sweep: Sweep, scenarios: Scenarios, how: How) -> Summary:
    names = scenarios.names()
    worst = _Worst(sweep.targets)
    done = 0
    with closing(_answers(sweep, scenarios.lengths(), how)) as answers:
        for outcomes in answers:
            named = list(islice(names, len(outcomes)))
            shares = shares_of(outcomes)
            table.add(named, shares)
            worst.see(named, shares)
            done += len(outcomes)
            if how.progress is not None:
                how.progress(done, len(scenarios))
    assert done == len(scenarios), "every scenario has its row"
    return worst.summary(done)


def _answers(sweep: Sweep, lengths: Iterable[Lengths], how: How) -> Generator[Outcomes]:
    workers = how.workers or cores()
    if how.dask is None:
        return run(sweep, lengths, workers=workers)
    from catchment.workflows.sweep_cluster import run_on_cluster  # noqa: PLC0415  Dask is an extra

    return run_on_cluster(sweep, lengths, address=how.dask, workers=workers)


class _Worst:
    """The highest value of each column of shares seen so far, and where."""

    def __init__(self, targets: int) -> None:
        self._share = np.full(targets + 2, -1.0)
        self._name = [""] * (targets + 2)

    def see(self, names: list[str], shares: np.ndarray[tuple[int, int], np.dtype[np.float64]]) -> None:
        row = shares.argmax(axis=0)
        highest = shares.max(axis=0)
        for column in np.flatnonzero(highest > self._share).tolist():
            self._name[column] = names[row[column]]
        self._share = np.maximum(self._share, highest)

    def summary(self, count: int) -> Summary:
        all_of = [
            Extreme(share=float(share), scenario=name) for share, name in zip(self._share, self._name, strict=True)
        ]
        return Summary(count=count, busiest=tuple(all_of[:-2]), unreachable=all_of[-2], moved=all_of[-1])
