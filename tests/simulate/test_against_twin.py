"""The fast kernel, the general kernel and the slow twin say the same of every AS of thousands of small Internets."""

from collections.abc import Mapping

import numpy as np
import pytest
from hypothesis import given, settings
from tests.strategies import Kinds, cases, random_case
from tests.twins.arrays import (
    candidates_said,
    geography_of,
    graph_of,
    kernel_says,
    shares_said,
    starts_of,
    twin_says,
    validation_of,
    walks_said,
)
from tests.twins.case import OWN, PEER, Case, Entry, Peer, Provider
from tests.twins.internet import settle, shares
from tests.twins.question import Asked, ask, internet_of
from tests.twins.walk import Walk, walk

from catchment.results.catchment import DecidedBy
from catchment.results.provenance import Provenance
from catchment.simulate import forward
from catchment.simulate.forward import TieBreak
from catchment.simulate.predict import predict
from catchment.simulate.propagate import Propagator, entering, propagate, propagate_general
from catchment.simulate.situation import Simulator

EVERYTHING = Kinds(cycles=True, no_export=True, validating=True, own=True, med=True, down=True)
WITH_PLACES = Kinds(cycles=True, no_export=True, validating=True, own=True, med=True, points=True)
ACYCLIC = Kinds(no_export=True, own=True, med=True, down=True)


def differences(case: Case) -> list[str]:
    """In words: at which AS which kernel differs from the twin, in class, length, next hop, ties, sites or start."""
    opinions = settle(case)
    split = shares(case, opinions)
    graph = graph_of(case)
    starts, validation = starts_of(case, graph), validation_of(case, graph)
    found = []
    for name, kernel in (("propagate", propagate), ("propagate_general", propagate_general)):
        says = kernel_says(case, graph, kernel(graph, starts, validation))
        for asn in case.asns:
            expected = twin_says(opinions, asn, frozenset(split.get(asn, ())))
            if says[asn] != expected:
                found.append(f"AS{asn}: {name} says {says[asn]}, the twin {expected}")
    return found


def forwarding_differences(case: Case) -> list[str]:
    """In words: at which AS candidates, shares or walks differ from the twin's."""
    opinions = settle(case)
    split = shares(case, opinions)
    graph = graph_of(case)
    starts, validation = starts_of(case, graph), validation_of(case, graph)
    routes = propagate(graph, starts, validation)
    chosen = forward.choices(graph, [(entering(starts), routes)], validation)
    terrain = forward.Terrain(geography_of(case, graph))
    nearest = forward.states(graph, terrain, chosen, starts)
    lowest = forward.states(graph, terrain, forward.chosen_only(graph, chosen), starts)
    says: dict[str, Mapping[int, object]] = {
        "candidates": candidates_said(case, graph, chosen),
        "shares": shares_said(case, graph, forward.shares(chosen, starts, case.sites)),
        "nearest exit": walks_said(case, graph, forward.walks(terrain, nearest)),
        "lowest ASN": walks_said(case, graph, forward.walks(terrain, lowest)),
    }
    found = []
    for asn, opinion in opinions.items():
        expected = {
            "candidates": sorted((r.straight, r.entry if r.straight else r.sender) for r in opinion.candidates),
            "shares": {site: pytest.approx(float(share), rel=1e-6) for site, share in split[asn].items()},
            "nearest exit": approximately(walk(case, opinions, asn)),
            "lowest ASN": approximately(walk(case, opinions, asn, lowest_asn=True)),
        }
        for what, answer in expected.items():
            if says[what][asn] != answer:
                found.append(f"AS{asn}, {what}: {says[what][asn]}, the twin: {answer}")
    return found


def approximately(walk: Walk) -> tuple[object, ...]:
    """A walk to compare with: entry, ASes, kilometres. float32 chords are good to some metres."""
    return walk.entry, walk.asns, None if walk.km is None else pytest.approx(walk.km, rel=1e-4, abs=0.1)


@settings(max_examples=150, deadline=None)
@given(cases(EVERYTHING))
def test_kernels_say_what_the_twin_says(case: Case) -> None:
    assert differences(case) == []


@pytest.mark.parametrize(("kinds", "seed"), [(ACYCLIC, 1), (EVERYTHING, 2)], ids=["acyclic", "everything"])
def test_kernels_say_what_the_twin_says_on_thousands_of_internets(kinds: Kinds, seed: int) -> None:
    rng = np.random.default_rng(seed)
    for _ in range(2000):
        case = random_case(rng, kinds)
        found = differences(case)
        assert not found, "\n".join([*found, str(case)])


@pytest.mark.parametrize("seed", [4, 5])
def test_candidates_shares_and_walks_are_those_of_the_twin_on_thousands_of_internets(seed: int) -> None:
    rng = np.random.default_rng(seed)
    for _ in range(1000):
        case = random_case(rng, WITH_PLACES)
        found = forwarding_differences(case)
        assert not found, "\n".join([*found, str(case)])


@settings(max_examples=100, deadline=None)
@given(cases(WITH_PLACES))
def test_candidates_shares_and_walks_are_those_of_the_twin(case: Case) -> None:
    assert forwarding_differences(case) == []


STEPS = {
    "none": DecidedBy.NO_ROUTE,
    "own": DecidedBy.OWN,
    "only": DecidedBy.ONLY_ROUTE,
    "class": DecidedBy.CLASS,
    "length": DecidedBy.LENGTH,
    "med": DecidedBy.MED,
    "nearest": DecidedBy.NEAREST_EXIT,
    "sender": DecidedBy.LOWEST_ASN,
    "session": DecidedBy.SESSION_ORDER,
}


