"""BGP in a design: who speaks to whom, over which addresses, with which policies."""

from ipaddress import ip_address

import pytest

from catchment.designfile.load import load
from catchment.model.inside import Inside
from catchment.model.speakers import NextHopSelf, Peering, Profile, Then

NET = """
name: demo
asn: 64500
networks:
  ours:
    igp: ospf
    bgp: {bgp}
    routers: {routers}
    links: [{{between: [a, b]}}, {{between: [b, c]}}, {{between: [c, d]}}]
  far: {{asn: 64501, routers: [x]}}
links: [{{between: [a, x]{more}}}]
{rest}
"""


def inside(
    bgp: str = "mesh", routers: str = "[a, b, c, d]", more: str = "", rest: str = "", text: str = NET
) -> Inside:
    loaded = load(text.format(bgp=bgp, routers=routers, more=more, rest=rest), "design.yaml")
    assert loaded.problems == ()
    assert loaded.design is not None
    return loaded.design.inside


def pairs(found: Inside) -> list[str]:
    """`a>b`: b is a client of a; `a-b` otherwise."""
    return [f"{one.a.speaker}{'>' if one.a.client else '-'}{one.b.speaker}" for one in found.bgp.peerings]


def session(found: Inside, *ends: str) -> Peering:
    (one,) = [one for one in found.bgp.peerings if {one.a.speaker, one.b.speaker} == {*ends}]
    return one


@pytest.mark.parametrize(
    ("bgp", "sessions"),
    [
        ("mesh", ["a-x", "a-b", "a-c", "a-d", "b-c", "b-d", "c-d"]),
        ("none", ["a-x"]),
        ("{mesh: [a, d]}", ["a-x", "a-d"]),
        ("{reflectors: [a, b]}", ["a-x", "a>c", "a>d", "b>c", "b>d", "a-b"]),
        ("{reflectors: {a: [b, c], c: d}}", ["a-x", "a>b", "a>c", "c>d"]),
        ("{reflectors: a, next-hop-self: all}", ["a-x", "a>b", "a>c", "a>d"]),
    ],
)
def test_sessions_follow_from_a_word(bgp: str, sessions: list[str]) -> None:
    assert pairs(inside(bgp)) == sessions


def test_a_network_that_is_off_speaks_with_nobody() -> None:
    found = inside("off")
    assert [speaker.name for speaker in found.bgp.speakers] == []


def test_a_design_without_other_ases_has_no_bgp() -> None:
    loaded = load("name: d\nasn: 64500\nnetworks: {n: {igp: ospf, routers: [a, b], links: [{between: [a, b]}]}}", "x")
    assert loaded.design is not None
    assert loaded.design.inside.bgp.speakers == ()


def test_addresses_are_the_links_outside_and_the_loopbacks_inside() -> None:
    found = inside(rest='services: {dns: {address: [203.0.113.53, "2001:db8::53"], at: [b]}}')
    outside, own = session(found, "a", "x"), session(found, "a", "b")
    assert (outside.a.address, outside.b.address) == (ip_address("198.51.100.6"), ip_address("198.51.100.7"))
    assert outside.families == own.families == frozenset({4, 6})
    assert str(outside.a.other_address) == "2001:db8:ffff:1::6"
    assert (own.a.address, str(own.b.other_address)) == (ip_address("192.0.2.1"), "2001:db8:ffff::2")


def test_router_ids_profiles_and_clusters() -> None:
    routers = (
        "{a: {router-id: 192.0.2.99, decision: frr}, b: {cluster-id: 192.0.2.50}, c: {loopback: 192.0.2.33}, d: {}}"
    )
    found = inside("{reflectors: [a, b], decision: bird, local-pref: 150}", routers)
    by_name = found.bgp.by_name
    assert [str(by_name[name].router_id) for name in "abcd"] == ["192.0.2.99", "192.0.2.2", "192.0.2.33", "192.0.2.3"]
    assert [by_name[name].profile for name in "ab"] == [Profile.FRR, Profile.BIRD]
    assert (str(by_name["b"].cluster), by_name["a"].default_local_pref) == ("192.0.2.50", 150)


def test_a_session_says_more_than_a_role_and_a_role_more_than_the_network() -> None:
    network = "{export: {prepend: 3}, import: {local-pref: 1}}"
    plain = session(inside(network), "a", "x").a
    assert plain.exports is not None
    assert plain.exports.terms[0].change.prepend == 3
    with_role = session(inside(network, more=", role: customer"), "a", "x").a
    assert with_role.imports is not None
    assert with_role.imports.terms[0].change.local_pref == 100
    said = session(inside(network, more=", role: customer, sides: {a: {import: deny}}"), "a", "x").a
    assert said.imports is not None
    assert said.imports.terms[0].then is Then.DENY
    assert said.exports == with_role.exports
    inner = session(inside(network), "a", "b").a
    assert (inner.imports, inner.exports) == (None, None)


def test_without_next_hop_self_the_igp_tells_the_borders() -> None:
    found = inside("{next-hop-self: false}")
    assert found.networks[0].tells_borders
    assert session(found, "a", "b").a.next_hop_self is NextHopSelf.NO
    assert not inside().networks[0].tells_borders


def test_a_listed_session_is_between_loopbacks_or_given_addresses() -> None:
    found = inside("none", rest="sessions: [{between: [b, x]}, {between: [c, b], sides: {b: {client: true}}}]")
    far, own = session(found, "b", "x"), session(found, "b", "c")
    assert (far.multihop, str(far.b.address)) == (True, "192.0.2.5")
    assert (own.multihop, own.a.client, own.b.client) == (False, False, True)


def test_options_of_med_reach_every_speaker_of_the_network() -> None:
    found = inside("{med: [always-compare, missing-is-worst]}").bgp.by_name
    assert [(found[name].always_compare_med, found[name].missing_med_is_worst) for name in "ax"] == [
        (True, True),
        (False, False),
    ]
