"""What routers tell the IGP of what they have otherwise: static routes, connected prefixes, the default route."""

from collections.abc import Callable, Iterator, Mapping

from catchment.model.address import Prefix
from catchment.model.network import Igp, Kept, Level, Network, Redistribution, Router
from catchment.results.trace import Entry
from catchment.simulate.network.igp.numbers import DISTANCE, Numbers, at_interface, of_link
from catchment.simulate.network.igp.telling import Said
from catchment.simulate.network.topology import Topology

Statics = Mapping[int, Mapping[Prefix, list[Entry]]]
Hears = Callable[[int, Prefix, list[Said]], bool]
"""(router, prefix, who tells it besides) -> whether the IGP has a route there."""


def redistributed(
    topology: Topology, statics: Statics, connected: set[tuple[int, Prefix]], hears: Hears
) -> dict[Prefix, list[Said]]:
    """What is told besides the IGP's own, by prefix.

    statics   : for each router its static routes that are up
    connected : (router, prefix) that the IGP does not tell as its own
    A static route that waits behind the IGP (its distance is not below) is used, and so told, only where the IGP has
    nothing better; of two such routes for one prefix the first router of the design comes first, as the one that was
    up first would.
    """
    found: dict[Prefix, list[Said]] = {}
    floating: list[tuple[Prefix, Said]] = []
    for number, router in enumerate(topology.routers):
        if not topology.up[number]:
            continue
        for one in router.redistributes:
            for prefix, numbers, waits in _had(topology, number, one, statics.get(number, {}), connected):
                said = Said(router=number, numbers=numbers, told=one.told, level=_level(router))
                if waits:
                    floating.append((prefix, said))
                else:
                    found.setdefault(prefix, []).append(said)
    for prefix, said in floating:
        if not hears(said.router, prefix, found.get(prefix, [])):
            found.setdefault(prefix, []).append(said)
    return found


def _had(
    topology: Topology,
    number: int,
    one: Redistribution,
    statics: Mapping[Prefix, list[Entry]],
    connected: set[tuple[int, Prefix]],
) -> Iterator[tuple[Prefix, Numbers, bool]]:
    """(prefix, numbers to tell, whether it waits behind the IGP) of what a router has of a kind."""
    network = topology.network
    if one.what is Kept.CONNECTED:
        for prefix in sorted({prefix for router, prefix in connected if router == number}, key=str):
            yield prefix, _numbers(network, one.cost), False
        return
    for prefix, entries in statics.items():
        if (prefix.prefixlen == 0) is (one.what is Kept.DEFAULT) and (number, prefix) not in connected:
            best = min(entries, key=lambda entry: entry.distance)
            over = {hop.link for hop in best.next_hops}
            numbers = [of_link(network, way.link) for way in topology.interfaces[number] if way.link.name in over]
            eigrp = network.igp is Igp.EIGRP and numbers
            yield prefix, numbers[0] if eigrp else _numbers(network, one.cost), best.distance >= DISTANCE[network.igp]


def _numbers(network: Network, cost: int) -> Numbers:
    return at_interface(network) if network.igp is Igp.EIGRP else (cost, 0)


def _level(router: Router) -> Level:
    """Into level 2 where the router has it, as IOS does without more words."""
    return Level.TWO if router.level.has(2) else Level.ONE
