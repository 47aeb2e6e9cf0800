"""Laws of interdomain routing that every answer must keep: each was seen to fail on broken code (docs/proof.md)."""

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from tests.strategies import DOCUMENTATION_ASNS, PLAIN, Kinds, cases, random_case
from tests.twins.arrays import (
    Verdict,
    candidates_said,
    graph_of,
    kernel_says,
    rows_of,
    shares_said,
    starts_of,
    validation_of,
)
from tests.twins.case import CUSTOMER, FROM_ALL, OWN, PEER, TRANSIT, Case, Entry, Peer, Provider
from tests.twins.internet import CLASS_BY_ENTRY, OF_CUSTOMER, OF_PEER, OF_PROVIDER, OF_SELF

from catchment.internet.graph import Graph
from catchment.simulate import forward
from catchment.simulate.lanes import LANES, Lanes, compile_plan
from catchment.simulate.propagate import Propagator, Routes, entering, propagate, propagate_general
from catchment.simulate.starts import DOWN, Starts

EVERYTHING = Kinds(cycles=True, no_export=True, validating=True, own=True, med=True)
ACYCLIC = Kinds(no_export=True, own=True, med=True)
quickly = settings(max_examples=80, deadline=None)

# half of them without cycles and validation, where the fast kernel answers
any_case = st.one_of(cases(ACYCLIC), cases(EVERYTHING))
plain_case = st.one_of(cases(PLAIN), cases(replace(PLAIN, cycles=True)))
KERNELS = (propagate, propagate_general)

Verdicts = dict[int, Verdict | None]


def answers(case: Case) -> list[Verdicts]:
    """The answers of the kernels to a case."""
    graph = graph_of(case)
    starts, validation = starts_of(case, graph), validation_of(case, graph)
    return [kernel_says(case, graph, kernel(graph, starts, validation)) for kernel in KERNELS]


def path_of(asn: int, verdicts: Verdicts) -> list[int]:
    """The ASes from one that has a route to the one where its route entered, both included."""
    path = [asn]
    while (verdict := verdicts[path[-1]]) is not None and not verdict.straight:
        path.append(verdict.next_hop)
    return path


def relations(case: Case) -> dict[tuple[int, int], int]:
    """{(a, b): the class of a route that a hears from b}."""
    heard = {}
    for a, b, provider in case.links:
        heard[a, b] = OF_CUSTOMER if provider else OF_PEER
        heard[b, a] = OF_PROVIDER if provider else OF_PEER
    return heard


@quickly
@given(any_case)
def test_paths_are_valley_free(case: Case) -> None:
    """From the client: up to providers, across one peer link at most, down to customers; never up or across again."""
    heard = relations(case)
    for verdicts in answers(case):
        for asn, verdict in verdicts.items():
            if verdict is None:
                continue
            path = path_of(asn, verdicts)
            steps = [heard[a, b] for a, b in pairwise(path)]
            last = verdicts[path[-1]]
            assert last is not None
            steps.append(CLASS_BY_ENTRY[case.entries[last.entry].relation])
            assert steps == sorted(steps, reverse=True), f"AS{asn} goes {path}"
            assert steps.count(OF_PEER) <= 1, f"AS{asn} goes {path}"
            assert verdict.route_class == steps[0]


@quickly
@given(any_case)
def test_a_route_is_one_as_longer_than_that_of_its_next_hop(case: Case) -> None:
    for verdicts in answers(case):
        for asn, verdict in verdicts.items():
            if verdict is None:
                continue
            entry = case.entries[verdict.entry]
            if verdict.straight:
                assert verdict.length == entry.prepend + (1 if entry.relation == OWN else 2), f"AS{asn}"
            else:
                before = verdicts[verdict.next_hop]
                assert before is not None
                assert (verdict.length, verdict.entry) == (before.length + 1, before.entry), f"AS{asn}"


