"""Multicast groups in a design: short forms, what they become, and advice; errors are golden cases (multicast-*)."""

from ipaddress import ip_address

from catchment.designfile.advice import advise
from catchment.designfile.load import load
from catchment.model.design import Design
from catchment.model.multicast import MemberKind, MulticastMode
from catchment.results.yaml_text import as_yaml

INSIDE = """
name: demo
asn: 64500
networks:
  corp:
    igp: ospf
    routers: {seoul: {loopback: [192.0.2.1, "2001:db8:beef:feed::1"]}, busan: {}}
    links: [{between: [seoul, busan]}]
services:
  resolver: {address: [10.0.0.1, "fd00:53::1"], at: [seoul, busan]}
  rps: {address: [10.0.0.9, "fd00:53::9"], at: [busan, seoul]}
clients: {office: busan}
multicast:
"""


def design_of(groups: str) -> Design:
    loaded = load(INSIDE + groups, "design.yaml")
    assert loaded.problems == ()
    assert loaded.design is not None
    return loaded.design


def test_the_mode_follows_from_the_group() -> None:
    groups = design_of(
        "  a: {group: 232.1.1.1, from: seoul, to: office}\n"
        "  b: {group: 239.192.0.1, from: seoul, to: office, rp: seoul}\n"
        '  c: {group: "ff3e::8000:1", from: seoul, to: office}\n'
    ).multicast
    assert [group.mode for group in groups] == [MulticastMode.SSM, MulticastMode.SM, MulticastMode.SSM]
    assert [group.rp.name if group.rp else None for group in groups] == [None, "seoul", None]


def test_a_service_means_all_its_servers_and_they_send_from_addresses_of_their_own() -> None:
    (group,) = design_of("  health: {group: 239.192.0.53, from: resolver, to: resolver, rp: seoul}").multicast
    assert [(one.name, one.kind, one.router) for one in group.senders] == [
        ("resolver@seoul", MemberKind.SERVER, "seoul"),
        ("resolver@busan", MemberKind.SERVER, "busan"),
    ]
    assert group.senders[0].addresses == (ip_address("192.0.2.1"), ip_address("2001:db8:beef:feed::1"))
    assert group.receivers == group.senders


def test_from_the_service_they_send_from_its_anycast_address() -> None:
    (group,) = design_of(
        "  health: {group: 239.192.0.53, from: resolver, to: office, rp: seoul, source: service}"
    ).multicast
    assert {one.addresses for one in group.senders} == {(ip_address("10.0.0.1"), ip_address("fd00:53::1"))}
    assert group.receivers[0].kind is MemberKind.CLIENT


def test_a_service_as_rp_is_an_anycast_rp() -> None:
    (group,) = design_of("  a: {group: [239.192.0.1, ff08::1], from: seoul, to: office, rp: rps}").multicast
    assert group.rp is not None
    assert group.rp.routers == ("busan", "seoul")
    assert group.rp.addresses == (ip_address("10.0.0.9"), ip_address("fd00:53::9"))


def test_an_ipv6_group_can_carry_its_rp() -> None:
    (group,) = design_of('  a: {group: "ff75:140:2001:db8:beef:feed:0:1", from: busan, to: office}').multicast
    assert group.rp is not None
    assert group.rp.name == "seoul"


def test_the_long_form_reads_back_as_the_same_design() -> None:
    design = load(
        INSIDE
        + "  a: {group: [239.192.0.1, ff08::1], from: [resolver, office], to: resolver@busan, rp: rps, ttl: 8,\n"
        "      rate: 1.5 Mbps, size: 1344, spt-switch: false, source: service, boundary: seoul-busan}\n"
        "  b: {group: 232.1.1.1, from: seoul, to: office}\n",
        "design.yaml",
    )
    assert design.problems == ()
    again = load(as_yaml(design.expanded), "expanded.yaml")
    assert again.problems == ()
    assert again.design == design.design


def test_a_group_that_is_only_ours_gets_no_advice_on_its_address() -> None:
    groups = """
  a: {group: 233.251.244.1, from: seoul, to: office, rp: rps}
  b: {group: 234.192.0.2, from: seoul, to: office, rp: rps}
  c: {group: ff18::5, from: seoul, to: office, rp: rps}
  d: {group: 232.1.1.1, from: seoul, to: office}
  e: {group: 233.252.0.1, from: seoul, to: office, rp: rps}
"""
    told = advise(load(INSIDE + groups, "design.yaml"))
    assert [one.rule for one in told if one.rule >= "A030"] == []


def test_a_well_known_group_of_ipv6_is_ianas_to_assign() -> None:
    told = advise(load(INSIDE + "  c: {group: ff08::5, from: seoul, to: office, rp: rps}", "design.yaml"))
    (advice,) = [one for one in told if one.rule == "A030"]
    assert advice.what.endswith("with ff18 it would be nobody's")


def test_members_of_a_broken_network_are_not_told_as_well() -> None:
    broken = INSIDE.replace("igp: ospf", "igp: rip")
    loaded = load(broken + "  a: {group: 239.192.0.1, from: seoul, to: office, rp: seoul}", "design.yaml")
    assert {problem.rule for problem in loaded.problems} == {"D035"}
