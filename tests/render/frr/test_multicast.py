"""PIM and IGMP in frr.conf: on the links that carry groups, where receivers are, with the RP that all know."""

from dataclasses import replace
from ipaddress import ip_address

from tests.render.golden import EXAMPLES, views_of
from tests.simulate.network.multicast.played import design_of

from catchment.render.frr.multicast import multicast
from catchment.render.frr.parts import Part
from catchment.render.view import views

DESIGN = """
networks:
  corp:
    igp: ospf
    routers: [a, b, c]
    links: [{between: [a, b]}, {between: [b, c]}, {between: [a, c]}]
clients:
  office: {router: c, address: 198.18.7.10/24}
  home: c
services: {bell: {address: 203.0.113.9, at: [a, c]}}
multicast:
  film: {group: 232.1.1.1, from: a, to: [office, home, b]}
  talk: {group: 239.192.0.1, from: office, to: bell, rp: b, spt-switch: false, boundary: [a-c]}
  round: {group: 239.192.0.2, from: bell, to: a, rp: bell}
"""
PARTS = {view.name: multicast(view) for view in views(design_of(DESIGN))}


def plain(part: Part) -> list[str]:
    return [one.head for one in part.sections]


def test_pim_runs_over_every_link_and_a_boundary_keeps_its_groups_out() -> None:
    assert PARTS["a"].interfaces["b"] == ["ip pim", "ip pim hello 5"]
    assert PARTS["a"].interfaces["c"][2:] == ["ip multicast boundary oil pim-c"]
    assert plain(PARTS["a"])[:2] == [
        "ip prefix-list pim-c seq 5 deny 239.192.0.1/32",
        "ip prefix-list pim-c seq 10 permit 0.0.0.0/0 le 32",
    ]


def test_a_link_that_no_group_may_cross_has_no_pim() -> None:
    closed = DESIGN.replace("to: [office, home, b]", "to: [office], boundary: [a-c]")
    closed = closed.replace("to: a, rp: bell", "to: a, rp: bell, boundary: [a-c]")
    parts = {view.name: multicast(view) for view in views(design_of(closed))}
    assert "c" not in parts["a"].interfaces
    assert "b" in parts["a"].interfaces


def test_receivers_are_asked_where_they_hang() -> None:
    assert PARTS["c"].interfaces["office"] == ["ip pim", "ip pim passive", "ip igmp", "ip igmp query-interval 10"]
    assert PARTS["c"].notes == ("group film: home has no address, so there is no port where it could ask for it",)


def test_a_router_or_server_that_listens_is_joined_by_pimd_from_each_source() -> None:
    assert PARTS["b"].interfaces["lo"][-1] == "ip igmp join 232.1.1.1 192.0.2.1"
    assert PARTS["c"].interfaces["svc-bell"][-1] == "ip igmp join 239.192.0.1"


def test_every_router_knows_the_rp_and_an_anycast_rp_is_a_mesh() -> None:
    for part in PARTS.values():
        assert "ip pim rp 192.0.2.2 239.192.0.1/32" in plain(part)
        assert "ip pim rp 203.0.113.9 239.192.0.2/32" in plain(part)
        assert "ip pim spt-switchover infinity-and-beyond prefix-list pim-shared-tree" in plain(part)
    meshes = {name: [one for one in plain(part) if "msdp" in one] for name, part in PARTS.items()}
    assert meshes == {
        "a": ["ip msdp mesh-group bell source 192.0.2.1", "ip msdp mesh-group bell member 192.0.2.3"],
        "b": [],
        "c": ["ip msdp mesh-group bell member 192.0.2.1", "ip msdp mesh-group bell source 192.0.2.3"],
    }


def test_a_group_of_ipv6_is_a_note() -> None:
    view = views(design_of(DESIGN))[0]
    film = replace(view.groups[0], addresses=(ip_address("ff3e::8000:1"),))
    assert multicast(replace(view, groups=(film,))) == Part(notes=("group film: pimd of FRR 8.4 carries IPv4 only",))


def test_without_groups_there_is_no_pim() -> None:
    assert multicast(views_of(EXAMPLES / "seoul-busan" / "design.yaml")["seoul"]) == Part()
