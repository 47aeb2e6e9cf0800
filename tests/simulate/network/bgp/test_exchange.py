"""What a router offers, what it refuses, and what the attributes become on the way."""

from dataclasses import replace
from ipaddress import IPv4Address, ip_network
from itertools import pairwise
from typing import Any

import pytest
from tests.simulate.network.bgp.drawing import (
    CLIENT,
    PREFIX,
    PREFIX6,
    SELF,
    changing,
    ip,
    near,
    network,
    originating,
    peering,
    speaker,
    via,
    words,
)

from catchment.model.address import Asn
from catchment.model.bgp import NO_ADVERTISE, NO_EXPORT
from catchment.model.rpki import Cache, Vrp
from catchment.model.speakers import (
    ACCEPT_ALL,
    DENY_ALL,
    Attributes,
    BgpNetwork,
    NextHopSelf,
    Peering,
    Role,
    Side,
)
from catchment.simulate.network.bgp.decision import Route
from catchment.simulate.network.bgp.exchange import Refusal, receive
from catchment.simulate.network.bgp.policies import BLACKHOLE, GRACEFUL_SHUTDOWN
from catchment.simulate.network.bgp.profiles import BIRD, DEFAULT, FRR, GOBGP, OPENBGPD
from catchment.simulate.network.bgp.propagation import propagate
from catchment.simulate.network.bgp.sessions import Session, sessions_of

DAEMONS = (BIRD, FRR, GOBGP, OPENBGPD)


def attributes_of(net: BgpNetwork, name: str) -> Attributes:
    best = propagate(net, near).best(name, PREFIX)
    assert best is not None
    return best.attributes


def into_dut(lan: str = "") -> Session:
    """From a neighbour AS64501 at 192.0.2.11 to the device under test AS64500; another, .13, on the same LAN."""
    dut, a, c = speaker(1, 64500, "dut"), speaker(11, 64501, "a"), speaker(13, 64503, "c")
    net = network([dut, a, c], *(replace(peering(x, dut), lan=lan) for x in (a, c)))
    return sessions_of(net)[0]


def heard(session: Session, rules: Any, **attributes: Any) -> Route | Refusal:
    attributes = {"next_hop": ip("192.0.2.11"), "path": (64501,)} | attributes
    return receive(session, PREFIX, Attributes(**attributes), rules)


# The rows of the measured table that are about arrival; columns as there: BIRD, FRR, GoBGP, OpenBGPD


def test_a_next_hop_outside_the_lan_is_refused_by_bird_and_frr() -> None:
    answers = [heard(into_dut(), rules, next_hop=ip("198.51.100.9")) for rules in DAEMONS]
    assert [answer is Refusal.OFF_LINK for answer in answers] == [True, True, False, False]


def test_a_third_address_on_the_lan_is_accepted_by_all() -> None:
    answers = [heard(into_dut("ix"), rules, next_hop=ip("192.0.2.13")) for rules in DAEMONS]
    assert all(isinstance(answer, Route) for answer in answers)


@pytest.mark.parametrize("path", [(64501, 64500), (64501, frozenset({64500, 64502}))])
def test_the_own_as_in_the_path_is_refused_by_all(path: tuple[Any, ...]) -> None:
    assert [heard(into_dut(), rules, path=path) for rules in DAEMONS] == [Refusal.AS_LOOP] * 4


def test_a_first_as_that_is_not_the_neighbours_is_refused_by_openbgpd() -> None:
    answers = [heard(into_dut(), rules, path=(64509, 64501)) for rules in DAEMONS]
    assert [answer is Refusal.FIRST_AS for answer in answers] == [False, False, False, True]


def test_graceful_shutdown_is_known_to_frr_and_the_default() -> None:
    """GSHUT on the short path: local preference 0 on arrival, so that the longer one wins."""
    prefs = []
    for rules in (*DAEMONS, DEFAULT):
        answer = heard(into_dut(), rules, communities=frozenset({GRACEFUL_SHUTDOWN}))
        assert isinstance(answer, Route)
        prefs.append(answer.attributes.local_pref)
    assert prefs == [100, 0, 100, 100, 0]


