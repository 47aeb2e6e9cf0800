"""The decision alone: eliminations with their reasons, and laws that hold for any candidates and rules."""

from dataclasses import replace
from ipaddress import IPv4Address
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.simulate.network.bgp.candidates import AS_A, AS_C, FAR, FARTHER, metric, route

from catchment.model.speakers import Attributes
from catchment.simulate.network.bgp.decision import (
    NO_HISTORY_YET,
    OWN_SESSION,
    History,
    Route,
    Rules,
    Source,
    Standing,
    Step,
)
from catchment.simulate.network.bgp.judge import decide
from catchment.simulate.network.bgp.profiles import BIRD, DEFAULT, DEFAULT_STEPS, FRR, GOBGP


def standings(routes: list[Route], rules: Rules, history: History | None = None) -> dict[str, Standing]:
    decision = decide(routes, rules, metric(), history)
    return {verdict.route.neighbour: verdict.standing for verdict in decision.verdicts}


def test_without_routes_there_is_no_best() -> None:
    decision = decide((), DEFAULT, metric())
    assert (decision.best, decision.multipath, decision.verdicts, decision.decided_by) == (None, (), (), None)


def test_elimination_is_not_comparing_two_after_two() -> None:
    """A beats E by MED, C beats A and E beats C by router id: C wins, whatever the order."""
    routes = [route("A", med=10), route("C"), route("E", med=30)]
    decision = decide(routes, DEFAULT, metric())
    assert [(v.route.neighbour, v.lost_at) for v in decision.verdicts] == [
        ("A", Step.ROUTER_ID),
        ("C", None),
        ("E", Step.MED),
    ]
    assert decision.decided_by is Step.ROUTER_ID


def test_what_only_history_decides_is_tied_without_one() -> None:
    both = [route("A"), route("C")]
    assert standings(both, FRR) == {"A": Standing.TIED, "C": Standing.TIED}
    assert standings(both, GOBGP) == {"A": Standing.TIED, "C": Standing.TIED}
    cycle = [route("A", med=10), route("C"), route("E", med=30)]
    assert set(standings(cycle, BIRD).values()) == {Standing.TIED}
    assert decide(both, FRR, metric()).tied == tuple(both)
    assert decide(both, FRR, metric()).best is None


def test_what_history_does_not_decide_is_not_tied() -> None:
    """BIRD compares two after two, and here the order is of no matter; E cannot win in any."""
    routes = [route("A", med=10), route("E", med=30)]
    assert standings(routes, BIRD) == {"A": Standing.BEST, "E": Standing.LOST}
    assert standings([route("A"), route("C")], BIRD) == {"A": Standing.LOST, "C": Standing.BEST}
    three = [route("A"), route("C"), route("D", local_pref=50)]
    assert standings(three, FRR) == {"A": Standing.TIED, "C": Standing.TIED, "D": Standing.LOST}


def test_of_many_equal_routes_the_width_keeps_those_of_lower_router_ids() -> None:
    routes = [route("A"), route("B"), route("C"), route("E")]
    shared = decide(routes, DEFAULT, metric(), width=3).multipath
    assert [one.neighbour for one in shared] == ["E", "C", "B"]


def test_missing_med_is_best_or_worst() -> None:
    routes = [route("A"), route("E", med=5)]
    assert standings(routes, DEFAULT)["A"] is Standing.BEST
    assert standings(routes, replace(DEFAULT, missing_med_is_worst=True))["E"] is Standing.BEST


def test_confederations_do_not_count_in_the_length() -> None:
    routes = [route("I", path=(FAR, FARTHER)), route("J", path=(FAR,), confederation=(64505, 64506, 64507))]
    assert standings(routes, DEFAULT)["J"] is Standing.BEST


LETTERS = "ABCDEIJK"


@st.composite
def route_sets(draw: Any) -> list[Route]:
    """Two to six routes that often tie, over eBGP and iBGP and own."""
    letters = draw(st.lists(st.sampled_from(LETTERS), min_size=2, max_size=6, unique=True))
    routes = []
    for letter in letters:
        internal = letter in "IJK"
        some = draw(st.sampled_from([(AS_A,), (AS_A, FAR), (AS_C, FAR), (AS_C,)])) if internal else None
        more = {} if some is None else {"path": some}
        if internal and draw(st.booleans()):
            more["originator"] = IPv4Address(draw(st.sampled_from(["9.9.9.9", "1.1.1.1"])))
        med = draw(st.sampled_from([None, 0, 10, 20]))
        routes.append(route(letter, med=med, local_pref=draw(st.sampled_from([100, 100, 200])), **more))
    if draw(st.integers(0, 5)) == 0:
        own = Route(attributes=Attributes(local_pref=100), source=Source.OWN, session=OWN_SESSION)
        routes.append(own)
    return routes


RULES = st.builds(
    replace,
    st.just(DEFAULT),
    always_compare_med=st.booleans(),
    missing_med_is_worst=st.booleans(),
    unreachable_stays=st.booleans(),
)
METRIC = st.dictionaries(st.sampled_from("IJK"), st.sampled_from([None, 5, 10]))


@settings(max_examples=200, deadline=None)
@given(route_sets(), RULES, METRIC, st.randoms(use_true_random=False))
def test_the_order_of_candidates_does_not_matter(
    routes: list[Route], rules: Rules, igp: dict[str, int | None], shuffler: Any
) -> None:
    other = list(routes)
    shuffler.shuffle(other)
    one, two = (decide(some, rules, metric(igp), width=8) for some in (routes, other))
    assert (one.best, one.multipath) == (two.best, two.multipath)
    assert {v.route.session: v for v in one.verdicts} == {v.route.session: v for v in two.verdicts}


@settings(max_examples=200, deadline=None)
@given(route_sets(), RULES, METRIC)
def test_there_is_one_best_and_every_loser_has_its_reason(
    routes: list[Route], rules: Rules, igp: dict[str, int | None]
) -> None:
    decision = decide(routes, rules, metric(igp), NO_HISTORY_YET)
    for verdict in decision.verdicts:
        assert (verdict.lost_at is None) == (verdict.standing is Standing.BEST)
        assert verdict.lost_at is None or verdict.lost_at in DEFAULT_STEPS
    usable = rules.unreachable_stays or any(v.lost_at is not Step.REACHABLE for v in decision.verdicts)
    assert (decision.best is not None) == usable


@settings(max_examples=200, deadline=None)
@given(route_sets(), METRIC)
def test_a_loser_by_an_early_step_can_go_without_a_trace(routes: list[Route], igp: dict[str, int | None]) -> None:
    """Taking away what lost before MED changes nothing: independence that MED itself does not have."""
    decision = decide(routes, DEFAULT, metric(igp))
    early = DEFAULT_STEPS[: DEFAULT_STEPS.index(Step.MED)]
    kept = [verdict.route for verdict in decision.verdicts if verdict.lost_at not in early]
    assert decide(kept, DEFAULT, metric(igp)).best == decision.best
