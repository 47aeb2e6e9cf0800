"""Packets followed hop by hop: laws of an IGP, and what happens where routers do not agree."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.simulate.network.draw import ADDRESS, ADDRESS6, network_of, networks, settled_of
from tests.twins.inside import plain_walk

from catchment.model.network import Igp, Network
from catchment.results.trace import Outcome
from catchment.simulate.network.follow import Packet, Way, ends, follow
from catchment.simulate.network.topology import Down

MANY = settings(max_examples=150, deadline=None)
ALL = (Igp.OSPF, Igp.ISIS, Igp.EIGRP)
LOOP = """
networks:
  n:
    igp: static
    routers:
      a: {static: {to: default, via: b}}
      b: {static: {to: default, via: c}}
      c: {static: {to: default, via: a}}
    links: [{between: [a, b]}, {between: [b, c]}, {between: [c, a]}]
services: {dns: {address: 203.0.113.53, at: [c]}}
"""


def way(network: Network, start: str, down: Down | None = None, **packet: int) -> Way:
    return follow(settled_of(network, down or Down()).tables, start, Packet(to=ADDRESS, **packet))


@MANY
@given(networks(ALL))
def test_with_an_igp_every_packet_arrives_and_nothing_loops(network: Network) -> None:
    for router in network.routers:
        found = way(network, router.name)
        assert found.loop == ()
        assert {end.outcome for end in found.ends} == {Outcome.SERVER}
        assert sum(end.share for end in found.ends) == pytest.approx(1)


@MANY
@given(networks())
def test_the_cost_falls_at_every_hop(network: Network) -> None:
    found = way(network, "r0")
    costs = {hop.router: hop.entry.metric for hop in found.hops if hop.entry and hop.entry.protocol != "connected"}
    for hop in found.hops:
        for next_hop, _ in hop.chosen:
            assert costs.get(next_hop.router, 0) < costs[hop.router]


@MANY
@given(networks())
def test_packets_end_where_the_twin_says(network: Network) -> None:
    whole = replace(network, ecmp=256)
    attached = {server.router: server.cost for server in network.servers}
    for router in network.routers:
        expected = plain_walk(whole, attached, router.name, 2 * len(network.routers))
        assert {end.where.removeprefix("dns@") for end in way(whole, router.name).ends} == expected


@MANY
@given(networks(ALL), st.data())
def test_what_fails_moves_packets_and_when_it_is_back_they_are_back(network: Network, data: st.DataObject) -> None:
    server = data.draw(st.sampled_from(network.servers))
    before = way(network, "r0")
    failed = way(network, "r0", Down(servers=frozenset({server.name})))
    assert server.name not in {end.where for end in failed.ends}
    if len(network.servers) > 1:
        assert {end.outcome for end in failed.ends} == {Outcome.SERVER}
    assert way(network, "r0", Down()) == before


@MANY
@given(networks(ALL))
def test_both_families_take_the_same_ways(network: Network) -> None:
    known = settled_of(network)
    four, six = (follow(known.tables, "r0", Packet(to=address)) for address in (ADDRESS, ADDRESS6))
    assert four.ends == six.ends
    assert [(hop.router, hop.chosen) for hop in four.hops] == [(hop.router, hop.chosen) for hop in six.hops]


def test_static_routes_that_point_in_a_circle_are_a_loop() -> None:
    """c has the server, so what comes by there ends; a service that is down leaves the circle."""
    network = network_of(LOOP)
    assert [end.where for end in way(network, "a").ends] == ["dns@c"]
    found = way(network, "a", Down(servers=frozenset({"dns@c"})))
    assert found.loop == ("a", "b", "c", "a")
    (end,) = found.ends
    assert end.outcome is Outcome.TTL
    assert found.hops[0].share == pytest.approx(22)  # 64 routers in turn, of which a is the 1st, 4th ... 64th


def test_the_ttl_ends_where_it_would_become_0() -> None:
    network = network_of(LOOP)
    assert [(end.outcome, end.where) for end in way(network, "a", ttl=2).ends] == [(Outcome.TTL, "b")]
    assert [(end.outcome, end.where) for end in way(network, "a", ttl=3).ends] == [(Outcome.SERVER, "dns@c")]


def test_a_packet_larger_than_a_link_is_dropped_before_it() -> None:
    network = network_of(LOOP.replace("{between: [b, c]}", "{between: [b, c], mtu: 1476}"))
    assert way(network, "a", size=1476).mtu == 1476
    assert [end.outcome for end in way(network, "a", size=1476).ends] == [Outcome.SERVER]
    assert [(end.outcome, end.where) for end in way(network, "a", size=1477).ends] == [
        (Outcome.TOO_BIG, "b, link b-c")
    ]


def test_delays_add_up_and_one_that_is_not_known_leaves_the_sum_unknown() -> None:
    network = network_of(
        LOOP.replace("{between: [a, b]}", "{between: [a, b], delay: 3 ms}").replace(
            "{between: [b, c]}", "{between: [b, c], delay: 500 us}"
        )
    )
    assert [end.delay_ms for end in way(network, "a").ends] == [3.5]
    assert [end.delay_ms for end in way(network_of(LOOP), "a").ends] == [None]


def test_a_split_halves_at_every_router_and_not_by_the_number_of_servers() -> None:
    """a splits between b and c; behind b are two servers, behind c one: 25, 25 and 50 percent."""
    network = network_of("""
networks:
  n:
    igp: ospf
    routers: [a, b, c, x, y, z]
    links: [{between: [a, b]}, {between: [a, c]}, {between: [b, x]}, {between: [b, y]}, {between: [c, z]}]
services: {dns: {address: 203.0.113.53, at: [x, y, z]}}
""")
    found = way(network, "a")
    assert [(end.where, end.share) for end in found.ends] == [("dns@z", 0.5), ("dns@x", 0.25), ("dns@y", 0.25)]
    assert [(hop.router, hop.step, hop.share) for hop in found.hops][:3] == [
        ("a", 0, 1.0),
        ("b", 1, 0.5),
        ("c", 1, 0.5),
    ]


def test_a_routers_own_address_is_reached_at_that_router() -> None:
    network = network_of(LOOP)
    known = settled_of(network)
    own, link = network.routers[2].loopbacks[0], network.links[1].ends[1].addresses[0].ip
    for address in (own, link):
        (end,) = follow(known.tables, "a", Packet(to=address)).ends
        assert (end.outcome, end.where) == (Outcome.ROUTER, "c")


@settings(max_examples=30, deadline=None)
@given(network=networks())
def test_the_ends_alone_are_the_ends_of_the_whole(network: Network) -> None:
    tables = settled_of(network).tables
    for router in network.routers:
        packet = Packet(to=ADDRESS, ttl=2)
        assert ends(tables, router.name, packet) == follow(tables, router.name, packet).ends
