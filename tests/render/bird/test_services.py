"""How BIRD tells a service: where cost 0 changes nothing, where it is told from outside, where it is said to differ.

The beliefs about BIRD itself are in tests/world/test_bird_tables.py.
"""

from pathlib import Path

from catchment.designfile.load import load
from catchment.model.network import Told
from catchment.render.bird.services import note, told
from catchment.render.view import View, views

DESIGN = """
name: costs
networks:
  corp:
    igp: ospf
    routers: {{a: {{daemon: {daemon}}}, b: {{daemon: bird}}, c: {{daemon: bird}}}}
    links: [{{between: [a, b], cost: 5}}, {{between: [b, c], cost: 5, area: {area}}}]
services:
  near: {{address: 10.0.0.1, at: [a], cost: 3}}
  far: {{address: 10.0.0.1, at: [c], cost: {cost}}}
"""


def view_of(router: str, daemon: str = "bird", area: int = 0, cost: int = 3) -> View:
    loaded = load(DESIGN.format(daemon=daemon, area=area, cost=cost), str(Path("design.yaml")))
    assert loaded.design is not None, loaded.problems
    return next(view for view in views(loaded.design) if view.name == router)


def test_equal_costs_are_told_as_0_and_choices_stay() -> None:
    view = view_of("a")
    assert told(view, view.services[0].server) is Told.INTERNAL
    assert "choices are the same" in note(view, view.services[0].server)


def test_different_costs_are_told_from_outside_so_that_sums_are_right() -> None:
    view = view_of("a", cost=9)
    assert told(view, view.services[0].server) is Told.E1
    assert "type 1" in note(view, view.services[0].server)


def test_with_areas_or_another_daemon_the_difference_is_said() -> None:
    for view in (view_of("c", area=1, cost=9), view_of("c", daemon="frr")):
        assert told(view, view.services[0].server) is Told.INTERNAL
        assert "looks nearer than designed" in note(view, view.services[0].server)
