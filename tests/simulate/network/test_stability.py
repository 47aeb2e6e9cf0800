"""Flows through events: what theory says of each kind of group, and what resilient groups remember."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from tests.simulate.network.draw import ADDRESS, network_of, settled_of

from catchment.results.flows import Effect, Mechanism
from catchment.simulate.network.fates import Moment
from catchment.simulate.network.flowhash import HashPolicy
from catchment.simulate.network.flows import crowd
from catchment.simulate.network.groups.hashes import Hashing, stand_in_seed
from catchment.simulate.network.groups.resilient import Timers
from catchment.simulate.network.stability import Assumed, Outlook, through
from catchment.simulate.network.topology import Down

FLOWS = 20_000


def star(servers: int) -> str:
    """So many servers, each on a router of its own behind one."""
    names = [f"s{number}" for number in range(1, servers + 1)]
    links = ", ".join(f"{{between: [edge, {name}]}}" for name in names)
    return f"""
networks: {{rack: {{igp: ospf, ecmp: 64, routers: [edge, {", ".join(names)}], links: [{links}]}}}}
services: {{dns: {{address: 203.0.113.53, at: [{", ".join(names)}]}}}}
"""


TWO_LAYERS = """
networks:
  site:
    igp: ospf
    routers: [edge, x, y, s1, s2, s3]
    links: [{between: [edge, x]}, {between: [edge, y]}, {between: [x, s1]}, {between: [x, s2]}, {between: [x, s3]},
            {between: [y, s1]}, {between: [y, s2]}, {between: [y, s3]}]
