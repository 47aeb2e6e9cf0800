"""Every row that was measured on BIRD 2.0.12, FRR 8.4.4, GoBGP 3.10 and OpenBGPD 7.7, as a test of their profiles.

Rows about what is refused on arrival are in test_exchange.py.
"""

from dataclasses import replace
from ipaddress import IPv4Address
from pathlib import Path

import pytest
from tests.simulate.network.bgp.candidates import AS_A, AS_C, FAR, FARTHER, Lab, metric, route

from catchment.model.speakers import Profile
from catchment.simulate.network.bgp.decision import Route, Rules, Step
from catchment.simulate.network.bgp.profiles import (
    BIRD,
    BIRD_DETERMINISTIC,
    DEFAULT,
    FRR,
    FRR_DETERMINISTIC,
    GOBGP,
    OPENBGPD,
    PROFILES,
)

COMPARE_ROUTERID = replace(FRR, steps=tuple(step for step in FRR.steps if step is not Step.SELECTED))
ALWAYS = replace(FRR, always_compare_med=True)
RELAX = replace(FRR, relaxed=True)
DAEMONS = (BIRD, FRR, GOBGP, OPENBGPD)
AGREED = (DEFAULT, BIRD_DETERMINISTIC, FRR_DETERMINISTIC)

ORIGINATOR = IPv4Address("9.9.9.9")
C1, C2 = IPv4Address("198.51.100.1"), IPv4Address("198.51.100.2")

# title: routes in order of arrival, what BIRD, FRR, GoBGP, OpenBGPD took by default, and the profile on which
# BIRD and FRR agree; announcements a second apart
MEASURED = {
    "MED of different ASes is not compared": ([route("C", med=100), route("A", med=10)], "CCCC C"),
    "lower MED of one AS": ([route("E", med=100), route("A", med=10)], "AAAA A"),
    "a missing MED is 0": ([route("E", med=10), route("A")], "AAAA A"),
    "A before C, all equal": ([route("A"), route("C")], "CAAC C"),
    "eBGP before iBGP": ([route("I", path=(AS_A,)), route("A")], "AAAA A"),
    "iBGP, one metric: lower router id": ([route("J"), route("I")], "IIII I"),
    "ORIGINATOR_ID stands in for the router id": ([route("I", originator=ORIGINATOR), route("J")], "JJIJ J"),
    "originator before cluster list": (
        [
            route("I", originator=IPv4Address("5.9.9.9"), clusters=(C1,)),
            route("J", originator=IPv4Address("1.9.9.9"), clusters=(C1, C2)),
        ],
        "JJ.J J",
    ),
    "one originator: shorter cluster list": (
        [route("I", originator=ORIGINATOR, clusters=(C1, C2)), route("J", originator=ORIGINATOR, clusters=(C1,))],
        "JJIJ J",
    ),
    "an AS_SET counts 1": (
        [route("A", path=(AS_A, frozenset({FAR, FARTHER}))), route("C", path=(AS_C, FAR))],
        "CAAC C",
    ),
    "iBGP, one first AS: lower MED": (
        [route("I", path=(AS_A,), med=100), route("J", path=(AS_A,), med=10)],
        "JJJJ J",
    ),
    "iBGP, different first AS: no MED": (
        [route("J", path=(AS_C,), med=10), route("I", path=(AS_A,), med=100)],
        "IIII I",
    ),
    "iBGP, empty paths: lower MED": ([route("I", med=100), route("J", med=10)], "JJJJ J"),
}


@pytest.mark.parametrize("title", MEASURED)
def test_measured_decisions(title: str) -> None:
    routes, expected = MEASURED[title]
    daemons, agreed = expected.split()
    for rules, letter in zip(DAEMONS, daemons, strict=True):
        assert letter in (".", Lab(rules=rules, apart_s=1).takes(*routes)), rules
    for rules in AGREED:
        assert Lab(rules=rules).takes(*routes) == agreed
        assert Lab(rules=rules).takes(*reversed(routes)) == agreed


def test_igp_metric_is_compared_by_bird_and_frr_only() -> None:
    """I has metric 20 and the lower router id, J has 10."""
    taken = [Lab(rules=rules, metric=metric({"I": 20})).takes(route("I"), route("J")) for rules in DAEMONS]
    assert "".join(taken) == "JJII"


def test_one_router_id_leaves_the_address_or_the_older() -> None:
    """D before C within one second."""
    taken = [Lab(rules=rules).takes(route("D"), route("C")) for rules in (*DAEMONS, COMPARE_ROUTERID)]
    assert "".join(taken) == "CDCCC"


def test_compare_routerid_makes_frr_forget_who_was_first() -> None:
    assert Lab(rules=COMPARE_ROUTERID).takes(route("A"), route("C")) == "C"


def test_gobgp_asks_the_address_within_one_second() -> None:
    """The measured flip: C before A is C a second apart, and A in the same second."""
    routes = (route("C", med=100), route("A", med=10))
    assert [Lab(rules=GOBGP, apart_s=s).takes(*routes) for s in (1, 0)] == ["C", "A"]


