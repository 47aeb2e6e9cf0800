"""Static routes as BIRD writes them: a protocol for each distance, whose preference says the same the other way round.

BIRD prefers the higher number: direct 240, static 200, OSPF 150, BGP 100. A design's distances count as in FRR and IOS:
OSPF 110, BGP 200 (on a router that has BIRD); of equal ones the static route goes first.
"""

from collections.abc import Iterator

from catchment.model.network import StaticRoute
from catchment.render.bird.text import CHANNEL, block, said
from catchment.render.view import View

BANDS = ((110, 200), (200, 149), (255, 99))
"""Up to which distance, and the preference of the lowest: before OSPF; between OSPF and BGP; after BGP."""


def statics(view: View, version: int) -> Iterator[list[str]]:
    """The protocols of one family, the strongest first."""
    preferences = _preferences(view)
    groups: dict[int, list[StaticRoute]] = {}
    for one in view.router.statics:
        if one.to.version == version:
            groups.setdefault(_order(one), []).append(one)
    for order in sorted(groups):
        routes = [line for line in _routes(view, groups[order], version) if line]
        channel = said(block(CHANNEL[version], [f"preference {preferences[order]};"]))
        name = f"p_static{version}_{order // 2}{'_discard' if order % 2 else ''}"
        yield block(f"protocol static {name}", ["check link yes;", *channel, *routes])


def _order(one: StaticRoute) -> int:
    """By distance; of one distance a route that drops comes after those that lead somewhere."""
    return 2 * one.distance + (not one.via)


def _preferences(view: View) -> dict[int, int]:
    """A preference for each distance that occurs: in its band, in their order."""
    found: dict[int, int] = {}
    low = 0
    for most, first in BANDS:
        orders = sorted(
            {_order(one) for one in view.router.statics if low < one.distance <= most or one.distance == low == 0}
        )
        found |= {order: first - turn for turn, order in enumerate(orders)}
        low = most
    return found


def _routes(view: View, routes: list[StaticRoute], version: int) -> Iterator[str]:
    """A line for each prefix: all its ways together share the traffic."""
    ways: dict[str, list[str]] = {}
    for one in routes:
        held = ways.setdefault(str(one.to), [])
        for interface in view.interface_to(one.via) if one.via else ():
            hop = next((far.ip for far in interface.far.addresses if far.version == version), None)
            held.append(f"via {hop}" if hop else f'via "{interface.name}"')
    for to, held in ways.items():
        if routes[0].via:
            yield f"route {to} {' '.join(held[: view.network.ecmp])};" if held else ""
        else:
            yield f"route {to} blackhole;"
