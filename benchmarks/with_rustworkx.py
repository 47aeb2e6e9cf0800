"""Runs all-pairs shortest paths with rustworkx inside its own Python: started by spf_inside.py, prints what it cost.

    python with_rustworkx.py GRAPH.npz DISTANCES.npy

GRAPH.npz has `count` and the directed links `a`, `b`, `cost`; DISTANCES.npy gets float64[count, count], inf where no
way leads. CPU time is of all threads, as rustworkx uses them all.
"""

import json
import sys
import time

import numpy as np
import rustworkx


def main(graph_file: str, distances_file: str) -> None:
    given = np.load(graph_file)
    count = int(given["count"])
    links = list(zip(given["a"].tolist(), given["b"].tolist(), given["cost"].astype(float).tolist(), strict=True))
    began = time.process_time()
    graph = rustworkx.PyDiGraph()
    graph.add_nodes_from(range(count))
    graph.add_edges_from(links)
    build_s = time.process_time() - began
    began, began_wall = time.process_time(), time.perf_counter()
    found = rustworkx.all_pairs_dijkstra_path_lengths(graph, float)
    cpu_s, wall_s = time.process_time() - began, time.perf_counter() - began_wall
    far = np.full((count, count), np.inf)
    for a, row in found.items():
        far[a, a] = 0.0
        for b, cost in row.items():
            far[a, b] = cost
    np.save(distances_file, far)
    figures = {"build_s": build_s, "cpu_s": cpu_s, "wall_s": wall_s, "version": rustworkx.__version__}
    print(json.dumps(figures))


if __name__ == "__main__":
    main(*sys.argv[1:])
