"""Starts: what the numbers of their columns leave room for."""

from tests.internet.drawing import links, sells
from tests.simulate.drawing import PREFIX, design, site, transit

from catchment.internet.prepare import prepare
from catchment.simulate.announce import announce
from catchment.simulate.starts import DOWN, LONGEST


def test_there_are_as_many_starts_as_rows() -> None:
    graph = prepare(links(*sells(64496, 64497)))
    two = announce(design(site("seoul", transit(64496), transit(64497))), PREFIX, graph)
    assert len(two.starts) == 2


def test_no_length_that_is_counted_means_down_and_all_fit_into_the_route_word() -> None:
    assert LONGEST < 1 << 10 <= DOWN
