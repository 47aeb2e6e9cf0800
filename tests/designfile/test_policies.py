"""Policies: what is written becomes terms, names are put in, and roles let no route through a valley."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catchment.designfile.bgp_language import TermKeys
from catchment.designfile.policies import LOCAL_PREFS, Policies, Terms, role_export, role_import
from catchment.designfile.values import Broken
from catchment.model.address import Asn
from catchment.model.speakers import ACCEPT_ALL, Attributes, Policy, Then
from catchment.simulate.network.bgp.policies import About, apply

ASN = Asn(64500)
ROLES = ("customer", "peer", "provider")


def terms(*written: dict[str, object]) -> Terms:
    return [TermKeys.model_validate(one) for one in written]


def read(*written: dict[str, object], **named: Terms) -> Policy:
    policy = Policies(named).policy(terms(*written))
    assert policy is not None
    return policy


def passed(policy: Policy, prefix: str = "203.0.113.0/24", **attributes: object) -> Attributes | None:
    from ipaddress import ip_network

    about = About(prefix=ip_network(prefix), neighbour="x", prepends=ASN)
    found = apply(policy, Attributes(**attributes), about)  # type: ignore[arg-type]
    return found[0] if found else None


def test_nothing_written_is_no_policy() -> None:
    assert Policies({}).policy(None) is None


def test_accept_alone_accepts_everything() -> None:
    assert read({"then": "accept"}) == ACCEPT_ALL


def test_what_no_term_matches_is_denied() -> None:
    only = read({"prefix": "203.0.113.0/24"})
    assert passed(only) is not None
    assert passed(only, "198.51.100.0/24") is None


@pytest.mark.parametrize(
    ("word", "inside", "outside"),
    [
        ("203.0.113.0/24", ["203.0.113.0/24"], ["203.0.113.0/25", "203.0.112.0/23"]),
        ("203.0.113.0/24+", ["203.0.113.0/24", "203.0.113.128/25", "203.0.113.5/32"], ["203.0.112.0/23"]),
        ("203.0.113.0/24-25", ["203.0.113.0/24", "203.0.113.128/25"], ["203.0.113.0/26"]),
        ("2001:db8::/32-48", ["2001:db8:53::/48"], ["2001:db8:53:1::/64"]),
    ],
)
def test_prefixes_with_ranges(word: str, inside: list[str], outside: list[str]) -> None:
    policy = read({"prefix": word})
    assert all(passed(policy, prefix) is not None for prefix in inside)
    assert all(passed(policy, prefix) is None for prefix in outside)


def test_terms_go_on_with_next_and_end_with_accept() -> None:
    policy = read(
        {"community": "64500:1", "local-pref": "200", "then": "next"},
        {"prepend": "2"},
        {"then": "deny"},
    )
    marked = passed(policy, communities=frozenset({"64500:1"}))
    assert marked is not None
    assert (marked.local_pref, marked.path) == (200, (ASN, ASN))
    plain = passed(policy)
    assert plain is not None
    assert plain.local_pref is None


def test_a_name_stands_for_its_terms() -> None:
    named = {"no-bogons": terms({"prefix": "10.0.0.0/8+", "then": "deny"})}
    policy = Policies(named).policy(terms({"then": "no-bogons"}, {"then": "accept"}))
    assert policy is not None
    assert [term.then for term in policy.terms] == [Then.DENY, Then.ACCEPT]
    assert passed(policy, "10.1.0.0/16") is None


@pytest.mark.parametrize(
    ("named", "said"),
    [
        ({"a": terms({"then": "b"}), "b": terms({"then": "a"})}, "a > b > a"),
        ({}, 'no policy "a"'),
        ({"a": terms({"then": "b", "med": "3"}), "b": terms({"then": "deny"})}, "conditions or changes of its own"),
        ({"a": terms({"prefix": "10.0.0.0/8-4"})}, "ends at a length"),
    ],
)
def test_what_means_nothing_is_told(named: dict[str, Terms], said: str) -> None:
    with pytest.raises(Broken, match=said):
        Policies(named).policy(terms({"then": "a"}))


@given(st.sampled_from(ROLES), st.sampled_from(ROLES))
def test_a_route_goes_to_a_customer_or_comes_from_one(heard_from: str, told_to: str) -> None:
    held = passed(role_import(ASN, heard_from))
    assert held is not None
    assert held.local_pref == LOCAL_PREFS[heard_from]
    told = passed(role_export(ASN, told_to), communities=held.communities)
    assert (told is not None) == ("customer" in (heard_from, told_to))
    assert told is None or told.communities == frozenset()  # the marks stay inside


@given(st.sampled_from(ROLES))
def test_own_routes_are_told_to_everyone(told_to: str) -> None:
    assert passed(role_export(ASN, told_to)) is not None


def test_a_mark_that_a_neighbour_set_is_not_believed() -> None:
    held = passed(role_import(ASN, "provider"), communities=frozenset({f"{ASN}:0:65001"}))
    assert held is not None
    assert passed(role_export(ASN, "peer"), communities=held.communities) is None