@quickly
@given(plain_case, st.data())
def test_a_new_site_makes_no_class_worse_and_lengthens_only_behind_a_better_class(
    case: Case, data: st.DataObject
) -> None:
    """No AS gets a route of a worse class. Whose route gets longer without a better class had an AS on its old path
    that now prefers a longer route of a better class. Customer and peer routes never get longer."""
    assume(case.entries)
    added = data.draw(st.integers(0, len(case.entries) - 1))
    new = case.entries[added]
    assume(not (new.relation == OWN and new.prepend))  # an AS prefers itself however much it prepends
    without = case._replace(entries=case.entries[:added] + case.entries[added + 1 :])
    assume((without.closed, without.shut) == (case.closed, case.shut))
    for old, now in zip(answers(without), answers(case), strict=True):
        for asn, before in old.items():
            if before is None:
                continue
            after = now[asn]
            assert after is not None, f"AS{asn} lost its route"
            assert after.route_class <= before.route_class, f"AS{asn}"
            if after.route_class < before.route_class or after.length <= before.length:
                continue
            assert before.route_class == OF_PROVIDER, f"AS{asn} has a longer route"
            assert any(_class(now, on) < _class(old, on) for on in path_of(asn, old)), f"AS{asn} has a longer route"


def _class(verdicts: Verdicts, asn: int) -> int:
    verdict = verdicts[asn]
    assert verdict is not None
    return verdict.route_class


def test_a_new_site_can_lengthen_the_route_of_a_customer_of_who_gets_it() -> None:
    """Why the law above is not "a new site never lengthens a route".

    site 0
      |            64498 peers with 64497 and has a route of three ASes, itself counted; its customer 64499
    64497 = 64498  one of four. Then 64498 gets site 1 from its customer, prepended twice: a customer route
            /    \\    of five is better than a peer route of three, and 64499 hears of that one only: six.
      64500     64499
        |
      site 1, prepended 2x
    """
    links = (Peer(64497, 64498), Provider(64498, 64499), Provider(64498, 64500))
    site0 = Entry(site=0, origin=65536, at=64497)
    site1 = Entry(site=1, origin=65536, at=64500, prepend=2)
    for before, after in zip(
        answers(Case(links=links, entries=(site0,))), answers(Case(links=links, entries=(site0, site1))), strict=True
    ):
        old, new = before[64499], after[64499]
        assert old is not None
        assert new is not None
        assert (old.route_class, old.length) == (OF_PROVIDER, 4)
        assert (new.route_class, new.length) == (OF_PROVIDER, 6)


@quickly
@given(cases(ACYCLIC), st.data())
def test_withdrawing_and_announcing_again_restores_every_route(case: Case, data: st.DataObject) -> None:
    """Also through one Propagator, whose rooms were used in between."""
    assume(case.entries)
    graph = graph_of(case)
    starts = starts_of(case, graph)
    gone = np.array(data.draw(st.lists(st.booleans(), min_size=len(starts), max_size=len(starts))))
    withdrawn = replace(starts, length=np.where(gone, DOWN, starts.length).astype(np.uint16))
    answering: tuple[Callable[[Starts], Routes], ...] = (
        Propagator(graph),
        lambda announced: propagate_general(graph, announced),
    )
    for answer in answering:
        before = answer(starts).words.copy()
        during = answer(withdrawn)
        assert not gone[during.start[during.reached]].any(), "a withdrawn route is still in use"
        assert np.array_equal(before, answer(starts).words)


