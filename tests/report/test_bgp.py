"""BGP on the terminal: what stands in the tables, and what of them is left out when there is nothing to say."""

from dataclasses import replace

from tests.report.bgp_sample import BEST, LINE, ONE, PREFIX, REPORT, SEOUL, TAKEN, TWO
from tests.report.text import shown

from catchment.errors import Problem
from catchment.model.address import Asn
from catchment.report.bgp import bgp_text, history_text, line_table, router_text, stability_text
from catchment.results.bgp import Choice, Flap, History, Stability


def lines(text: str) -> list[str]:
    return [" ".join(line.split()) for line in text.splitlines()]


def test_a_router_shows_what_it_heard_with_every_verdict() -> None:
    told = lines(shown(router_text(SEOUL), width=200))
    assert told[0] == "seoul (AS64500, router id 192.0.2.1, decides as frr): 203.0.113.0/24"
    assert (
        told[1] == "from AS path weight local-pref MED origin next hop IGP communities originator, clusters verdict"
    )
    assert told[3:7] == [
        "kt eBGP 64501 0 200 5 IGP 198.51.100.1 0 64500:7 best",
        "lumen eBGP 64502 7 200 - IGP 198.51.100.1 0 shares the traffic: higher router id",
        "busan iBGP 64502 64503 0 100 - incomplete 192.0.2.9 none 192.0.2.3, 192.0.2.4 lost: longer AS path",
        "odd eBGP 64504 64500 0 - - IGP 198.51.100.1 0 refused: own AS in the path",
    ]


def test_neighbours_that_are_told_the_same_stand_together() -> None:
    told = lines(shown(router_text(SEOUL), width=200))
    assert told[9:] == [
        "kt nothing: the route came from there",
        "lumen, odd path 64500 64501, next hop 198.51.100.1",
        "busan path 64502, next hop 198.51.100.1 (until its withdrawal arrives: denied by the export policy)",
    ]


def test_columns_that_say_nothing_are_left_out() -> None:
    plain = replace(
        SEOUL, heard=(replace(BEST, attributes=replace(BEST.attributes, communities=frozenset(), med=None)),), told=()
    )
    told = lines(shown(router_text(replace(plain, profile="default"))))
    assert told[0] == "seoul (AS64500, router id 192.0.2.1): 203.0.113.0/24"
    assert told[1] == "from AS path local-pref next hop IGP verdict"
    assert "heard nothing" in shown(router_text(replace(plain, heard=())))


def test_a_line_says_what_was_taken_and_by_what_the_runner_up_lost() -> None:
    nobody = replace(LINE, router="busan", best=None, decided_by="", usable=0, refused=0)
    alone = replace(LINE, router="daegu", decided_by="", usable=1, refused=0, shares=1)
    told = lines(shown(line_table([LINE, nobody, alone])))
    assert told[0] == "203.0.113.0/24"
    assert told[3:] == [
        "seoul 64500 kt and 1 more eBGP 64501 longer AS path 3 of 4",
        "busan 64500 nobody - 0",
        "daegu 64500 kt eBGP 64501 the only one 1",
    ]


def test_wide_tables_fold_and_lose_nothing() -> None:
    narrow = shown(router_text(SEOUL), width=80)
    assert max(map(len, narrow.splitlines())) <= 80
    assert "198.51.100.1" in narrow


def test_a_report_is_in_full_or_in_lines() -> None:
    assert "decides as frr" in shown(bgp_text(REPORT))
    short = shown(bgp_text(replace(REPORT, full=())))
    assert "runner-up lost by" in short
    assert "decides as frr" not in short


def test_a_circle_and_a_history_tell_each_message_and_what_it_did() -> None:
    told = shown(bgp_text(REPORT), width=200)
    assert "B101 203.0.113.0/24: BGP never settles\n    see\none round" in "\n".join(
        map(str.rstrip, told.splitlines())
    )
    assert "203.0.113.0/24: 4 events, first come, first served" in told
    assert lines(told)[-4:] == [
        "1 kt announces it kt takes its own",
        "2 kt seoul path 64501, next hop 198.51.100.1 seoul takes kt: 64501 {64503 64505}",
        "3 seoul kt path 64500 64501, next hop 198.51.100.1 refused: own AS in the path",
        "4 kt seoul withdrawn seoul has no route",
    ]


def test_a_long_history_is_cut_and_says_so() -> None:
    history = History(prefix=PREFIX, messages=(TAKEN,) * 70)
    assert "and 10 more: -o json has all" in shown(history_text(history, "first come, first served"))


def test_quiet_states_stand_side_by_side_where_they_differ() -> None:
    told = lines(shown(bgp_text(REPORT), width=200))
    at = told.index("router state 1 state 2")
    assert told[at - 1] == (
        "203.0.113.0/24: 2 stable states: the order of messages decides. First come, first served leads to state 1"
    )
    assert told[at + 2 : at + 5] == [
        "seoul kt: 64501 no route",
        "state 1: seoul - kt, lost and back, leads to state 2",
        "state 2: not reached from nothing in any order that was tried",
    ]


def test_every_answer_about_stable_states_has_its_words() -> None:
    asked = Stability(prefix=PREFIX, states=(), reached=None)
    assert "no stable state" in shown(stability_text(asked))
    assert "one stable state, whatever the order" in shown(stability_text(replace(asked, states=(ONE,), reached=1)))
    assert "does not find it" in shown(stability_text(replace(asked, states=(ONE,))))
    why = Problem(where="w", what="more than 9 partial states to look at", todo="ask less", rule="B106")
    assert "not known: B106 more than 9" in shown(stability_text(replace(asked, unanswered=why)))
    circling = tuple(Flap(session=("a", name), leads_to=(None,)) for name in "bcd")
    told = shown(
        stability_text(replace(asked, states=(replace(ONE, flaps=circling), replace(TWO, flaps=ONE.flaps[:1]))))
    )
    assert "a - b, a - c or a - d, lost and back, leads into a circle" in told
    either = replace(
        ONE, flaps=(Flap(session=("a", "b"), leads_to=(1, 2)), Flap(session=("a", "c"), leads_to=(2, None)))
    )
    told_more = shown(stability_text(replace(asked, states=(either, TWO))), width=200)
    assert (
        "a - b, lost and back, may lead to state 2; a - c, lost and back, leads to state 2 or into a circle"
        in told_more
    )
    assert "First come, first served goes in a circle" in told
    assert "no session that is lost and comes back leads out of it" in told


def test_with_something_down_the_table_says_what_was_before() -> None:
    moved = replace(LINE, moved=True, before=Choice(neighbour="busan", path=(Asn(64502),)))
    told = lines(shown(line_table([LINE, moved, replace(moved, best=None, before=None)], compared=True)))
    assert told[3] == "seoul 64500 kt and 1 more eBGP 64501 the same longer AS path 3 of 4"
    assert told[4] == "seoul 64500 kt and 1 more eBGP 64501 busan: 64502 longer AS path 3 of 4"
    assert told[5] == "seoul 64500 nobody - no route longer AS path 3 of 4"
    assert lines(shown(router_text(replace(SEOUL, line=moved), compared=True)))[1] == "before: busan: 64502"
    assert "before:" not in shown(bgp_text(REPORT))
