"""Shortest paths from all routers to all others: ours in Python and compiled, networkx, rustworkx, in one run.

    python benchmarks/spf_inside.py [--routers 1000] [--neighbours 4] [--seed 1] [--rustworkx-python VENV/bin/python]

Routers lie at random in a square, each linked to its nearest; a link costs 1 to 100 by its length, so that costs tie.
Two jobs: the distances of all pairs, and with them every equally good next hop. rustworkx does the first and has
nothing for the second; it lives in an environment of its own (`make bench` makes it). All distances and all next hops
are held against each other. CPU time is compared, because other programs may run on the same machine.
"""

import argparse
import json
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import networkx
import numpy as np

from catchment.model.network import Igp, Link, LinkEnd, Network, Router
from catchment.simulate.kernels import spf
from catchment.simulate.network.igp.parts import Part, far, nearer
from catchment.simulate.network.topology import topology

T = TypeVar("T")
Links = list[tuple[int, int, int]]


def drawn(routers: int, neighbours: int, rng: np.random.Generator) -> Links:
    """(from, to, cost), both directions, the same cost; routers that stand apart are not joined."""
    at = rng.random((routers, 2))
    apart = np.hypot(*(at[:, None, axis] - at[None, :, axis] for axis in (0, 1)))
    nearest = np.argsort(apart, axis=1)[:, 1 : neighbours + 1]
    pairs = sorted({(min(a, int(b)), max(a, int(b))) for a in range(routers) for b in nearest[a]})
    longest = max(apart[pair] for pair in pairs)
    costs = {pair: 1 + int(99 * apart[pair] / longest) for pair in pairs}
    return [edge for (a, b), cost in costs.items() for edge in ((a, b, cost), (b, a, cost))]


def part_of(routers: int, links: Links) -> Part:
    """The same as one area of a design."""
    named = [
        Link(name=f"{a}-{b}", ends=(LinkEnd(router=f"r{a}", cost=cost), LinkEnd(router=f"r{b}", cost=cost)))
        for a, b, cost in links
        if a < b
    ]
    speakers = tuple(Router(name=f"r{n}") for n in range(routers))
    network = Network(name="drawn", igp=Igp.OSPF, routers=speakers, links=tuple(named))
    return Part("0", dict(enumerate(topology(network).ways)))


def rows_of(routers: int, links: Links) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The same in the compressed rows of the kernel."""
    ordered = np.array(sorted(links), np.int64)
    ptr = np.searchsorted(ordered[:, 0], np.arange(routers + 1))
    return ptr.astype(np.int64), ordered[:, 1].astype(np.int32), ordered[:, 2].copy()


def timed(job: Callable[[], T]) -> tuple[T, float]:
    began = time.process_time()
    return job(), time.process_time() - began


def by_networkx(routers: int, links: Links) -> tuple[Any, float, float]:
    """Distances alone, then distances with all next hops: predecessors towards each target on the reversed graph."""
    forwards, backwards = networkx.DiGraph(), networkx.DiGraph()
    for graph, edges in ((forwards, links), (backwards, [(b, a, cost) for a, b, cost in links])):
        graph.add_nodes_from(range(routers))
        graph.add_weighted_edges_from(edges)
    _, far_s = timed(lambda: dict(networkx.all_pairs_dijkstra_path_length(forwards)))
    both, both_s = timed(
        lambda: [networkx.dijkstra_predecessor_and_distance(backwards, target) for target in range(routers)]
    )
    return both, far_s, both_s


def by_rustworkx(python: str, routers: int, links: Links) -> tuple[np.ndarray, dict[str, Any]]:
    script = Path(__file__).with_name("with_rustworkx.py")
    with tempfile.TemporaryDirectory() as room:
        graph, answer = Path(room, "graph.npz"), Path(room, "far.npy")
        a, b, cost = np.array(links, np.int64).T
        np.savez(graph, count=routers, a=a, b=b, cost=cost)
        run = subprocess.run([python, script, graph, answer], check=True, capture_output=True, text=True)
        return np.load(answer), json.loads(run.stdout)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--routers", type=int, default=1000)
    parser.add_argument("--neighbours", type=int, default=4)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rustworkx-python", help="a Python that has rustworkx")
    args = parser.parse_args()
    count = args.routers
    links = drawn(count, args.neighbours, np.random.default_rng(args.seed))
    print(f"{count} routers, {len(links)} directed links")

    rows, part = rows_of(count, links), part_of(count, links)
    everybody = np.arange(count)
    _, compile_s = timed(lambda: spf.first_links(*rows, spf.distances(*rows, everybody)))
    compiled, kernel_far_s = timed(lambda: spf.distances(*rows, everybody))
    first, kernel_first_s = timed(lambda: spf.first_links(*rows, compiled))

    ours, ours_far_s = timed(lambda: [far(part, {target: 0}) for target in range(count)])
    hops, ours_hops_s = timed(
        lambda: [[nearer(part, ours[target], router) for router in range(count)] for target in range(count)]
    )
    theirs, networkx_far_s, networkx_both_s = by_networkx(count, links)

    lines = [
        ("kernels/spf", kernel_far_s, kernel_far_s + kernel_first_s),
        ("igp/parts (Python)", ours_far_s, ours_far_s + ours_hops_s),
        (f"networkx {networkx.__version__}", networkx_far_s, networkx_both_s),
    ]
    if args.rustworkx_python:
        rust, figures = by_rustworkx(args.rustworkx_python, count, links)
        assert np.array_equal(rust, np.where(compiled == spf.FAR, np.inf, compiled)), "rustworkx has other distances"
        lines.append((f"rustworkx {figures['version']}", figures["cpu_s"], None))

    compare(rows, compiled, first, ours, hops, theirs)
    print(f"{'CPU seconds':22}{'distances':>12}{'ratio':>8}{'and next hops':>16}{'ratio':>8}")
    for name, far_s, both_s in lines:
        both = f"{both_s:16.3f}{both_s / lines[0][2]:8.1f}" if both_s is not None else f"{'-':>16}"
        print(f"{name:22}{far_s:12.3f}{far_s / kernel_far_s:8.1f}{both}")
    print(f"first call of the kernels, compiling or loading from numba's cache: {compile_s:.2f} s")
    print("distances equal in all; next hops equal in the three that have them")


def compare(rows: Any, compiled: np.ndarray, first: np.ndarray, ours: Any, hops: Any, theirs: Any) -> None:
    """Every distance and every next hop set of the three, target by target."""
    ptr, to, _ = rows
    count = len(ptr) - 1
    for target in range(count):
        before, distance = theirs[target]
        column = {n: int(cost) for n, cost in enumerate(compiled[:, target]) if cost < spf.FAR}
        assert column == distance == {n: ours[target](n) for n in range(count) if ours[target](n) is not None}
        on = first[:, target]
        for router in column:
            links = range(ptr[router], ptr[router + 1])
            good = {int(to[link]) for link in links if on[link]}
            assert good == set(before[router])
            assert good == {way.to for way in hops[target][router]} or router == target


if __name__ == "__main__":
    main()
