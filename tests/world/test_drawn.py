"""Drawn designs are repeatable, are designs, and show what they promise; a smaller case is one with a part less."""

import json

from tests.world.drawn import design
from tests.world.played import drawn_case
from tests.world.shrunk import smaller_ones

from catchment.designfile.load import load
from catchment.model.network import Daemon, Igp
from catchment.workflows.trace import fallible

SOME = range(5)


def test_a_seed_gives_the_same_case_each_time() -> None:
    assert [drawn_case(seed).text for seed in SOME] == [drawn_case(seed).text for seed in SOME]
    assert len({drawn_case(seed).digest for seed in SOME}) == len(SOME)


def test_a_case_is_a_file_that_loads_as_the_design_it_was_drawn_as() -> None:
    for seed in SOME:
        case = drawn_case(seed)
        read = load(case.text, "case.yaml").design
        assert read is not None
        assert set(case.fails) <= set(fallible(read))


def test_draws_have_both_daemons_both_igps_and_areas_of_policy() -> None:
    seen = set[object]()
    for seed in range(40):
        read = load(json.dumps(design(seed)), "drawn.yaml").design
        if read is not None:
            for network in read.networks:
                seen |= {network.igp, *(network.runs(router) for router in network.routers)}
            seen |= {len(read.networks), bool(read.inside.bgp.peerings)}
    assert seen >= {Igp.OSPF, Igp.ISIS, Daemon.BIRD, Daemon.FRR, 1, 2, 3, 4, 5, False}


def test_smaller_cases_are_designs_with_a_part_less() -> None:
    case = drawn_case(7)
    smaller = list(smaller_ones(case))
    assert smaller
    for one in smaller:
        assert len(one.text) < len(case.text)
        assert load(one.text, "case.yaml").design is not None
