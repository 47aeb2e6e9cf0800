"""Redistribution: what a router has without the IGP is told as from outside, while it is used there."""

from dataclasses import replace
from ipaddress import ip_network

import pytest
from tests.simulate.network.draw import network_of
from tests.simulate.network.ground import wire

from catchment.model.network import Igp, Kept, Level, Network, Redistribution, StaticRoute, Told
from catchment.results.trace import Entry
from catchment.simulate.network.rib import Ribs
from catchment.simulate.network.topology import Down, topology

BEYOND = ip_network("203.0.113.0/24")
DEFAULT = ip_network("0.0.0.0/0")
LINE = network_of("""
networks:
  n:
    igp: ospf
    routers: [a, b, c]
    links: [{between: [a, b], cost: 10}, {between: [b, c], cost: 10}]
""")


def telling(*routers: tuple[str, tuple[StaticRoute, ...], Redistribution], of: Network = LINE) -> Network:
    """The network with static routes and redistributions at some routers."""
    given = {name: (statics, one) for name, statics, one in routers}
    made = [
        replace(router, statics=given[router.name][0], redistributes=(given[router.name][1],))
        if router.name in given
        else router
        for router in of.routers
    ]
    return replace(of, routers=tuple(made))


def static(to: object = BEYOND, via: str = "", distance: int = 1) -> tuple[StaticRoute, ...]:
    return (StaticRoute(to=to, via=via, distance=distance),)  # type: ignore[arg-type]


def e(told: Told = Told.E2, cost: int = 20, what: Kept = Kept.STATIC) -> Redistribution:
    return Redistribution(what=what, told=told, cost=cost)


def entry(network: Network, router: str, prefix: object = BEYOND, down: Down = Down()) -> Entry | None:  # noqa: B008
    ribs = Ribs(topology(network, down))
    return ribs.entry(ribs.topology.number[router], prefix)  # type: ignore[arg-type]


@pytest.mark.parametrize(("told", "metric"), [(Told.E1, 40), (Told.E2, 20)])
def test_a_static_route_is_told_as_external(told: Told, metric: int) -> None:
    found = entry(telling(("c", static(), e(told))), "a")
    assert found is not None
    assert (found.protocol, found.kind, found.distance, found.metric) == ("ospf", told.value.upper(), 110, metric)
    assert [hop.router for hop in found.next_hops] == ["b"]


def test_it_is_told_only_while_its_neighbour_is_up() -> None:
    network = telling(("b", static(via="c"), e()))
    assert entry(network, "a") is not None
    assert entry(network, "a", down=Down(links=frozenset({"b-c"}))) is None


def test_the_default_route_is_told_only_when_it_is_asked_for() -> None:
    assert entry(telling(("c", static(DEFAULT), e())), "a", DEFAULT) is None
    found = entry(telling(("c", static(DEFAULT), e(what=Kept.DEFAULT))), "a", DEFAULT)
    assert found is not None
    assert found.kind == "E2"
    assert entry(telling(("c", static(), e(what=Kept.DEFAULT))), "a") is None


def test_a_static_route_that_waits_is_told_when_the_igp_has_none() -> None:
    """a and c both wait with distance 250: the first of the design is told, the other hears it and goes on waiting."""
    both = telling(("a", static(distance=250), e()), ("c", static(distance=250), e()))
    own, other = entry(both, "a"), entry(both, "c")
    assert own is not None
    assert (own.protocol, own.end) == ("static", "discard")
    assert other is not None
    assert (other.protocol, other.kind) == ("ospf", "E2")
    firm = telling(("a", static(distance=250), e()), ("c", static(), e()))
    found = entry(firm, "a")
    assert found is not None
    assert (found.protocol, [hop.router for hop in found.next_hops]) == ("ospf", ["b"])
    alone = entry(firm, "a", down=Down(links=frozenset({"b-c"})))
    assert alone is not None
    assert alone.protocol == "static"


def test_connected_prefixes_are_those_that_the_igp_does_not_tell_anyway() -> None:
    border = wire("c", "isp", 9)
    network = telling(("c", (), e(what=Kept.CONNECTED)))
    ribs = Ribs(topology(network, borders=[border]))
    prefix = ip_network("198.51.100.18/31")
    found = ribs.entry(0, prefix)
    assert found is not None
    assert found.kind == "E2"
    told = [one for one in ribs.prefixes if (entry := ribs.entry(0, one)) and entry.kind == "E2"]
    assert told == [prefix]


def test_eigrp_takes_the_numbers_of_the_link_and_counts_it_as_external() -> None:
    slow = replace(LINE.links[1], delay_ms=0.5)
    line = replace(LINE, igp=Igp.EIGRP, links=(LINE.links[0], slow))
    found = entry(telling(("b", static(via="c"), e(Told.EXTERNAL)), of=line), "a")
    assert found is not None
    assert (found.distance, found.kind, found.metric) == (170, "external", 256 * (10 + 50 + 1))


def test_is_is_tells_it_into_level_2_where_the_router_has_it() -> None:
    levels = {"a": Level.TWO, "b": Level.BOTH, "c": Level.ONE}
    routers = tuple(replace(router, level=levels[router.name]) for router in LINE.routers)
    network = replace(LINE, igp=Igp.ISIS, routers=routers)
    in_two = telling(("b", static(), e(Told.INTERNAL, 0)), of=network)
    assert (found := entry(in_two, "a")) is not None
    assert (found.kind, found.metric) == ("L2", 10)
    assert entry(in_two, "c") is None
    in_one = telling(("c", static(), e(Told.INTERNAL, 0)), of=network)
    assert (found := entry(in_one, "a")) is not None
    assert (found.kind, found.metric) == ("L2", 20)
