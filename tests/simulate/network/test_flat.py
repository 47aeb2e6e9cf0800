"""A flat network: what clients are led past is found, with the router that decides, where areas or levels do."""

from ipaddress import ip_address

import pytest
from tests.simulate.network.draw import network_of

from catchment.model.inside import Inside
from catchment.simulate.network.flat import Flat, PassedOver, flattened, layered
from catchment.simulate.network.follow import Packet, follow
from catchment.simulate.network.tables import Tables

TO = ip_address("203.0.113.53")
AREAS = """
networks:
  n:
    igp: ospf
    routers: [office, border, core, site]
    links:
      - {between: [office, border], cost: 10, area: AREA}
      - {between: [office, site], cost: 90, area: AREA}
      - {between: [border, core], cost: 5}
services: {dns: {address: 203.0.113.53, at: [core, site]}}
"""
LEVELS = """
networks:
  n:
    igp: isis
    routers: {in: {level: 1}, west: {level: 1-2 LEAK}, east: {level: 1-2 LEAK}, far: {}, near: {}}
    links:
      - {between: [in, west], cost: 10}
      - {between: [in, east], cost: 15}
      - {between: [west, far], cost: 100}
      - {between: [east, near], cost: 1}
      - {between: [far, near], cost: 200}
services: {dns: {address: 203.0.113.53, at: [far, near]}}
"""


def over(text: str, start: str) -> PassedOver | None:
    tables = Tables(Inside(networks=(network_of(text),)))
    found = Flat(tables).passed_over(start, TO)
    assert Flat(tables).passed_over(start, TO, follow(tables, start, Packet(to=TO))) == found
    return found


def test_a_client_that_its_area_keeps_from_the_nearer_server_is_found() -> None:
    """office reaches site in its own area for 90 + 1, past core in the backbone for 10 + 5 + 1."""
    found = over(AREAS.replace("AREA", "1"), "office")
    assert found is not None
    assert (found.reached, found.cost, found.nearer, found.least) == ("dns@site", 91, "dns@core", 16)
    assert found.at.router == "office"
    assert over(AREAS.replace("AREA", "1"), "core") is None


def test_in_one_area_there_is_nothing_to_find() -> None:
    assert over(AREAS.replace("AREA", "0"), "office") is None
    assert not layered(network_of(AREAS.replace("AREA", "0")))


def test_a_router_of_level_1_that_leaves_by_the_wrong_border_is_found_until_the_address_is_leaked() -> None:
    found = over(LEVELS.replace("LEAK", ""), "in")
    assert found is not None
    assert (found.reached, found.cost, found.nearer, found.least) == ("dns@far", 111, "dns@near", 17)
    assert found.at.router == "in"
    assert over(LEVELS.replace(" LEAK", ", leak: dns"), "in") is None


@pytest.mark.parametrize("text", [AREAS.replace("AREA", "1"), LEVELS.replace("LEAK", "")])
def test_what_is_flat_is_layered_no_more(text: str) -> None:
    inside = Inside(networks=(network_of(text),))
    assert layered(inside.networks[0])
    assert not layered(flattened(inside).networks[0])
    assert flattened(flattened(inside)) == flattened(inside)


def test_a_server_as_near_as_the_nearest_is_not_farther() -> None:
    """With 15 to site both cost 16: by cost alone half would go to core, in areas all goes to site, at no loss."""
    assert over(AREAS.replace("AREA", "1").replace("cost: 90", "cost: 15"), "office") is None


def test_the_router_that_decides_is_not_the_one_that_has_no_choice() -> None:
    text = AREAS.replace("AREA", "1").replace("[office,", "[desk, office,", 1)
    found = over(
        text.replace("    links:\n", "    links:\n      - {between: [desk, office], cost: 1, area: 1}\n"), "desk"
    )
    assert found is not None
    assert (found.cost, found.at.router) == (92, "office")
