"""Findings: each rule on a network that breaks it, with the evidence that a person would look for."""

import re

import pytest
from hypothesis import given, settings
from tests.simulate.network.multicast.drawn import Case, cases
from tests.simulate.network.multicast.played import design_of, play

from catchment.model.inside import Inside
from catchment.results.multicast import RULES
from catchment.results.trace import TraceFinding
from catchment.simulate.network.multicast.copies import Roads
from catchment.simulate.network.multicast.group import Group
from catchment.simulate.network.tables import Tables
from catchment.simulate.network.topology import NOTHING_DOWN, Down

LINE = """
networks:
  corp:
    igp: ospf
    routers: [seoul, daejeon, busan]
    links:
      - {between: [seoul, daejeon], delay: 1 ms, rate: 10 Mbps}
      - {between: [daejeon, busan], delay: 1 ms, rate: 10 Mbps}
services:
  resolver: {address: 10.0.0.1, at: [seoul, busan]}
clients: {office: busan, lab: daejeon}
multicast:
"""


def found(group: str, down: Down = NOTHING_DOWN, text: str = LINE) -> tuple[TraceFinding, ...]:
    return play(design_of(f"{text}  g: {{{group}}}\n"), down=down).findings


@pytest.mark.parametrize(
    ("group", "rule", "says"),
    [
        ("group: 232.1.1.1, from: seoul, to: [office, lab], ttl: 2", "M002", "the TTL of 2 runs out at busan"),
        ("group: 239.192.0.1, from: lab, to: office, ttl: 1, rp: seoul", "M002", "the TTL of 1 runs out at daejeon"),
        ("group: 232.1.1.1, from: seoul, to: office, boundary: daejeon-busan", "M003", "is a boundary"),
        (
            "group: 239.192.0.1, from: office, to: lab, rp: seoul, boundary: seoul-daejeon",
            "M003",
            "the way to the RP",
        ),
        ("group: 232.1.1.1, from: seoul, to: lab, rate: 11 Mbps", "M008", "asked for 11 Mbps and takes 10"),
        ("group: 232.1.1.1, from: resolver@seoul, to: office, source: service", "M010", "end at busan"),
    ],
)
def test_what_is_wrong_is_told(group: str, rule: str, says: str) -> None:
    (finding,) = found(group)
    assert finding.rule == rule
    assert says in finding.what
    assert finding.evidence
    assert finding.todo


def test_two_receivers_at_the_end_of_one_ttl_are_told_together() -> None:
    (finding,) = found("group: 232.1.1.1, from: seoul, to: [office, busan, resolver@busan], ttl: 1")
    assert finding.what.startswith(
        "office, busan, resolver@busan miss what seoul sends: the TTL of 1 runs out at daejeon"
    )


def test_who_is_down_is_told_once_for_what_he_is() -> None:
    down = Down(routers=frozenset({"busan"}))
    rules = [one.rule for one in found("group: 232.1.1.1, from: [seoul, busan], to: [office, lab]", down)]
    assert rules == ["M006", "M006"]
    (finding,) = found("group: 232.1.1.1, from: [seoul, busan], to: [busan, lab]", down)
    assert finding.what == "busan is down and sends and receives nothing"


def test_without_a_route_joins_end_and_the_finding_says_where() -> None:
    down = Down(links=frozenset({"daejeon-busan"}))
    (finding,) = found("group: 232.1.1.1, from: seoul, to: [office, lab]", down)
    assert finding.rule == "M001"
    assert finding.what == "office misses what seoul sends: busan has no route to the sender 192.0.2.1"
    assert finding.evidence == ("busan: no route", "down: daejeon-busan")


def test_an_rp_that_is_down_is_told_with_who_misses_packets() -> None:
    down = Down(routers=frozenset({"daejeon"}))
    (finding,) = found(
        "group: 239.192.0.1, from: seoul, to: seoul, rp: daejeon".replace("to: seoul", "to: [office]"), down
    )
    assert finding.rule == "M004"
    assert finding.what == "the RP daejeon is down, and office misses packets"


STATIC = """
networks:
  corp:
    igp: static
    routers:
      a: {static: [{to: 192.0.2.3, via: b}]}
      b: {static: [{to: 192.0.2.3, via: a}, {to: 192.0.2.1, via: a}]}
      c: {static: [{to: 192.0.2.1, via: b}]}
    links: [{between: [a, b]}, {between: [b, c]}]
clients: {office: a, lab: c}
multicast:
"""


def test_packets_that_are_too_large_for_a_tunnel_are_told_and_those_before_it_are_reached() -> None:
    text = LINE.replace(
        "- {between: [daejeon, busan], delay: 1 ms,", "- {between: [daejeon, busan], mtu: 1476, delay: 1 ms,"
    )
    (finding,) = found("group: 232.1.1.1, from: seoul, to: [office, lab], size: 1500", text=text)
    assert finding.rule == "M012"
    assert finding.what == (
        "office misses what seoul sends: its packets of 1500 bytes are too large for daejeon-busan, which takes 1476"
    )
    assert found("group: 232.1.1.1, from: seoul, to: [office, lab], size: 1476", text=text) == ()