def prediction_differences(asked: Asked) -> list[str]:
    """In words: at which AS the whole prediction differs from the twin's, and in what."""
    case, opinions = asked.lanes[0], asked.opinions()
    split = shares(case, opinions)
    internet = internet_of(case)
    catchment = predict(Simulator(internet), asked.question, Provenance(program="test"))
    lowest_asn = asked.question.options.tie_break is TieBreak.LOWEST_ASN
    found = []
    for row, asn in enumerate(catchment.asn.tolist()):
        opinion = opinions[asn]
        way = walk(case, opinions, asn, lowest_asn=lowest_asn)
        end = None if way.entry is None else case.entries[way.entry]
        step = opinion.decided_by
        if len(opinion.candidates) > 1 and not lowest_asn and step != "own":
            step = way.how
        rtt_ms = float(catchment.rtt_ms[row])
        predicted = {
            "target": int(catchment.target[row]),
            "class": int(catchment.route_class[row]),
            "length": int(catchment.length[row]),
            "tied": int(catchment.tied[row]),
            "decided by": DecidedBy(catchment.decided_by[row]).name,
            "shares": dict(catchment.shares_of(row)),
            "path": catchment.path_of(row),
            "rtt_ms": None if np.isnan(rtt_ms) else rtt_ms,
        }
        expected = {
            "target": -1 if end is None else end.site,
            "class": opinion.best.route_class if opinion.best else 255,
            "length": len(opinion.best.path) if opinion.best and opinion.best.route_class else 0,
            "tied": len(opinion.candidates),
            "decided by": STEPS[step].name,
            "shares": {site: pytest.approx(float(share), rel=1e-6) for site, share in split[asn].items()},
            "path": way.asns if end is None or end.relation == OWN else (*way.asns, end.origin),
            "rtt_ms": None if way.km is None else pytest.approx(21 + 1.5 * 2 * way.km / 200, rel=1e-4),
        }
        for what, answer in expected.items():
            if predicted[what] != answer:
                found.append(f"AS{asn}, {what}: {predicted[what]}, the twin: {answer}")
    return found


def test_two_origins_that_the_graph_does_not_have_are_told_apart_by_their_as_numbers() -> None:
    """AS64505 hears 65539 and 65543, equal in class and length: their AS numbers decide, not the order of sessions."""
    links = (Peer(64505, 65536),)
    entries = (Entry(site=0, origin=65539, at=64505), Entry(site=1, origin=65543, at=64505))
    asked = ask(Case(links=links, entries=entries), TieBreak.LOWEST_ASN, specific=False)
    catchment = predict(Simulator(internet_of(asked.lanes[0])), asked.question, Provenance(program="test"))
    assert catchment.decided_by[0] == DecidedBy.LOWEST_ASN


def test_a_route_that_came_round_a_provider_cycle_is_not_counted_as_heard() -> None:
    """AS64500 hears of site 0 from a peer, and the same again round the cycle, with its own number in the path."""
    links = (Provider(64500, 64501), Provider(64501, 64502), Provider(64502, 64500))
    entries = (Entry(site=0, origin=65536, at=64500, relation=PEER),)
    asked = ask(Case(links=links, entries=entries), TieBreak.LOWEST_ASN, specific=False)
    catchment = predict(Simulator(internet_of(asked.lanes[0])), asked.question, Provenance(program="test"))
    assert catchment.decided_by[0] == DecidedBy.ONLY_ROUTE


AS_ASKED = Kinds(cycles=True, no_export=True, validating=True, med=True, points=True, down=True)


@pytest.mark.parametrize("specific", [False, True], ids=["same prefix", "more specific"])
@pytest.mark.parametrize("tie_break", list(TieBreak))
def test_predictions_are_those_of_the_twin_on_a_thousand_internets(tie_break: TieBreak, specific: bool) -> None:
    """From a design, a scenario with sites down and hijackers, and ASes that validate, to the catchment."""
    rng = np.random.default_rng(8)
    asked = 0
    while asked < 300:
        case = random_case(rng, AS_ASKED)
        if case.entries and not all(entry.relation == OWN and entry.no_export for entry in case.entries):
            asked += 1
            found = prediction_differences(ask(case, tie_break, specific=specific))
            assert not found, "\n".join([*found, str(ask(case, tie_break, specific=specific).lanes[0])])


def test_rooms_that_were_used_before_change_nothing() -> None:
    """One Propagator, many designs on one graph one after the other: each as if it were the first."""
    rng = np.random.default_rng(6)
    for _ in range(300):
        case = random_case(rng, ACYCLIC)
        graph = graph_of(case)
        used = Propagator(graph)
        for keep in range(len(case.entries), -1, -1):
            fewer = case._replace(entries=case.entries[:keep])
            starts = starts_of(fewer, graph)
            assert np.array_equal(used(starts).words, propagate(graph, starts).words), fewer


def test_it_does_not_matter_who_decides_first() -> None:
    """The twin comes to rest at one and the same answer, all ASes at once or one after the other in any order."""
    rng = np.random.default_rng(3)
    for _ in range(300):
        case = random_case(rng, EVERYTHING)
        at_once = settle(case)
        for _ in range(2):
            one_by_one = settle(case, turns=rng)
            assert {asn: one.best for asn, one in one_by_one.items()} == {
                asn: one.best for asn, one in at_once.items()
            }, case
