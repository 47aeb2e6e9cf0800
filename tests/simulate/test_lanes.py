"""Sixty-four scenarios at a time say what each says alone, and what the slow twin says."""

import json
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numba import config
from tests.simulate.sweeping import ACYCLIC, BORDER, lanes_say, single_says, some_lengths
from tests.strategies import cases, random_case
from tests.twins.arrays import graph_of, rows_of, starts_of
from tests.twins.case import OWN, Case, Entry, Peer, Provider
from tests.twins.internet import settle

from catchment.internet.graph import Graph
from catchment.internet.prepare import prepare
from catchment.internet.sources.asrel import read_as_relationships
from catchment.simulate.lanes import LANES, Lanes, compile_plan
from catchment.simulate.starts import DOWN, Starts

pytestmark = pytest.mark.skipif(
    bool(config.DISABLE_JIT), reason="vectors are values of compiled code: NUMBA_DISABLE_JIT has none"
)

SHARED = Path(__file__).parents[3] / "shared" / "data"


def differences(case: Case, rng: np.random.Generator, scenarios: int) -> list[str]:
    """In words: at which AS in which lane the lanes differ from the scalar kernel."""
    graph = graph_of(case)
    starts = starts_of(case, graph)
    lengths = some_lengths(rng, starts, scenarios)
    routes, targets, over = lanes_say(graph, starts, lengths)
    found = [f"lanes {over:b} overflow"] if over else []
    for lane in range(scenarios):
        code, target = single_says(graph, starts, lengths[lane])
        for v in np.flatnonzero((code != routes[:, lane]) | (target != targets[:, lane])).tolist():
            said = f"{routes[v, lane]} to {targets[v, lane]}"
            found.append(f"AS{graph.asn[v]}, lengths {lengths[lane]}: {said}, alone {code[v]} to {target[v]}")
    return found


@settings(max_examples=100, deadline=None)
@given(cases(ACYCLIC), st.integers(0, 2**32))
def test_a_lane_says_what_its_scenario_says_alone(case: Case, seed: int) -> None:
    if case.entries:
        assert differences(case, np.random.default_rng(seed), 8) == []


def test_a_lane_says_what_its_scenario_says_alone_on_many_internets() -> None:
    rng = np.random.default_rng(4)
    for _ in range(500):
        case = random_case(rng, ACYCLIC)
        if case.entries:
            found = differences(case, rng, 6)
            assert not found, "\n".join([*found, str(case)])


def twin_differences(case: Case) -> list[str]:
    """In words: where lane 0, the design as it is, differs from the twin."""
    graph = graph_of(case)
    starts = starts_of(case, graph)
    routes, targets, _ = lanes_say(graph, starts, starts.length[None, :])
    opinions = settle(case)
    found = []
    for v, asn in enumerate(graph.asn.tolist()):
        best = opinions[asn].best if asn in opinions else None
        expected = (255, 255)
        if best is not None:
            row = rows_of(case).index(best.entry)
            expected = (best.route_class << 6 | best.length, int(starts.target[row]))
        if (routes[v, 0], targets[v, 0]) != expected:
            found.append(f"AS{asn}: lanes say {routes[v, 0]}, {targets[v, 0]}, the twin {expected}")
    return found


def test_lanes_say_what_the_twin_says() -> None:
    rng = np.random.default_rng(6)
    for _ in range(500):
        case = random_case(rng, ACYCLIC)
        if case.entries:
            found = twin_differences(case)
            assert not found, "\n".join([*found, str(case)])


@pytest.mark.parametrize("no_export", [False, True])
def test_a_closed_origin_hears_nobody_even_while_its_own_announcement_is_down(no_export: bool) -> None:
    """AS64497 has sessions, so its links in the graph are none; its customer AS64498 has a route to offer."""
    case = Case(
        links=(Provider(64496, 64497), Provider(64497, 64498), Peer(64497, 64499), Provider(64499, 64498)),
        entries=(
            Entry(site=0, origin=64497, at=64497, relation=OWN, no_export=no_export),
            Entry(site=1, origin=64497, at=64498),
        ),
    )
    graph = graph_of(case)
    starts = starts_of(case, graph)
    lengths = np.array([starts.length, [DOWN, 2], [1, DOWN], [DOWN, DOWN]], np.uint16)
    routes, targets, _ = lanes_say(graph, starts, lengths)
    assert routes[graph.node(64497), :4].tolist() == [1, 255, 1, 255]
    for lane in range(4):
        code, target = single_says(graph, starts, lengths[lane])
        assert routes[:, lane].tolist() == code.tolist()
        assert targets[:, lane].tolist() == target.tolist()