services: {dns: {address: 203.0.113.53, at: [s1, s2, s3]}}
"""


def seen(
    text: str, downs: Sequence[set[str]], mechanism: Mechanism, flows: int = FLOWS, **assumed: object
) -> Outlook:
    """What a sequence of states does, each the set of routers (r), links (a-b) and servers (dns@r) that are down."""
    network = network_of(text)
    moments = []
    for number, down in enumerate(downs):
        kinds = {
            "servers": frozenset(name for name in down if "@" in name),
            "links": frozenset(name for name in down if "-" in name),
            "routers": frozenset(name for name in down if "@" not in name and "-" not in name),
        }
        moments.append(Moment(f"event {number}" if number else "", settled_of(network, Down(**kinds)).tables))
    crowds = [crowd(np.random.default_rng(2), flows, ADDRESS, 53, ("edge",))]
    options = {"hashing": Hashing(lambda router: stand_in_seed(router, 4)), **assumed}
    whole = Assumed(**options)  # type: ignore[arg-type]
    return through(moments, crowds, mechanism, whole, [server.name for server in network.servers])


def spared(effect: Effect) -> float:
    """The share of flows of servers that live on that keep theirs."""
    return effect.all.kept / (effect.all.kept + effect.all.moved)


@pytest.mark.parametrize(("members", "leaves"), [(2, 1), (3, 1), (3, 2), (4, 1), (4, 2), (5, 3), (8, 1)])
def test_when_a_server_leaves_as_many_others_stay_as_theory_says(members: int, leaves: int) -> None:
    downs = [set(), {f"dns@s{leaves}"}]
    k = leaves - 1
    stays = (sum(members - 1 - i for i in range(k)) + sum(range(k + 1, members))) / (members - 1) ** 2
    expected = {Mechanism.PLAIN: 1 / (members - 1), Mechanism.THRESHOLD: stays, Mechanism.RESILIENT: 1.0}
    for mechanism, share in expected.items():
        (effect,) = seen(star(members), downs, mechanism).effects
        assert spared(effect) == pytest.approx(share, abs=0.015)
        assert effect.all.lost == pytest.approx(FLOWS / members, rel=0.08)
        assert effect.all.flows == FLOWS
        assert effect.all.rerouted == 0


def test_without_memory_down_and_up_again_is_where_it_began() -> None:
    for mechanism in (Mechanism.PLAIN, Mechanism.THRESHOLD):
        outlook = seen(star(5), [set(), {"dns@s3"}, set()], mechanism)
        down, up = outlook.effects
        assert up.load == outlook.load
        assert up.all.kept == down.all.kept
        assert outlook.throughout.unbroken == down.tcp.kept


def test_a_server_that_comes_back_gets_nothing_from_busy_resilient_groups() -> None:
    outlook = seen(star(4), [set(), {"dns@s2"}, set()], Mechanism.RESILIENT)
    assert outlook.effects[1].all.kept == FLOWS
    assert dict(outlook.effects[1].load)["dns@s2"] == 0
    assert outlook.throughout.unbroken == outlook.effects[0].tcp.kept


def test_the_unbalanced_timer_gives_it_its_share_and_breaks_these_streams() -> None:
    downs = [set(), {"dns@s2"}, set()]
    timers = Timers(unbalanced_s=300)
    late = seen(star(4), downs, Mechanism.RESILIENT, timers=timers, apart_s=299)
    assert late.effects[1].all.moved == 0
    forced = seen(star(4), downs, Mechanism.RESILIENT, timers=timers, apart_s=301).effects[1]
    assert forced.all.moved == dict(forced.load)["dns@s2"] == pytest.approx(FLOWS / 4, rel=0.1)


def test_pauses_longer_than_the_idle_timer_hand_buckets_over() -> None:
    downs = [set(), {"dns@s2"}, set()]
    moved = {
        (pause, many): seen(star(4), downs, Mechanism.RESILIENT, many, period_s=pause).effects[1].all.moved
        for pause in (119.0, 500.0)
        for many in (200, FLOWS)
    }
    assert moved[119.0, 200] == 0
    assert moved[500.0, 200] > 10
    assert moved[500.0, FLOWS] == 0  # a bucket with many flows is never silent for so long


def test_a_group_that_no_flow_met_before_has_its_past_all_the_same() -> None:
    """y is met when the link to x fails; its group lost s2 and got it back before, without a packet."""
    away, alone = {"edge-y"}, {"edge-x"}
    downs = [away, {*away, "dns@s2"}, away, alone]
    past = seen(TWO_LAYERS, downs, Mechanism.RESILIENT, period_s=1).effects[2]
    fresh = seen(TWO_LAYERS, [away, alone], Mechanism.RESILIENT).effects[0]
    assert dict(past.load) != dict(fresh.load)
    assert dict(past.load)["dns@s2"] == pytest.approx(FLOWS / 3, rel=0.05)  # idle buckets went back to s2 at once


def test_what_fails_above_moves_flows_between_routers_that_hash_for_themselves() -> None:
    """x fails: its flows go to y, which has another seed; nothing keeps them but chance, with resilient groups too."""
    for mechanism in Mechanism:
        (effect,) = seen(TWO_LAYERS, [set(), {"edge-x"}], mechanism).effects
        assert effect.all.lost == 0
        assert effect.all.moved / FLOWS == pytest.approx(1 / 2 * 2 / 3, abs=0.02)


def test_one_seed_at_every_router_leaves_members_of_the_second_layer_without_flows() -> None:
    """What came over the first half of the hash at edge finds only the first half of the ranges at x (polarisation)."""
    same = Hashing(lambda router: 77)
    load = dict(seen(TWO_LAYERS, [{"dns@s3"}, {"dns@s3", "edge-y"}], Mechanism.THRESHOLD, hashing=same).load)
    assert load == {"dns@s1": pytest.approx(FLOWS / 2, rel=0.05), "dns@s2": pytest.approx(FLOWS / 2, rel=0.05)}
    (effect,) = seen(TWO_LAYERS, [{"dns@s3"}, {"dns@s1"}], Mechanism.THRESHOLD, hashing=same).effects
    assert effect.all.kept == 0  # all of x's went to s1, all of y's to s2: s2 is now the first of two, at both


def test_with_addresses_only_the_flows_of_a_client_stay_together() -> None:
    network = network_of(star(4))
    now = Moment("", settled_of(network).tables)
    many = crowd(np.random.default_rng(2), 4000, ADDRESS, 53, ("edge",))
    for policy, servers in ((HashPolicy.L3, 1), (HashPolicy.L4, 4)):
        one = replace(many, flows=replace(many.flows, source=np.tile(many.flows.source[:1], (4000, 1))))
        whole = Assumed(hashing=Hashing(lambda router: 5, policy))
        load = through([now], [one], Mechanism.THRESHOLD, whole, [server.name for server in network.servers]).load
        assert sum(count > 0 for _, count in load) == servers


def test_a_route_that_was_gone_gets_a_new_group() -> None:
    everything = {"dns@s1", "dns@s2", "dns@s3", "dns@s4"}
    outlook = seen(star(4), [set(), everything, set()], Mechanism.RESILIENT)
    assert outlook.effects[0].all.cut == FLOWS
    assert outlook.effects[1].all.back == FLOWS
    assert outlook.effects[1].load == outlook.load


def test_streams_that_had_no_server_at_the_start_are_not_counted_as_kept() -> None:
    outlook = seen(star(2), [{"dns@s1", "dns@s2"}, {"dns@s1"}], Mechanism.THRESHOLD)
    assert (outlook.throughout.flows, outlook.throughout.unbroken) == (0, 0)
    assert outlook.effects[0].all.back == FLOWS
