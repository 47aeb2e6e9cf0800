"""PIM: trees are those of the standard's macros; laws on random networks, and every graph of the Topology Zoo."""

import zipfile
from collections.abc import Iterator
from dataclasses import replace
from ipaddress import ip_address
from pathlib import Path

import networkx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.simulate.network.draw import networks
from tests.simulate.network.multicast.played import Spread, design_of, play, spread, with_loopbacks

from catchment.model.network import Igp, Link, LinkEnd, Network, Router
from catchment.results.multicast import Tree
from catchment.results.trace import NextHop
from catchment.simulate.network.multicast.forwarding import Visit
from catchment.simulate.network.multicast.pim import Origin, Pim, Setup
from catchment.simulate.network.multicast.rpf import Rpf, Upstream
from catchment.simulate.network.topology import Down

MANY = settings(max_examples=80, deadline=None)
ZOO = Path(__file__).parents[5] / "shared/data/igp/topology-zoo.zip"


Scene = tuple[Network, str, list[str], str]
"""A network with loopbacks, a sender's router, routers with receivers, and an RP."""


@st.composite
def scenes(draw: st.DrawFn) -> Scene:
    network = with_loopbacks(draw(networks()))
    names = [router.name for router in network.routers]
    receivers = draw(st.lists(st.sampled_from(names), min_size=1, max_size=4, unique=True))
    return network, draw(st.sampled_from(names)), receivers, draw(st.sampled_from(names))


def assert_each_once(settled: Spread, receivers: list[str]) -> None:
    assert settled.quiet
    assert sorted(one.member for one in settled.flow.arrivals) == sorted(f"host@{name}" for name in receivers)
    assert not settled.flow.drops
    assert set(settled.flow.crossings.values()) <= {1}


@MANY
@given(scenes())
def test_a_source_tree_reaches_each_receiver_once_with_one_copy_a_link(
    scene: Scene,
) -> None:
    network, sender, receivers, _ = scene
    assert_each_once(spread(network, sender, receivers), receivers)


@MANY
@given(scenes(), st.booleans())
def test_so_does_pim_sm_with_and_without_the_switch(scene: Scene, switches: bool) -> None:
    network, sender, receivers, rp = scene
    assert_each_once(spread(network, sender, receivers, rp=rp, switches=switches), receivers)


@MANY
@given(scenes())
def test_the_first_packet_of_pim_sm_reaches_everyone_too(scene: Scene) -> None:
    """By a Register and the shared tree; nothing is lost while the trees are built, as the rounds come here."""
    network, sender, receivers, rp = scene
    first = spread(network, sender, receivers, rp=rp).first
    assert {one.member for one in first.arrivals} == {f"host@{name}" for name in receivers}


@MANY
@given(scenes())
def test_after_the_switch_the_tree_is_the_sources_own(scene: Scene) -> None:
    network, sender, receivers, rp = scene
    over_rp, own = spread(network, sender, receivers, rp=rp), spread(network, sender, receivers)
    assert over_rp.flow.crossings == own.flow.crossings


@MANY
@given(scenes())
def test_taking_a_receiver_away_never_adds_a_copy(scene: Scene) -> None:
    network, sender, receivers, rp = scene
    for mode in ({}, {"rp": rp}):
        whole = spread(network, sender, receivers, **mode).flow.crossings
        less = spread(network, sender, receivers[1:], **mode).flow.crossings
        assert set(less) <= set(whole)


@MANY
@given(scenes())
def test_copies_are_at_most_those_of_packets_to_each_receiver_alone(
    scene: Scene,
) -> None:
    network, sender, receivers, _ = scene
    together = sum(spread(network, sender, receivers).flow.crossings.values())
    alone = sum(sum(spread(network, sender, [name]).flow.crossings.values()) for name in receivers)
    assert together <= alone


def test_without_a_switch_packets_go_to_the_rp_and_down_the_shared_tree() -> None:
    """seoul sends, busan listens, the RP is daejeon: seoul - busan directly is nearer, and not taken."""
    text = """
networks:
  corp:
    igp: ospf
    routers: [seoul, busan, daejeon]
    links:
      - {between: [seoul, busan], cost: 10}
      - {between: [seoul, daejeon], cost: 10}
      - {between: [daejeon, busan], cost: 5}
multicast:
  stays: {group: 239.192.0.1, from: seoul, to: busan, rp: daejeon, spt-switch: false}
  switches: {group: 239.192.0.2, from: seoul, to: busan, rp: daejeon}
"""
    stays, switches = (play(design_of(text), number).trees[0] for number in (0, 1))
    assert [branch.router for branch in stays.branches] == ["seoul", "daejeon", "busan"]
    assert [branch.router for branch in switches.branches] == ["seoul", "busan"]
    assert [(one.what, one.sender, one.to) for one in switches.messages] == [
        ("Join (*,G)", "busan", "daejeon"),
        ("Register", "seoul", "daejeon"),
        ("Join (S,G)", "busan", "seoul"),
        ("Join (S,G)", "daejeon", "seoul"),
        ("Register-Stop", "daejeon", "seoul"),
        ("Prune (S,G,rpt)", "busan", "daejeon"),
        ("Prune (S,G)", "daejeon", "seoul"),
    ]
    assert asked(switches) == {("busan", "Join (*,G)", "daejeon"), ("busan", "Join (S,G)", "seoul"),
                               ("busan", "Prune (S,G,rpt)", "daejeon")}  # fmt: skip
    assert asked(stays) == {("busan", "Join (*,G)", "daejeon"), ("daejeon", "Join (S,G)", "seoul")}


