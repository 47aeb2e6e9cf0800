"""OSPF with areas: every route is that of the twin, and each preference of RFC 2328 on a drawing where it decides."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.simulate.network.igp.draw import with_areas
from tests.twins import linkstate

from catchment.model.network import Igp, Link, LinkEnd, Network, Router, Told
from catchment.simulate.network.igp.ospf import Areas, Ospf
from catchment.simulate.network.igp.parts import Measure, Near, far
from catchment.simulate.network.igp.telling import Best, Said
from catchment.simulate.network.topology import Down, topology

MANY = settings(max_examples=300, deadline=None)
KINDS = {"": "intra", "inter-area": "inter", "E1": "E1", "E2": "E2"}


@st.composite
def told(draw: Any, network: Network) -> linkstate.Told:
    """Where a prefix is: at one to four routers, inside or outside, dear enough for ties and for none."""
    names = [router.name for router in network.routers]
    areas = network.areas()
    answer = linkstate.Told()
    for name in draw(st.lists(st.sampled_from(names), min_size=1, max_size=4, unique=True)):
        metric = draw(st.integers(0, 6))
        how = draw(st.sampled_from(("inside", "inside", "e1", "e2")))
        if how == "inside":
            answer.inside[name, draw(st.sampled_from(areas[name]))] = metric
        else:
            answer.outside[name] = (1 if how == "e1" else 2, metric)
    return answer


def said_of(told: linkstate.Told, number: dict[str, int]) -> list[Said]:
    said = [Said(router=number[name], numbers=(cost, 0), area=area) for (name, area), cost in told.inside.items()]
    kinds = {1: Told.E1, 2: Told.E2}
    return said + [
        Said(router=number[name], numbers=(cost, 0), told=kinds[kind]) for name, (kind, cost) in told.outside.items()
    ]


def predicted(network: Network, told: linkstate.Told, down: Down, measure: Measure) -> dict[str, Any]:
    top = topology(network, down)
    of = Ospf(Areas(top), measure).of(said_of(told, top.number))
    found = {}
    for number, router in enumerate(top.routers):
        best = of.best(number)
        if best is not None and top.up[number]:
            hops = frozenset(out.way.link.name for out in of.outs(number))
            found[router.name] = (KINDS[best.kind], best.metric, hops)
    return found


def expected(network: Network, told: linkstate.Told, down: frozenset[str]) -> dict[str, Any]:
    routes = linkstate.ospf(network, told, down)
    return {name: (route.kind, route.cost, route.hops) for name, route in routes.items()}


@MANY
@given(st.data())
def test_every_route_is_that_of_routers_that_tell_each_other(data: Any) -> None:
    network = data.draw(with_areas())
    where = data.draw(told(network))
    answer = predicted(network, where, Down(), far)
    assert answer == expected(network, where, frozenset())
    assert predicted(network, where, Down(), Near()) == answer


@MANY
@given(st.data())
def test_the_same_with_a_router_and_a_link_down(data: Any) -> None:
    network = data.draw(with_areas())
    where = data.draw(told(network))
    down = Down(routers=frozenset({"r1"}), links=frozenset({"l0", "l2"}))
    answer = predicted(network, where, down, far)
    up = linkstate.Told(
        {key: cost for key, cost in where.inside.items() if key[0] != "r1"},
        {name: how for name, how in where.outside.items() if name != "r1"},
    )
    assert answer == expected(network, up, down.routers | down.links)
    assert predicted(network, where, down, Near()) == answer


def route(text: str, router: str, *said: Said) -> tuple[Best | None, list[str]]:
    """The route of a router in a drawing `a-b 10 area 0, ...`, and the routers it goes to."""
    top = topology(drawn(text))
    of = Ospf(Areas(top), far).of(said)
    number = top.number[router]
    return of.best(number), [out.way.into.router for out in of.outs(number)]


def drawn(text: str) -> Network:
    links, names = [], {}
    for word in text.split(", "):
        ends, cost, area = word.split()
        first, second = ends.split("-")
        names |= dict.fromkeys((first, second))
        both = LinkEnd(router=first, cost=int(cost)), LinkEnd(router=second, cost=int(cost))
        links.append(Link(name=ends, ends=both, area=area))
    return Network(
        name="n", igp=Igp.OSPF, routers=tuple(Router(name=name) for name in sorted(names)), links=tuple(links)
    )


def inside(router: int, cost: int, area: str = "") -> Said:
    return Said(router=router, numbers=(cost, 0), area=area)


def outside(router: int, cost: int, told: Told) -> Said:
    return Said(router=router, numbers=(cost, 0), told=told)


SQUARE = "a-b 10 0, b-c 10 1, a-d 1 0, d-c 100 1"
"""c and its dear link to d are in area 1, and so is the cheap one to b; a is in the backbone."""


def test_inside_the_area_beats_between_areas_whatever_the_cost() -> None:
    """d, a border, has the prefix of a at 1 + 1 over the backbone; when c tells it too, d goes the 100."""
    assert route(SQUARE, "d", inside(0, 1)) == (Best(2, 110, ""), ["a"])
    assert route(SQUARE, "c", inside(0, 1)) == (Best(21, 110, "inter-area"), ["b"])
    far_away = inside(0, 1, "0")
    assert route("a-b 1 0, b-c 100 1", "b", far_away, inside(2, 1)) == (Best(2, 110, ""), ["a"])
    assert route("a-b 1 0, b-c 100 1, c-d 1 1", "d", far_away, inside(1, 50, "1")) == (Best(151, 110, ""), ["c"])


def test_a_border_listens_to_the_backbone_only() -> None:
    """b could reach d's prefix through area 1 for 2, over c, a border that tells it there; it goes by the backbone."""
    text = "b-c 1 1, c-d 1 0, a-d 10 0, a-b 10 0"
    assert route(text, "b", inside(3, 0)) == (Best(20, 110, ""), ["a"])
    beyond = "b-c 1 1, c-d 1 0, a-d 10 0, a-b 10 0, d-e 1 2"
    assert route(beyond, "b", inside(4, 0)) == (Best(21, 110, "inter-area"), ["a"])


