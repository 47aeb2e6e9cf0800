"""The same sweep on a Dask cluster: blocks of scenarios go out, their answers come back in order.

Every worker gets the graph and the starts once and compiles the design for itself; a task is a block of a thousand
scenarios, 20 ms of work. Needs the package distributed, and catchment in the same version on the workers.
"""

from collections import deque
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

import numpy as np

from catchment.errors import MachineError, Problem
from catchment.simulate.lanes import LANES
from catchment.simulate.sweep import SINGLES, Answerer, Lengths, Outcomes, Sweep, batches

LOCAL = "local"
CONNECT_S = 10.0
"""A scheduler that does not answer within this is not there."""


def run_on_cluster(
    sweep: Sweep, lengths: Iterable[Lengths], *, address: str, workers: int, connect_s: float = CONNECT_S
) -> Generator[Outcomes]:
    """As simulate.sweep.run, on the cluster at `address`, or with "local" on `workers` processes of this machine.

    Raises MachineError when distributed is not installed or the scheduler does not answer.
    """
    with _client(address, workers, connect_s) as client:
        everywhere = client.scatter(sweep, broadcast=True, hash=False)
        threads = max(1, sum(client.nthreads().values()))
        waiting: deque[Any] = deque()
        try:
            for block in lengths:
                waiting.append(client.submit(answer_block, everywhere, block, pure=False))
                if len(waiting) > 2 * threads:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            client.cancel(list(waiting))


def answer_block(sweep: Sweep, lengths: Lengths) -> Outcomes:
    """One task: uint16[k, s] of any k. Runs on a worker."""
    answerer = _answerer(sweep)
    answers = [answerer(batch) for batch in batches(lengths, LANES if sweep.vectorised else SINGLES)]
    return Outcomes(
        weight=np.concatenate([a.weight for a in answers]),
        unreachable=np.concatenate([a.unreachable for a in answers]),
        moved=np.concatenate([a.moved for a in answers]),
        total=answers[0].total,
    )


@lru_cache(maxsize=1)
def _answerer(sweep: Sweep) -> Answerer:
    """The compiled design, once for each worker process: it holds the one copy of the sweep that it was sent."""
    return Answerer(sweep)


@contextmanager
def _client(address: str, workers: int, connect_s: float) -> Iterator[Any]:
    try:
        from distributed import Client, LocalCluster  # noqa: PLC0415  an extra
    except ImportError as error:
        what = "a sweep on a cluster needs the package distributed, which is not installed"
        raise MachineError(
            Problem(where="--dask", what=what, todo="pip install 'catchment[cluster]', or leave out --dask")
        ) from error
    if address == LOCAL:
        with (
            LocalCluster(n_workers=workers, threads_per_worker=1, dashboard_address=None) as cluster,
            Client(cluster) as client,
        ):
            yield client
        return
    try:
        client = Client(address, timeout=connect_s)
    except (OSError, ValueError, TimeoutError) as error:
        what = f"no Dask scheduler answers at {address}: {error}"
        todo = "start one with `dask scheduler`, or use --dask local"
        raise MachineError(Problem(where="--dask", what=what, todo=todo)) from error
    with client:
        yield client