@quickly
@given(cases(ACYCLIC), st.data())
def test_a_site_that_is_down_is_as_if_it_were_not_there(case: Case, data: st.DataObject) -> None:
    assume(case.entries)
    graph = graph_of(case)
    starts = starts_of(case, graph)
    gone = data.draw(st.integers(0, len(starts) - 1))
    length = starts.length.copy()
    length[gone] = DOWN
    entry = rows_of(case)[gone]
    rest = tuple(one for i, one in enumerate(case.entries) if i != entry)
    fewer = case._replace(entries=rest)
    assume((fewer.closed, fewer.shut) == (case.closed, case.shut))
    for kernel in KERNELS:
        down = kernel_says(case, graph, kernel(graph, replace(starts, length=length)))
        absent = kernel_says(fewer, graph, kernel(graph, starts_of(fewer, graph)))
        assert {asn: one and one._replace(entry=0) for asn, one in down.items()} == {
            asn: one and one._replace(entry=0) for asn, one in absent.items()
        }


@quickly
@given(any_case, st.data())
def test_other_as_numbers_in_the_same_order_change_only_the_names(case: Case, data: st.DataObject) -> None:
    used = sorted({*case.asns, *(entry.origin for entry in case.entries)})
    others = st.sets(st.integers(1, 2**32 - 1), min_size=len(used), max_size=len(used))
    new = dict(zip(used, sorted(data.draw(others)), strict=True))
    for before, after in zip(answers(case), answers(case.with_asns(new)), strict=True):
        renamed = {new[asn]: one and one._replace(next_hop=new[one.next_hop]) for asn, one in before.items()}
        assert after == renamed


@quickly
@given(plain_case, st.permutations(DOCUMENTATION_ASNS))
def test_other_as_numbers_in_any_order_change_only_who_wins_ties(case: Case, deal: tuple[int, ...]) -> None:
    """Class, length, number of ties, sites in reach and their probabilities depend on no AS number."""
    new = dict(zip(DOCUMENTATION_ASNS, deal, strict=True))
    renamed = case.with_asns(new)
    for before, after in zip(answers(case), answers(renamed), strict=True):
        for asn, one in before.items():
            other = after[new[asn]]
            assert _without_tie_break(one) == _without_tie_break(other), f"AS{asn}"
    old, now = shares_of(case), shares_of(renamed)
    for asn in old:
        assert old[asn] == pytest.approx(now[new[asn]], rel=1e-5), f"AS{asn}"


def _without_tie_break(verdict: Verdict | None) -> tuple[object, ...]:
    if verdict is None:
        return ()
    return verdict.route_class, verdict.length, verdict.tied, verdict.sites


def chosen(case: Case, graph: Graph) -> forward.Choices:
    starts, validation = starts_of(case, graph), validation_of(case, graph)
    return forward.choices(graph, [(entering(starts), propagate(graph, starts, validation))], validation)


def shares_of(case: Case) -> dict[int, dict[int, float]]:
    graph = graph_of(case)
    return shares_said(case, graph, forward.shares(chosen(case, graph), starts_of(case, graph), case.sites))


@quickly
@given(any_case)
def test_probabilities_sum_to_one_over_the_sites_in_reach(case: Case) -> None:
    split = shares_of(case)
    for verdicts in answers(case):
        for asn, verdict in verdicts.items():
            if verdict is None:
                assert split[asn] == {}
                continue
            assert sum(split[asn].values()) == pytest.approx(1, abs=1e-5), f"AS{asn}"
            assert frozenset(split[asn]) == verdict.sites, f"AS{asn}"


@quickly
@given(any_case)
def test_there_are_as_many_candidates_as_ties_and_the_winner_is_one(case: Case) -> None:
    graph = graph_of(case)
    candidates = candidates_said(case, graph, chosen(case, graph))
    for verdicts in answers(case):
        for asn, verdict in verdicts.items():
            if verdict is None:
                assert candidates[asn] == []
                continue
            assert len(candidates[asn]) == verdict.tied, f"AS{asn}"
            assert (verdict.straight, verdict.entry if verdict.straight else verdict.next_hop) in candidates[asn]


