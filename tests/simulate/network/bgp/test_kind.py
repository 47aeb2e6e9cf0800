"""What is worked out once and shared is what would be worked out anew for each message."""

from dataclasses import replace
from ipaddress import ip_address, ip_network

import numpy as np
import pytest
from tests.simulate.network.bgp.drawing import (
    PREFIX,
    PREFIX6,
    changing,
    near,
    network,
    originating,
    peering,
    prefer,
    speaker,
)
from tests.simulate.network.bgp.wild import wild
from tests.twins.conversation import walked

from catchment.model.address import Asn
from catchment.model.rpki import Cache, Vrp
from catchment.model.speakers import Origination, PrefixRange, or_longer
from catchment.simulate.network.bgp.events import Announced
from catchment.simulate.network.bgp.kind import Kinds
from catchment.simulate.network.bgp.profiles import PROFILES
from catchment.simulate.network.bgp.propagation import Schedule, by_chance, first_come, propagate
from catchment.simulate.network.bgp.wiring import Wiring


def schedule(seed: int) -> Schedule:
    return first_come if seed % 2 else by_chance(np.random.default_rng(seed))


@pytest.mark.parametrize("seed", range(120))
def test_a_run_says_message_for_message_what_its_slow_twin_says(seed: int) -> None:
    case = wild(seed)
    outcome = propagate(case.network, case.igp, case.actions, schedule=schedule(seed), rules=case.rules)
    if outcome.oscillations and seed % 2 == 0:
        pytest.skip("never at rest, and then not by chance any more")
    twins = walked(case.network, case.igp, case.rules, outcome.history, schedule(seed))
    for prefix, twin in twins.items():
        restless = prefix in {one.prefix for one in outcome.oscillations}
        assert restless or not twin.waiting
        for one in case.network.speakers:
            table = outcome.table(one.name, prefix)
            best, lost = twin.decision(one.name)
            assert (outcome.best(one.name, prefix), table.best) == (twin.best.get(one.name), best)
            held = [(entry.session, entry.route or entry.refusal) for entry in table.heard]
            assert held == list(twin.held[one.name].items())
            assert {v.route.session: v.lost_at for v in table.decision.verdicts if v.lost_at} == lost
            assert {line.session: line.attributes for line in table.said if line.attributes} == {
                session.number: twin.said[session.number]
                for session in twin.sessions
                if session.sender.name == one.name and session.number in twin.said
            }


def test_prefixes_that_policies_tell_apart_are_not_mixed() -> None:
    """r2 prefers what r1 says of one prefix and not of the other: each gets its own answer, whichever comes first."""
    other = ip_network("198.51.100.0/24")
    for ranges in (PREFIX, other):
        a = originating(originating(speaker(1, 64496)), other)
        liked = {"imports": prefer(200, prefixes=(PrefixRange(within=ranges),))}
        outcome = propagate(network([a, speaker(2, 64497)], peering(a, speaker(2, 64497), None, liked)), near)
        found = {prefix: outcome.best("r2", prefix).attributes.local_pref for prefix in (PREFIX, other)}  # type: ignore[union-attr]
        assert found == {PREFIX: 100, other: 100} | {ranges: 200}


def test_prefixes_that_no_policy_tells_apart_are_of_a_kind() -> None:
    a, b = speaker(1, 64496), speaker(2, 64497)
    net = network([a, b], peering(a, b, {"exports": prefer(7, prefixes=(or_longer(PREFIX),))}))
    kinds = Kinds(Wiring(net, near, PROFILES))
    inside, outside = ip_network("203.0.113.128/25"), ip_network("198.51.100.0/24")
    assert kinds.of(PREFIX) is kinds.of(inside)
    assert kinds.of(PREFIX) is not kinds.of(outside)
    assert kinds.of(outside) is not kinds.of(PREFIX6)


def test_prefixes_with_other_valid_origins_are_not_mixed() -> None:
    inside, outside = ip_network("203.0.113.128/25"), ip_network("198.51.100.0/24")
    a, b = speaker(1, 64496), speaker(2, 64497, validates=Cache(address=ip_address("192.0.2.99")))
    a = originating(originating(originating(a), inside), outside)
    vrps = (Vrp(prefix=PREFIX, max_length=24, asn=Asn(64496)),)
    net = replace(network([a, b], peering(a, b)), vrps=vrps)
    outcome = propagate(net, near)
    assert [outcome.best("r2", one) is None for one in (PREFIX, inside, outside)] == [False, True, False]
    blind = Kinds(Wiring(replace(net, speakers=(a, replace(b, validates=None))), near, PROFILES))
    assert blind.of(PREFIX) is blind.of(inside)


def test_equal_routes_are_one_candidate() -> None:
    """r2's policy makes two messages of r1 the same route: nothing changes for it, nor for its neighbours."""
    a, b, c = speaker(1, 64496), speaker(2, 64497), speaker(3, 64498)
    net = network([originating(a), b, c], peering(a, b, None, {"imports": changing(med=5)}), peering(b, c))
    outcome = propagate(net, near, (Announced(speaker="r1", origination=Origination(prefix=PREFIX, med=9), at_s=7),))
    assert outcome.messages == 3
    assert outcome.talks[PREFIX].heard_s[0] == 0, "its age is that of the route, not of the message"