def chain(length: int) -> Case:
    """AS64496 at the top of a chain of providers; the session enters at the bottom."""
    asns = list(range(64496, 64496 + length))
    return Case(
        links=tuple(Provider(a, b) for a, b in pairwise(asns)),
        entries=(Entry(site=0, origin=65536, at=asns[-1]),),
    )


@pytest.mark.parametrize(("prepends", "fits"), [(40, True), (55, True), (56, False), (500, False)])
def test_lanes_with_paths_of_62_ases_and_more_are_reported(prepends: int, fits: bool) -> None:
    """The top of a chain of five has a path of 6 and the prepends."""
    graph = graph_of(chain(5))
    starts = starts_of(chain(5), graph)
    lengths = np.array([starts.length, starts.length + np.uint16(prepends)], np.uint16)
    routes, _, over = lanes_say(graph, starts, lengths)
    assert over == (0 if fits else 0b10)
    top = graph.node(64496)
    assert routes[top, 0] == 1 << 6 | 6
    if fits:
        assert routes[top, 1] == 1 << 6 | 6 + prepends


def test_a_path_too_long_is_reported_where_everybody_has_a_customer_route() -> None:
    """Then no AS asks its providers, and only the way up can notice: the top would have 64 ASes."""
    graph = graph_of(chain(5))
    starts = starts_of(chain(5), graph)
    assert lanes_say(graph, starts, np.full((LANES, 1), 60, np.uint16))[2] == 2**64 - 1


def test_a_lane_that_overflows_leaves_the_others_right() -> None:
    graph = graph_of(BORDER)
    starts = starts_of(BORDER, graph)
    lengths = np.repeat(starts.length[None, :], LANES, axis=0)
    lengths[::2] += 70
    routes, targets, over = lanes_say(graph, starts, lengths)
    assert over == 0x5555555555555555
    code, target = single_says(graph, starts, starts.length)
    for lane in range(1, LANES, 2):
        assert routes[:, lane].tolist() == code.tolist()
        assert targets[:, lane].tolist() == target.tolist()


def test_a_plan_run_again_forgets_the_last_run() -> None:
    rng = np.random.default_rng(8)
    for _ in range(50):
        case = random_case(rng, ACYCLIC)
        if not case.entries:
            continue
        graph = graph_of(case)
        starts = starts_of(case, graph)
        lanes = Lanes(compile_plan(graph, starts))
        first = some_lengths(rng, starts, LANES).T
        lanes.run(np.ascontiguousarray(first))
        before = [part.copy() for part in lanes.expand()]
        lanes.run(np.full((len(starts), LANES), DOWN, np.uint16))
        assert (lanes.expand()[0] == 255).all(), "nobody announces, nobody has a route"
        lanes.run(np.ascontiguousarray(first))
        for old, new in zip(before, lanes.expand(), strict=True):
            assert (old == new).all()


def own_starts(graph: Graph, origins: dict[int, int]) -> Starts:
    """Each origin announces from its own node, a target each."""
    asn = np.array(sorted(origins), np.uint32)
    node = np.array([graph.node(a) for a in asn.tolist()], np.uint32)
    k = len(asn)
    return Starts(
        node=node,
        route_class=np.zeros(k, np.uint8),
        length=np.array([origins[a] for a in asn.tolist()], np.uint16),
        tie_rank=2 * graph.rank[node],
        target=np.arange(k, dtype=np.uint16),
        no_export=np.zeros(k, bool),
        invalid=np.zeros(k, bool),
        med=np.zeros(k, np.uint32),
        point=np.full((k, 2), np.nan, np.float32),
        asn=asn,
        closed=np.zeros(0, np.uint32),
    )


def test_on_the_graph_of_2024_lanes_say_what_each_scenario_says_alone() -> None:
    path = SHARED / "asrel" / "20240801.as-rel2.txt.bz2"
    if not path.exists():
        pytest.skip("needs ../shared/data/asrel/20240801.as-rel2.txt.bz2, which is not here")
    graph = prepare(read_as_relationships(path)[0])
    rng = np.random.default_rng(2)
    text = (SHARED / "oracle" / "caida-20240801" / "scenarios.json").read_text()
    for one in json.loads(text)["cases"][::3]:
        starts = own_starts(graph, {int(asn): length for asn, length in one["origins"].items()})
        lengths = some_lengths(rng, starts, 8)
        routes, targets, over = lanes_say(graph, starts, lengths)
        assert not over
        assert int((routes[:, 0] != 255).sum()) == one["reached"]
        for lane in range(len(lengths)):
            code, target = single_says(graph, starts, lengths[lane])
            assert int((code != routes[:, lane]).sum()) == 0
            assert int((target != targets[:, lane]).sum()) == 0