@quickly
@given(any_case, st.data())
def test_a_no_export_route_is_held_by_the_neighbour_alone(case: Case, data: st.DataObject) -> None:
    assume(case.entries)
    silent = data.draw(st.integers(0, len(case.entries) - 1))
    entries = (entry._replace(no_export=entry.no_export or i == silent) for i, entry in enumerate(case.entries))
    case = case._replace(entries=tuple(entries))
    for verdicts in answers(case):
        for asn, verdict in verdicts.items():
            if verdict is not None and case.entries[verdict.entry].no_export:
                assert verdict.straight, f"AS{asn}"
                assert case.entries[verdict.entry].at == asn


@quickly
@given(any_case, st.data())
def test_where_all_validate_an_invalid_origin_has_itself_alone(case: Case, data: st.DataObject) -> None:
    assume(case.entries)
    bad = case.entries[data.draw(st.integers(0, len(case.entries) - 1))].origin
    entries = (entry._replace(invalid=entry.invalid or entry.origin == bad) for entry in case.entries)
    everyone = Case(links=case.links, entries=tuple(entries), validating=tuple((asn, FROM_ALL) for asn in case.asns))
    split = shares_of(everyone)
    for verdicts in answers(everyone):
        for asn, verdict in verdicts.items():
            if verdict is None or verdict.route_class == OF_SELF:
                continue
            assert not everyone.entries[verdict.entry].invalid, f"AS{asn}"
    site_is_invalid = {entry.site: entry.invalid for entry in everyone.entries}
    for asn, sites in split.items():
        own = {entry.site for entry in everyone.entries if entry.relation == OWN and entry.at == asn}
        assert not [site for site in sites if site_is_invalid[site] and site not in own], f"AS{asn}"


@quickly
@given(any_case)
def test_validation_changes_nothing_where_no_origin_is_invalid(case: Case) -> None:
    sound = case._replace(entries=tuple(entry._replace(invalid=False) for entry in case.entries))
    for validated, not_validated in zip(answers(sound), answers(sound._replace(validating=())), strict=True):
        assert validated == not_validated


def test_a_scenario_alone_is_the_same_scenario_in_a_batch() -> None:
    """Sixty-four random scenarios, sessions down and prepends changed, in lanes and one by one: class, length, site."""
    rng = np.random.default_rng(7)
    for _ in range(60):
        case = random_case(rng, ACYCLIC)
        graph = graph_of(case)
        starts = starts_of(case, graph)
        if not len(starts):
            continue
        plain = np.where(starts.route_class == 0, 1, 2)[:, None]
        lengths = (plain + rng.integers(0, 4, (len(starts), LANES))).astype(np.uint16)
        lengths[rng.random(lengths.shape) < 0.3] = DOWN
        lanes = Lanes(compile_plan(graph, starts))
        assert lanes.run(lengths) == 0
        route, target = lanes.expand()
        for lane in range(LANES):
            alone = propagate(graph, replace(starts, length=lengths[:, lane].copy()))
            reached = alone.reached
            coded = np.where(reached, alone.route_class << 6 | alone.length.astype(np.uint8), 255)
            assert np.array_equal(route[:, lane], coded), case
            assert np.array_equal(target[reached, lane], starts.target[alone.start[reached]]), case


@pytest.mark.parametrize("relation", [TRANSIT, PEER, CUSTOMER])
def test_a_session_reaches_as_far_as_its_relation_lets_it(relation: str) -> None:
    """Through a provider everybody, through a peer its customers, through a customer its customers only.

    64496
      |
    64497 = 64498      the session is at 64497
      |
    64499
    """
    links = (Provider(64496, 64497), Peer(64497, 64498), Provider(64497, 64499))
    case = Case(links=links, entries=(Entry(site=0, origin=65536, at=64497, relation=relation),))
    everyone, below = {64496, 64497, 64498, 64499}, {64497, 64499}
    for verdicts in answers(case):
        reached = {asn for asn, verdict in verdicts.items() if verdict is not None}
        assert reached == (everyone if relation == TRANSIT else below)
