"""A sweep: one answer for a scenario in whatever company, exact sums, a stated order."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from numba import config
from tests.simulate.sweeping import ACYCLIC, BORDER, some_lengths
from tests.strategies import Kinds, cases, random_case
from tests.twins.arrays import graph_of, starts_of, validation_of
from tests.twins.case import Case

from catchment.errors import ScenarioError
from catchment.simulate import sweep as module
from catchment.simulate.propagate import propagate
from catchment.simulate.starts import DOWN
from catchment.simulate.sweep import (
    Outcomes,
    Sweep,
    batches,
    in_order,
    lengths_of_subsets,
    run,
    subsets,
    whole_units,
)

lanes_compile = pytest.mark.skipif(
    bool(config.DISABLE_JIT), reason="vectors are values of compiled code: NUMBA_DISABLE_JIT has none"
)


def sweep_of(case: Case, rng: np.random.Generator, **changes: object) -> Sweep:
    graph = graph_of(case)
    starts = starts_of(case, graph)
    asked = Sweep(
        graph=graph,
        starts=starts,
        targets=int(starts.target.max()) + 1,
        weight=rng.integers(1, 1000, len(graph)) * 0.37,
    )
    return replace(asked, **changes)


def table(answers: Iterator[Outcomes]) -> np.ndarray:
    """float64[scenario, targets + 2]: weights, unreachable, moved."""
    return np.concatenate([np.column_stack([o.weight, o.unreachable, o.moved]) for o in answers])


def plain_table(sweep: Sweep, lengths: np.ndarray) -> np.ndarray:
    """The twin: one propagation a scenario, sums in plain Python, no rounding of weights."""

    def targets(length: np.ndarray) -> list[int]:
        routes = propagate(sweep.graph, replace(sweep.starts, length=length), sweep.validation)
        found = zip(routes.reached.tolist(), routes.start.tolist(), strict=True)
        return [int(sweep.starts.target[start]) if reached else -1 for reached, start in found]

    rows = []
    base = targets(sweep.starts.length)
    for length in lengths:
        row = [0.0] * (sweep.targets + 2)
        for target, was, weight in zip(targets(length), base, sweep.weight.tolist(), strict=True):
            row[target if target >= 0 else sweep.targets] += weight
            row[sweep.targets + 1] += weight if target != was else 0
        rows.append(row)
    return np.array(rows)


@lanes_compile
@settings(max_examples=60, deadline=None)
@given(cases(ACYCLIC), st.integers(0, 2**32), st.integers(1, 3))
def test_a_scenario_alone_is_the_same_scenario_in_a_batch(case: Case, seed: int, workers: int) -> None:
    if not case.entries:
        return
    rng = np.random.default_rng(seed)
    sweep = sweep_of(case, rng)
    lengths = some_lengths(rng, sweep.starts, 70)
    together = table(run(sweep, lengths, workers=workers))
    for i in (0, 1, 63, 64, 69):
        assert table(run(sweep, lengths[i], workers=1)).tolist() == [together[i].tolist()]


@lanes_compile
def test_weights_are_those_of_one_propagation_after_the_other() -> None:
    rng = np.random.default_rng(3)
    for _ in range(60):
        case = random_case(rng, ACYCLIC)
        if case.entries:
            sweep = sweep_of(case, rng)
            lengths = some_lengths(rng, sweep.starts, 5)
            answers = table(run(sweep, lengths, workers=1))
            np.testing.assert_allclose(answers, plain_table(sweep, lengths), atol=1e-6, err_msg=str(case))


def test_cycles_and_validating_ases_are_answered_one_after_the_other() -> None:
    rng = np.random.default_rng(4)
    kinds = Kinds(cycles=True, validating=True, med=True)
    slow = 0
    for _ in range(60):
        case = random_case(rng, kinds)
        if not case.entries:
            continue
        graph = graph_of(case)
        sweep = sweep_of(case, rng, validation=validation_of(case, graph))
        if sweep.vectorised:
            continue
        slow += 1
        lengths = some_lengths(rng, sweep.starts, 3)
        answers = table(run(sweep, lengths, workers=2))
        np.testing.assert_allclose(answers, plain_table(sweep, lengths), atol=1e-6, err_msg=str(case))
    assert slow > 20


@lanes_compile
def test_scenarios_too_long_for_a_lane_are_answered_among_the_others() -> None:
    rng = np.random.default_rng(5)
    sweep = sweep_of(BORDER, rng)
    lengths = some_lengths(rng, sweep.starts, 40)
    lengths[5:30:4] += np.where(lengths[5:30:4] == DOWN, 0, 300).astype(np.uint16)
    answers = table(run(sweep, lengths, workers=2))
    np.testing.assert_allclose(answers, plain_table(sweep, lengths), atol=1e-6)


@lanes_compile
@pytest.mark.parametrize("offset", [0, 44, 45, 46, 250, 251, 252, 253, 254, 400, 1500])
def test_the_number_of_targets_makes_no_difference(offset: int) -> None:
    """Around the borders of 48 and of 255 targets another way of adding up takes over."""
    rng = np.random.default_rng(6)
    few = sweep_of(BORDER, rng)
    starts = replace(few.starts, target=(few.starts.target + np.uint16(offset)).astype(np.uint16))
    many = replace(few, starts=starts, targets=few.targets + offset)
    lengths = some_lengths(rng, few.starts, 65)
    expected = table(run(few, lengths, workers=1))
    answers = table(run(many, lengths, workers=1))
    assert (answers[:, :offset] == 0).all()
    assert answers[:, offset:].tolist() == expected.tolist()


def nearest(starts_down: np.ndarray) -> np.ndarray:
    """An engine of somebody else's: all clients go to the first start that is up, the last one nowhere."""
    up = np.flatnonzero(starts_down != DOWN)
    return np.array([*[up[0] if len(up) else -1] * 4, -1], np.int32)


