"""Many flows at once: each of them ends where a packet of it ends that is followed alone."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from ipaddress import ip_address, ip_network

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.simulate.network.draw import ADDRESS, ADDRESS6, network_of, networks, settled_of
from tests.simulate.network.ground import SERVICE, through_gre, two_exits

from catchment.model.inside import Inside
from catchment.model.network import Link, LinkEnd, Network, StaticRoute, Tunnel
from catchment.results.trace import Entry, NextHop, Outcome
from catchment.simulate.network.flowhash import Flow, member
from catchment.simulate.network.flows import OUTCOMES, Crowd, Which, crowd, failed, led_to, walk
from catchment.simulate.network.follow import Packet, follow
from catchment.simulate.network.groups.hashes import Hashing, Values, stand_in_seed
from catchment.simulate.network.groups.ranges import Places, threshold
from catchment.simulate.network.tables import Tables
from catchment.simulate.network.topology import Down
from catchment.simulate.network.tunnels import settled

MANY = 24


def choose(router: str, entry: Entry, values: Callable[[], Values], which: Which) -> Places:
    return threshold(values(), [1] * len(entry.next_hops))


def seed_of(router: str) -> int:
    return stand_in_seed(router, 3)


HASHING = Hashing(seed_of)


def drawn(to: object, *routers: str, many: int = MANY) -> Crowd:
    return crowd(np.random.default_rng(5), many, to, 53, routers)  # type: ignore[arg-type]


def ends_of(tables: Tables, these: Crowd) -> list[str]:
    names: dict[str, int] = {}
    ends = walk(tables, these, names, HASHING, choose)
    known = list(names)
    return [known[end] if end >= 0 else str(OUTCOMES[-1 - end]) for end in ends.tolist()]


def alone(tables: Tables, these: Crowd, index: int) -> str:
    """The end of one flow of the crowd, its packet followed by itself."""
    flow = Flow(
        source=ip_address(these.flows.source[index].tobytes()),
        source_port=int(these.flows.source_port[index]),
        destination=these.flows.destination,
        destination_port=these.flows.destination_port,
        protocol=int(these.flows.protocol[index]),
    )

    def one(router: str, hops: tuple[NextHop, ...]) -> tuple[tuple[NextHop, float], ...]:
        return ((hops[member(flow, seed_of(router), len(hops))], 1.0),)

    start = these.routers[these.start[index]]
    if start in tables.down.routers:
        return str(Outcome.DOWN)
    (end,) = follow(tables, start, Packet(to=flow.destination), one).ends
    return end.where if end.outcome in (Outcome.SERVER, Outcome.ROUTER) else str(end.outcome)


@settings(max_examples=40, deadline=None)
@given(network=networks(), version=st.sampled_from([ADDRESS, ADDRESS6]), data=st.data())
def test_each_flow_ends_where_it_ends_alone(network: Network, version: object, data: st.DataObject) -> None:
    gone = data.draw(st.sets(st.sampled_from([link.name for link in network.links]), max_size=2))
    tables = settled_of(
        network, Down(links=frozenset(gone), routers=frozenset({"r1"} if len(gone) == 2 else ()))
    ).tables
    these = drawn(version, *(router.name for router in network.routers))
    assert ends_of(tables, these) == [alone(tables, these, index) for index in range(MANY)]


def all_ends(tables: Tables, these: Crowd, start: str) -> set[str]:
    """Where packets end that are split over all next hops."""
    found = follow(tables, start, Packet(to=these.flows.destination)).ends
    return {end.where for end in found if end.outcome in (Outcome.SERVER, Outcome.ROUTER)}


@settings(max_examples=40, deadline=None)
@given(network=networks(), version=st.sampled_from([ADDRESS, ADDRESS6]))
def test_some_choice_leads_to_those_servers_at_which_shares_end(network: Network, version: object) -> None:
    tables = settled_of(network).tables
    these = drawn(version, *(router.name for router in network.routers))
    for router in these.routers:
        assert led_to(tables, these, router) == all_ends(tables, these, router)


def test_choices_lead_through_tunnels_and_other_networks_too() -> None:
    for inside, start in ((through_gre(), "cloud"), (two_exits(), "core")):
        tables = settled(inside).tables
        these = drawn(SERVICE, start)
        assert led_to(tables, these, start) == all_ends(tables, these, start) != set()
    assert led_to(diamond(tunnel=True), drawn(ADDRESS, "a"), "a") == {"dns@b"}


def test_a_loop_leads_nowhere() -> None:
    tables = circle()
    assert led_to(tables, drawn(ADDRESS, "a"), "a") == set()


@pytest.mark.parametrize("ttl", [64, None, 1])
def test_flows_go_through_tunnels_and_come_out(ttl: int | None) -> None:
    tables = settled(through_gre(ttl=ttl)).tables
    these = drawn(SERVICE, "cloud")
    assert ends_of(tables, these) == [alone(tables, these, index) for index in range(MANY)]
    if ttl != 1:
        assert set(ends_of(tables, these)) == {"dns@office"}


def test_flows_go_where_bgp_says() -> None:
    for down in (Down(), Down(links=frozenset({"core-east"})), Down(servers=frozenset({"dns@far"}))):
        tables = settled(two_exits(), down).tables
        these = drawn(SERVICE, "core", "west")
        assert ends_of(tables, these) == [alone(tables, these, index) for index in range(MANY)]


def diamond(*, tunnel: bool) -> Tables:
    """Two equal ways from a to b, where the server is; with a tunnel from a to b over them, which the service takes."""
    text = """
