"""Expectations of a scenario's step against what was recorded."""

from ipaddress import ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catchment.model.rehearsal import (
    EVERY_CLIENT,
    Answered,
    AsPredicted,
    AtRest,
    BrokenAtMost,
    Claim,
    Expectation,
    Kept,
    LostAtMost,
    Routed,
)
from catchment.results.lab import Expected, RouteDifference
from catchment.results.timeline import Flow, Question, RouteMove, Stream
from catchment.verify.rehearsed import Window, checked

FLOWS = (
    Flow(client="korea", service="dns", address="192.0.2.53"),
    Flow(client="japan", service="dns", address="192.0.2.53"),
)
PREFIX = ip_network("192.0.2.0/24")


def questions(flow: int, said: str, every_s: float = 0.1, from_s: float = 0.0) -> list[Question]:
    """A letter a question: the server, or . for none."""
    return [
        Question(flow=flow, sent_s=from_s + every_s * place, server=None if one == "." else one)
        for place, one in enumerate(said)
    ]


def window(korea: str = "", japan: str = "", **more: object) -> Window:
    """From second 1 on; the first ten letters are before it."""
    asked = [*questions(0, korea), *questions(1, japan)]
    given_ = {"flows": FLOWS, "at_s": 0.999, "end_s": 100.0, "rest_s": 0.5, "questions": asked, **more}
    return Window(**given_)  # type: ignore[arg-type]


def verdict(claim: Claim, seen: Window) -> tuple[bool | None, str]:
    (one,) = checked([Expectation(sentence="as said", claim=claim)], seen)
    assert one.sentence == "as said"
    return one.holds, one.evidence


BEFORE = "aaaaaaaaaa"


@pytest.mark.parametrize(
    ("korea", "servers", "within_s", "holds", "evidence"),
    [
        ("aaa", ("a",), None, True, "all the time"),
        ("a..bb", ("b",), None, True, "from 0.30 s on"),
        ("a..bb", ("b",), 0.35, True, "from 0.30 s on"),
        ("a..bb", ("b",), 0.2, False, "korea to 192.0.2.53: from 0.30 s on"),
        ("abbba", ("b",), None, False, "korea to 192.0.2.53: at the end a"),
        ("abb.bb", ("b",), 0.2, False, "from 0.40 s on"),
        ("abba", ("b", "a"), 0.0, True, "all the time"),
        ("a...", (), None, False, "at the end nobody"),
        ("a...", ("nobody",), 0.2, True, "from 0.10 s on"),
        ("", ("a",), None, None, "no question was decided in this step"),
    ],
)
def test_who_is_to_answer_from_when_on(
    korea: str, servers: tuple[str, ...], within_s: float | None, holds: bool | None, evidence: str
) -> None:
    claim = Answered(client="korea", servers=servers, within_s=within_s)
    found = verdict(claim, window(BEFORE + korea, "..........c"))
    assert found[0] is holds
    assert evidence in found[1]


def test_what_was_answered_only_after_the_step_is_not_counted_for_it() -> None:
    late = Question(flow=0, sent_s=1.8, server="a", rtt_ms=900.0)  # a hung server goes on, and answers what waits
    early = Question(flow=0, sent_s=1.2, server=None)
    usual = [Question(flow=0, sent_s=at / 10, server="a", rtt_ms=5.0) for at in range(9)]
    seen = window(questions=[*usual, early, late], end_s=2.3, wait_s=1.0)
    assert verdict(Answered(client="korea", servers=("nobody",), within_s=None), seen)[0] is True
    assert verdict(LostAtMost(count=0, client="korea"), seen)[1] == "1 of 2 lost: korea 1"
    undecided = window(questions=[*usual, early], end_s=2.1, wait_s=1.0)
    assert verdict(Answered(client="korea", servers=(), within_s=None), undecided)[0] is None


def test_what_was_under_way_when_the_next_step_began_is_that_steps() -> None:
    before = [Question(flow=0, sent_s=at / 10, server="a", rtt_ms=100.0) for at in range(10)]
    caught = Question(flow=0, sent_s=0.95, server=None)  # at 1.0 the server dies
    silent = Stream(flow=0, server="a", from_s=0.0, to_s=0.95, how="silent")
    reset = Stream(flow=0, server="a", from_s=0.0, to_s=0.95, how="reset")
    first = window(questions=[*before, caught], streams=(silent, reset), at_s=0.0, end_s=1.0)
    second = window(questions=[*before, caught], streams=(silent, reset), at_s=1.0, end_s=2.0)
    lost, broken = LostAtMost(count=0, client="korea"), BrokenAtMost(count=0, client="korea")
    assert [verdict(lost, one)[1] for one in (first, second)] == ["0 of 9 lost", "1 of 2 lost: korea 1"]
    assert [verdict(broken, one)[1][-7:-1] for one in (first, second)] == ["(reset", "silent"]


def test_each_port_has_a_server_of_its_own() -> None:
    asked = [
        Question(flow=0, sent_s=at, server=server, port=port)
        for at, server, port in ((0.1, "a", 0), (0.2, "b", 1), (1.1, "a", 0), (1.2, "b", 1), (1.3, "c", 1))
    ]
    assert verdict(Kept(client="korea"), window(questions=asked[:4]))[0] is True
    assert verdict(Kept(client="korea"), window(questions=asked)) == (False, "korea to 192.0.2.53: b, then c")
    expected = Expected(client="korea", service="dns", address=ip_address("192.0.2.53"), servers=("a",))
    assert verdict(AsPredicted(), window(questions=asked[:4], expected=(expected,))) == (
        False, "korea to 192.0.2.53: predicted a, observed b",
    )  # fmt: skip


