"""Groups whole: a golden case that a person can check, tunnels, an anycast RP, and what a failure changes."""

from ipaddress import ip_address

import pytest
from tests.simulate.network.ground import through_gre
from tests.simulate.network.multicast.played import design_of, play

from catchment.model.inside import Inside
from catchment.model.multicast import Member, MemberKind, MulticastGroup, MulticastMode
from catchment.results.multicast import GroupResult
from catchment.simulate.network.multicast.copies import Roads
from catchment.simulate.network.multicast.group import Group
from catchment.simulate.network.tables import Tables
from catchment.simulate.network.topology import Down

COMB = """
networks:
  corp:
    igp: ospf
    routers: [head, one, two, three]
    links:
      - {between: [head, one], delay: 1 ms, rate: 1 Gbps}
      - {between: [one, two], delay: 1 ms, rate: 1 Gbps}
      - {between: [one, three], delay: 5 ms, rate: 3 Mbps}
clients: {a: two, b: two, c: three}
multicast:
  film: {group: 232.1.1.1, from: head, to: [a, b, c], rate: 4 Mbps}
"""


def links(group: GroupResult) -> dict[tuple[str, str], tuple[float, float]]:
    return {(one.sender, one.receiver): (one.copies, one.unicast) for one in group.links}


def test_a_comb_of_four_routers_carries_one_copy_where_unicast_needs_three() -> None:
    """head - one - two (a, b) and one - three (c): by unicast 3 + 2 + 1 packets, by multicast 1 + 1 + 1."""
    film = play(design_of(COMB))
    assert links(film) == {("head", "one"): (1, 3), ("one", "two"): (1, 2), ("one", "three"): (1, 1)}
    assert (film.copies, film.unicast) == (3, 6)
    (tree,) = film.trees
    assert [(one.router, one.parent, one.leaves) for one in tree.branches] == [
        ("head", -1, ()),
        ("one", 0, ()),
        ("three", 1, ("c",)),
        ("two", 1, ("a", "b")),
    ]
    assert [(one.member, one.copies, one.ttl, one.delay_ms, one.unicast_delay_ms) for one in tree.receivers] == [
        ("a", 1, 62, 2.0, 2.0),
        ("b", 1, 62, 2.0, 2.0),
        ("c", 1, 62, 6.0, 6.0),
    ]
    assert [one.rate_bps for one in film.links] == [4e6, 4e6, 4e6]
    assert [finding.rule for finding in film.findings] == ["M008"]


def test_with_a_link_down_who_is_behind_it_is_lost_and_was_there_before() -> None:
    film = play(design_of(COMB), down=Down(links=frozenset({"one-two"})))
    assert [(one.member, one.copies, one.was) for one in film.trees[0].receivers] == [
        ("a", 0, True),
        ("b", 0, True),
        ("c", 1, True),
    ]
    assert not film.delivered
    assert {(one.sender, one.receiver): one.was for one in film.links} == {
        ("head", "one"): 1,
        ("one", "two"): 1,
        ("one", "three"): 1,
    }
    assert "M001" in [finding.rule for finding in film.findings]


MESH = """
networks:
  corp:
    igp: ospf
    routers: [seoul, daejeon, busan]
    links:
      - {between: [seoul, daejeon]}
      - {between: [daejeon, busan]}
      - {between: [seoul, busan]}
services:
  resolver: {address: 10.0.0.1, at: [seoul, busan, daejeon]}
  rps: {address: 10.0.0.9, at: [seoul, busan]}
multicast:
  health: {group: 239.192.0.53, from: resolver, to: resolver, rp: rps}
"""


def test_the_servers_of_a_site_hear_each_other_and_not_themselves() -> None:
    health = play(design_of(MESH))
    assert health.delivered
    heard = {tree.sender: [one.member for one in tree.receivers] for tree in health.trees}
    assert heard == {
        "resolver@seoul": ["resolver@busan", "resolver@daejeon"],
        "resolver@busan": ["resolver@seoul", "resolver@daejeon"],
        "resolver@daejeon": ["resolver@seoul", "resolver@busan"],
    }
    assert (health.rp, health.rps) == ("rps", ("seoul", "busan"))


def test_an_anycast_rp_serves_on_when_one_of_its_routers_loses_the_part() -> None:
    health = play(design_of(MESH), down=Down(servers=frozenset({"rps@seoul"})))
    assert health.delivered
    assert health.findings == ()
    both = play(design_of(MESH), down=Down(servers=frozenset({"rps@seoul", "rps@busan"})))
    assert [finding.rule for finding in both.findings] == ["M004"]


def test_a_packet_registered_at_one_rp_reaches_those_who_joined_at_the_other() -> None:
    """RFC 4610: seoul is the RP of its neighbours, busan of its own; a line with the sender at one end."""
    text = """
networks:
  corp:
    igp: ospf
    routers: [west, seoul, busan, east]
    links: [{between: [west, seoul]}, {between: [seoul, busan]}, {between: [busan, east]}]
services: {rps: {address: 10.0.0.9, at: [seoul, busan]}}
clients: {office: east}
multicast: {g: {group: 239.192.0.1, from: west, to: office, rp: rps, spt-switch: false}}
"""
    (tree,) = play(design_of(text)).trees
    assert tree.first_reached == ("office",)
    assert [(one.router, one.link) for one in tree.first if one.link == "register"] == [("busan", "register")]
    assert [one.router for one in tree.branches] == ["west", "seoul", "busan", "east"]
    assert tree.copies == 3


