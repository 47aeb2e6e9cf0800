"""What became of flows: each kind of fate by one small case."""

import numpy as np
import pytest
from tests.simulate.network.draw import ADDRESS, network_of, settled_of
from tests.simulate.network.ground import through_gre

from catchment.results.flows import Fates
from catchment.results.trace import Outcome
from catchment.simulate.network.fates import Moment, dropped, fates, load
from catchment.simulate.network.flows import Crowd, crowd, failed
from catchment.simulate.network.topology import Down
from catchment.simulate.network.tunnels import settled

TEXT = """
networks:
  corp:
    igp: ospf
    routers: [left, middle, right]
    links: [{between: [left, middle]}, {between: [middle, right]}]
services: {dns: {address: 203.0.113.53, at: [left, right]}}
"""
NAMES = ("dns@left", "dns@right", "middle")
LEFT, RIGHT, MIDDLE, GONE = 0, 1, 2, failed(Outcome.NO_ROUTE)


def after(**down: set[str]) -> Moment:
    gone = Down(**{kind: frozenset(names) for kind, names in down.items()})
    return Moment("down it", settled_of(network_of(TEXT), gone).tables)


def flows_from(router: str, many: int = 1) -> Crowd:
    return crowd(np.random.default_rng(1), many, ADDRESS, 53, (router,))


def fate(moment: Moment, router: str, was: int, now: int) -> Fates:
    ends = np.array([was]), np.array([now])
    return fates(moment, NAMES, flows_from(router), ends, np.array([True]))


@pytest.mark.parametrize(
    ("down", "router", "was", "now", "expected"),
    [
        ({}, "middle", LEFT, LEFT, {"kept": 1}),
        ({}, "middle", LEFT, RIGHT, {"moved": 1}),  # both are equally near: a hash may lead to either
        ({}, "left", RIGHT, LEFT, {"moved": 1, "rerouted": 1}),  # no choice leads past the server of the own router
        ({"servers": {"dns@left"}}, "middle", LEFT, RIGHT, {"lost": 1}),
        ({"routers": {"left"}}, "middle", LEFT, RIGHT, {"lost": 1}),
        ({"links": {"left-middle"}}, "middle", LEFT, RIGHT, {"lost": 1}),  # it is up, and cut off from here
        ({"links": {"left-middle"}}, "left", RIGHT, LEFT, {"lost": 1}),
        ({"links": {"middle-right"}}, "middle", LEFT, RIGHT, {"moved": 1}),
        ({"servers": {"dns@left"}}, "middle", LEFT, GONE, {"cut": 1}),
        ({}, "middle", LEFT, GONE, {"cut": 1}),
        ({}, "middle", GONE, LEFT, {"back": 1}),
        ({}, "middle", GONE, failed(Outcome.TTL), {"without": 1}),
        ({}, "left", MIDDLE, LEFT, {"moved": 1, "rerouted": 1}),  # an address of a router, reached and not any more
        ({"routers": {"middle"}}, "left", MIDDLE, LEFT, {"lost": 1}),
    ],
)
def test_each_flow_has_one_fate(
    down: dict[str, set[str]], router: str, was: int, now: int, expected: dict[str, int]
) -> None:
    assert fate(after(**down), router, was, now) == Fates(**expected)


def test_a_tunnel_without_wires_below_is_no_way_to_a_server() -> None:
    """The wires to the office fail; the tunnel to it looks up, and joins nothing."""
    for gone, lives in ((set(), True), ({"isp-office"}, False)):
        moment = Moment("down it", settled(through_gre(), Down(links=frozenset(gone))).tables)
        assert moment.lives("cloud", "dns@office") is lives
        assert moment.lives("office", "dns@office")
        assert not moment.lives("cloud", "dns@nowhere")


def test_every_flow_is_counted_once_and_those_asked_for_only() -> None:
    random = np.random.default_rng(3)
    moment, these = after(servers={"dns@left"}), flows_from("middle", 500)
    was, now = random.integers(-2, 3, 500), random.integers(-2, 3, 500)
    among = random.random(500) < 0.5
    both = [fates(moment, NAMES, these, (was, now), mask) for mask in (among, ~among)]
    assert [one.flows for one in both] == [among.sum(), (~among).sum()]
    assert both[0] + both[1] == fates(moment, NAMES, these, (was, now), np.ones(500, bool))
    assert fates(moment, NAMES, these, (was, now), np.zeros(500, bool)) == Fates()


def test_the_load_is_told_of_servers_that_are_up() -> None:
    ends = [np.array([LEFT, RIGHT, RIGHT, GONE]), np.array([RIGHT, MIDDLE])]
    assert load(after(), NAMES, 2, ends) == (("dns@left", 1), ("dns@right", 3))
    assert load(after(servers={"dns@right"}), NAMES, 2, ends) == (("dns@left", 1),)


def test_what_happened_to_flows_without_a_server_is_told_the_most_first() -> None:
    ends = [np.array([LEFT, GONE, failed(Outcome.TTL)]), np.array([failed(Outcome.TTL)])]
    assert dropped(ends) == ((Outcome.TTL, 2), (Outcome.NO_ROUTE, 1))
    assert dropped([np.array([LEFT])]) == ()