def test_losses_that_are_predicted_or_cannot_be_are_not_held_against_it() -> None:
    said: dict[str, object] = {"client": "korea", "service": "dns", "address": ip_address("192.0.2.53")}
    one = Expected(servers=("a",), **said)  # type: ignore[arg-type]
    partly = Expected(servers=("a",), why="b is hung", **said)  # type: ignore[arg-type]
    lost = BEFORE + "a."
    assert verdict(AsPredicted(), window(lost, expected=(one,)))[0] is False
    assert verdict(AsPredicted(), window(lost, expected=(partly,)))[0] is True
    assert verdict(AsPredicted(), window(lost, expected=(one,), unsure=True))[0] is True
    assert verdict(AsPredicted(), window(BEFORE + "c", expected=(partly,), unsure=True))[0] is False


def test_every_client_means_each() -> None:
    claim = Answered(client=EVERY_CLIENT, servers=(), within_s=None)
    assert verdict(claim, window(BEFORE + "a", BEFORE + "b"))[0] is True
    assert verdict(claim, window(BEFORE + "a", BEFORE + "."))[0] is False


def test_who_keeps_its_server_may_lose_answers_but_has_no_other_one() -> None:
    claim = Kept(client="korea")
    assert verdict(claim, window(BEFORE + "a..a"))[0] is True
    assert verdict(claim, window(BEFORE + "a..ba")) == (False, "korea to 192.0.2.53: a, then b")
    assert verdict(claim, window("..........a"))[0] is None


def test_lost_answers_are_counted_in_the_step_only() -> None:
    seen = window("..aaaaaaaa.a.", "..........a.")
    assert verdict(LostAtMost(count=3, client=EVERY_CLIENT), seen) == (True, "3 of 5 lost: korea 2, japan 1")
    assert verdict(LostAtMost(count=2, client=EVERY_CLIENT), seen)[0] is False
    assert verdict(LostAtMost(count=1, client="japan"), seen) == (True, "1 of 2 lost: japan 1")


def test_a_stream_belongs_to_the_step_in_which_it_broke() -> None:
    streams = (
        Stream(flow=0, server="a", from_s=0.0, to_s=0.5, how="reset"),
        Stream(flow=0, server="a", from_s=0.6, to_s=1.5, how="silent"),
        Stream(flow=1, server="a", from_s=0.6),
    )
    seen = window(streams=streams)
    assert verdict(BrokenAtMost(count=0, client=EVERY_CLIENT), seen) == (
        False, "1 broke: korea to 192.0.2.53 (silent)",
    )  # fmt: skip
    assert verdict(BrokenAtMost(count=1, client="korea"), seen)[0] is True
    assert verdict(BrokenAtMost(count=0, client="japan"), seen) == (True, "0 broke")


def move(at_s: float, vias: tuple[str, ...] | None) -> RouteMove:
    return RouteMove(at_s=at_s, router="kt", prefix=str(PREFIX), vias=vias)


@pytest.mark.parametrize(
    ("moves", "vias", "within_s", "holds", "evidence"),
    [
        ((), ("seoul",), None, True, "via seoul all the time"),
        ((move(1.5, ("ntt",)),), ("ntt",), 1.0, True, "via ntt from 0.50 s on"),
        ((move(1.5, ("ntt",)),), ("ntt",), 0.4, False, "via ntt from 0.50 s on"),
        ((move(1.5, None),), (), None, True, "no route from 0.50 s on"),
        ((move(1.5, ()),), ("seoul",), None, False, "at the end dropped"),
        ((move(1.5, ("ntt",)), move(1.7, ("seoul",))), ("seoul",), 0.5, False, "from 0.70 s on"),
        ((move(0.2, ("ntt",)),), ("ntt",), 0.0, True, "all the time"),
        ((move(1.5, ("ntt",)), move(200.0, None)), ("ntt",), None, True, "via ntt"),
    ],
)  # fmt: skip
def test_where_a_route_is_to_lead_from_when_on(
    moves: tuple[RouteMove, ...], vias: tuple[str, ...], within_s: float | None, holds: bool, evidence: str
) -> None:
    claim = Routed(router="kt", prefix=PREFIX, vias=vias, within_s=within_s)
    found = verdict(claim, window(moves=moves, before=(("kt", str(PREFIX), ("seoul",)),)))
    assert found[0] is holds
    assert evidence in found[1]


def test_rest_within_a_time() -> None:
    assert verdict(AtRest(within_s=0.5), window())[0] is True
    assert verdict(AtRest(within_s=0.4), window())[0] is False
    assert verdict(AtRest(within_s=9.0), window(rest_s=None))[0] is False


def test_the_prediction_is_held_against_last_answers_and_routes() -> None:
    expected = tuple(
        Expected(client=flow.client, service="dns", address=ip_address(flow.address), servers=servers)
        for flow, servers in zip(FLOWS, (("a", "b"), ()), strict=True)
    )
    seen = window(BEFORE + "c.b", "..........a.", expected=expected)
    assert verdict(AsPredicted(), seen) == (True, "2 answers and all routes")
    wrong = window(BEFORE + "ac", "..........a.", expected=expected)
    assert verdict(AsPredicted(), wrong) == (False, "korea to 192.0.2.53: predicted a or b, observed c")
    other = RouteDifference(router="kt", prefix=PREFIX, predicted=frozenset({"x"}), observed=None)
    assert verdict(AsPredicted(), window(differences=(other,)))[0] is False


@given(st.text(alphabet="ab.", min_size=1, max_size=30))
def test_more_time_never_breaks_an_expectation(said: str) -> None:
    seen = window(BEFORE + said)
    found = [
        verdict(Answered(client="korea", servers=("b",), within_s=within_s), seen)[0] for within_s in (0, 1, 5, 50)
    ]
    assert found == sorted(found, key=bool)
