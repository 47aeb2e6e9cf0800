"""Route-maps: that their entries do what the policy says, term by term, also where FRR has no one word for it."""

from ipaddress import ip_network

from catchment.model.address import Asn
from catchment.model.speakers import (
    ACCEPT_ALL,
    DENY_ALL,
    Change,
    Match,
    Origin,
    Origination,
    Policy,
    PrefixRange,
    Term,
    Then,
    or_longer,
)
from catchment.render.frr.policies import Direction, announced, range_list, route_map

WAY = Direction(name="in", version=4, other="kt", prepends=Asn(64501))
FOUR, SIX = or_longer(ip_network("192.0.2.0/24")), or_longer(ip_network("2001:db8::/32"))


def lines(policy: Policy | None, way: Direction = WAY) -> list[str]:
    """The text without `exit`."""
    text = "".join(one.text() for one in route_map(policy, way))
    return [line.strip() for line in text.splitlines() if line != "exit"]


def test_no_policy_is_written_as_one_that_accepts_all() -> None:
    assert lines(None) == lines(ACCEPT_ALL) == ["route-map in permit 10"]
    assert lines(DENY_ALL) == ["route-map in deny 10"]


def test_what_is_refused_comes_first() -> None:
    way = Direction(name="in", version=4, other="kt", prepends=Asn(64501), refuses=("bogons",))
    assert lines(None, way)[:2] == ["route-map in deny 1", "match ip address prefix-list bogons"]


def test_prefixes_of_the_other_family_are_left_out_and_terms_that_ask_for_them_alone_too() -> None:
    policy = Policy(
        terms=(
            Term(match=Match(prefixes=(SIX,)), then=Then.DENY),
            Term(match=Match(prefixes=(FOUR, SIX)), then=Then.DENY),
        )
    )
    assert lines(policy) == [
        "ip prefix-list in-10 seq 5 permit 192.0.2.0/24 le 32",
        "route-map in deny 10",
        "match ip address prefix-list in-10",
        "route-map in permit 20",
    ]


def test_a_term_for_another_neighbour_is_left_out() -> None:
    policy = Policy(terms=(Term(match=Match(neighbours=frozenset({"lumen"})), then=Then.DENY),))
    assert lines(policy) == ["route-map in permit 10"]


def test_communities_of_both_kinds_make_two_entries_of_which_only_one_changes_the_route() -> None:
    asked = Match(communities=frozenset({"64501:9", "64501:0:9"}))
    policy = Policy(terms=(Term(match=asked, change=Change(prepend=2), then=Then.NEXT),))
    assert lines(policy) == [
        "bgp community-list standard in-10-asks permit 64501:9",
        "bgp large-community-list standard in-10-asks permit 64501:0:9",
        "route-map in permit 10",
        "match community in-10-asks",
        "set as-path prepend 64501 64501",
        "on-match goto 20",
        "route-map in permit 11",
        "match large-community in-10-asks",
        "set as-path prepend 64501 64501",
        "on-match next",
        "route-map in permit 20",
    ]


def test_communities_are_removed_before_they_are_added() -> None:
    change = Change(
        remove=frozenset({"64501:1", "64501:2"}), add=frozenset({"64501:2"}), local_pref=50, weight=7, med=3
    )
    assert lines(Policy(terms=(Term(change=change),), otherwise=Then.DENY)) == [
        "bgp community-list standard in-10-drops permit 64501:1",
        "bgp community-list standard in-10-drops permit 64501:2",
        "route-map in permit 10",
        "set local-preference 50",
        "set metric 3",
        "set weight 7",
        "set comm-list in-10-drops delete",
        "set community 64501:2 additive",
    ]


def test_a_last_term_that_goes_on_meets_what_is_otherwise() -> None:
    policy = Policy(terms=(Term(change=Change(med=5), then=Then.NEXT),), otherwise=Then.DENY)
    assert lines(policy)[-2:] == ["on-match next", "route-map in deny 20"]


def test_ranges_have_the_bounds_that_frr_takes() -> None:
    net = ip_network("10.0.0.0/8")
    ranges = [
        PrefixRange(within=net),
        or_longer(net),
        PrefixRange(within=net, shortest=8, longest=24),
        PrefixRange(within=net, shortest=16, longest=16),
        PrefixRange(within=net, shortest=8, longest=8),
    ]
    assert [one.head.split("10.0.0.0/8")[1] for one in range_list("x", ranges)] == [
        "",
        " le 32",
        " le 24",
        " ge 16 le 16",
        "",
    ]


def test_an_announcement_with_nothing_of_its_own_needs_no_route_map() -> None:
    plain = Origination(prefix=ip_network("203.0.113.0/24"))
    assert announced(plain, "x") == ()
    (own,) = announced(
        Origination(prefix=plain.prefix, med=7, origin=Origin.INCOMPLETE, communities=frozenset({"64500:1"})), "x"
    )
    assert own.lines == ("set origin incomplete", "set metric 7", "set community 64500:1 additive")