# What is sent


def line(*asns: int, **first: Any) -> BgpNetwork:
    """r1, which originates, - r2 - r3 ... by their ASNs; inside an AS the sessions have next-hop-self."""
    speakers = [speaker(n + 1, asn) for n, asn in enumerate(asns)]
    speakers[0] = originating(speakers[0], **first)
    return network(speakers, *(peering(a, b, SELF, SELF) for a, b in pairwise(speakers)))


def test_a_heard_med_goes_no_farther_than_the_neighbour_as() -> None:
    """r1 AS64496 med 7 --- r2 AS64497 === r3 AS64497 --- r4 AS64498"""
    net = line(64496, 64497, 64497, 64498, med=7)
    assert [attributes_of(net, name).med for name in ("r2", "r3", "r4")] == [7, 7, None]


def test_an_export_policy_sets_the_med_anew() -> None:
    a, b, c = originating(speaker(1, 64496), med=7), speaker(2, 64497), speaker(3, 64498)
    net = network([a, b, c], peering(a, b), peering(b, c, {"exports": changing(med=42)}))
    assert attributes_of(net, "r3").med == 42


def test_local_preference_stays_inside() -> None:
    a, b, c, d = originating(speaker(1, 64496)), speaker(2, 64497), speaker(3, 64497), speaker(4, 64498)
    preferring = peering(a, b, None, {"imports": changing(local_pref=300)})
    net = network([a, b, c, d], preferring, peering(b, c, SELF), peering(c, d))
    assert [attributes_of(net, name).local_pref for name in ("r2", "r3", "r4")] == [300, 300, 100]


@pytest.mark.parametrize(
    ("community", "reached"),
    [
        (NO_EXPORT, ["r2", "r3"]),
        ("65535:65283", ["r2", "r3"]),
        (NO_ADVERTISE, ["r2"]),
        (BLACKHOLE, ["r2", "r3", "r4"]),
    ],
)
def test_well_known_communities_hold_routes_back(community: str, reached: list[str]) -> None:
    """r1 AS64496 --- r2 AS64497 === r3 AS64497 --- r4 AS64498; an export policy of r1 adds the community."""
    speakers = [originating(speaker(1, 64496)), speaker(2, 64497), speaker(3, 64497), speaker(4, 64498)]
    a, b, c, d = speakers
    marked = peering(a, b, {"exports": changing(add=frozenset({community}))})
    outcome = propagate(network(speakers, marked, peering(b, c, SELF), peering(c, d)), near)
    assert [one.name for one in speakers[1:] if via(outcome, one.name) is not None] == reached


def test_prepends_of_the_export_policy_stand_before_the_path() -> None:
    a, b = originating(speaker(1, 64496)), speaker(2, 64497)
    net = network([a, b], peering(a, b, {"exports": changing(prepend=2)}))
    assert attributes_of(net, "r2").path == (64496, 64496, 64496)


def test_prepends_of_the_import_policy_repeat_the_neighbour() -> None:
    a, b = originating(speaker(1, 64496)), speaker(2, 64497)
    net = network([a, b], peering(a, b, None, {"imports": changing(prepend=1)}))
    assert attributes_of(net, "r2").path == (64496, 64496)


@pytest.mark.parametrize(("manner", "hop"), [(NextHopSelf.NO, 1), (NextHopSelf.EXTERNAL, 2), (NextHopSelf.ALL, 2)])
def test_the_next_hop_towards_ibgp(manner: NextHopSelf, hop: int) -> None:
    """r1 AS64496 --- r2 AS64497 === r3 AS64497"""
    a, b, c = originating(speaker(1, 64496)), speaker(2, 64497), speaker(3, 64497)
    net = network([a, b, c], peering(a, b), peering(b, c, {"next_hop_self": manner}))
    assert attributes_of(net, "r3").next_hop == ip(f"192.0.2.{hop}")


