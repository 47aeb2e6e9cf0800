"""The slow twins of OSPF with areas and IS-IS with levels: what everybody told of a prefix, and each router's table.

Written from RFC 2328 12.4.3 and 16 and from RFC 1195, 5302 step by step, and not from the program: every router runs
SPF on its own over what it was told, borders tell what their tables say, and all of it again until nothing is new.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from catchment.model.network import Network

INFINITE = 0xFFFFFF
Edge = tuple[str, str, int, str]
"""(from, to, cost, link)."""
Hops = frozenset[str]
"""Names of links."""


def edges_of(network: Network, down: frozenset[str]) -> list[Edge]:
    found = []
    for link in network.links:
        for near, far in (link.ends, link.ends[::-1]):
            if not {near.router, far.router, link.name} & down:
                found.append((near.router, far.router, near.cost, link.name))
    return found


def spf(edges: Iterable[Edge], root: str) -> dict[str, tuple[int, Hops]]:
    """RFC 2328 16.1 as it is written: a candidate list, and next hops inherited from the parent (16.1.1)."""
    edges = list(edges)
    tree: dict[str, tuple[int, Hops]] = {}
    candidates: dict[str, tuple[int, Hops]] = {root: (0, frozenset())}
    while candidates:
        nearest = min(candidates, key=lambda name: (candidates[name][0], name))
        tree[nearest] = cost, hops = candidates.pop(nearest)
        for near, far, price, link in edges:
            if near != nearest or far in tree:
                continue
            via = frozenset({link}) if near == root else hops
            old = candidates.get(far)
            if old is None or cost + price < old[0]:
                candidates[far] = cost + price, via
            elif cost + price == old[0]:
                candidates[far] = old[0], old[1] | via
    return tree


@dataclass(frozen=True)
class Route:
    kind: str
    cost: int
    hops: Hops
    areas: frozenset[str] = frozenset()


def merged(old: Route | None, new: Route) -> Route:
    if old is None or new.cost < old.cost:
        return new
    if new.cost > old.cost:
        return old
    return Route(old.kind, old.cost, old.hops | new.hops, old.areas | new.areas)


@dataclass
class Told:
    """Where the prefix is: (router, area) -> cost inside, router -> (1 or 2, cost) from outside."""

    inside: dict[tuple[str, str], int] = field(default_factory=dict)
    outside: dict[str, tuple[int, int]] = field(default_factory=dict)


Summaries = dict[tuple[str, str, str], int]
"""(area, border, "" for the prefix or the name of an ASBR) -> cost."""


def ospf(network: Network, told: Told, down: frozenset[str] = frozenset()) -> dict[str, Route]:
    """The route of every router that has one, with all its next hops; kind is intra, inter, E1 or E2."""
    links = {link.name: link for link in network.links}
    edges = edges_of(network, down)
    areas = {name: held for name, held in network.areas().items() if name not in down}
    trees = {
        (name, area): spf([edge for edge in edges if links[edge[3]].area == area], name)
        for name, held in areas.items()
        for area in held
    }
    summaries: Summaries = {}
    for _ in range(4 * len(areas) + 4):
        new: Summaries = {}
        for name, held in areas.items():
            for area in held if len(held) > 1 else ():
                new |= originated(name, area, held, trees, told, summaries)
        if new == summaries:
            break
        summaries = new
    else:
        raise AssertionError("the borders do not settle")
    found = {}
    for name, held in areas.items():
        route = network_route(name, held, trees, told, summaries) or external(name, held, trees, told, summaries)
        if route is not None:
            found[name] = route
    return found


Trees = Mapping[tuple[str, str], Mapping[str, tuple[int, Hops]]]


def examined(areas: tuple[str, ...]) -> list[str]:
    """RFC 2328 16.2: a border router examines the backbone only."""
    return list(areas) if len(areas) == 1 else [area for area in areas if area == "0"]


def network_route(name: str, areas: tuple[str, ...], trees: Trees, told: Told, summaries: Summaries) -> Route | None:
    route: Route | None = None
    for area in areas:  # 16.1
        for other, (cost, hops) in trees[name, area].items():
            if (other, area) in told.inside:
                route = merged(route, Route("intra", cost + told.inside[other, area], hops, frozenset({area})))
    if route is not None:
        return route
    return by_summary(name, "", examined(areas), trees, summaries)


def by_summary(name: str, to: str, areas: list[str], trees: Trees, summaries: Summaries) -> Route | None:
    route: Route | None = None
    for (area, border, what), cost in summaries.items():  # 16.2
        if what == to and area in areas and border != name and cost < INFINITE and border in trees[name, area]:
            there, hops = trees[name, area][border]
            route = merged(route, Route("inter", there + cost, hops, frozenset({area})))
    return route


def asbr_route(name: str, to: str, areas: tuple[str, ...], trees: Trees, summaries: Summaries) -> Route | None:
    """The preferred of the routing table entries for an ASBR, one for each area: 16.4 (3), 16.4.1."""
    entries = []
    for area in areas:
        if to in trees[name, area]:
            cost, hops = trees[name, area][to]
            entries.append(Route("intra", cost, hops, frozenset({area})))
        elif area in examined(areas):
            heard = by_summary(name, to, [area], trees, summaries)
            entries += [heard] if heard else []
    best = [one for one in entries if one.kind == "intra" and one.areas != {"0"}] or entries
    return min(best, key=lambda one: (one.cost, -max(int(area) for area in one.areas)), default=None)


def originated(
    name: str, into: str, areas: tuple[str, ...], trees: Trees, told: Told, summaries: Summaries
) -> Summaries:
    """12.4.3: what a border tells an area."""
    found: Summaries = {}
    routes = {"": network_route(name, areas, trees, told, summaries)}
    routes |= {asbr: asbr_route(name, asbr, areas, trees, summaries) for asbr in told.outside if asbr != name}
    for what, route in routes.items():
        if route is None or into in route.areas or route.cost >= INFINITE:
            continue
        if route.kind == "intra" or into != "0":
            found[into, name, what] = route.cost
    return found


def external(name: str, areas: tuple[str, ...], trees: Trees, told: Told, summaries: Summaries) -> Route | None:
    """16.4 (6) for one prefix, the candidates put in order."""
    found: list[tuple[tuple[int, int, int, int], Route, int]] = []
    for asbr, (kind, metric) in told.outside.items():
        way = asbr_route(name, asbr, areas, trees, summaries) if asbr != name else None
        if way is None:
            continue
        preferred = 0 if way.kind == "intra" and way.areas != {"0"} else 1
        if kind == 1:
            found.append(((1, 0, preferred, way.cost + metric), way, way.cost + metric))
        else:
            found.append(((2, metric, preferred, way.cost), way, metric))
    if not found:
        return None
    best = min(order for order, _, _ in found)
    ways = [(way, metric) for order, way, metric in found if order == best]
    return Route(f"E{best[0]}", ways[0][1], frozenset().union(*(way.hops for way, _ in ways)))


def isis(
    network: Network,
    told: Mapping[str, tuple[str, int]],
    *,
    leaks: bool,
    default: bool,
    down: frozenset[str] = frozenset(),
) -> dict[str, Route]:
    """The route of every router that has one. `told`: router -> (levels, metric).

    leaks   : routers that leak anything leak this prefix
    default : the prefix is the default route, which attached routers stand for
    """
    routers = {router.name: router for router in network.routers if router.name not in down}
    links = {link.name: link for link in network.links}

    def adjacent(edge: Edge, level: str) -> bool:
        near, far = routers[edge[0]], routers[edge[1]]
        runs = all(level in one.level.value for one in (near, far, links[edge[3]]))
        return runs and (level == "2" or near.area == far.area)

    edges = edges_of(network, down)
    trees = {
        (name, level): spf([edge for edge in edges if adjacent(edge, level)], name)
        for name, router in routers.items()
        for level in router.level.value.split("-")
    }
    attached = {
        name
        for name, router in routers.items()
        if router.level.value == "1-2" and any(routers[other].area != router.area for other in trees[name, "2"])
    }
    own = {(name, level): metric for name, (levels, metric) in told.items() if name in routers
           for level in levels.split("-") if (name, level) in trees}  # fmt: skip
    lsps: dict[tuple[str, str, bool], int] = {}  # (router, level, came down) -> metric
    for _ in range(4 * len(routers) + 4):
        new = {(name, level, False): metric for (name, level), metric in own.items()}
        tables = {name: isis_route(name, trees, lsps, frozenset()) for name in routers}
        for name, router in routers.items():
            route = tables[name]
            if router.level.value != "1-2" or route is None:
                continue
            if route.kind == "L1":
                new[name, "2", False] = min(route.cost, new.get((name, "2", False), route.cost))
            if route.kind == "L2" and router.leaks and leaks:
                new[name, "1", True] = route.cost
        if new == lsps:
            break
        lsps = new
    else:
        raise AssertionError("the levels do not settle")
    out = frozenset(attached) if default else frozenset()
    found = {name: isis_route(name, trees, lsps, out) for name in routers}
    return {name: route for name, route in found.items() if route is not None}


def isis_route(
    name: str, trees: Trees, lsps: Mapping[tuple[str, str, bool], int], attached: frozenset[str]
) -> Route | None:
    kinds: list[Route | None] = [None, None, None]
    for level, down, kind in (("1", False, 0), ("2", False, 1), ("1", True, 2)):
        for other, (cost, hops) in trees.get((name, level), {}).items():
            if (other, level, down) in lsps and not (down and other == name):
                word = ("L1", "L2", "L2>L1")[kind]
                kinds[kind] = merged(kinds[kind], Route(word, cost + lsps[other, level, down], hops))
    if (name, "2") not in trees:
        for other in attached & set(trees[name, "1"]):
            cost, hops = trees[name, "1"][other]
            kinds[0] = merged(kinds[0], Route("attached", cost, hops))
    return next((route for route in kinds if route is not None), None)
