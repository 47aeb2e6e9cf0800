"""On the CAIDA graph of August 2024 every AS has the AS path that BGPy 13 and C-BGP 2.3.2 give it, in eight cases."""

import gzip
import json
from collections.abc import Callable
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from catchment.internet.graph import Graph
from catchment.internet.prepare import prepare
from catchment.internet.sources.asrel import read_as_relationships
from catchment.model.address import Asn
from catchment.model.design import Design
from catchment.model.place import Place
from catchment.model.site import Site
from catchment.simulate.announce import announce, disturb
from catchment.simulate.propagate import Routes, propagate, propagate_general
from catchment.simulate.scenario import Scenario
from catchment.simulate.starts import Starts

DATA = Path(__file__).resolve().parents[2].parent / "shared" / "data"
ORACLE = DATA / "oracle" / "caida-20240801"
LINKS = DATA / "asrel" / "20240801.as-rel2.txt.bz2"
PREFIX = ip_network("192.0.2.0/24")
RELATIONS = ("origin", "customers", "peers", "providers")

if not (ORACLE.is_dir() and LINKS.is_file()):
    pytest.skip(
        "../shared/data/oracle/caida-20240801 or its graph in ../shared/data/asrel is not here",
        allow_module_level=True,
    )

CASES = {case["name"]: case for case in json.loads((ORACLE / "scenarios.json").read_text())["cases"]}


@pytest.fixture(scope="module")
def graph() -> Graph:
    links, _ = read_as_relationships(LINKS)
    return prepare(links)


def starts_of(case: dict[str, Any], graph: Graph) -> Starts:
    """The case as a design: a site for each origin, announcing over all links that its AS has, and its prepends."""
    sites = tuple(
        Site(
            name=f"as{asn}",
            place=Place(latitude_deg=0.0, longitude_deg=0.0),
            asn=Asn(int(asn)),
            from_internet=True,
            prefixes=(PREFIX,),
        )
        for asn in case["origins"]
    )
    design = Design(name=case["name"], prefixes=(PREFIX,), sites=sites)
    prepends = tuple((f"as{asn}", None, times - 1) for asn, times in case["origins"].items() if times > 1)
    return disturb(announce(design, PREFIX, graph), Scenario(prepend=prepends)).starts


def lines_of(graph: Graph, starts: Starts, routes: Routes) -> dict[int, str]:
    """{AS number: "asn,relation,as_path"} of all that have a route, as in the oracle's files."""
    asns, rank = graph.asn.tolist(), routes.tie_rank
    straight = (rank % 2 == 0).tolist()
    next_hop = graph.by_rank[rank // 2].tolist()
    length, start, kind = routes.length.tolist(), routes.start.tolist(), routes.route_class.tolist()
    origin = starts.asn.tolist()
    path: dict[int, str] = {}
    answer = {}
    for v in np.lexsort((routes.length,))[np.count_nonzero(~routes.reached) :].tolist():  # the shortest first
        if straight[v]:
            path[v] = " ".join([str(asns[v]), *[str(origin[start[v]])] * (length[v] - 1)])
        else:
            path[v] = f"{asns[v]} {path[next_hop[v]]}"
        answer[asns[v]] = f"{asns[v]},{RELATIONS[kind[v]]},{path[v]}"
    return answer


def expected_lines(name: str) -> dict[int, str]:
    text = gzip.decompress((ORACLE / f"{name}.csv.gz").read_bytes()).decode()
    lines = text.splitlines()[1:]
    return {int(line[: line.index(",")]): line for line in lines}


@pytest.mark.parametrize("kernel", [propagate, propagate_general], ids=["fast", "general"])
@pytest.mark.parametrize("name", CASES)
def test_every_as_has_the_path_that_two_other_simulators_give_it(
    name: str, kernel: Callable[[Graph, Starts], Routes], graph: Graph
) -> None:
    starts = starts_of(CASES[name], graph)
    routes = kernel(graph, starts)
    predicted, expected = lines_of(graph, starts, routes), expected_lines(name)
    assert predicted.keys() == expected.keys(), "another set of ASes has a route"
    assert len(predicted) == CASES[name]["reached"]
    wrong = [
        f"predicted {predicted[asn]}, expected {expected[asn]}" for asn in expected if predicted[asn] != expected[asn]
    ]
    assert not wrong, f"{len(wrong)} of {len(expected)} ASes differ, the first: {wrong[:3]}"
