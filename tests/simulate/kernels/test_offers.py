"""How many routes an AS had to choose from: loops, refused and untold routes do not count."""

import numpy as np
import pytest
from tests.twins.arrays import graph_of, starts_of, validation_of
from tests.twins.case import FROM_ALL, PEER, Case, Entry, Peer, Provider
from tests.twins.internet import Internet, settle

from catchment.simulate.kernels import offers as kernel
from catchment.simulate.propagate import entering, propagate


def counted(case: Case) -> dict[int, tuple[int, int]]:
    """{AS number: (routes heard, those of the class of the best)}"""
    graph = graph_of(case)
    starts, validation = starts_of(case, graph), validation_of(case, graph)
    columns = entering(starts)
    heard, of_class = np.empty(len(graph), np.uint32), np.empty(len(graph), np.uint32)
    kernel.offers(
        graph.by_rank, graph.provider_ptr, graph.provider, graph.peer_ptr, graph.peer,
        columns.at, columns.route, columns.route_class, columns.no_export, validation.kinds, columns.invalid,
        propagate(graph, starts, validation).words, bool(graph.cycles), heard, of_class,
    )  # fmt: skip
    return {asn: pair for asn, *pair in zip(graph.asn.tolist(), heard.tolist(), of_class.tolist(), strict=True)}  # type: ignore[misc]


DIAMOND = Case(
    links=(Provider(64496, 64498), Provider(64497, 64498), Peer(64496, 64497), Provider(64498, 64499)),
    entries=(Entry(site=0, origin=65536, at=64496), Entry(site=1, origin=65536, at=64497)),
)
"""
 site 0     site 1
   |          |
 64496 ===== 64497
     \\      /
      64498
        |
      64499
"""


@pytest.mark.parametrize(
    ("name", "case", "asn", "answer"),
    [
        ("a session and a peer", DIAMOND, 64496, [2, 1]),
        ("two providers", DIAMOND, 64498, [2, 2]),
        ("one provider", DIAMOND, 64499, [1, 1]),
        ("own routes come back from nobody who has them from us", DIAMOND._replace(
            entries=(Entry(site=0, origin=65536, at=64498),)), 64498, [1, 1]),
        ("a peer that has no customer route tells nothing", DIAMOND._replace(
            entries=(Entry(site=0, origin=65536, at=64496, relation=PEER),)), 64497, [0, 0]),
        ("no-export is told to nobody", DIAMOND._replace(
            entries=(DIAMOND.entries[0]._replace(no_export=True), DIAMOND.entries[1])), 64498, [1, 1]),
        ("what is refused was not heard", DIAMOND._replace(
            entries=(DIAMOND.entries[0]._replace(invalid=True, origin=65537), DIAMOND.entries[1]),
            validating=((64498, FROM_ALL),)), 64498, [1, 1]),
    ],
)  # fmt: skip
def test_routes_are_counted_that_were_heard_and_not_dropped(
    name: str, case: Case, asn: int, answer: list[int]
) -> None:
    assert counted(case)[asn] == answer, name


def test_the_twin_counts_as_many() -> None:
    third = Entry(site=2, origin=65536, at=64498, relation=PEER)
    cycle = (Provider(64496, 64497), Provider(64497, 64498), Provider(64498, 64496), Provider(64498, 64499))
    for case in (
        DIAMOND,
        DIAMOND._replace(entries=(*DIAMOND.entries, third)),
        Case(links=cycle, entries=DIAMOND.entries[:1]),
        Case(links=cycle, entries=(third,)),
    ):
        best = {asn: opinion.best for asn, opinion in settle(case).items()}
        internet = Internet(case)
        for asn, (heard, _) in counted(case).items():
            kept = [route for route in internet.hears(asn, best) if not internet.drops(asn, route)]
            assert heard == len(kept), f"AS{asn}"


def test_a_path_through_an_as_is_a_loop_for_it_and_for_who_stands_on_it() -> None:
    graph = graph_of(DIAMOND)
    lone = DIAMOND._replace(entries=DIAMOND.entries[:1])
    words = propagate(graph, starts_of(lone, graph)).words
    node = {int(asn): np.uint32(i) for i, asn in enumerate(graph.asn)}
    told = {
        asn: bool(kernel.passes(graph.by_rank, words, node[64499], node[asn])) for asn in (64496, 64497, 64498, 64499)
    }
    assert told == {64496: True, 64497: False, 64498: True, 64499: True}
