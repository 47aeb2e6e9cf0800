"""Policies as filters: what terms become, and where they end."""

from ipaddress import ip_network

from catchment.model.address import Asn
from catchment.model.speakers import Change, Match, Policy, PrefixRange, Term, Then
from catchment.render.bird.policies import statements, weighs

OURS = PrefixRange(within=ip_network("203.0.113.0/24"))


def written(*terms: Term, otherwise: Then = Then.DENY, version: int = 4, before: str = "") -> list[str]:
    policy = Policy(terms=terms, otherwise=otherwise)
    return statements(policy, neighbour="kt", asn=Asn(64500), version=version, before_accept=before)


def test_no_policy_accepts() -> None:
    assert statements(None, neighbour="kt", asn=Asn(64500), version=4) == ["accept;"]


def test_changes_stand_in_the_order_in_which_the_model_makes_them() -> None:
    change = Change(
        local_pref=50, med=7, prepend=2, remove=frozenset({"64500:1", "64500:2", "1:2:3"}), add=frozenset({"64500:9"})
    )
    assert written(Term(match=Match(prefixes=(OURS,)), change=change)) == [
        "if net ~ [ 203.0.113.0/24 ] then {",
        "  bgp_local_pref = 50;",
        "  bgp_med = 7;",
        "  bgp_path.prepend(64500);",
        "  bgp_path.prepend(64500);",
        "  bgp_community.delete([ (64500,1), (64500,2) ]);",
        "  bgp_large_community.delete([ (1,2,3) ]);",
        "  bgp_community.add((64500,9));",
        "  accept;",
        "}",
        "reject;",
    ]


def test_conditions_hold_together_and_of_a_list_one_is_enough() -> None:
    both = Match(prefixes=(OURS,), communities=frozenset({"64500:1", "1:2:3"}))
    (line, _) = written(Term(match=both, then=Then.DENY))
    marks = "(bgp_community ~ [ (64500,1) ] || bgp_large_community ~ [ (1,2,3) ])"
    assert line == f"if net ~ [ 203.0.113.0/24 ] && {marks} then reject;"


def test_a_term_about_the_other_family_or_another_neighbour_is_left_out() -> None:
    assert written(Term(match=Match(prefixes=(OURS,))), version=6) == ["reject;"]
    assert written(Term(match=Match(neighbours=frozenset({"lumen"})))) == ["reject;"]
    assert written(Term(match=Match(neighbours=frozenset({"kt"})))) == ["accept;"]


def test_a_term_that_goes_on_does_not_end_the_filter() -> None:
    assert written(Term(change=Change(med=1), then=Then.NEXT), Term()) == ["bgp_med = 1;", "accept;"]
    assert written(Term(then=Then.NEXT)) == ["reject;"]


def test_nothing_stands_behind_a_term_that_always_ends() -> None:
    assert written(Term(), Term(then=Then.DENY)) == ["accept;"]


def test_what_runs_before_accepting_runs_before_every_accept() -> None:
    terms = (Term(match=Match(prefixes=(OURS,))),)
    lines = written(*terms, otherwise=Then.ACCEPT, before="f_drain();")
    assert [lines[at - 1].strip() for at, line in enumerate(lines) if line.strip() == "accept;"] == ["f_drain();"] * 2


def test_a_weight_is_seen() -> None:
    assert weighs(Policy(terms=(Term(change=Change(weight=5)),)))
    assert not weighs(Policy())
    assert not weighs(None)
