"""BGP of a design: which tables, which verdicts, sessions that are gone, circles and quiet states."""

from pathlib import Path

import pytest
from tests.workflows.bgp_designs import TEXT, Asking

from catchment.errors import UsageError


@pytest.fixture
def ask(tmp_path: Path) -> Asking:
    return Asking(tmp_path)


def test_a_line_for_each_router_and_prefix_says_what_it_took_and_by_which_step(ask: Asking) -> None:
    report = ask(TEXT)
    assert report.full == ()
    four = [line for line in report.lines if line.prefix.version == 4]
    told = [
        (one.router, one.asn, one.best and one.best.neighbour, one.decided_by, one.usable, one.refused)
        for one in four
    ]
    assert told == [
        ("seoul", 64500, "", "lower weight", 2, 0),
        ("busan", 64500, "", "lower weight", 2, 1),
        ("west", 64501, "seoul", "", 1, 0),
        ("east", 64501, "west", "longer AS path", 2, 0),
    ]
    assert [line.router for line in report.lines] == ["seoul", "busan", "west", "east"] * 2


def test_a_named_router_is_shown_in_full(ask: Asking) -> None:
    report = ask(TEXT, routers=["east"], prefixes=["203.0.113.0/24"])
    (east,) = report.full
    assert (east.profile, str(east.router_id)) == ("bird", "192.0.2.4")
    told = {one.neighbour: (one.source, one.verdict, one.igp_cost, one.attributes.local_pref) for one in east.heard}
    assert told == {"busan": ("eBGP", "lost: longer AS path", 0, 200), "west": ("iBGP", "best", 30, 200)}
    said = {one.neighbour: (one.attributes and one.attributes.path, one.why, one.external) for one in east.told}
    assert said == {"busan": ((64501, 64500), "", True), "west": (None, "the route came from there", False)}


def test_a_site_that_is_down_fails_over(ask: Asking) -> None:
    report = ask(TEXT, down=["dns@seoul"], prefixes=["203.0.113.0/24"])
    assert {one.line.router: one.line.best and one.line.best.neighbour for one in report.full} == {
        "seoul": "busan", "busan": "", "west": "seoul", "east": "west",
    }  # fmt: skip
    assert report.notes == ()


def test_what_is_lost_with_a_link_or_router_is_noted(ask: Asking) -> None:
    report = ask(TEXT, down=["seoul-west", "busan"])
    assert [line.router for line in report.lines] == ["seoul", "west", "east"] * 2
    assert report.notes == (
        "busan is down and has no table",
        "no session seoul - west: its link is down, or one end has no way to the other's address",
    )
    everything = ask(TEXT, down=["dns@seoul", "dns@busan"])
    assert all(line.best is None and line.moved for line in everything.lines)
    assert everything.notes[0] == "nobody announces 203.0.113.0/24: no server that it is announced for is up"


def test_a_history_is_of_one_prefix_in_the_order_asked_for(ask: Asking) -> None:
    with pytest.raises(UsageError, match="a history is of one prefix"):
        ask(TEXT, history=True)
    fair = ask(TEXT, history=True, prefixes=["203.0.113.0/24"])
    assert fair.history is not None
    assert fair.order == "first come, first served"
    assert [one.number for one in fair.history.messages] == list(range(1, len(fair.history.messages) + 1))
    assert [(one.sender, one.receiver) for one in fair.history.messages[:2]] == [("", "seoul"), ("", "busan")]
    orders = {
        ask(TEXT, history=True, prefixes=["203.0.113.0/24"], seed=seed).history for seed in (*range(5), *range(5))
    }
    assert 1 < len(orders) <= 5
    chance = ask(TEXT, history=True, prefixes=["203.0.113.0/24"], seed=1)
    assert chance.order == "by chance, seed 1"
    assert [line.best for line in chance.lines] == [line.best for line in fair.lines]


def test_names_that_are_not_there_are_told(ask: Asking) -> None:
    with pytest.raises(UsageError, match='no router that speaks BGP "sofia"'):
        ask(TEXT, routers=["sofia"])
    with pytest.raises(UsageError, match="no prefix that a router announces"):
        ask(TEXT, prefixes=["198.51.100.0/24"])
    assert ask(TEXT, prefixes=["2001:DB8:53:0::/48"]).lines
    with pytest.raises(UsageError, match="nothing in the design speaks BGP"):
        ask("name: one-as\nnetworks: {corp: {igp: ospf, routers: [a]}}\n")


PROFILES = """
name: profiles
networks:
  origin: {asn: 64500, routers: {origin: {announce: 203.0.113.0/24}}}
  ours:
    asn: 64501
    igp: ospf
    bgp: {decision: WHOSE}
    routers: {near: {router-id: 192.0.2.30}, far: {router-id: 192.0.2.20}, me: {}, other: {decision: default}}
    links: [{between: [me, near], cost: 1}, {between: [me, far], cost: 9}, {between: [me, other], cost: 1}]
links: [{between: [origin, near]}, {between: [origin, far]}]
"""


@pytest.mark.parametrize(
    ("whose", "best", "step"),
    [
        ("default", "near", "next hop farther by the IGP"),
        ("bird", "near", "next hop farther by the IGP"),
        ("frr", "near", "next hop farther by the IGP"),
        ("gobgp", "far", "higher router id"),
        ("openbgpd", "far", "higher router id"),
    ],
)
def test_the_decision_process_of_a_daemon_reaches_the_choice(ask: Asking, whose: str, best: str, step: str) -> None:
    """GoBGP and OpenBGPD do not ask the IGP."""
    me, other = ask(PROFILES.replace("WHOSE", whose), routers=["me", "other"]).full
    assert (me.profile, me.line.best and me.line.best.neighbour, me.line.decided_by) == (whose, best, step)
    assert (other.profile, other.line.best and other.line.best.neighbour) == ("default", "near")


def test_with_something_down_each_line_says_what_was_before(ask: Asking) -> None:
    report = ask(TEXT, down=["dns@busan"], prefixes=["203.0.113.0/24"])
    assert report.compared
    told = {line.router: (line.moved, line.before and line.before.neighbour) for line in report.lines}
    assert told == {"seoul": (False, ""), "busan": (True, ""), "west": (False, "seoul"), "east": (False, "west")}
    assert not ask(TEXT).compared


def test_many_lost_sessions_are_counted(ask: Asking) -> None:
    names = ", ".join(f"r{number}: {{}}" for number in range(10))
    links = ", ".join(f"{{between: [r0, {name}]}}" for name in ["hub", *(f"r{number}" for number in range(1, 10))])
    routers = f"{{{names}, hub: {{announce: 203.0.113.0/24}}}}"
    ours = f"{{igp: ospf, bgp: mesh, routers: {routers}, links: [{links}]}}"
    text = f"name: star\nasn: 64500\nnetworks: {{ours: {ours}}}\n"
    notes = ask(text, down=["r0"]).notes
    assert notes[0] == "r0 is down and has no table"
    assert notes[-1] == "and 37 more sessions are not up"
    assert len(notes) == 10


def test_a_design_that_announces_nothing_is_told_what_to_write(ask: Asking) -> None:
    report = ask("name: quiet\nnetworks: {ours: {asn: 64500, igp: ospf, bgp: mesh, routers: [a]}}\n", stable=True)
    assert (report.lines, report.full, report.stability) == ((), (), ())
    assert report.notes[0].startswith("no router announces anything: write announce")
