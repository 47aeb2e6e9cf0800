"""The IGP: metrics and next hops equal those of a slow twin, of hand-made drawings, and of other programs."""

import zipfile
from collections.abc import Iterable
from pathlib import Path

import networkx
import pytest
from hypothesis import given, settings
from tests.simulate.network.draw import network_of, networks
from tests.twins.inside import settled

from catchment.model.network import Igp, Link, LinkEnd, Network, Router
from catchment.simulate.network.igp import Nearby, at_loopback, at_server, counting, eigrp_of_link, reach, ways_to
from catchment.simulate.network.topology import Down, Topology, topology

MANY = settings(max_examples=150, deadline=None)
ZOO = Path(__file__).parents[4] / "shared/data/igp/topology-zoo.zip"


def metrics(top: Topology, attached: dict[int, tuple[int, int]]) -> dict[str, int]:
    known = reach(top, attached)
    return {router.name: cost for n, router in enumerate(top.routers) if (cost := known.metric[n]) is not None}


@MANY
@given(networks((Igp.OSPF, Igp.ISIS, Igp.EIGRP)))
def test_metrics_are_those_of_routers_that_talk_until_nothing_is_new(network: Network) -> None:
    top = topology(network)
    attached = {server.router: at_server(network.igp, server) for server in network.servers}
    assert metrics(top, {top.number[name]: told for name, told in attached.items()}) == settled(network, attached)


@MANY
@given(networks((Igp.OSPF, Igp.ISIS, Igp.EIGRP)))
def test_metrics_are_those_of_the_twin_with_a_router_and_a_link_down(network: Network) -> None:
    down = Down(routers=frozenset({"r1"}), links=frozenset({"l0"}))
    top = topology(network, down)
    attached = {server.router: at_server(network.igp, server) for server in network.servers}
    expected = settled(network, attached, down.routers | down.links)
    assert metrics(top, {top.number[name]: told for name, told in attached.items()}) == expected


@MANY
@given(networks())
def test_every_next_hop_is_nearer_by_what_the_link_costs(network: Network) -> None:
    top = topology(network)
    known = reach(top, {0: (0, 0)})
    for router in range(1, len(top.routers)):
        ways = ways_to(top, known, router)
        assert ways
        for way in top.ways[router]:
            near, here = known.metric[way.to], known.metric[router]
            assert near is not None
            assert here is not None
            assert (near + way.out.cost == here) == (way in ways)


@MANY
@given(networks())
def test_asking_nearby_gives_the_same_as_asking_for_the_prefix(network: Network) -> None:
    top = topology(network)
    attached = {top.number[one.router]: at_server(network.igp, one) for one in network.servers}
    whole, nearby = reach(top, attached), Nearby(top)
    for router in range(len(top.routers)):
        near = nearby.reach(router, attached.items())
        assert near.metric[router] == whole.metric[router]
        assert ways_to(top, near, router) == ways_to(top, whole, router)


def test_each_end_pays_for_leaving_itself() -> None:
    network = network_of("networks: {n: {igp: ospf, routers: [a, b], links: {between: [a, b], cost: {a: 3, b: 7}}}}")
    top = topology(network)
    assert metrics(top, {1: (1, 0)}) == {"a": 4, "b": 1}
    assert metrics(top, {0: (1, 0)}) == {"a": 1, "b": 8}


def test_the_metric_of_eigrp_is_that_of_rfc_7868() -> None:
    """256 (10^7 / least kbit/s + delay in 10 us): 2816 and 128256 are what IOS shows for gigabit and loopback."""
    metric = counting(Igp.EIGRP).metric
    fast = Link(name="l", ends=(LinkEnd(router="a", cost=1), LinkEnd(router="b", cost=1)))
    assert metric(eigrp_of_link(fast)) == 2816
    assert metric(at_loopback(Igp.EIGRP)) == 128256
    # A T1 of 20 ms and a Fast Ethernet of 0.1 ms behind each other: 256 (10^7 / 1544 + 2010).
    assert metric((1544, 2010)) == 256 * (6476 + 2010) == 2172416


def test_eigrp_tells_the_numbers_of_its_own_best_way_only() -> None:
    """m prefers the fast way with more delay; z behind a slow link would be better off with the other, and never hears.

    a has the prefix. m reaches it over 1 Mbit/s at once (10^4 + 2) or over c at 10 Mbit/s (10^3 + 3002 + 1).
    """
    text = """
networks:
  n:
    igp: eigrp
    routers: [a, c, m, z]
    links:
      - {between: [a, m], rate: 1 Mbps, delay: 10 us}
      - {between: [a, c], rate: 10 Mbps, delay: 15 ms}
      - {between: [c, m], rate: 10 Mbps, delay: 15 ms}
      - {between: [m, z], rate: 500 kbps, delay: 10 us}
"""
    top = topology(network_of(text))
    found = metrics(top, {0: (1_000_000, 1)})
    assert found["m"] == 256 * (1000 + 3001)
    assert found["z"] == 256 * (20000 + 3002)  # by the slow way it would be 256 (20000 + 3)


def test_is_is_does_not_use_a_prefix_beyond_its_largest_path_metric() -> None:
    """RFC 5305 4: MAX_PATH_METRIC is 0xFE000000, 254 links of the largest metric and a bit."""
    count = 256
    links = tuple(
        Link(
            name=f"l{n}", ends=(LinkEnd(router=f"r{n}", cost=2**24 - 2), LinkEnd(router=f"r{n + 1}", cost=2**24 - 2))
        )
        for n in range(count - 1)
    )
    routers = tuple(Router(name=f"r{n}") for n in range(count))
    for igp, reached in ((Igp.ISIS, 255), (Igp.OSPF, 256)):
        top = topology(Network(name="n", igp=igp, routers=routers, links=links))
        assert len(metrics(top, {0: (0, 0)})) == reached


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
    for target in targets:
        known = reach(top, {target: (0, 0)})
        before, far = networkx.dijkstra_predecessor_and_distance(backwards, target)
        assert {n: cost for n, cost in enumerate(known.metric) if cost is not None} == far, name
        for router in range(count):
            assert {way.to for way in ways_to(top, known, router)} == set(before[router]), (name, router)


@pytest.mark.skipif(not ZOO.exists(), reason="../shared/data/igp is not there")
def test_distances_and_next_hops_on_the_topology_zoo_are_those_of_networkx() -> None:
    """On every graph of the archive, to three of its routers."""
    with zipfile.ZipFile(ZOO) as archive:
        names = sorted(name for name in archive.namelist() if name.endswith(".graph"))
        graphs = {name: read_graph(archive.read(name).decode()) for name in names}
    assert len(graphs) == 523
    for name, (count, edges) in graphs.items():
        assert_as_networkx(name, count, edges, {0, count // 2, count - 1})
