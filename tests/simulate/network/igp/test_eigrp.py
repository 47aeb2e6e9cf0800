"""EIGRP: the numbers that are told, and the ways that variance adds, held to the rules of RFC 7868."""

from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.simulate.network.draw import network_of, networks

from catchment.model.network import Igp, Told
from catchment.simulate.network.igp.eigrp import Eigrp
from catchment.simulate.network.igp.telling import Best, Said
from catchment.simulate.network.topology import Topology, topology

MANY = settings(max_examples=150, deadline=None)


def test_it_tells_the_numbers_of_its_own_best_way_only() -> None:
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
    of = Eigrp(topology(network_of(text))).of([Said(router=0, numbers=(1_000_000, 1))])
    assert of.best(2) == Best(256 * (1000 + 3001), 90)
    assert of.best(3) == Best(256 * (20000 + 3002), 90)  # by the slow way it would be 256 (20000 + 3)


DIAMOND = """
networks:
  n:
    igp: eigrp
    variance: {variance}
    routers: [a, b, c, d, z]
    links:
      - {{between: [a, b], delay: 100 us}}
      - {{between: [a, c], delay: 150 us}}
      - {{between: [a, d], delay: 150 us}}
      - {{between: [b, z], delay: 100 us}}
      - {{between: [c, z], delay: 150 us}}
      - {{between: [d, z], delay: 300 us}}
"""
"""From a to z: over b 20 + 1000, over c 30 + 1000, over d 45 + 1000, in tens of us and 10^7 / kbit/s: 1 Gbps is 10."""


def diamond(variance: int) -> Topology:
    return topology(
        replace(network_of(DIAMOND.format(variance=1).replace("    variance: 1\n", "")), variance=variance)
    )


def outs(top: Topology, router: int = 0) -> list[tuple[str, float]]:
    of = Eigrp(top).of([Said(router=4, numbers=(1_000_000, 1))])
    return [(out.way.into.router, out.weight) for out in of.outs(router)]


def test_without_variance_only_the_best_way_is_used() -> None:
    assert outs(diamond(1)) == [("b", 1.0)]


def test_variance_adds_ways_of_neighbours_that_are_nearer_and_not_those_that_are_not() -> None:
    """Best 256 (10 + 21). c tells 256 (10 + 16), d 256 (10 + 31): as far as a itself, so it may loop back."""
    assert outs(diamond(2)) == [("b", 1.0), ("c", (10 + 21) / (10 + 31))]
    assert outs(diamond(128)) == outs(diamond(2))


@MANY
@given(networks((Igp.EIGRP,)), st.integers(1, 4), st.data())
def test_every_way_used_leads_to_a_neighbour_that_is_nearer(network: Any, variance: int, data: Any) -> None:
    """RFC 7868: the feasibility condition, which keeps unequal ways free of loops."""
    top = topology(replace(network, variance=variance))
    home = data.draw(st.integers(0, len(network.routers) - 1))
    of = Eigrp(top).of([Said(router=home, numbers=(1_000_000, 1))])
    plain = Eigrp(topology(network)).of([Said(router=home, numbers=(1_000_000, 1))])
    for router in range(len(network.routers)):
        here = of.best(router)
        assert here is not None
        for out in of.outs(router):
            there = of.best(out.way.to)
            assert there is not None
            assert there.metric < here.metric
            assert 1 / variance <= out.weight <= 1
        if network.ecmp == 16:
            assert {out.way for out in plain.outs(router)} <= {out.way for out in of.outs(router)}


def test_internal_beats_external_whatever_the_metric() -> None:
    top = diamond(1)
    outside = Said(router=1, numbers=(1_000_000, 1), told=Told.EXTERNAL)
    assert Eigrp(top).of([outside]).best(0) == Best(256 * (10 + 11), 170, "external")
    inside = Said(router=4, numbers=(1000, 1))
    assert Eigrp(top).of([outside, inside]).best(0) == Best(256 * (10_000 + 21), 90)
    assert [out.way.into.router for out in Eigrp(top).of([outside, inside]).outs(1)] == ["z"]


def test_past_its_width_ecmp_keeps_the_best_ways() -> None:
    wide = diamond(2).network
    assert outs(topology(replace(wide, ecmp=1))) == [("b", 1.0)]


def test_variance_takes_a_way_of_exactly_so_many_times_the_best_metric() -> None:
    """Both at 1 Gbps: over b 10 + 1 + 1 + 1, over c 10 + 1 + 1 + 14: 13 and 26."""
    text = """
networks:
  n:
    igp: eigrp
    variance: 2
    routers: [a, b, c, z]
    links: [{between: [a, b]}, {between: [a, c], delay: 140 us}, {between: [b, z]}, {between: [c, z]}]
"""
    top = topology(network_of(text))
    of = Eigrp(top).of([Said(router=3, numbers=(1_000_000, 1))])
    assert [(out.way.into.router, out.weight) for out in of.outs(0)] == [("b", 1.0), ("c", 0.5)]
    assert (
        len(Eigrp(topology(replace(top.network, variance=1))).of([Said(router=3, numbers=(10**6, 1))]).outs(0)) == 1
    )


def test_of_two_that_one_router_tells_the_better_counts() -> None:
    good, bad = Said(router=4, numbers=(1_000_000, 1)), Said(router=4, numbers=(1000, 1))
    for said in ([good, bad], [bad, good]):
        assert Eigrp(diamond(1)).of(said).best(0) == Best(256 * (10 + 21), 90)