@pytest.mark.parametrize(("lan", "hop"), [("", 2), ("ix", 1)])
def test_a_next_hop_on_the_same_lan_is_not_replaced(lan: str, hop: int) -> None:
    """RFC 4271 5.1.3, third party: r1, r2, r3 of three ASes on one exchange."""
    a, b, c = originating(speaker(1, 64496)), speaker(2, 64497), speaker(3, 64498)
    net = network([a, b, c], replace(peering(a, b), lan=lan), replace(peering(b, c), lan=lan))
    assert attributes_of(net, "r3").next_hop == ip(f"192.0.2.{hop}")


def test_nothing_passes_without_a_policy_where_one_is_required() -> None:
    """RFC 8212 at r2, without import policy, without export policy, with both."""
    a, b, c = originating(speaker(1, 64496)), speaker(2, 64497, requires_policy=True), speaker(3, 64498)
    reached = []
    for imports, exports in (
        (None, ACCEPT_ALL),
        (ACCEPT_ALL, None),
        (ACCEPT_ALL, ACCEPT_ALL),
        (DENY_ALL, ACCEPT_ALL),
    ):
        net = network([a, b, c], peering(a, b, None, {"imports": imports}), peering(b, c, {"exports": exports}))
        outcome = propagate(net, near)
        reached.append((via(outcome, "r2") is not None, via(outcome, "r3") is not None))
        if imports is None:
            assert words(outcome, "r2") == {"r1": "refused: no import policy (RFC 8212)"}
        if imports is DENY_ALL:
            assert words(outcome, "r2") == {"r1": "refused: denied by the import policy"}
    assert reached == [(False, False), (True, False), (True, True), (False, False)]


def test_what_is_not_said_has_its_reason() -> None:
    """r1 --- r2 --- r3, and r2 denies r3; both families of addresses."""
    a = originating(speaker(1, 64496))
    b, c = speaker(2, 64497), speaker(3, 64498)
    outcome = propagate(network([a, b, c], peering(a, b), peering(b, c, {"exports": DENY_ALL})), near)
    said = {line.neighbour: line.withheld for line in outcome.table("r2", PREFIX).said}
    assert said == {"r1": "withheld: the route came from there", "r3": "withheld: denied by the export policy"}
    assert {line.withheld for line in outcome.table("r3", PREFIX).said} == {"withheld: no route"}


def test_each_family_has_its_next_hop() -> None:
    one = originating(originating(speaker(1, 64496)), PREFIX6)
    two = speaker(2, 64497)
    outcome = propagate(network([one, two], peering(one, two)), near)
    hops = [outcome.best("r2", prefix) for prefix in (PREFIX, PREFIX6)]
    assert [str(best.attributes.next_hop) for best in hops if best] == ["192.0.2.1", "2001:db8::1"]


def test_a_session_carries_its_families_only() -> None:
    one = originating(originating(speaker(1, 64496)), PREFIX6)
    two = speaker(2, 64497)
    only6 = Peering(
        a=Side(speaker="r1", address=ip("2001:db8::1")),
        b=Side(speaker="r2", address=ip("2001:db8::2")),
        families=frozenset({6}),
    )
    outcome = propagate(network([one, two], only6), near)
    assert (via(outcome, "r2"), via(outcome, "r2", PREFIX6)) == (None, "r1")


# Reflection, RFC 4456


def reflecting(client: bool) -> BgpNetwork:
    """r1 AS64496 --- r2 AS64497 === r3 (reflects for r2?) === r4, all of AS64497."""
    a, b, c, d = originating(speaker(1, 64496)), *(speaker(n, 64497) for n in (2, 3, 4))
    return network([a, b, c, d], peering(a, b), peering(b, c, SELF, CLIENT if client else None), peering(c, d))


