"""Shortest paths from all routers to all others: ours, networkx and rustworkx, in one run.

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

    part = part_of(count, links)
    ours, ours_far_s = timed(lambda: [far(part, {target: 0}) for target in range(count)])
    hops, ours_hops_s = timed(
        lambda: [[nearer(part, ours[target], router) for router in range(count)] for target in range(count)]
    )
    theirs, networkx_far_s, networkx_both_s = by_networkx(count, links)

    lines = [
        ("catchment", ours_far_s, ours_far_s + ours_hops_s),
        (f"networkx {networkx.__version__}", networkx_far_s, networkx_both_s),
    ]
    if args.rustworkx_python:
        rust, figures = by_rustworkx(args.rustworkx_python, count, links)
        known = np.array([[as_float(ours[target](n)) for target in range(count)] for n in range(count)])
        assert np.array_equal(rust, known), "rustworkx has other distances"
        lines.append((f"rustworkx {figures['version']}", figures["cpu_s"], None))

    compare(part, ours, hops, theirs)
    print(f"{'CPU seconds':22}{'distances':>12}{'ratio':>8}{'and next hops':>16}{'ratio':>8}")
    for name, far_s, both_s in lines:
        both = f"{both_s:16.3f}{both_s / (ours_far_s + ours_hops_s):8.2f}" if both_s is not None else f"{'-':>16}"
        print(f"{name:22}{far_s:12.3f}{far_s / ours_far_s:8.2f}{both}")
    print("distances equal in all; next hops equal in the two that have them")


def as_float(cost: int | None) -> float:
    return np.inf if cost is None else float(cost)


def compare(part: Part, ours: Any, hops: Any, theirs: Any) -> None:
    """Every distance and every next hop set of both, target by target."""
    for target, (before, distance) in enumerate(theirs):
        known = {n: ours[target](n) for n in part.ways if ours[target](n) is not None}
        assert known == distance, f"other distances to r{target}"
        for router in part.ways:
            if router != target and router in known:
                on = {way.to for way in hops[target][router]}
                assert on == set(before[router]), f"other next hops from r{router} to r{target}"


if __name__ == "__main__":
    main()