def asked(tree: Tree) -> set[tuple[str, str, str]]:
    return {(router, what, neighbour) for router, what, neighbour, _ in tree.asked}


def read_graphs() -> Iterator[tuple[str, Network, networkx.DiGraph]]:
    """Every graph of the Zoo as a network, and backwards for networkx; of parallel edges the cheapest counts there."""
    with zipfile.ZipFile(ZOO) as archive:
        for name in sorted(name for name in archive.namelist() if name.endswith(".graph")):
            text = archive.read(name).decode()
            count = int(text.split()[1])
            rows = [line.split() for line in text.partition("EDGES")[2].splitlines()[2:] if line.strip()]
            costs: dict[tuple[int, int], int] = {}
            for row in rows:
                edge = int(row[1]), int(row[2])
                costs[edge] = min(costs.get(edge, int(row[3])), int(row[3]))
            links = tuple(
                Link(
                    name=f"{a}-{b}",
                    ends=(LinkEnd(router=f"r{a}", cost=cost), LinkEnd(router=f"r{b}", cost=costs[b, a])),
                )
                for (a, b), cost in costs.items()
                if a < b
            )
            routers = tuple(Router(name=f"r{number}") for number in range(count))
            graph = networkx.DiGraph()
            graph.add_nodes_from(f"r{number}" for number in range(count))
            graph.add_weighted_edges_from((f"r{b}", f"r{a}", cost) for (a, b), cost in costs.items())
            yield name, with_loopbacks(Network(name="zoo", igp=Igp.ISIS, routers=routers, links=links)), graph


def union_of_shortest_paths(backwards: networkx.DiGraph, sender: str, receivers: list[str]) -> set[tuple[str, str]]:
    """Edges from each receiver back to the sender, of equally good neighbours the one with the last name."""
    before, _ = networkx.dijkstra_predecessor_and_distance(backwards, sender)
    edges: set[tuple[str, str]] = set()
    for receiver in receivers:
        here = receiver
        while here != sender and before.get(here):
            up = max(before[here])
            edges.add((up, here))
            here = up
    return edges


