"""BGP of a design: which tables, which verdicts, sessions that are gone, circles and quiet states."""

from pathlib import Path
from typing import Any

import pytest

from catchment.errors import UsageError
from catchment.results.bgp import BgpReport
from catchment.workflows.bgp import Asked, bgp

TEXT = """
name: three-sites
asn: 64500
prefixes: [203.0.113.0/24, "2001:db8:53::/48"]
networks:
  ours: {igp: ospf, routers: [seoul, busan], links: [{between: [seoul, busan], cost: 10}]}
  isp:
    asn: 64501
    igp: isis
    routers: {west: {}, east: {decision: bird}}
    links: [{between: [west, east], cost: 30}]
links:
  - {between: [seoul, west], role: customer}
  - {between: [busan, east], role: customer, sides: {busan: {export: {prepend: 1}}}}
services: {dns: {address: [203.0.113.53, "2001:db8:53::53"], at: [seoul, busan]}}
"""

BAD = """
name: bad-gadget
prefixes: [203.0.113.0/24]
networks:
  origin: {asn: 64500, routers: {origin: {announce: {prefix: 203.0.113.0/24, communities: 64500:1}}}}
  one: {asn: 64501, routers: [one]}
  two: {asn: 64502, routers: [two]}
  three: {asn: 64503, routers: [three]}
links:
  - {between: [one, origin]}
  - {between: [two, origin]}
  - {between: [three, origin]}
  - {between: [one, two], sides: {one: {import: {local-pref: 200}, export: deny}, two: {export: own-way}}}
  - {between: [two, three], sides: {two: {import: {local-pref: 200}, export: deny}, three: {export: own-way}}}
  - {between: [three, one], sides: {three: {import: {local-pref: 200}, export: deny}, one: {export: own-way}}}
policies: {own-way: {community: 64500:1, remove: 64500:1}}
"""

WEDGIE = """
name: wedgie
networks:
  ours: {asn: 64500, routers: {ours: {announce: {prefix: 203.0.113.0/24, communities: 64501:50}}}}
  backup: {asn: 64501, routers: [backup]}
  primary: {asn: 64502, routers: [primary]}
  above: {asn: 64503, routers: [above]}
links:
  - {between: [ours, primary], role: customer}
  - {between: [ours, backup], role: customer, sides: {backup: {import: {community: 64501:50, local-pref: 50}}}}
  - {between: [backup, above], role: customer}
  - {between: [primary, above], role: peer}
"""


@pytest.fixture
def ask(tmp_path: Path) -> "Asking":
    return Asking(tmp_path / "design.yaml")


class Asking:
    def __init__(self, path: Path) -> None:
        self.path = path

    def __call__(self, text: str, most_tried: int = 30_000, **asked: Any) -> BgpReport:
        self.path.write_text(text)
        return bgp(self.path, Asked(**asked), most_tried)


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


def test_a_refused_route_is_shown_as_it_came(ask: Asking) -> None:
    (busan,) = ask(TEXT, routers=["busan"], prefixes=["2001:db8:53::/48"]).full
    refused = next(one for one in busan.heard if one.neighbour == "east")
    assert (refused.verdict, refused.attributes.path) == ("refused: own AS in the path", (64501, 64500))
    assert str(refused.attributes.next_hop).startswith("2001:db8:")


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
    assert everything.lines == ()
    assert everything.notes[0] == "nobody announces 203.0.113.0/24: no server that it is announced for is up"


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


def test_two_stable_states_are_told_with_the_flaps_that_lead_from_one_to_the_other(ask: Asking) -> None:
    (found,) = ask(WEDGIE, stable=True).stability
    by_backup = {
        dict(state.choices)["above"] and dict(state.choices)["above"].neighbour: number  # type: ignore[union-attr]
        for number, state in enumerate(found.states, 1)
    }
    assert set(by_backup) == {"backup", "primary"}
    for state in found.states:
        assert {flap.session: flap.leads_to for flap in state.flaps} == {
            ("ours", "primary"): (by_backup["backup"],),
            ("ours", "backup"): (by_backup["primary"],),
            ("backup", "above"): (1, 2),
            ("primary", "above"): (by_backup["backup"],),
        }


def test_a_profile_that_needs_the_order_of_arrival_has_no_answer_and_says_so(ask: Asking) -> None:
    four, six = ask(TEXT, stable=True).stability
    assert four.unanswered is not None
    assert (four.unanswered.rule, six.states) == ("B105", ())
    assert four.unanswered.what == "speakers east choose by the order in which routes arrive"


def test_a_large_network_is_told_in_words(ask: Asking) -> None:
    names = [f"r{number}" for number in range(9)]
    networks = "\n".join(f"  {name}: {{asn: {65536 + n}, routers: [{name}]}}" for n, name in enumerate(names))
    links = "\n".join(f"  - {{between: [{a}, {b}]}}" for n, a in enumerate(names) for b in names[n + 1 :])
    text = f"name: mesh\nnetworks:\n{networks}\nlinks:\n{links}\n"
    text = text.replace("routers: [r0]", "routers: {r0: {announce: 203.0.113.0/24}}")
    (found,) = ask(text, most_tried=1000, stable=True).stability
    assert found.unanswered is not None
    assert "partial states" in found.unanswered.what


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
