"""OSPF of BIRD; what it does in the world is in tests/world/test_bird_tables.py."""

from dataclasses import replace

from tests.render.golden import CASES, EXAMPLES, views_of

from catchment.model.network import Kept, Redistribution, Told
from catchment.render.bird.ospf import ospf
from catchment.render.view import View

OUTSIDE = views_of(CASES / "outside" / "design.yaml")


def written(view: View, version: int = 4) -> list[str]:
    return [line.strip() for line in ospf(view, version)]


def test_each_link_is_in_its_area_with_the_cost_of_leaving_here() -> None:
    lines = written(OUTSIDE["a"])
    assert lines.index("area 0 {") < lines.index(
        'interface "b" { type ptp; cost 10; hello 1; dead 4; retransmit 2; };'
    )
    assert lines.index("area 1 {") < lines.index(
        'interface "d" { type ptp; cost 9; hello 1; dead 4; retransmit 2; };'
    )
    assert any('interface "a" { type ptp; cost 12;' in line for line in written(OUTSIDE["b"]))


def test_loopbacks_and_services_are_told_in_the_routers_own_area() -> None:
    lines = written(OUTSIDE["c"])
    assert lines.index("stubnet 192.0.2.3/32 { cost 0; };") > lines.index("area 1 {")
    assert any(line.startswith('interface "svc-dns" { stub yes; cost 3;') for line in written(OUTSIDE["a"]))
    assert not any("svc-web" in line and "stub" in line for line in written(OUTSIDE["a"]))


def test_the_families_have_protocols_of_their_own() -> None:
    assert "protocol ospf v3 p_ospf6 {" in written(OUTSIDE["a"], 6)
    assert not any("192.0.2." in line for line in written(OUTSIDE["a"], 6))


def test_external_services_and_redistribution_have_their_type_and_cost() -> None:
    rules = [line for line in written(OUTSIDE["a"]) if line.startswith("if ")]
    drop = "dest = RTD_BLACKHOLE; accept; }"
    assert rules == [
        f'if source = RTS_DEVICE && ifname = "svc-web" then {{ ospf_metric1 = 20; {drop}',
        f'if proto ~ "p_static*" && net != 0.0.0.0/0 then {{ ospf_metric2 = 20; {drop}',
    ]
    default = [line for line in written(OUTSIDE["b"]) if line.startswith("if ")]
    assert default == [f'if proto ~ "p_static*" && net = 0.0.0.0/0 then {{ ospf_metric1 = 7; {drop}']


def test_connected_prefixes_are_those_that_are_not_told_anyway() -> None:
    west = views_of(CASES / "three" / "design.yaml")["seoul"]
    told = (Redistribution(what=Kept.CONNECTED, told=Told.E2, cost=5),)
    view = replace(west, router=replace(west.router, redistributes=told))
    (rule,) = (line for line in written(view) if line.startswith("if "))
    assert 'ifname = "kt-a"' in rule


def test_links_that_leave_are_told_where_next_hops_need_them() -> None:
    lines = written(views_of(CASES / "hops" / "design.yaml")["west"])
    assert 'interface "north" { stub yes; cost 10; };' in lines


def test_nothing_is_told_from_outside_unless_asked() -> None:
    assert "export none;" in written(views_of(EXAMPLES / "seoul-busan" / "design.yaml")["seoul"])
