"""IS-IS with levels: every route is that of the twin, and each preference on a drawing where it decides."""

from dataclasses import replace
from ipaddress import ip_network
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.simulate.network.igp.draw import with_levels
from tests.twins import linkstate

from catchment.model.address import Prefix
from catchment.model.network import Igp, Level, Link, LinkEnd, Network, Router
from catchment.simulate.network.igp.isis import Isis, Levels
from catchment.simulate.network.igp.parts import Measure, Near, far
from catchment.simulate.network.igp.telling import Best, Said
from catchment.simulate.network.topology import NOTHING_DOWN, Down, topology

MANY = settings(max_examples=300, deadline=None)
SERVICE, DEFAULT = ip_network("203.0.113.53/32"), ip_network("0.0.0.0/0")


def predicted(
    network: Network, prefix: Prefix, told: dict[str, int], down: Down, measure: Measure
) -> dict[str, tuple[str, int, frozenset[str]]]:
    top = topology(network, down)
    levels = Levels(top)
    said = [
        Said(router=top.number[name], numbers=(cost, 0), level=top.routers[top.number[name]].level)
        for name, cost in told.items()
        if name not in down.routers
    ]
    of = Isis(levels, measure).of(prefix, said)
    found = {}
    for number, router in enumerate(top.routers):
        best = of.best(number)
        if best is not None and top.up[number]:
            kind = best.kind if levels.shown else "L2"
            found[router.name] = (kind, best.metric, frozenset(out.way.link.name for out in of.outs(number)))
    return found


@MANY
@given(st.data())
def test_every_route_is_that_of_routers_that_tell_each_other(data: Any) -> None:
    network = data.draw(with_levels())
    names = [router.name for router in network.routers]
    told = data.draw(st.dictionaries(st.sampled_from(names), st.integers(0, 6), max_size=3))
    prefix = data.draw(st.sampled_from((SERVICE, DEFAULT)))
    down = data.draw(st.sampled_from((NOTHING_DOWN, Down(routers=frozenset({"r1"}), links=frozenset({"l0", "l2"})))))
    answer = predicted(network, prefix, told, down, far)
    levels = {router.name: router.level.value for router in network.routers}
    routes = linkstate.isis(
        network, {name: (levels[name], cost) for name, cost in told.items()},
        leaks=True, default=prefix == DEFAULT, down=down.routers | down.links,
    )  # fmt: skip
    expected = {name: (route.kind, route.cost, route.hops) for name, route in routes.items()}
    assert answer == expected
    assert predicted(network, prefix, told, down, Near()) == answer


def drawn(text: str, **routers: str) -> Network:
    """`a-b 10, ...`; each router as `level`, or `level area`, or with `leaks` behind."""
    links = []
    for word in text.split(", "):
        ends, cost = word.split()
        first, second = ends.split("-")
        both = LinkEnd(router=first, cost=int(cost)), LinkEnd(router=second, cost=int(cost))
        links.append(Link(name=ends, ends=both))
    made = []
    for name, words in routers.items():
        level, area, *leaks = (*words.split(), "x")[:3] if " " not in words else (*words.split(),)
        made.append(Router(name=name, level=Level(level), area=area, leaks=(DEFAULT,) if leaks else ()))
    return Network(name="n", igp=Igp.ISIS, routers=tuple(made), links=tuple(links))


def route(network: Network, router: str, prefix: Prefix = SERVICE, **told: int) -> tuple[Best | None, list[str]]:
    top = topology(network)
    said = [
        Said(router=top.number[name], numbers=(cost, 0), level=top.routers[top.number[name]].level)
        for name, cost in told.items()
    ]
    of = Isis(Levels(top), far).of(prefix, said)
    number = top.number[router]
    return of.best(number), [out.way.into.router for out in of.outs(number)]


LADDER = "in-west 10, in-east 15, west-far 100, east-far 1, west-east 50"
"""Router `in` of area 1 has two ways out: west is nearer to it, east is nearer to everything else."""
ROUTERS = {"in": "1 49.0001", "west": "1-2 49.0001", "east": "1-2 49.0001", "far": "2 49.0002"}


def test_a_router_of_level_1_leaves_by_the_nearest_attached_one_however_far_it_is_from_there() -> None:
    """The trap: over west 10 + 100, over east it would be 15 + 1; `in` cannot know, it has the default route only."""
    network = drawn(LADDER, **ROUTERS)
    assert route(network, "in", far=1) == (None, [])
    assert route(network, "in", DEFAULT) == (Best(10, 115, "attached"), ["west"])
    assert route(network, "west", DEFAULT) == (None, [])


