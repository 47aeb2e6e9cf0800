"""Where a router looks for a source: by its own table, of equal next hops the highest address."""

from ipaddress import ip_address

from tests.simulate.network.multicast.played import design_of

from catchment.simulate.network.multicast.rpf import rpf_of
from catchment.simulate.network.tables import Tables
from catchment.simulate.network.topology import Down

SQUARE = """
networks:
  corp:
    igp: ospf
    routers: {a: {loopback: 192.0.2.1}, b: {}, c: {}, d: {}}
    links:
      - {between: [a, b], addresses: [10.0.0.0/31, 10.0.0.1/31]}
      - {between: [a, c], addresses: [10.0.0.2/31, 10.0.0.3/31]}
      - {between: [b, d], addresses: [10.0.0.9/31, 10.0.0.8/31]}
      - {between: [c, d], addresses: [10.0.0.4/31, 10.0.0.5/31]}
services: {dns: {address: 203.0.113.53, at: b}}
"""
A = ip_address("192.0.2.1")


def test_of_equal_neighbours_the_highest_address_is_taken() -> None:
    """d sees b as 10.0.0.9 and c as 10.0.0.4."""
    upstream = rpf_of(Tables(design_of(SQUARE).inside))("d", A)
    assert upstream.hop is not None
    assert (upstream.hop.router, upstream.hop.link, upstream.equal) == ("b", "b-d", 2)


def test_a_router_of_frr_takes_the_lowest() -> None:
    text = SQUARE.replace("d: {}", "d: {daemon: frr}")
    upstream = rpf_of(Tables(design_of(text).inside))("d", A)
    assert upstream.hop is not None
    assert (upstream.hop.router, upstream.hop.link) == ("c", "c-d")


def test_a_neighbour_over_a_closed_link_is_the_last_choice() -> None:
    tables = Tables(design_of(SQUARE).inside)
    chosen = rpf_of(tables, {"b-d"})("d", A).hop
    assert chosen is not None
    assert chosen.router == "c"
    only = rpf_of(Tables(design_of(SQUARE).inside, Down(links=frozenset({"c-d"}))), {"b-d"})("d", A).hop
    assert only is not None
    assert only.router == "b"


def test_an_address_is_here_at_its_router_and_where_a_server_has_it() -> None:
    rpf = rpf_of(Tables(design_of(SQUARE).inside))
    assert rpf("a", A).here
    assert rpf("b", ip_address("203.0.113.53")).here
    assert not rpf("d", ip_address("203.0.113.53")).here


def test_without_a_route_there_is_no_neighbour() -> None:
    upstream = rpf_of(Tables(design_of(SQUARE).inside))("d", ip_address("198.18.0.1"))
    assert (upstream.here, upstream.hop, upstream.entry) == (False, None, None)
