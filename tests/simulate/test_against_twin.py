"""The fast kernel, the general kernel and the slow twin say the same of every AS of thousands of small Internets."""

import numpy as np
import pytest
from hypothesis import given, settings
from tests.strategies import Kinds, cases, random_case
from tests.twins.arrays import graph_of, kernel_says, starts_of, twin_says, validation_of
from tests.twins.case import Case
from tests.twins.internet import settle, shares

from catchment.simulate.propagate import propagate, propagate_general

EVERYTHING = Kinds(cycles=True, no_export=True, validating=True, own=True, med=True)
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