def test_what_is_leaked_is_reached_by_its_whole_metric() -> None:
    network = drawn(LADDER, **ROUTERS | {"west": "1-2 49.0001 leaks", "east": "1-2 49.0001 leaks"})
    assert route(network, "in", far=1) == (Best(17, 115, "L2>L1"), ["east"])


def test_level_1_beats_level_2_whatever_the_metric() -> None:
    """east has a server in its own area behind `in`, and one next door in level 2."""
    network = drawn(LADDER, **ROUTERS)
    assert route(network, "east", far=1) == (Best(2, 115, "L2"), ["far"])
    assert route(network, "east", **{"far": 1, "in": 5000}) == (Best(5015, 115, "L1"), ["in"])


def test_level_2_hears_what_is_in_an_area_with_the_metric_from_its_border() -> None:
    network = drawn(LADDER, **ROUTERS)
    assert route(network, "far", **{"in": 1}) == (Best(17, 115, "L2"), ["east"])


def test_what_was_leaked_down_is_not_told_up_again() -> None:
    """b leaks into the area of b and c; c has no other way to level 2, and d behind c must not hear it from c."""
    network = drawn("a-b 1, b-c 1, c-d 1", a="2 w", b="1-2 x leaks", c="1-2 x", d="2 y")
    assert route(network, "c", a=1)[0] == Best(3, 115, "L2")  # b and c are neighbours in level 2, too
    only_one = replace(
        network,
        links=tuple(replace(link, level=Level.ONE) if link.name == "b-c" else link for link in network.links),
    )
    assert route(only_one, "c", a=1)[0] == Best(3, 115, "L2>L1")
    assert route(only_one, "d", a=1)[0] is None


def test_no_router_is_attached_when_level_2_reaches_no_other_area() -> None:
    assert route(drawn("a-b 1", a="1 x", b="1-2 x"), "a", DEFAULT) == (None, [])
    assert route(drawn("a-b 1, b-c 1", a="1 x", b="1-2 x", c="2 y"), "a", DEFAULT)[0] == Best(1, 115, "attached")


def test_routers_of_two_areas_are_neighbours_in_level_2_only() -> None:
    network = drawn("a-b 1, b-c 1, c-d 1", a="1 x", b="1-2 x", c="1-2 y", d="1 y")
    assert route(network, "b", d=0)[0] == Best(2, 115, "L2")
    assert route(network, "a", d=0)[0] is None


def test_a_network_of_level_2_only_says_nothing_of_levels() -> None:
    assert route(drawn("a-b 7", a="2 x", b="2 y"), "a", b=1)[0] == Best(8, 115, "")


def test_a_prefix_beyond_the_largest_path_metric_is_not_used() -> None:
    """RFC 5305 4: MAX_PATH_METRIC is 0xFE000000, 254 links of the largest metric and a bit."""
    cost = 2**24 - 2
    links = ", ".join(f"r{n}-r{n + 1} {cost}" for n in range(255))
    network = drawn(links, **{f"r{n}": "2 x" for n in range(256)})
    top = topology(network)
    of = Isis(Levels(top), far).of(SERVICE, [Said(router=0, numbers=(0, 0))])
    assert sum(of.best(number) is not None for number in range(256)) == 255


def test_level_2_hears_the_better_of_what_a_border_has_itself_and_what_its_area_has() -> None:
    top = topology(drawn(LADDER, **ROUTERS))
    far_away = Said(router=0, numbers=(50, 0), level=Level.ONE)
    own = Said(router=top.number["east"], numbers=(3, 0), level=Level.TWO)  # a static route, told into level 2 only
    of = Isis(Levels(top), far).of(SERVICE, [far_away, own])
    assert of.best(top.number["far"]) == Best(4, 115, "L2")
    assert of.best(top.number["east"]) == Best(65, 115, "L1")


def test_a_default_route_told_in_level_1_shares_with_the_attached_when_it_is_as_near() -> None:
    network = drawn("in-west 10, in-east 10, east-far 1, west-east 50", **ROUTERS | {"west": "1 49.0001"})
    assert route(network, "in", DEFAULT) == (Best(10, 115, "attached"), ["east"])
    assert route(network, "in", DEFAULT, west=0) == (Best(10, 115, "L1"), ["west", "east"])
    assert route(network, "in", DEFAULT, west=1) == (Best(10, 115, "attached"), ["east"])