def test_missing_as_worst_turns_the_missing_med() -> None:
    routes = (route("E", med=10), route("A"))
    assert Lab(rules=replace(FRR, missing_med_is_worst=True)).takes(*routes) == "E"


def test_openbgpd_med_compare_always() -> None:
    routes = (route("I", path=(AS_A,), med=100), route("J", path=(AS_C,), med=10))
    assert Lab(rules=replace(OPENBGPD, always_compare_med=True)).takes(*routes) == "J"


def test_an_unreachable_route_alone() -> None:
    taken = [Lab(rules=rules, metric=metric({"A": None})).takes(route("A")) for rules in (*DAEMONS, DEFAULT)]
    assert "".join(taken) == "A-AA-"


@pytest.mark.parametrize(
    ("arrival", "expected"), [("ACE", "ECACC"), ("ECA", "ACECC"), ("CAE", "ECCCC"), ("AEC", "CCACC")]
)
def test_measured_orders_of_arrival(arrival: str, expected: str) -> None:
    """A beats E by MED, C beats A and E beats C by router id; C has no MED.

    The columns: BIRD, with deterministic med; FRR, with always-compare-med; OpenBGPD.
    """
    routes = {"A": route("A", med=10), "C": route("C"), "E": route("E", med=30)}
    devices = (BIRD, BIRD_DETERMINISTIC, FRR, ALWAYS, OPENBGPD)
    taken = [Lab(rules=rules).takes(*(routes[letter] for letter in arrival)) for rules in devices]
    assert "".join(taken) == expected


# set: routes, BIRD `merge paths on`, FRR, FRR `as-path multipath-relax`
SHARED: dict[str, tuple[list[Route], str]] = {
    "one AS": ([route("A"), route("B")], "AB AB AB"),
    "one AS, another second AS": ([route("A", path=(AS_A, FAR)), route("B", path=(AS_A, FARTHER))], "AB AB AB"),
    "two ASes": ([route("A"), route("C")], "AC A AC"),
    "one hop and two": ([route("A"), route("C", path=(AS_C, FAR))], "A A A"),
    "MED of one AS": ([route("A", med=10), route("B", med=20)], "A A A"),
    "MED of two ASes": ([route("A", med=10), route("C", med=20)], "AC A AC"),
    "iBGP, one path": ([route("J", path=(FAR,)), route("K", path=(FAR,))], "JK JK JK"),
    "iBGP, two paths": ([route("J", path=(FAR,)), route("K", path=(FARTHER,))], "JK J JK"),
    "eBGP and iBGP": ([route("A"), route("J", path=(AS_A,))], "A A A"),
    "iBGP, cluster lists of 2 and 1": (
        [route("J", path=(FAR,), clusters=(C1, C2)), route("K", path=(FAR,), clusters=(C1,))],
        "JK JK JK",
    ),
}


@pytest.mark.parametrize("title", SHARED)
def test_measured_multipath(title: str) -> None:
    routes, expected = SHARED[title]
    assert [Lab(rules=rules, width=16).shares(*routes) for rules in (BIRD, FRR, RELAX)] == expected.split()


def test_multipath_stops_at_the_igp_metric() -> None:
    for rules in (BIRD, FRR, RELAX, DEFAULT):
        assert Lab(rules=rules, width=16, metric=metric({"I": 20})).shares(route("I"), route("J")) == "J"


def test_frr_holds_each_against_the_best_alone() -> None:
    """Case C A E with relax: A and E are both in the set, though E loses to A by MED."""
    routes = (route("C", med=20), route("A", med=10), route("E", med=30))
    assert Lab(rules=RELAX, width=16).shares(*routes) == "ACE"
    assert Lab(rules=DEFAULT, width=16).shares(*routes) == "AC"


def test_every_profile_has_rules() -> None:
    assert set(PROFILES) == set(Profile)


@pytest.mark.parametrize("rules", PROFILES.values())
def test_a_step_is_made_once(rules: Rules) -> None:
    assert len(set(rules.steps)) == len(rules.steps)


def test_the_guide_has_the_steps_of_every_profile() -> None:
    """Its table: a row for each step, its place in each profile; BIRD has a row of its own for own routes."""
    guide = Path(__file__).parents[4] / "docs" / "guide" / "bgp-decision.md"
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in guide.read_text(encoding="utf-8").splitlines()
        if line.startswith("|")
    ]
    columns = {Profile(name): rows[0].index(name) for name in rows[0] if name in list(Profile)}
    assert set(columns) == set(Profile)
    for profile, column in columns.items():
        told = {
            int(row[column].split(",")[0]): row[6]
            for row in rows[2:]
            if len(row) == 7 and row[column].split(",")[0].isdigit()
        }
        assert [told[number] for number in sorted(told)] == [str(step) for step in PROFILES[profile].steps]
