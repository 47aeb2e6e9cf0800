"""On a Dask cluster of this machine a sweep writes the same bytes as here."""

import sys
from pathlib import Path

import numpy as np
import pytest
from numba import config
from tests.simulate.sweeping import BORDER, some_lengths
from tests.twins.arrays import graph_of, starts_of

from catchment.errors import MachineError
from catchment.results.provenance import Provenance
from catchment.simulate.sweep import Sweep, run
from catchment.workflows.sweep import How, Listed, sweep_to_file
from catchment.workflows.sweep_cluster import run_on_cluster

PROVENANCE = Provenance(program="catchment test")


class Many(Listed):
    """Random scenarios in several blocks."""

    def __init__(self, sweep: Sweep, count: int) -> None:
        self._lengths = some_lengths(np.random.default_rng(1), sweep.starts, count)
        self._names = [f"number {i}" for i in range(count)]


@pytest.fixture
def sweep() -> Sweep:
    if config.DISABLE_JIT:
        pytest.skip("vectors are values of compiled code: NUMBA_DISABLE_JIT has none")
    graph = graph_of(BORDER)
    weight = np.arange(1.0, len(graph) + 1)
    return Sweep(graph=graph, starts=starts_of(BORDER, graph), targets=3, weight=weight)


def test_a_cluster_writes_the_bytes_that_one_machine_writes(sweep: Sweep, tmp_path: Path) -> None:
    distributed = pytest.importorskip("distributed", reason="a cluster needs distributed, an extra")
    here, there = tmp_path / "here.csv", tmp_path / "there.csv"
    scenarios = Many(sweep, 3000)
    sites = ("a", "b", "c")
    sweep_to_file(sweep, scenarios, here, sites=sites, provenance=PROVENANCE, how=How(workers=1))
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=False, protocol="tcp", dashboard_address=None
    ) as cluster:
        how = How(dask=cluster.scheduler_address)
        sweep_to_file(sweep, scenarios, there, sites=sites, provenance=PROVENANCE, how=how)
    assert there.read_bytes() == here.read_bytes()


@pytest.mark.slow
def test_local_starts_processes_of_its_own_and_ends_them(sweep: Sweep) -> None:
    pytest.importorskip("distributed", reason="a cluster needs distributed, an extra")
    lengths = some_lengths(np.random.default_rng(2), sweep.starts, 100)
    found = list(run_on_cluster(sweep, [lengths[:50], lengths[50:]], address="local", workers=1))
    expected = [one.weight for one in run(sweep, lengths, workers=1)]
    assert np.concatenate([one.weight for one in found]).tolist() == np.concatenate(expected).tolist()


def test_a_scheduler_that_is_not_there_is_told_in_one_sentence(sweep: Sweep) -> None:
    pytest.importorskip("distributed", reason="a cluster needs distributed, an extra")
    with pytest.raises(MachineError, match=r"no Dask scheduler answers at tcp://127\.0\.0\.1:9"):
        list(run_on_cluster(sweep, [], address="tcp://127.0.0.1:9", workers=1, connect_s=0.3))


def test_without_distributed_one_is_told_what_to_install(sweep: Sweep, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(MachineError, match=r"pip install 'catchment\[cluster\]'"):
        list(run_on_cluster(sweep, [], address="local", workers=1))
