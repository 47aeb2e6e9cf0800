"""What an IGP is told besides its own: each prefix by name, each with its cost, and nothing else."""

from ipaddress import ip_network

from tests.render.golden import CASES, EXAMPLES, views_of

from catchment.model.network import Told
from catchment.render.frr.outside import Outside, outside, route_maps, told_default

LEAF = CASES / "frr" / "design.yaml"


def test_static_routes_are_told_but_the_default_and_what_stands_behind_announcements() -> None:
    leaf = views_of(LEAF)["leaf"]
    assert outside(leaf, 4) == (
        Outside("connected", (ip_network("203.0.113.54/32"),), Told.E2, 30),
        Outside("static", (ip_network("10.7.0.0/16"), ip_network("10.8.0.0/16")), Told.E1, 50),
    )
    assert outside(leaf, 6) == ()


def test_the_default_route_is_told_where_there_may_be_one() -> None:
    views = views_of(LEAF)
    default = told_default(views["leaf"], 6)
    assert default is not None
    assert default.cost == 10
    assert told_default(views["seoul"], 4) is None


def test_a_route_map_says_the_cost_and_the_kind() -> None:
    names, sections = route_maps(views_of(EXAMPLES / "areas" / "external.yaml")["busan"], 4)
    assert names == (("connected", "ospf-connected-v4"),)
    maps = [one for one in sections if one.head.startswith("route-map")]
    assert [one.lines[1:] for one in maps] == [
        ("set metric 20", "set metric-type type-2"),
        ("set metric 20", "set metric-type type-1"),
    ]
