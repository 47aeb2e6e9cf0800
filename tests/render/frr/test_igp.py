"""OSPF and IS-IS in frr.conf: areas at interfaces, costs, levels; and what FRR cannot do."""

from dataclasses import replace
from pathlib import Path

from tests.render.golden import CASES, EXAMPLES, views_of

from catchment.model.network import Daemon
from catchment.render.frr.igp import igp
from catchment.render.frr.parts import Part

AREAS, SEOUL_BUSAN = EXAMPLES / "areas", EXAMPLES / "seoul-busan"


def part(design: Path, router: str) -> Part:
    return igp(views_of(design)[router])


def body(found: Part, head: str) -> tuple[str, ...]:
    (section,) = (one for one in found.sections if one.head == head)
    return section.lines


def test_an_area_is_said_at_the_interface_and_nowhere_else() -> None:
    busan = part(AREAS / "design.yaml", "busan")
    assert busan.interfaces["seoul"][0] == "ip ospf area 0.0.0.0"
    assert busan.interfaces["gwangju"][0] == "ip ospf area 0.0.0.1"
    assert busan.interfaces["lo"] == ["ip ospf area 0.0.0.1", "ip ospf passive"]
    assert not any("network" in line for line in body(busan, "router ospf"))


def test_a_service_is_passive_and_tells_its_cost() -> None:
    seoul = part(SEOUL_BUSAN / "design.yaml", "seoul")
    assert seoul.interfaces["svc-resolver"] == [
        "ip ospf area 0.0.0.0",
        "ip ospf passive",
        "ip ospf cost 1",
        "ipv6 ospf6 area 0.0.0.0",
        "ipv6 ospf6 passive",
        "ipv6 ospf6 cost 1",
    ]


def test_a_service_from_outside_is_no_interface_of_ospf() -> None:
    busan = part(AREAS / "external.yaml", "busan")
    assert not [name for name in busan.interfaces if name.startswith("svc")]
    assert "redistribute connected route-map ospf-connected-v4" in body(busan, "router ospf")


def test_levels_of_isis_are_those_of_both_ends() -> None:
    design = AREAS / "isis.yaml"
    busan = part(design, "busan")
    assert "isis circuit-type level-1-2" in busan.interfaces["gwangju"]
    assert body(busan, "router isis corp")[:3] == (
        "net 49.0001.1920.0000.2003.00",
        "is-type level-1-2",
        "metric-style wide",
    )
    assert "is-type level-1" in body(part(design, "gwangju"), "router isis corp")


def test_what_isis_of_frr_does_not_do_is_told() -> None:
    assert [line for line in part(AREAS / "isis.yaml", "busan").lacking if "level 1 only" in line]
    assert [line for line in part(AREAS / "leaked.yaml", "busan").lacking if "leaks nothing" in line]
    assert part(AREAS / "isis.yaml", "gwangju").lacking == ()


def test_the_default_route_is_told_with_its_cost() -> None:
    leaf = part(CASES / "frr" / "design.yaml", "leaf")
    assert "default-information originate metric 10 metric-type 2" in body(leaf, "router ospf")


def test_eigrp_is_not_written_for_a_daemon_that_dies_of_it() -> None:
    found = part(SEOUL_BUSAN / "eigrp.yaml", "seoul")
    assert found.daemons == ()
    assert "eigrpd of FRR 8.4 dies" in found.lacking[0]


def test_what_ospfv3_of_frr_does_otherwise_is_a_note() -> None:
    case = CASES / "frr" / "design.yaml"
    assert part(case, "leaf").notes == ("OSPFv3 of FRR tells the loopback with cost 1, where the design counts 0",)
    view = views_of(case)["leaf"]
    mixed = replace(
        view.network, routers=(replace(view.network.routers[0], daemon=Daemon.BIRD), *view.network.routers[1:])
    )
    assert "BIRD's routers in other areas" in igp(replace(view, network=mixed)).notes[1]