def test_a_route_goes_from_ibgp_to_ibgp_only_by_reflection() -> None:
    plain, reflected = (propagate(reflecting(client), near) for client in (False, True))
    assert (via(plain, "r4"), via(reflected, "r4")) == (None, "r3")
    withheld = {line.neighbour: line.withheld for line in plain.table("r3", PREFIX).said}
    assert withheld["r4"] == "withheld: heard over iBGP, and neither end is a client"


def test_a_reflected_route_tells_its_origin_and_its_cluster() -> None:
    attributes = attributes_of(reflecting(True), "r4")
    assert attributes.originator == IPv4Address("10.0.0.2")
    assert attributes.clusters == (IPv4Address("10.0.0.3"),)
    assert attributes.next_hop == ip("192.0.2.2")


def test_a_non_clients_route_goes_to_clients() -> None:
    """r2 and r4 are iBGP neighbours of r3; only r4 is a client: r2's route reaches it."""
    a, b, c, d = originating(speaker(1, 64496)), *(speaker(n, 64497) for n in (2, 3, 4))
    net = network([a, b, c, d], peering(a, b), peering(b, c, SELF), peering(c, d, CLIENT))
    assert via(propagate(net, near), "r4") == "r3"


def test_own_router_id_as_originator_is_refused() -> None:
    """r2 is a client of both r3 and r4, which reflect to each other: it hears its own route from neither."""
    a, b, c, d = originating(speaker(1, 64496)), *(speaker(n, 64497) for n in (2, 3, 4))
    net = network(
        [a, b, c, d], peering(a, b), peering(b, c, SELF, CLIENT), peering(c, d, CLIENT, CLIENT), peering(d, b, CLIENT)
    )
    # r4 hears r2's route from r3 first where r2 has nothing to say to it
    quiet = replace(net.peerings[3], b=replace(net.peerings[3].b, exports=DENY_ALL))
    outcome = propagate(replace(net, peerings=(*net.peerings[:3], quiet)), near)
    assert via(outcome, "r4") == "r3"
    assert words(outcome, "r2")["r4"] == "refused: own router id is its ORIGINATOR_ID"


def test_two_reflectors_of_one_cluster_refuse_each_others_routes() -> None:
    """r3 and r4 have cluster 10.0.0.99; r2 is a client of r3 alone, so that r4 has nothing (RFC 4456 7)."""
    a, b = originating(speaker(1, 64496)), speaker(2, 64497)
    c, d = (speaker(n, 64497, cluster_id=IPv4Address("10.0.0.99")) for n in (3, 4))
    net = network([a, b, c, d], peering(a, b), peering(b, c, SELF, CLIENT), peering(c, d))
    outcome = propagate(net, near)
    assert words(outcome, "r4") == {"r3": "refused: own cluster in its CLUSTER_LIST"}


def test_next_hop_self_force_changes_reflected_routes_too() -> None:
    net = reflecting(True)
    forced = replace(net.peerings[2], a=replace(net.peerings[2].a, next_hop_self=NextHopSelf.ALL))
    net = replace(net, peerings=(*net.peerings[:2], forced))
    assert attributes_of(net, "r4").next_hop == ip("192.0.2.3")


# Origin validation (RFC 6811)


def guarded(*vrps: Vrp, validates: bool = True) -> BgpNetwork:
    """bad AS64502 --- r1 AS64500 === r2 AS64500 --- r3 AS64503: bad announces what is AS64501's; r1 and r3 validate."""
    cache = Cache(address=ip("192.0.2.99")) if validates else None
    bad = originating(speaker(9, 64502, "bad"))
    r1, r3 = speaker(1, 64500, validates=cache), speaker(3, 64503, validates=cache)
    r2 = speaker(2, 64500)
    net = network([bad, r1, r2, r3], peering(bad, r1), peering(r1, r2, SELF, SELF), peering(r2, r3))
    return replace(net, vrps=vrps)


