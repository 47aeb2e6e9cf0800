"""Static routes: preferences that say what distances say."""

from dataclasses import replace
from ipaddress import ip_network

from tests.render.golden import CASES, views_of

from catchment.model.network import StaticRoute
from catchment.render.bird.static import statics

A = views_of(CASES / "outside" / "design.yaml")["a"]
TO = ip_network("10.50.0.0/16")


def written(*routes: StaticRoute) -> list[str]:
    view = replace(A, router=replace(A.router, statics=routes))
    return [line.strip() for part in statics(view, 4) for line in part]


def preferences(*distances: int) -> list[int]:
    lines = written(*(StaticRoute(to=TO, via="b", distance=one) for one in distances))
    return [int(line.removeprefix("preference ").rstrip(";")) for line in lines if line.startswith("preference")]


def test_the_lower_distance_has_the_higher_preference() -> None:
    found = preferences(1, 5, 110, 111, 150, 200, 201, 255)
    assert found == sorted(found, reverse=True)
    assert len(set(found)) == len(found)


def test_a_route_waits_behind_ospf_and_bgp_as_its_distance_says() -> None:
    assert preferences(1) == [200]
    assert all(one > 150 for one in preferences(1, 110))
    assert all(101 < one < 150 for one in preferences(111, 200))
    assert all(one < 100 for one in preferences(201, 255))


def test_a_route_that_drops_comes_after_one_of_its_distance_that_leads_somewhere() -> None:
    lines = written(StaticRoute(to=TO, via=""), StaticRoute(to=TO, via="b"))
    assert lines.index("route 10.50.0.0/16 via 198.51.100.1;") < lines.index("route 10.50.0.0/16 blackhole;")


def test_links_to_one_neighbour_share_the_traffic() -> None:
    lines = written(StaticRoute(to=TO, via="b"), StaticRoute(to=TO, via="e"))
    assert "route 10.50.0.0/16 via 198.51.100.1 via 198.51.100.11;" in lines


def test_the_other_family_is_left_out() -> None:
    assert written(StaticRoute(to=ip_network("2001:db8:5::/48"), via="b")) == []
