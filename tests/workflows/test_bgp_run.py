"""A run of BGP as results: refused routes, copies, circles, prefixes that nobody announces."""

from pathlib import Path

import pytest
from tests.workflows.bgp_designs import BAD, TEXT, Asking


@pytest.fixture
def ask(tmp_path: Path) -> Asking:
    return Asking(tmp_path)


def test_a_refused_route_is_shown_as_it_came(ask: Asking) -> None:
    (busan,) = ask(TEXT, routers=["busan"], prefixes=["2001:db8:53::/48"]).full
    refused = next(one for one in busan.heard if one.neighbour == "east")
    assert (refused.verdict, refused.attributes.path) == ("refused: own AS in the path", (64501, 64500))
    assert str(refused.attributes.next_hop).startswith("2001:db8:")


def test_a_circle_is_told_with_its_messages_and_never_hangs(ask: Asking) -> None:
    report = ask(BAD, stable=True)
    (circle,) = report.circles
    assert circle.finding.rule == "B101"
    assert len(circle.messages) == 12
    turns = [(one.receiver, one.choice and one.choice.neighbour) for one in circle.messages if one.turned]
    assert {who for who, _ in turns} == {"one", "two", "three"}
    assert len(turns) == 6
    assert report.stability[0].states == ()
    assert "one moment of the circle" in report.notes[0]


def test_copies_of_one_route_by_several_reflectors_share_nothing(ask: Asking) -> None:
    text = """
name: copies
networks:
  ours:
    asn: 64500
    igp: ospf
    bgp: {reflectors: [one, two]}
    routers: [one, two, west, east]
    links: [{between: [west, one]}, {between: [west, two]}, {between: [east, one]}, {between: [east, two]}]
  far: {asn: 64501, routers: {far: {announce: 203.0.113.0/24}}}
links: [{between: [far, west]}]
"""
    report = ask(text, routers=["east"])
    assert [(line.router, line.usable, line.shares) for line in report.lines] == [("east", 2, 1)]


def test_a_prefix_that_nobody_announces_is_taken_from_nobody(ask: Asking) -> None:
    report = ask(TEXT, down=["dns@seoul", "dns@busan"], prefixes=["203.0.113.0/24"], history=True, stable=True)
    assert [(line.router, line.best, line.usable, line.shares) for line in report.lines] == [
        (name, None, 0, 0) for name in ("seoul", "busan", "west", "east")
    ]
    assert (report.full, report.history, report.stability) == ((), None, ())


def test_the_last_step_is_that_of_the_routers_own_order(ask: Asking) -> None:
    """OpenBGPD asks for the weight late: after MED has put one route out, and eBGP before iBGP another."""
    text = """
name: order
networks:
  origin: {asn: 64500, routers: {origin: {announce: 203.0.113.0/24}}}
  ours: {asn: 64501, bgp: {decision: WHOSE}, routers: [me]}
links:
  - {between: [origin, me], sides: {origin: {export: {med: 9}}}}
  - {between: [origin, me], sides: {origin: {export: {med: 5}}, me: {import: {weight: 7}}}}
  - {between: [origin, me], sides: {origin: {export: {med: 5}}}}
"""
    for whose, step in (
        ("default", "lower weight"),
        ("openbgpd", "lower weight"),
        ("gobgp", "higher neighbour address"),
    ):
        (me,) = ask(text.replace("WHOSE", whose), routers=["me"]).full
        assert (whose, me.line.decided_by) == (whose, step)
    (me,) = ask(text.replace("WHOSE", "openbgpd"), routers=["me"]).full
    assert [one.why for one in me.heard] == ["higher MED", "", "lower weight"]
