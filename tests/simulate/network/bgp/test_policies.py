"""What a policy makes of a route."""

from ipaddress import ip_network
from typing import Any

import pytest

from catchment.model.address import Asn
from catchment.model.speakers import (
    DENY_ALL,
    Attributes,
    Change,
    Match,
    Policy,
    PrefixRange,
    Term,
    Then,
    or_longer,
)
from catchment.simulate.network.bgp.policies import About, apply

ROUTE = Attributes(path=(Asn(64501),), communities=frozenset({"64501:1", "64501:2"}))


def about(prefix: str = "203.0.113.0/24") -> About:
    return About(prefix=ip_network(prefix), neighbour="r1", prepends=Asn(64500))


def passes(match: Match, prefix: str = "203.0.113.0/24") -> bool:
    return apply(Policy(terms=(Term(match=match),), otherwise=Then.DENY), ROUTE, about(prefix)) is not None


def test_no_policy_accepts_and_changes_nothing() -> None:
    assert apply(None, ROUTE, about()) == (ROUTE, None)
    assert apply(DENY_ALL, ROUTE, about()) is None


@pytest.mark.parametrize(
    ("ranges", "expected"),
    [
        (PrefixRange(within=ip_network("203.0.113.0/24")), [True, False, False, False]),
        (or_longer(ip_network("203.0.113.0/24")), [True, True, True, False]),
        (PrefixRange(within=ip_network("203.0.113.0/24"), shortest=25, longest=26), [False, True, False, False]),
        (PrefixRange(within=ip_network("0.0.0.0/0"), longest=24), [True, False, False, False]),
        (or_longer(ip_network("::/0")), [False, False, False, True]),
    ],
)
def test_prefixes_match_exactly_or_longer_or_in_a_range(ranges: PrefixRange, expected: list[bool]) -> None:
    tried = ("203.0.113.0/24", "203.0.113.0/25", "203.0.113.7/32", "2001:db8::/32")
    assert [passes(Match(prefixes=(ranges,)), prefix) for prefix in tried] == expected


def test_every_condition_must_hold_and_of_a_list_one() -> None:
    assert passes(Match(communities=frozenset({"64501:2", "64501:9"})))
    assert not passes(Match(communities=frozenset({"64501:9"})))
    assert passes(Match(neighbours=frozenset({"r1"}), communities=frozenset({"64501:1"})))
    assert not passes(Match(neighbours=frozenset({"r2"}), communities=frozenset({"64501:1"})))


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"local_pref": 50}, {"local_pref": 50}),
        ({"med": 0}, {"med": 0}),
        ({"prepend": 2}, {"path": (64500, 64500, 64501)}),
        (
            {"remove": frozenset({"64501:1"}), "add": frozenset({"64500:7"})},
            {"communities": frozenset({"64501:2", "64500:7"})},
        ),
        ({}, {}),
    ],
)
def test_changes(change: dict[str, Any], expected: dict[str, Any]) -> None:
    answer = apply(Policy(terms=(Term(change=Change(**change)),)), ROUTE, about())
    assert answer is not None
    assert {key: getattr(answer[0], key) for key in expected} == expected
    untouched = {"local_pref", "med", "path", "communities", "origin"} - set(expected)
    assert all(getattr(answer[0], key) == getattr(ROUTE, key) for key in untouched)


def test_a_later_term_sees_what_an_earlier_one_changed() -> None:
    mark = Term(change=Change(add=frozenset({"64500:1"}), weight=5), then=Then.NEXT)
    marked = Term(match=Match(communities=frozenset({"64500:1"})), change=Change(local_pref=7))
    answer = apply(Policy(terms=(mark, marked), otherwise=Then.DENY), ROUTE, about())
    assert answer is not None
    assert (answer[0].local_pref, answer[1]) == (7, 5)


def test_the_first_term_that_decides_ends_it() -> None:
    deny = Term(match=Match(communities=frozenset({"64501:1"})), then=Then.DENY)
    assert apply(Policy(terms=(deny, Term())), ROUTE, about()) is None
    assert apply(Policy(terms=(Term(), deny)), ROUTE, about()) is not None
