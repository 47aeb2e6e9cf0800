"""Copies by unicast, and on the wires under a tunnel."""

from ipaddress import ip_address

import pytest
from tests.simulate.network.ground import through_gre
from tests.simulate.network.multicast.played import design_of

from catchment.simulate.network.multicast.copies import Roads, own_address
from catchment.simulate.network.multicast.forwarding import Flow
from catchment.simulate.network.tables import Tables

SQUARE = """
networks:
  corp:
    igp: ospf
    routers: [a, b, c, d]
    links:
      - {between: [a, b], delay: 1 ms}
      - {between: [a, c], delay: 3 ms}
      - {between: [b, d], delay: 1 ms}
      - {between: [c, d], delay: 3 ms}
"""


def test_unicast_splits_over_equal_ways_and_its_delay_is_the_mean() -> None:
    roads = Roads(Tables(design_of(SQUARE).inside))
    way = roads.unicast("a", ip_address("192.0.2.4"))
    assert way.crossings == {
        ("a-b", "a", "b"): 0.5,
        ("a-c", "a", "c"): 0.5,
        ("b-d", "b", "d"): 0.5,
        ("c-d", "c", "d"): 0.5,
    }
    assert (way.delay_ms, way.arrives, way.where) == (4.0, True, "d")


def test_a_way_that_does_not_arrive_says_so() -> None:
    way = Roads(Tables(design_of(SQUARE).inside)).unicast("a", ip_address("198.18.0.1"))
    assert (way.crossings, way.delay_ms, way.arrives, way.where) == ({}, None, False, "")


def test_a_copy_through_a_tunnel_is_one_on_each_wire_under_it() -> None:
    roads = Roads(Tables(through_gre()))
    flow = Flow(crossings={("gre", "cloud", "office"): 1})
    crossings = roads.crossings(flow, None, ())
    assert crossings == {
        ("gre", "cloud", "office"): 1.0,
        ("cloud-isp", "cloud", "isp"): 1.0,
        ("isp-office", "isp", "office"): 1.0,
    }
    assert roads.wires(crossings) == 2.0
    assert roads.delay_ms(("cloud", "office"), ("gre",)) == pytest.approx(3.0)


def test_registers_count_on_their_unicast_way() -> None:
    roads = Roads(Tables(design_of(SQUARE.replace("- {between: [a, c], delay: 3 ms}", "")).inside))
    flow = Flow(registers={"d": "a"})
    assert roads.crossings(flow, ip_address("192.0.2.4"), ("d",)) == {("a-b", "a", "b"): 1.0, ("b-d", "b", "d"): 1.0}


def test_the_own_address_is_the_loopback_of_the_family() -> None:
    tables = Tables(design_of(SQUARE).inside)
    assert own_address(tables, "b", 4) == ip_address("192.0.2.2")
    assert own_address(tables, "b", 6) is None


def test_a_register_from_one_rp_to_the_next_goes_to_that_ones_own_address() -> None:
    line = SQUARE.replace("- {between: [a, c], delay: 3 ms}", "")
    shared = f"{line}services: {{rps: {{address: 203.0.113.9, at: [a, d]}}}}"
    roads = Roads(Tables(design_of(shared).inside))
    crossed = roads.crossings(Flow(registers={"d": "a"}), ip_address("203.0.113.9"), ("a", "d"))
    assert crossed == {("a-b", "a", "b"): 1.0, ("b-d", "b", "d"): 1.0}