networks:
  wan:
    igp: ospf
    routers: [a, x, y, b]
    links: [{between: [a, x]}, {between: [a, y]}, {between: [x, b]}, {between: [y, b]}]
services: {dns: {address: 203.0.113.53, at: [b]}}
"""
    network = network_of(text)
    if not tunnel:
        return settled_of(network).tables
    a, x, y, b = network.routers
    into = StaticRoute(to=ip_network("203.0.113.53/32"), via="b")
    network = replace(network, routers=(replace(a, statics=(into,)), x, y, b))
    gre = Link(
        name="gre",
        ends=(LinkEnd(router="a", cost=1), LinkEnd(router="b", cost=1)),
        mtu=1476,
        tunnel=Tunnel(outer=(a.loopbacks[0], b.loopbacks[0])),
    )
    return settled(Inside(networks=(network,), links=(gre,))).tables


def test_a_packet_in_a_tunnel_is_one_flow_to_the_routers_below() -> None:
    """Without the tunnel the flows take both ways, in it all of them the same."""
    for tunnel in (False, True):
        passed: Counter[str] = Counter()

        def noting(router: str, entry: Entry, values: Callable[[], Values], which: Which) -> Places:
            places = choose(router, entry, values, which)
            passed.update(entry.next_hops[place].link for place in places.tolist())  # noqa: B023
            return places

        tables = diamond(tunnel=tunnel)
        assert set(ends_of(tables, drawn(ADDRESS, "a"))) == {"dns@b"}
        walk(tables, drawn(ADDRESS, "a", many=200), {}, HASHING, noting)
        if tunnel:
            a, b = (router.loopbacks[0] for router in tables.network("a").routers if router.name in "ab")
            outer = Flow(source=a, source_port=0, destination=b, destination_port=0, protocol=47)
            taken = ("a-x", "a-y")[member(outer, seed_of("a"), 2)]
            assert passed["gre"] == passed[taken] == 200
            assert passed["a-x"] + passed["a-y"] == 200
        else:
            assert 70 < passed["a-x"] < 130


def circle(silent: str = "") -> Tables:
    """Two routers that send everything to each other."""
    text = """
networks:
  lab:
    igp: static
    routers:
      a: {static: [{to: default, via: b}]}
      b: {static: [{to: default, via: a}]}
    links: [{between: [a, b]}]
services: {dns: {address: 203.0.113.53, at: [a]}}
"""
    down = Down(servers=frozenset({"dns@a"}), silent=frozenset({silent} if silent else ()))
    return settled_of(network_of(text), down).tables


def test_what_is_sent_over_a_silent_link_is_lost() -> None:
    quiet = settled_of(diamond(tunnel=False).network("a"), Down(silent=frozenset({"x-b"}))).tables
    these = drawn(ADDRESS, "x", "y", "b")
    ends = ends_of(quiet, these)
    assert ends == [alone(quiet, these, index) for index in range(MANY)]
    static = circle(silent="a-b")
    assert set(ends_of(static, drawn(ADDRESS, "a"))) == {str(Outcome.LOST)}


def test_a_loop_ends_when_the_ttl_does() -> None:
    assert ends_of(circle(), drawn(ADDRESS, "a", "b")) == [str(Outcome.TTL)] * MANY


def test_an_address_of_a_router_is_reached_there_and_a_router_that_is_down_sends_nothing() -> None:
    network = network_of("networks: {lab: {igp: ospf, routers: [a, b], links: [{between: [a, b]}]}}")
    loopback = network.routers[1].loopbacks[0]
    assert set(ends_of(settled_of(network).tables, drawn(loopback, "a", "b"))) == {"b"}
    down = settled_of(network, Down(routers=frozenset({"a"}))).tables
    assert set(ends_of(down, drawn(loopback, "a", "b"))) == {"b", str(Outcome.DOWN)}
    assert failed(Outcome.DOWN) < 0


def test_a_crowd_is_drawn_from_documentation_addresses_and_is_the_same_for_the_same_seed() -> None:
    for to, nets in (
        (ADDRESS, ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24")),
        (ADDRESS6, ("2001:db8::/32",)),
    ):
        these = drawn(to, "a", "b", "c", many=3000)
        sources = [ip_address(source.tobytes()) for source in these.flows.source]
        assert all(any(source in ip_network(net) for net in nets) for source in sources)
        assert (
            len({ip_network(f"{source}/24" if source.version == 4 else source, strict=False) for source in sources})
            >= 3
        )
        assert (these.flows.protocol == 17).mean() == pytest.approx(0.5, abs=0.03)
        assert np.bincount(these.start).tolist() == pytest.approx([1000] * 3, abs=120)
        assert 32768 <= these.flows.source_port.min() <= these.flows.source_port.max() <= 60999
        again = drawn(to, "a", "b", "c", many=3000)
        assert np.array_equal(these.flows.source, again.flows.source)
        assert np.array_equal(these.phase, again.phase)
