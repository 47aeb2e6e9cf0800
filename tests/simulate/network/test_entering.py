"""Inside, from where the Internet's traffic enters: who answers, what is lost, what circles, what is split."""

from dataclasses import replace
from ipaddress import ip_address

import numpy as np
import pytest
from hypothesis import given
from tests.simulate.network.draw import BOTH, network_of, networks, settled_of

from catchment.model.address import Asn
from catchment.model.network import Network, Server
from catchment.model.service import Service
from catchment.results.served import Arriving, Entrance, Question, tally
from catchment.results.trace import End, Outcome, TraceFinding
from catchment.simulate.network.entering import ends_in, entering_findings, ways_in
from catchment.simulate.network.topology import Down

ADDRESS = ip_address("203.0.113.53")
DNS = Service(name="dns", addresses=(ADDRESS,), sites=("cloud",), routers=("b", "d"))
LINE = """
networks:
  core:
    igp: ospf
    routers: [a, b, c, d]
    links:
      - {between: [a, b], cost: 1, delay: 1 ms}
      - {between: [a, c], cost: 1, delay: 2 ms}
      - {between: [c, d], cost: 1, delay: 4 ms}
services: {dns: {address: 203.0.113.53, at: [b, d]}}
"""


def door(site: str, router: str | None, neighbour: int = 64496) -> Entrance:
    return Entrance(site=site, neighbour=Asn(neighbour), relation="transit", router=router)


DOORS = (door("seoul", "a"), door("busan", "c"), door("cloud", None), door("empty", None))


def ends_of(network: Network, down: Down = Down()) -> tuple[tuple[End, ...], ...]:  # noqa: B008  frozen
    return ends_in(DOORS, ways_in(settled_of(network, down), DOORS, ADDRESS), DNS)


def found_in(network: Network, down: Down = Down(), doors: tuple[Entrance, ...] = DOORS[:2]) -> list[TraceFinding]:  # noqa: B008
    ways = ways_in(settled_of(network, down), doors, ADDRESS)
    servers = tuple((server.name, frozenset({server.router})) for server in network.servers)
    question = Question(service="dns", addresses=(ADDRESS,), servers=(*servers, ("dns@cloud", frozenset({"cloud"}))))
    count = len(doors)
    clients = Arriving(entrance=np.arange(count, dtype=np.int32), weight=np.ones(count), rtt_ms=np.full(count, 10.0))
    return list(entering_findings(tally(question, doors, ends_in(doors, ways, DNS), clients), ways, "203.0.113.0/24"))


def test_what_enters_goes_to_the_server_that_is_nearest_inside() -> None:
    seoul, busan, cloud, empty = ends_of(network_of(LINE))
    assert [(end.where, end.delay_ms) for end in seoul] == [("dns@b", 1.0)]
    assert [(end.where, end.delay_ms) for end in busan] == [("dns@d", 4.0)]
    assert [(end.outcome, end.where, end.delay_ms) for end in cloud] == [(Outcome.SERVER, "dns@cloud", 0.0)]
    assert [end.outcome for end in empty] == [Outcome.NO_ROUTE]


def test_without_its_server_it_crosses_our_own_network() -> None:
    seoul, _, _, _ = ends_of(network_of(LINE), Down(servers=frozenset({"dns@b"})))
    assert [(end.where, end.delay_ms) for end in seoul] == [("dns@d", 6.0)]


def test_each_router_is_followed_once() -> None:
    ways = ways_in(settled_of(network_of(LINE)), (door("x", "a"), door("x", "a", 64497), door("y", None)), ADDRESS)
    assert list(ways) == ["a"]
    assert [hop.beliefs for hop in ways["a"].hops] == [(), ()]  # nobody asks, and they cost more than the walk


def test_while_everyone_is_served_by_one_server_there_is_nothing_to_say() -> None:
    assert found_in(network_of(LINE)) == []


def test_a_site_that_announces_and_cannot_serve_is_a_black_hole_with_its_evidence() -> None:
    (one,) = found_in(network_of(LINE), Down(servers=frozenset({"dns@b"}), links=frozenset({"a-c"})))
    assert one.rule == "N020"
    assert "seoul announces 203.0.113.0/24 and cannot serve dns" in one.what
    assert "1 network, 50.0% of weight" in one.what
    assert one.evidence == ("enters at a: dropped: no route at a",)
    (both,) = found_in(network_of(LINE), Down(servers=frozenset({"dns@b", "dns@d"})))
    assert "seoul, busan announce 203.0.113.0/24" in both.what
    (empty,) = found_in(network_of(LINE), doors=(DOORS[3],))
    assert empty.evidence == ("enters at empty: dropped: no route at empty",)


def test_a_circle_of_static_routes_is_shown() -> None:
    circle = """
networks:
  core:
    igp: static
    routers:
      a: {static: [{to: dns, via: b}]}
      b: {static: [{to: dns, via: a}]}
      c: {}
    links: [{between: [a, b]}, {between: [b, c]}]
services: {dns: {address: 203.0.113.53, at: [c]}}
"""
    (one,) = found_in(network_of(circle), doors=(door("seoul", "a"),))
    assert one.rule == "N021"
    assert "a > b > a" in one.what


def test_equally_near_servers_split_what_enters() -> None:
    even = LINE.replace("- {between: [c, d], cost: 1, delay: 4 ms}", "- {between: [a, d], cost: 1, delay: 4 ms}")
    (one,) = found_in(network_of(even), doors=(door("seoul", "a"),))
    assert one.rule == "N022"
    assert one.evidence == ("a: dns@b 50%, dns@d 50%",)


@given(networks())
def test_with_a_server_at_every_router_whoever_enters_is_served_there(network: Network) -> None:
    servers = tuple(Server(service="dns", router=one.name, addresses=BOTH) for one in network.routers)
    known = settled_of(replace(network, servers=servers))
    doors = tuple(door(f"at {one.name}", one.name) for one in network.routers)
    ends = ends_in(doors, ways_in(known, doors, ADDRESS), DNS)
    assert [[(end.where, end.share, end.delay_ms) for end in found] for found in ends] == [
        [(f"dns@{one.router}", 1.0, 0.0)] for one in doors
    ]


@given(networks())
def test_whoever_enters_a_network_with_a_server_is_served_and_counted_once(network: Network) -> None:
    doors = tuple(door(f"at {one.name}", one.name) for one in network.routers)
    ends = ends_in(doors, ways_in(settled_of(network), doors, ADDRESS), DNS)
    for found in ends:
        assert {end.outcome for end in found} == {Outcome.SERVER}
        assert sum(end.share for end in found) == pytest.approx(1)


@pytest.mark.parametrize("count", [1, 9])
def test_many_places_are_named_by_the_first_few(count: int) -> None:
    doors = tuple(door(f"s{number}", None) for number in range(count))
    (one,) = found_in(network_of(LINE), doors=doors)
    assert one.what.startswith("s0, s1, s2, s3, s4, s5 and 3 more announce " if count == 9 else "s0 announces ")