def test_streams_of_a_sender_that_is_known_outlive_the_rp_and_others_do_not() -> None:
    text = """
networks:
  corp:
    igp: ospf
    routers: [seoul, busan, daejeon]
    links: [{between: [seoul, busan]}, {between: [seoul, daejeon]}, {between: [daejeon, busan]}]
multicast:
  switches: {group: 239.192.0.1, from: seoul, to: busan, rp: daejeon}
  stays: {group: 239.192.0.2, from: seoul, to: busan, rp: daejeon, spt-switch: false}
"""
    down = Down(routers=frozenset({"daejeon"}))
    switches, stays = (play(design_of(text), number, down) for number in (0, 1))
    assert (switches.delivered, stays.delivered) == (True, False)
    assert [finding.rule for finding in (*switches.findings, *stays.findings)] == ["M004", "M004"]


def film_through(inside: Inside, *closed: str) -> MulticastGroup:
    """A group of SSM from the cloud's router to a host at the office."""
    own = inside.networks[0].routers[0].loopbacks
    return MulticastGroup(
        name="film",
        addresses=(ip_address("232.1.1.1"),),
        senders=(Member(name="cloud", kind=MemberKind.ROUTER, router="cloud", addresses=own),),
        receivers=(Member(name="screens", kind=MemberKind.CLIENT, router="office"),),
        mode=MulticastMode.SSM,
        boundary=closed,
    )


def test_a_tunnel_carries_the_group_over_a_router_that_knows_nothing_of_it() -> None:
    """cloud - isp - office, with GRE from cloud to office; the office finds the cloud's loopback through the tunnel."""
    inside = through_gre(office_route="cloud")
    group = film_through(inside, "cloud-isp", "isp-office")
    film = Group(group, group.addresses[0], Roads(Tables(inside))).result()
    assert film.delivered
    assert [(one.link, one.kind, one.copies) for one in film.links if one.copies] == [
        ("cloud-isp", "wire", 1),
        ("isp-office", "wire", 1),
        ("gre", "tunnel", 1),
    ]
    assert film.copies == 2
    assert film.trees[0].receivers[0].delay_ms == pytest.approx(3.0)


def test_joins_over_a_tunnel_that_carries_nothing_are_lost_and_told() -> None:
    """The office's static route points into the tunnel, which looks up; joins go into it and do not come out."""
    inside = through_gre(office_route="cloud")
    group = film_through(inside)
    dead = Roads(Tables(inside, Down(silent=frozenset({"gre"}))))
    (finding,) = Group(group, group.addresses[0], dead).result().findings
    assert finding.rule == "M003"
    assert finding.what.endswith("the way to the sender leads over gre, which carries nothing")


def test_where_the_rp_cannot_join_toward_the_sender_packets_stay_in_registers() -> None:
    """seoul - daejeon carries no PIM, but unicast passes: Registers to daejeon for ever, then on to busan."""
    text = """
networks:
  corp:
    igp: ospf
    routers: [seoul, daejeon, busan]
    links: [{between: [seoul, daejeon], delay: 3 ms}, {between: [daejeon, busan], delay: 1 ms}]
multicast:
  g: {group: 239.192.0.1, from: seoul, to: busan, rp: daejeon, boundary: seoul-daejeon}
"""
    group = play(design_of(text))
    (tree,) = group.trees
    assert group.delivered
    assert [(one.router, one.link) for one in tree.branches] == [
        ("seoul", ""), ("daejeon", "register"), ("busan", "daejeon-busan"),
    ]  # fmt: skip
    assert [one.delay_ms for one in tree.receivers] == [4.0]
    assert links(group) == {("seoul", "daejeon"): (1, 1), ("daejeon", "busan"): (1, 1)}
    assert "Register-Stop" not in [one.what for one in tree.messages]


def test_an_rp_that_was_stopped_passes_nothing_on() -> None:
    """busan is an RP too, and seoul - busan carries no PIM: it hears of the sender, cannot join, and gets no more."""
    text = """
networks:
  corp:
    igp: ospf
    routers: [west, seoul, busan, east]
    links: [{between: [west, seoul]}, {between: [seoul, busan]}, {between: [busan, east]}]
services: {rps: {address: 10.0.0.9, at: [seoul, busan]}}
clients: {office: east}
multicast: {g: {group: 239.192.0.1, from: west, to: office, rp: rps, boundary: seoul-busan}}
"""
    group = play(design_of(text))
    (tree,) = group.trees
    assert tree.first_reached == ("office",)
    assert not group.delivered
    assert [finding.rule for finding in group.findings] == ["M003"]
