"""Compares the synthetic Internet with CAIDA's AS graph of 2024-08-01, property by property.

    python benchmarks/synthetic_against_caida.py [--ases N] [--seed S] [--scenarios K] [--graph FILE] [--countries FILE]

Prints the table of docs/synthetic-internet.md. Without CAIDA's file only the synthetic column is printed. 10 s.
"""

import argparse
import csv
import gzip
import resource
import time
from pathlib import Path

import numpy as np
import numpy.typing as npt

from catchment.internet.graph import Graph
from catchment.internet.prepare import prepare
from catchment.internet.sources.asrel import read_as_relationships
from catchment.internet.synthetic import synthesize
from catchment.results.rows import sizes
from catchment.simulate.propagate import Propagator
from catchment.simulate.starts import Starts

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"
CAIDA = SHARED / "asrel" / "20240801.as-rel2.txt.bz2"
COUNTRIES = SHARED / "as-attributes" / "as_class_country.csv.gz"
CAIDA_SIZE = 77_242

Table = dict[str, float]


def structure(graph: Graph) -> Table:
    """Counts of links, degrees, hierarchy."""
    n, core = len(graph), graph.core
    providers, customers, peers = (sizes(p) for p in (graph.provider_ptr, graph.customer_ptr, graph.peer_ptr))
    peering = peers[peers > 0]
    from_ = np.repeat(np.arange(n), peers)
    stub_ends = (from_ >= core).astype(int) + (graph.peer >= core)
    rows: Table = {
        "ASes": n,
        "transit links per AS": len(graph.customer) / n,
        "peer links per AS": len(graph.peer) / 2 / n,
        "stubs, share": 1 - core / n,
        "stubs with 2 or more providers, share": float(np.mean(providers[core:] >= 2)),
        "stubs with 4 or more providers, share": float(np.mean(providers[core:] >= 4)),
        "providers of a stub, mean": float(providers[core:].mean()),
        "providers of a transit AS, mean": float(providers[:core].mean()),
        "providers, most": float(providers.max()),
        "ASes with no provider, share": float(np.mean(providers == 0)),
        "distinct provider sets per stub": (len(graph.group_ptr) - 1) / (n - core),
    }
    for words, counts in (
        ("customers of a transit AS", customers[:core]),
        ("peers of an AS with peers", peering),
    ):
        rows[f"{words}, mean"] = float(counts.mean())
        for quantile in (0.5, 0.9, 0.99, 0.999):
            rows[f"{words}, quantile {quantile}"] = float(np.quantile(counts, quantile))
        rows[f"{words}, most"] = float(counts.max())
    rows["customers of the 16 largest, share of all transit links"] = float(
        np.sort(customers)[-16:].sum() / customers.sum()
    )
    rows["ASes with peers, share"] = len(peering) / n
    rows["peer links between two transit ASes, share"] = float(np.mean(stub_ends == 0))
    rows["peer links between two stubs, share"] = float(np.mean(stub_ends == 2))
    height = heights(graph)
    rows["hierarchy, longest chain of customers"] = float(height.max())
    rows["ASes more than 12 high, share of transit ASes"] = float(np.mean(height > 12) * n / core)
    return rows


def heights(graph: Graph) -> npt.NDArray[np.int64]:
    """The longest chain of customers below each node; the graph must have no cycles."""
    assert not graph.cycles
    height = np.zeros(len(graph), np.int64)
    for v in range(graph.core - 1, -1, -1):
        height[v] = 1 + height[graph.customer[graph.customer_ptr[v] : graph.customer_ptr[v + 1]]].max()
    return height


def origins_at(graph: Graph, nodes: npt.NDArray[np.int64]) -> Starts:
    """Each of these ASes announces the prefix over all its links."""
    s = len(nodes)
    nodes = nodes[np.argsort(graph.rank[nodes])]
    return Starts(
        node=nodes.astype(np.uint32),
        route_class=np.zeros(s, np.uint8),
        length=np.ones(s, np.uint16),
        tie_rank=2 * graph.rank[nodes].astype(np.uint32),
        target=np.arange(s, dtype=np.uint16),
        no_export=np.zeros(s, bool),
        invalid=np.zeros(s, bool),
        med=np.zeros(s, np.uint32),
        point=np.full((s, 2), np.nan, np.float32),
        asn=graph.asn[nodes],
        closed=np.empty(0, np.uint32),
    )


