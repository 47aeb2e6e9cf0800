"""Advice is given where it is due and nowhere else; the texts stand in the golden cases."""

from ipaddress import ip_network

import pytest

from catchment.designfile.advice import advise
from catchment.designfile.bgp_need import bgp_need
from catchment.designfile.load import Loaded, load
from catchment.designfile.special import special_prefix
from catchment.model.rpki import Vrp

PUBLIC = "name: d\nasn: 64500\nprefixes: 192.0.2.0/24\n"
EXAMPLE = ("A003", "A005")  # what every design of documentation space and numbers is told
TWO = "sites:\n  a: {at: ICN, transit: [64510, 64511]}\n  b: {at: FRA, transit: [64510, 64511]}\n"


def loaded(text: str) -> Loaded:
    answer = load(text, "design.yaml")
    assert answer.problems == ()
    return answer


def rules(text: str, vrps: tuple[Vrp, ...] | None = None) -> list[str]:
    return [advice.rule for advice in advise(loaded(text), vrps) if advice.rule not in EXAMPLE]


def vrp(prefix: str, max_length: int, asn: int) -> Vrp:
    return Vrp(prefix=ip_network(prefix), max_length=max_length, asn=asn)


def test_a_sound_design_gets_no_advice() -> None:
    assert rules(PUBLIC + TWO) == []


def test_a_design_with_problems_gets_no_advice() -> None:
    assert advise(load("name: d", "design.yaml")) == ()


@pytest.mark.parametrize(
    ("prefix", "expected"),
    [
        ("192.0.2.0/24", ["A003"]),
        ("192.0.2.0/25", ["A001", "A003"]),
        ("2001:db8::/48", ["A003"]),
        ("2001:db8::/49", ["A001", "A003"]),
        ("3fff::/48", ["A003"]),
        ("10.0.0.0/24", ["A002"]),
        ("fd00::/48", ["A002"]),
    ],
)
def test_space_is_judged_when_it_is_announced(prefix: str, expected: list[str]) -> None:
    text = PUBLIC.replace("192.0.2.0/24", prefix)
    assert [advice.rule for advice in advise(loaded(text + TWO)) if advice.rule != "A005"] == expected
    assert [advice.rule for advice in advise(loaded(text + "sites: {a: {at: ICN}, b: {at: PUS}}\n"))] == ["A006"]


def test_space_that_is_set_aside_for_nothing_is_ordinary() -> None:
    assert special_prefix(ip_network("0.0.0.0/0")) is None
    assert special_prefix(ip_network("192.0.0.0/16")) is None
    assert special_prefix(ip_network("2001::/16")) is None


@pytest.mark.parametrize(("asn", "expected"), [(64500, "A005"), (65551, "A005"), (65534, "A004"), (23456, "A004")])
def test_the_origin_is_judged(asn: int, expected: str) -> None:
    told = [advice for advice in advise(loaded(PUBLIC.replace("64500", str(asn)) + TWO)) if advice.rule != "A003"]
    assert [(advice.rule, advice.where) for advice in told] == [(expected, "design.yaml:2:1")]


def test_one_upstream_is_told_once_and_by_its_worst() -> None:
    one = TWO.replace("[64510, 64511]}\n  b", "64510}\n  b")
    assert rules(PUBLIC + one) == ["A007"]
    assert rules(PUBLIC + one.replace("[64510, 64511]", "64510")) == ["A008"]
    assert rules(PUBLIC + one.replace("[64510, 64511]", "64511")) == ["A007", "A007"]
    assert rules(PUBLIC + one.replace("64510}", "64510, peers: 64508}")) == []
    assert (
        rules(PUBLIC + "sites:\n  a: {at: ICN, sessions: from-internet}\n  b: {at: FRA, sessions: from-internet}\n")
        == []
    )


@pytest.mark.parametrize(
    ("text", "kind", "needed"),
    [
        ("sites: {a: {at: ICN}, b: {at: PUS}}\n", "inside one AS", False),
        (TWO, "one AS on the Internet", True),
        ("sites: {a: {at: ICN, asn: 64501}, b: {at: PUS}}\n", "several ASes", True),
    ],
)
def test_whether_bgp_is_needed_is_answered_with_reason_alternatives_and_limits(
    text: str, kind: str, needed: bool
) -> None:
    design = loaded(PUBLIC + text).design
    assert design is not None
    need = bgp_need(design)
    assert (need.kind, need.needed) == (kind, needed)
    assert need.reason
    assert need.alternatives
    assert need.limits


@pytest.mark.parametrize(
    ("vrps", "expected"),
    [
        ([], ["A010"]),
        ([vrp("192.0.2.0/24", 24, 64500)], []),
        ([vrp("192.0.0.0/16", 16, 64500), vrp("192.0.2.0/24", 24, 64500)], []),
        ([vrp("192.0.2.0/24", 24, 64496)], ["A011"]),
        ([vrp("192.0.2.0/24", 24, 0)], ["A011"]),
        ([vrp("192.0.0.0/16", 16, 64500)], ["A012"]),
        ([vrp("192.0.0.0/16", 24, 64500)], []),
        ([vrp("192.0.2.0/24", 25, 64500)], ["A013"]),
        ([vrp("192.0.2.0/24", 24, 64496), vrp("192.0.2.0/24", 24, 64500)], []),
        ([vrp("192.0.3.0/24", 24, 64500)], ["A010"]),
    ],
)
def test_roas_are_held_against_the_announcements(vrps: list[Vrp], expected: list[str]) -> None:
    assert rules(PUBLIC + TWO, tuple(vrps)) == expected


def test_without_vrps_nothing_is_said_of_roas() -> None:
    assert rules(PUBLIC + TWO, None) == []


def test_each_origin_needs_its_own_roa() -> None:
    text = PUBLIC + TWO.replace("{at: FRA", "{at: FRA, asn: 64501")
    assert rules(text, (vrp("192.0.2.0/24", 24, 64500),)) == ["A011"]


@pytest.mark.parametrize(
    ("intents", "expected"),
    [
        ('["if any 2 sites are down, every client is served"]', ["A014"]),
        ('["if any site is down, every client is served"]', []),
        ("[share of a at most 30 %]", []),
        ("[share of a at most 50 %, share of b at most 50 %]", []),
        ("[share of a at most 49 %, share of b at most 50 %]", ["A015"]),
        ("[share of a at least 50 %, share of b at least 50 %]", []),
        ("[share of a at least 51 %, share of b at least 50 %]", ["A015"]),
        ("[no site above its capacity]", ["A016"]),
    ],
)
def test_intents_are_held_against_the_number_of_sites(intents: str, expected: list[str]) -> None:
    assert rules(f"{PUBLIC}{TWO}intents: {intents}\n") == expected


def test_a_site_that_draws_clients_and_does_not_serve_them_is_told() -> None:
    services = "services: {dns: {address: 192.0.2.53, at: a}}\n"
    assert rules(PUBLIC + TWO + services) == ["A017"]
    assert rules(PUBLIC + TWO + services.replace(", at: a", "")) == []
    assert rules(PUBLIC + TWO.replace("{at: FRA", "{at: FRA, prefixes: []") + services) == []
