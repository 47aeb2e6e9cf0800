"""The fast kernel, the general kernel and the slow twin say the same of every AS of thousands of small Internets."""

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
from tests.twins.case import Case
from tests.twins.internet import settle, shares
from tests.twins.walk import Walk, walk

from catchment.simulate import forward
from catchment.simulate.propagate import Propagator, entering, propagate, propagate_general

EVERYTHING = Kinds(cycles=True, no_export=True, validating=True, own=True, med=True)
WITH_PLACES = Kinds(cycles=True, no_export=True, validating=True, own=True, med=True, points=True)
ACYCLIC = Kinds(no_export=True, own=True, med=True)


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
    says = {
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