def test_an_area_is_crossed_only_from_and_to_itself() -> None:
    """Between two parts of the backbone there is no way through area 1, whatever it costs."""
    assert route("a-b 1 0, b-c 1 1, c-d 1 0", "a", inside(3, 0))[0] is None


def test_outside_of_type_1_adds_the_way_and_type_2_asks_for_it_last() -> None:
    line = "a-b 10 0, b-c 5 0"
    near, away = outside(0, 20, Told.E1), outside(2, 22, Told.E1)
    assert route(line, "b", near, away) == (Best(27, 110, "E1"), ["c"])
    assert route(line, "b", outside(0, 20, Told.E2), outside(2, 22, Told.E2)) == (Best(20, 110, "E2"), ["a"])
    assert route(line, "b", outside(0, 20, Told.E2), outside(2, 20, Told.E2)) == (Best(20, 110, "E2"), ["c"])


def test_type_1_beats_type_2_and_inside_beats_both() -> None:
    line = "a-b 10 0, b-c 5 0"
    assert route(line, "b", outside(0, 1000, Told.E1), outside(2, 1, Told.E2)) == (Best(1010, 110, "E1"), ["a"])
    assert route(line, "b", inside(0, 5000), outside(2, 1, Told.E1)) == (Best(5010, 110, ""), ["a"])
    assert route("a-b 10 1, b-c 5 0", "b", outside(2, 1, Told.E1)) == (Best(6, 110, "E1"), ["c"])
    assert route("a-b 10 1, b-c 5 0", "a", outside(2, 1, Told.E1)) == (Best(16, 110, "E1"), ["b"])


@pytest.mark.parametrize("kind", [Told.E1, Told.E2])
def test_the_way_to_what_is_outside_leads_rather_through_an_area_than_the_backbone(kind: Told) -> None:
    """RFC 2328 16.4.1: of two who tell alike, the one in area 1 is preferred though the one in area 0 is nearer."""
    found, to = route("a-b 10 1, b-c 1 0", "b", outside(0, 20, kind), outside(2, 20, kind))
    assert found is not None
    assert (found.kind, to) == (kind.value.upper(), ["a"])


def test_what_costs_infinity_is_not_told_into_another_area() -> None:
    """RFC 2328 12.4.3: LSInfinity is 2^24 - 1."""
    assert route("a-b 1 1, b-c 1 0", "c", inside(0, 0xFFFFFF - 2))[0] == Best(0xFFFFFF, 110, "inter-area")
    assert route("a-b 1 1, b-c 1 0", "c", inside(0, 0xFFFFFF - 1))[0] is None
    assert route("a-b 1 1, b-c 1 1", "c", inside(0, 0xFFFFFF - 1))[0] == Best(0xFFFFFF + 1, 110, "")


def test_equal_ways_into_another_area_share() -> None:
    text = "a-b 1 0, a-c 1 0, b-d 1 1, c-d 1 1"
    assert route(text, "a", inside(3, 1)) == (Best(3, 110, "inter-area"), ["b", "c"])
    assert route(text, "d", inside(0, 1)) == (Best(3, 110, "inter-area"), ["b", "c"])


def test_a_router_counts_as_border_though_its_other_area_is_down() -> None:
    """RFC 2328 3.3: a border router is one that is attached to several areas; b's only backbone link is down."""
    network = drawn("a-b 1 0, b-c 1 1, c-d 1 0, a-d 1 0")
    top = topology(network, Down(links=frozenset({"a-b"})))
    of = Ospf(Areas(top), far).of([inside(0, 0)])
    assert of.best(top.number["c"]) == Best(2, 110, "")
    assert of.best(top.number["b"]) is None