def routes(graph: Graph, scenarios: int) -> Table:
    """Best paths in scenarios of 8 random origins: 4 multihomed stubs, 4 transit ASes with 5 customers or more."""
    propagator = Propagator(graph)
    draw = np.random.default_rng(42)
    n = len(graph)
    stubs = graph.core + np.flatnonzero(sizes(graph.provider_ptr)[graph.core :] >= 2)
    sellers = np.flatnonzero(sizes(graph.customer_ptr) >= 5)
    lengths = np.zeros(1024)
    classes = np.zeros(4)
    tied, unreached, largest = [], [], []
    for _ in range(scenarios):
        nodes = np.concatenate([draw.choice(stubs, 4, replace=False), draw.choice(sellers, 4, replace=False)])
        answer = propagator(origins_at(graph, nodes))
        reached = answer.reached
        lengths += np.bincount(answer.length[reached], minlength=1024)
        classes += np.bincount(answer.route_class[reached], minlength=4)
        tied.append(np.mean(np.bitwise_count(answer.mask) > 1))
        unreached.append(1 - reached.mean())
        largest.append(np.bincount(answer.start[reached]).max() / n)
    length = np.arange(1024)
    share = lengths / lengths.sum()
    return {
        "best path in ASes, mean": float(share @ length),
        "best path of 4 ASes or fewer, share": float(share[:5].sum()),
        "best path of 7 ASes or more, share": float(share[7:].sum()),
        "best path, longest": float(length[lengths > 0].max()),
        "routes from customers, share": float(classes[1] / classes.sum()),
        "routes from peers, share": float(classes[2] / classes.sum()),
        "ASes tied between several sites, share": float(np.mean(tied)),
        "largest catchment, share": float(np.mean(largest)),
        "ASes without a valley-free route, share": float(np.mean(unreached)),
    }


def same_country(graph: Graph, country: npt.NDArray[np.bytes_]) -> Table:
    """How many links stay in a country, of those with both countries known."""
    rows: Table = {}
    for words, pointer, other in (
        ("transit links inside a country, share", graph.customer_ptr, graph.customer),
        ("peer links inside a country, share", graph.peer_ptr, graph.peer),
    ):
        a, b = country[np.repeat(np.arange(len(graph)), sizes(pointer))], country[other]
        rows[words] = float(np.mean((a == b)[(a != b"") & (b != b"")]))
    return rows


def countries_of(graph: Graph, path: Path) -> npt.NDArray[np.bytes_]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        known = {row["asn"]: row["country"] for row in csv.DictReader(lines)}
    return np.array([known.get(str(asn), "").replace("ZZ", "") for asn in graph.asn.tolist()], "S2")


def shown(value: float) -> str:
    if value >= 100 or value == int(value):
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}" if value >= 0.1 else f"{value:.4f}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--ases", type=int, default=CAIDA_SIZE)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--scenarios", type=int, default=20)
    parser.add_argument("--graph", type=Path, default=CAIDA)
    parser.add_argument("--countries", type=Path, default=COUNTRIES)
    options = parser.parse_args()
    began = time.process_time()
    made = synthesize(options.ases, options.seed)
    cpu = time.process_time() - began
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    graph = prepare(made.links)
    country = made.attributes.country[np.searchsorted(made.attributes.asn, graph.asn)]
    synthetic = structure(graph) | routes(graph, options.scenarios) | same_country(graph, country)
    real: Table = {}
    if options.graph.exists():
        theirs = prepare(read_as_relationships(options.graph)[0])
        real = structure(theirs) | routes(theirs, options.scenarios)
        if options.countries.exists():
            real |= same_country(theirs, countries_of(theirs, options.countries))
    else:
        print(f"{options.graph} is not there: nothing to compare with")
    print(f"| property | CAIDA 2024-08-01 | synthetic, seed {options.seed} | ratio |\n|---|---|---|---|")
    for words, value in synthetic.items():
        other = real.get(words)
        ratio = f"{value / other:.2f}" if other else ""
        print(f"| {words} | {'' if other is None else shown(other)} | {shown(value)} | {ratio} |")
    print(f"\nsynthesize({options.ases:,}): {cpu:.1f} s of CPU, peak {megabytes:.0f} MB with Python and numpy")


if __name__ == "__main__":
    main()