OF_ANOTHER = Vrp(prefix=PREFIX, max_length=24, asn=Asn(64501))


def test_a_router_that_validates_takes_no_route_with_an_invalid_origin() -> None:
    outcome = propagate(guarded(OF_ANOTHER), near)
    assert words(outcome, "r1") == {"bad": "refused: origin invalid (RPKI)"}
    assert outcome.best("r3", PREFIX) is None


@pytest.mark.parametrize(
    "net",
    [
        guarded(),
        guarded(OF_ANOTHER, validates=False),
        guarded(replace(OF_ANOTHER, asn=Asn(64502)), OF_ANOTHER),
        guarded(replace(OF_ANOTHER, prefix=ip_network("198.51.100.0/24"))),
    ],
)
def test_what_is_valid_or_unknown_or_not_looked_at_is_taken(net: BgpNetwork) -> None:
    assert attributes_of(net, "r3").path == (64500, 64502)


def test_routes_of_the_own_as_are_not_held_against_roas() -> None:
    net = guarded(OF_ANOTHER)
    speakers = tuple(replace(one, validates=None) if one.name == "r1" else one for one in net.speakers)
    only_inside = [
        replace(one, validates=Cache(address=ip("192.0.2.99"))) if one.name == "r2" else one for one in speakers
    ]
    outcome = propagate(replace(net, speakers=tuple(only_inside)), near)
    assert outcome.best("r2", PREFIX) is not None
    assert words(outcome, "r3") == {"r2": "refused: origin invalid (RPKI)"}


def test_behind_an_as_set_nobody_is_the_origin() -> None:
    session = sessions_of(guarded(replace(OF_ANOTHER, asn=Asn(64502))))[0]
    path = (Asn(64502), frozenset({Asn(64502)}))
    assert heard(session, DEFAULT, next_hop=ip("192.0.2.9"), path=path) is Refusal.INVALID
    assert isinstance(heard(session, DEFAULT, next_hop=ip("192.0.2.9"), path=(64502,)), Route)


def role_into_dut(role: Role) -> Session:
    return replace(into_dut(), into=replace(into_dut().into, role=role))


@pytest.mark.parametrize(
    ("role", "otc", "kept"),
    [
        (Role.PROVIDER, 64999, Refusal.LEAK),  # a customer hands up what may go down only
        (Role.PEER, 64999, Refusal.LEAK),
        (Role.PEER, 64501, 64501),  # set by the peer itself
        (Role.CUSTOMER, 64999, 64999),
        (Role.PROVIDER, None, None),
        (Role.PEER, None, 64501),
        (Role.CUSTOMER, None, 64501),
    ],
)
def test_a_role_refuses_leaks_and_marks_what_may_go_down_only(role: Role, otc: int | None, kept: object) -> None:
    found = receive(
        role_into_dut(role),
        PREFIX,
        Attributes(next_hop=role_into_dut(role).out.address, path=(64501,), otc=otc),
        BIRD,
    )
    assert (found.attributes.otc if isinstance(found, Route) else found) == kept


def test_a_session_without_a_role_hands_the_mark_on_and_one_up_or_sideways_stops_it() -> None:
    told = {}
    for role in (None, Role.PROVIDER, Role.CUSTOMER, Role.PEER):
        a, b, c = originating(speaker(1, 64501, "a")), speaker(2, 64502, "b"), speaker(3, 64503, "c")
        first = peering(a, b)
        second = peering(b, c)
        marked = replace(first, b=replace(first.b, role=Role.CUSTOMER))
        best = propagate(network([a, b, c], marked, replace(second, a=replace(second.a, role=role))), near).best(
            "c", PREFIX
        )
        told[role] = None if best is None else best.attributes.otc
    assert told == {None: 64501, Role.PROVIDER: 64501, Role.CUSTOMER: None, Role.PEER: None}
