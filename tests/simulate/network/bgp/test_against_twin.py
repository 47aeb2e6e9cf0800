"""The messages end where the slow twin's rounds end, and always in a state that the exhaustive search knows."""

import numpy as np
from hypothesis import HealthCheck, assume, given, reject, settings
from hypothesis import strategies as st
from tests.simulate.network.bgp.drawing import PREFIX
from tests.simulate.network.bgp.random_networks import RandomNetwork, networks
from tests.twins.bgp import settled

from catchment.errors import ScenarioError
from catchment.simulate.network.bgp.decision import Route, Source
from catchment.simulate.network.bgp.outcome import Outcome
from catchment.simulate.network.bgp.propagation import by_chance, first_come, propagate
from catchment.simulate.network.bgp.stable import stable_states

quickly = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much]
)


def essence(route: Route) -> tuple[object, ...]:
    """What the twin's Way has too."""
    said = route.attributes
    originator = None if said.originator is None else int(said.originator)
    clusters = tuple(int(one) for one in said.clusters)
    return (
        route.neighbour,
        said.next_hop,
        said.path,
        said.med,
        said.local_pref,
        said.communities,
        originator,
        clusters,
    )


def states_of(case: RandomNetwork) -> list[dict[str, Route]]:
    """All stable states of a case that is small enough to look at all of them in some 50 ms."""
    try:
        return [dict(state) for state in stable_states(case.network, PREFIX, case.igp, most=2000)]
    except ScenarioError:
        reject()


def bests(outcome: Outcome) -> dict[str, Route]:
    return {name: route for (name, _), route in outcome.choices().items()}


@quickly
@given(networks())
def test_messages_and_rounds_agree_where_there_is_one_stable_state(case: RandomNetwork) -> None:
    states = states_of(case)
    assume(len(states) == 1)
    twin = settled(case.network, PREFIX, case.igp)
    outcome = propagate(case.network, case.igp)
    if twin is None or outcome.oscillations:
        return  # one stable state, yet not found from nothing: that happens
    ours = {name: essence(route) for name, route in bests(outcome).items()}
    theirs = {
        name: (w.neighbour, w.next_hop, w.path, w.med, w.local_pref, w.communities, w.originator, w.clusters)
        for name, w in twin.items()
    }
    assert ours == theirs


@quickly
@given(networks(), st.integers(0, 2**32))
def test_a_run_ends_in_a_stable_state_or_says_that_it_does_not_end(case: RandomNetwork, seed: int) -> None:
    states = states_of(case)
    for schedule in (first_come, by_chance(np.random.default_rng(seed))):
        outcome = propagate(case.network, case.igp, schedule=schedule)
        assert outcome.oscillations or bests(outcome) in states


@quickly
@given(networks(), st.integers(0, 2**32))
def test_the_order_of_arrival_does_not_matter_where_one_stable_state_exists(case: RandomNetwork, seed: int) -> None:
    assume(len(states_of(case)) == 1)
    first = propagate(case.network, case.igp)
    second = propagate(case.network, case.igp, schedule=by_chance(np.random.default_rng(seed)))
    assume(not first.oscillations and not second.oscillations)
    assert first.choices() == second.choices()


@quickly
@given(networks(tame=True))
def test_shortest_paths_have_one_stable_state(case: RandomNetwork) -> None:
    """Without preferences, MED and metrics nothing can oscillate."""
    assert len(states_of(case)) == 1
    assert propagate(case.network, case.igp).oscillations == ()


@quickly
@given(networks())
def test_without_a_client_no_route_goes_from_ibgp_to_ibgp(case: RandomNetwork) -> None:
    outcome = propagate(case.network, case.igp)
    clients = {(s.speaker, o.speaker) for p in case.network.peerings for s, o in ((p.a, p.b), (p.b, p.a)) if s.client}
    for speaker in case.network.speakers:
        if PREFIX not in outcome.prefixes:
            return
        table = outcome.table(speaker.name, PREFIX)
        for line in table.said:
            inside = outcome.wiring.network.by_name[line.neighbour].asn == speaker.asn
            if outcome.oscillations or table.best is None or table.best.source is not Source.INTERNAL or not inside:
                continue
            reflects = {(speaker.name, table.best.neighbour), (speaker.name, line.neighbour)} & clients
            assert line.attributes is None or reflects