def test_another_engine_answers_in_the_place_of_the_lanes() -> None:
    weight = np.array([1.0, 2.0, 3.0, 4.0, 5.0])
    sweep = sweep_of(BORDER, np.random.default_rng(7), evaluate=nearest, targets=3, weight=weight)
    up = [[True, True, True], [False, True, True], [False, False, False]]
    lengths = lengths_of_subsets(sweep.starts, np.array(up))
    answers = table(run(sweep, np.repeat(lengths, 5, axis=0), workers=2))[::5]
    # starts are in the order of origins: the own announcement of AS64500, site 2, comes first
    assert answers.tolist() == [[10, 0, 0, 5, 0], [10, 0, 0, 5, 0], [0, 0, 0, 15, 10]]


@lanes_compile
def test_order_and_answers_do_not_depend_on_workers_or_blocks() -> None:
    rng = np.random.default_rng(8)
    sweep = sweep_of(BORDER, rng)
    lengths = some_lengths(rng, sweep.starts, 500)
    expected = table(run(sweep, lengths, workers=1)).tolist()
    assert table(run(sweep, (lengths[i : i + 7] for i in range(0, 500, 7)), workers=4)).tolist() == expected
    assert table(run(sweep, iter(lengths), workers=2)).tolist() == expected


def test_batches_keep_every_row_once_and_in_order() -> None:
    rows = np.arange(40, dtype=np.uint16).reshape(20, 2)
    for cuts in ([20], [1] * 20, [3, 9, 8], [0, 20], [16, 4]):
        blocks = np.split(rows, np.cumsum(cuts)[:-1])
        found = list(batches(blocks, 8))
        assert [len(one) for one in found] == [8, 8, 4]
        assert np.concatenate(found).tolist() == rows.tolist()


def test_few_tasks_are_under_way_at_a_time() -> None:
    taken = []

    def tasks() -> Iterator[int]:
        for i in range(1000):
            taken.append(i)
            yield i

    answers = in_order(lambda i: i * i, tasks(), workers=2)
    assert [next(answers) for _ in range(3)] == [0, 1, 4]
    assert len(taken) < 20
    answers.close()
    assert len(taken) < 20


def test_an_error_in_one_task_is_the_callers() -> None:
    def work(i: int) -> int:
        return 1 // (3 - i)

    with pytest.raises(ZeroDivisionError):
        list(in_order(work, range(10), workers=2))


def test_subsets_begin_with_all_up_and_go_on_with_single_failures() -> None:
    down = ["".join(str(i) for i in np.flatnonzero(~up)) for up in subsets(4)]
    assert ", ".join(down) == ", 0, 1, 2, 3, 01, 02, 03, 12, 13, 23, 012, 013, 023, 123"


@pytest.mark.parametrize("sites", [1, 2, 7, 16])
def test_subsets_are_all_but_the_empty_one(sites: int) -> None:
    up = subsets(sites)
    assert len(np.unique(np.packbits(up, axis=1), axis=0)) == len(up) == 2**sites - 1
    assert up.any(axis=1).all()
    assert (np.diff(up.sum(axis=1)) <= 0).all()


def test_seventeen_sites_are_refused_with_what_to_do() -> None:
    with pytest.raises(ScenarioError, match="16 sites are the most"):
        subsets(17)


def test_a_site_that_is_down_has_all_its_starts_down_and_a_hijacker_stays() -> None:
    starts = starts_of(BORDER, graph_of(BORDER))
    lengths = lengths_of_subsets(starts, np.array([[True, True], [False, True]]))
    by_target = {int(t): lengths[:, i].tolist() for i, t in enumerate(starts.target)}
    assert by_target == {0: [2, DOWN], 1: [3, 3], 2: [1, 1]}


def test_whole_weights_stay_exact() -> None:
    weight = np.array([1.0, 4_000_000_000.0, 17.0, 0.0])
    units, quantum = whole_units(weight)
    assert (units * quantum).tolist() == weight.tolist()


@example([5e-324])
@example([5e-324, 1e300])
@given(st.lists(st.floats(0, 1e12), min_size=1, max_size=50).filter(lambda some: sum(some) > 0))
def test_weights_are_off_by_a_part_in_four_billion_of_the_total_at_most(some: list[float]) -> None:
    weight = np.array(some)
    units, quantum = whole_units(weight)
    assert units.sum() < 2**32
    assert (np.rint(units) == units).all()
    assert np.abs(units * quantum - weight).max() <= weight.sum() / 2**32 * (1 + 1e-9)


@pytest.mark.parametrize("weight", [[0.0, 0.0], [1.0, float("nan")], [1.0, float("inf")], [2.0, -1.0]])
def test_weights_that_cannot_be_shared_out_are_refused(weight: list[float]) -> None:
    with pytest.raises(ScenarioError, match="weight"):
        whole_units(np.array(weight))


def test_there_is_at_least_one_core() -> None:
    assert module.cores() >= 1
