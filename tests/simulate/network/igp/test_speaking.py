"""An IGP without areas or levels: metrics and next hops equal those of a slow twin and of networkx."""

import zipfile
from collections.abc import Iterable
from ipaddress import ip_network
from pathlib import Path

import networkx
import pytest
from hypothesis import given, settings
from tests.simulate.network.draw import network_of, networks
from tests.twins.inside import settled

from catchment.model.network import Igp, Link, LinkEnd, Network, Router
from catchment.simulate.network.igp.numbers import Numbers, at_server
from catchment.simulate.network.igp.speaking import Ask, Speaking
from catchment.simulate.network.igp.telling import OfPrefix, Said
from catchment.simulate.network.topology import Down, Topology, topology

MANY = settings(max_examples=150, deadline=None)
ZOO = Path(__file__).parents[5] / "shared/data/igp/topology-zoo.zip"
PREFIX = ip_network("203.0.113.53/32")


def told(ask: Ask, attached: dict[int, Numbers]) -> OfPrefix:
    return ask(PREFIX, [Said(router=router, numbers=numbers) for router, numbers in attached.items()])


def metrics(top: Topology, attached: dict[int, Numbers]) -> dict[str, int]:
    of = told(Speaking(top).of, attached)
    found = {router.name: of.best(n) for n, router in enumerate(top.routers)}
    return {name: best.metric for name, best in found.items() if best is not None}


@MANY
@given(networks((Igp.OSPF, Igp.ISIS, Igp.EIGRP)))
def test_metrics_are_those_of_routers_that_talk_until_nothing_is_new(network: Network) -> None:
    top = topology(network)
    attached = {server.router: at_server(network, server) for server in network.servers}
    assert metrics(top, {top.number[name]: told for name, told in attached.items()}) == settled(network, attached)


@MANY
@given(networks((Igp.OSPF, Igp.ISIS, Igp.EIGRP)))
def test_metrics_are_those_of_the_twin_with_a_router_and_a_link_down(network: Network) -> None:
    down = Down(routers=frozenset({"r1"}), links=frozenset({"l0"}))
    top = topology(network, down)
    attached = {server.router: at_server(network, server) for server in network.servers}
    expected = settled(network, attached, down.routers | down.links)
    assert metrics(top, {top.number[name]: told for name, told in attached.items()}) == expected


@MANY
@given(networks((Igp.OSPF, Igp.ISIS, Igp.EIGRP)))
def test_asking_nearby_gives_the_same_as_asking_for_the_prefix(network: Network) -> None:
    top = topology(network)
    speaking = Speaking(top)
    attached = {top.number[one.router]: at_server(network, one) for one in network.servers}
    whole, nearby = told(speaking.of, attached), told(speaking.nearby(), attached)
    for router in range(len(top.routers)):
        assert nearby.best(router) == whole.best(router)
        assert nearby.outs(router) == whole.outs(router)


def test_each_end_pays_for_leaving_itself() -> None:
    network = network_of("networks: {n: {igp: ospf, routers: [a, b], links: {between: [a, b], cost: {a: 3, b: 7}}}}")
    top = topology(network)
    assert metrics(top, {1: (1, 0)}) == {"a": 4, "b": 1}
    assert metrics(top, {0: (1, 0)}) == {"a": 1, "b": 8}


def read_graph(text: str) -> tuple[int, list[tuple[int, int, int]]]:
    """Repetita's format: `NODES n`, then a line each; `EDGES n`, then label, from, to, weight, bandwidth, delay."""
    count = int(text.split()[1])
    rows = [line.split() for line in text.partition("EDGES")[2].splitlines()[2:] if line.strip()]
    return count, [(int(row[1]), int(row[2]), int(row[3])) for row in rows]


def topology_of(count: int, edges: list[tuple[int, int, int]]) -> Topology:
    """Each directed edge as a way; the graphs of the Zoo have every link in both directions."""
    left: dict[tuple[int, int], list[int]] = {}
    for a, b, weight in edges:
        left.setdefault((a, b), []).append(weight)
    links = []
    for (a, b), weights in left.items():
        if a < b:
            for number, (there, back) in enumerate(zip(weights, left[b, a], strict=True)):
                ends = LinkEnd(router=f"r{a}", cost=there), LinkEnd(router=f"r{b}", cost=back)
                links.append(Link(name=f"{a}-{b}-{number}", ends=ends))
    routers = tuple(Router(name=f"r{n}") for n in range(count))
    return topology(Network(name="zoo", igp=Igp.ISIS, routers=routers, links=tuple(links)))


def assert_as_networkx(name: str, count: int, edges: list[tuple[int, int, int]], targets: Iterable[int]) -> None:
    """Distances to each target and the equally good next hops there, as networkx has them on the reversed graph."""
    top, backwards = topology_of(count, edges), networkx.MultiDiGraph()
    backwards.add_nodes_from(range(count))
    backwards.add_weighted_edges_from((b, a, weight) for a, b, weight in edges)
    speaking = Speaking(top)
    for target in targets:
        of = told(speaking.of, {target: (0, 0)})
        before, far = networkx.dijkstra_predecessor_and_distance(backwards, target)
        assert {n: best.metric for n in range(count) if (best := of.best(n)) is not None} == far, name
        for router in range(count):
            assert {out.way.to for out in of.outs(router)} == set(before[router]), (name, router)


@pytest.mark.skipif(not ZOO.exists(), reason="../shared/data/igp is not there")
def test_distances_and_next_hops_on_the_topology_zoo_are_those_of_networkx() -> None:
    """On every graph of the archive, to three of its routers."""
    with zipfile.ZipFile(ZOO) as archive:
        names = sorted(name for name in archive.namelist() if name.endswith(".graph"))
        graphs = {name: read_graph(archive.read(name).decode()) for name in names}
    assert len(graphs) == 523
    for name, (count, edges) in graphs.items():
        assert_as_networkx(name, count, edges, {0, count // 2, count - 1})