def test_who_is_cut_off_is_not_told_of_the_ttl_of_others() -> None:
    """office is behind a link that is down; lab behind a TTL that is too small."""
    text = (
        LINE.replace("routers: [seoul, daejeon, busan]", "routers: [seoul, daejeon, busan, far]")
        .replace("services:", "      - {between: [daejeon, far]}\nservices:")
        .replace("lab: daejeon", "lab: far")
    )
    down = Down(links=frozenset({"daejeon-busan"}))
    told = found("group: 232.1.1.1, from: seoul, to: [office, lab], ttl: 1", down, text)
    assert [(one.rule, one.what.partition(" ")[0]) for one in told] == [("M001", "office"), ("M002", "lab")]


def test_joins_that_go_in_a_circle_are_told_with_the_circle() -> None:
    (finding,) = found("group: 232.1.1.1, from: c, to: office", text=STATIC)
    assert finding.rule == "M011"
    assert "a > b > a" in finding.what
    assert finding.evidence == ("a: 192.0.2.3/32 static [1/0] -> b", "b: 192.0.2.3/32 static [1/0] -> a")


def test_registers_that_do_not_arrive_are_told() -> None:
    """c knows the way to a, the RP, and b does not know the way to c; the sender at c registers, a's joins end at b."""
    text = STATIC.replace("      c: {static: [{to: 192.0.2.1, via: b}]}\n", "      c: {}\n")
    (finding,) = found("group: 239.192.0.1, from: lab, to: office, rp: a", text=text)
    assert finding.rule == "M004"
    assert "Registers from c do not arrive" in finding.what


ASYMMETRIC = """
networks:
  corp:
    igp: ospf
    routers: [seoul, busan, daejeon]
    links:
      - {between: [seoul, busan], cost: {seoul: 1, busan: 50}, delay: 9 ms}
      - {between: [seoul, daejeon], cost: 10, delay: 1 ms}
      - {between: [daejeon, busan], cost: 10, delay: 1 ms}
multicast:
"""


def test_with_uneven_costs_the_tree_follows_the_receivers_route_and_unicast_the_senders() -> None:
    design = design_of(ASYMMETRIC + "  g: {group: 232.1.1.1, from: seoul, to: busan}\n")
    group = play(design)
    assert [one.router for one in group.trees[0].branches] == ["seoul", "daejeon", "busan"]
    assert {one.link: (one.copies, one.unicast) for one in group.links} == {
        "seoul-busan": (0, 1), "seoul-daejeon": (1, 0), "daejeon-busan": (1, 0),
    }  # fmt: skip
    (finding,) = group.findings
    assert finding.rule == "M007"
    assert "in 2 ms, and would be reached by unicast in 9 ms" in finding.what
    assert finding.evidence[0] == "busan: 192.0.2.1/32 ospf [110/20] -> daejeon"


def test_of_two_senders_with_one_address_a_router_takes_only_what_comes_from_its_side() -> None:
    """daejeon takes 10.0.0.1 from busan, whose address on the link is higher, and wants it from the RP no more."""
    told = found("group: 239.192.0.1, from: resolver, to: lab, rp: seoul, source: service")
    (finding,) = [one for one in told if one.rule == "M010"]
    assert finding.what.startswith("lab misses what resolver@seoul sends: its joins for 10.0.0.1 end at busan")
    assert finding.evidence == ("daejeon: 10.0.0.1/32 ospf [110/11] -> busan, of 2 equal ones",)


def named(finding: TraceFinding) -> set[str]:
    return set(re.split(r"[ ,:]+", finding.what))


@settings(max_examples=100, deadline=None)
@given(cases())
def test_whoever_misses_packets_is_named_in_a_finding_and_nobody_gets_them_twice(case: Case) -> None:
    """Whatever is drawn: it ends, the trees come to rest, and before and after a failure every miss has its reason."""
    network, group, down = case
    inside = Inside(networks=(network,))
    before = Group(group, group.addresses[0], Roads(Tables(inside)))
    after = Group(group, group.addresses[0], Roads(Tables(inside, down)), before.alive)
    for result in (before.result(), after.result(before)):
        told = set().union(*map(named, result.findings))
        many = any(" more miss" in finding.what for finding in result.findings)
        missing = {one.member for tree in result.trees for one in tree.receivers if not one.copies}
        assert many or missing <= told
        assert not {"M005", "M009"} & {finding.rule for finding in result.findings}


def test_every_rule_has_a_number_once_and_a_sentence() -> None:
    assert sorted(RULES) == list(RULES)
    assert all(len(text.split()) > 3 for text in RULES.values())