@pytest.mark.skipif(not ZOO.exists(), reason="../shared/data/igp is not there")
def test_trees_on_the_topology_zoo_are_unions_of_shortest_paths_of_networkx() -> None:
    """One sender and five receivers on each of the 523 graphs."""
    checked = 0
    for name, network, backwards in read_graphs():
        count = len(network.routers)
        receivers = sorted(
            {f"r{number}" for number in (1, count // 3, count // 2, 2 * count // 3, count - 1)} - {"r0"}
        )
        settled = spread(network, "r0", receivers)
        expected = union_of_shortest_paths(backwards, "r0", receivers)
        assert {(near, far) for _, near, far in settled.flow.crossings} == expected, name
        assert set(settled.flow.crossings.values()) <= {1}, name
        checked += 1
    assert checked == 523


def test_a_tie_goes_to_the_neighbour_with_the_highest_address() -> None:
    """A square: from d both ways to a cost the same; the link addresses are given out in the order of the links."""
    text = """
networks:
  corp:
    igp: ospf
    routers: [a, b, c, d]
    links: [{between: [a, b]}, {between: [a, c]}, {between: [b, d]}, {between: [c, d]}]
multicast: {g: {group: 232.1.1.1, from: a, to: d}}
"""
    design = design_of(text)
    assert [branch.router for branch in play(design).trees[0].branches] == ["a", "c", "d"]
    (network,) = design.networks
    turned = replace(network, links=network.links[::-1])  # the addresses stay with their links
    again = replace(design, inside=replace(design.inside, networks=(turned,)))
    assert [branch.router for branch in play(again).trees[0].branches] == ["a", "c", "d"]


def pim_of(rpf: Rpf) -> Pim:
    setup = Setup(
        source=ip_address("192.0.2.1"),
        origins=(Origin(router="a", port="sender"),),
        ttl=9,
        members={"b": ("host",)},
        listening=frozenset(),
        rpf=rpf,
    )
    return Pim(setup, ("a", "b"))


def test_a_packet_from_another_side_than_rpf_says_is_thrown_away() -> None:
    """b looks for the source over x, and a packet comes over y."""

    def rpf(router: str, address: object) -> Upstream:
        return Upstream(here=True) if router == "a" else Upstream(hop=NextHop(router="a", link="x"))

    pim = pim_of(rpf)
    pim.control(9)
    assert pim.receive(Visit("b", ("x", "a"), 8, ("a", "b"), ("x",))) == {("", "host")}
    assert pim.receive(Visit("b", ("y", "a"), 8, ("a", "b"), ("y",))) is None


def test_routes_that_never_rest_are_told_and_do_not_hang() -> None:
    turns = iter(range(10**9))

    def rpf(router: str, address: object) -> Upstream:
        return Upstream(here=True) if router == "a" else Upstream(hop=NextHop(router="a", link=f"l{next(turns)}"))

    assert not pim_of(rpf).settle().quiet


def test_where_both_trees_come_from_one_side_nothing_is_pruned() -> None:
    """On a line the RP stands between sender and receiver: busan's neighbour is daejeon for both."""
    text = """
networks:
  corp:
    igp: ospf
    routers: [seoul, daejeon, busan]
    links: [{between: [seoul, daejeon]}, {between: [daejeon, busan]}]
multicast: {g: {group: 239.192.0.1, from: seoul, to: busan, rp: daejeon}}
"""
    assert asked(play(design_of(text)).trees[0]) == {
        ("busan", "Join (*,G)", "daejeon"), ("busan", "Join (S,G)", "daejeon"), ("daejeon", "Join (S,G)", "seoul"),
    }  # fmt: skip


def test_a_router_that_wants_the_source_no_more_does_not_take_it_from_its_tree() -> None:
    pim = pim_of(lambda router, address: Upstream(here=True))
    pim.setup = replace(pim.setup, members={})
    pim.spt = {"b"}
    pim.control(9)
    assert pim.spt == set()


SQUARE = """
networks:
  square:
    igp: ospf
    routers:
      a: {daemon: frr, loopback: 192.0.2.1}
      b: {daemon: frr, loopback: 192.0.2.2}
      c: {daemon: frr, loopback: 192.0.2.3}
      d: {daemon: frr, loopback: 192.0.2.4}
    links:
      - {between: [a, b], addresses: [10.0.1.1/24, 10.0.1.2/24]}
      - {between: [a, c], addresses: [10.0.4.1/24, 10.0.4.2/24]}
      - {between: [b, d], addresses: [10.0.2.1/24, 10.0.2.2/24]}
      - {between: [c, d], addresses: [10.0.3.1/24, 10.0.3.2/24]}
clients: {sender: a, receiver: d}
multicast: {g: {group: 239.1.1.1, from: sender, to: receiver, MORE}}
"""
JOIN_B, JOIN_A = ("d", "Join (S,G)", "b"), ("b", "Join (S,G)", "a")


@pytest.mark.parametrize(
    ("more", "links", "states"),
    [
        ("rp: b", {"a-b", "b-d"}, {JOIN_A, JOIN_B, ("d", "Join (*,G)", "b")}),
        ("rp: c", {"a-b", "b-d"}, {JOIN_A, JOIN_B, ("d", "Join (*,G)", "c"), ("d", "Prune (S,G,rpt)", "c")}),
        ("rp: c, spt-switch: false", {"a-c", "c-d"}, {("c", "Join (S,G)", "a"), ("d", "Join (*,G)", "c")}),
    ],
)
def test_states_and_links_are_those_that_pimd_of_frr_came_to(
    more: str, links: set[str], states: set[tuple[str, str, str]]
) -> None:
    """Measured with FRR 8.4.4 (zebra, ospfd, pimd) in namespaces: `show ip pim upstream` and `join` of each router, and
    links over which 100 packets of 100 went, 100 s after the first (15 s for RP b and without a switch).
    """
    (tree,) = play(design_of(SQUARE.replace("MORE", more))).trees
    assert asked(tree) == states
    assert {branch.link for branch in tree.branches} - {""} == links


def test_after_the_rp_is_gone_the_stream_stands_as_in_pimd_of_frr() -> None:
    """Measured as above: both links of c down after 85 s of packets; of 100 packets after that all went a - b - d."""
    design = design_of(SQUARE.replace("MORE", "rp: c"))
    (tree,) = play(design, down=Down(routers=frozenset({"c"}))).trees
    assert asked(tree) == {JOIN_A, JOIN_B}
    assert [branch.router for branch in tree.branches] == ["a", "b", "d"]
