"""A network with what is down taken away, as routers with numbers and the links that leave each of them.

Over some interfaces the IGP runs, over others not: those to other networks, and those that are up and carry nothing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from catchment.model.network import Link, LinkEnd, Network, Router, Server


@dataclass(frozen=True, slots=True, kw_only=True)
class Down:
    """Names of what is down.

    silent : links that look up at both ends and carry nothing, as a tunnel whose outer packets are lost: who says
             hello over them notices, static and connected routes stay
    mute   : routers whose routing daemon is dead: packets pass, nobody there says or hears anything any more
    unfit  : servers that what watches them has found dead: routers reach them, and announce nothing for them
    """

    routers: frozenset[str] = frozenset()
    links: frozenset[str] = frozenset()
    servers: frozenset[str] = frozenset()
    silent: frozenset[str] = frozenset()
    mute: frozenset[str] = frozenset()
    unfit: frozenset[str] = frozenset()


NOTHING_DOWN = Down()
NOT_OURS = -1


@dataclass(frozen=True, slots=True)
class Way:
    """A link as seen from one end: `out` is the near end, `into` the far one.

    to : the far router's number, NOT_OURS when it is in another network
    """

    position: int
    link: Link
    out: LinkEnd
    into: LinkEnd
    to: int


@dataclass(frozen=True, slots=True)
class Topology:
    """What is up of a network.

    routers    : of the whole network, in the order of the design; a router that is down keeps its number
    number     : name -> number
    ways       : for each router the ways that leave it and that the IGP uses, in the order of the design's links
    interfaces : these, and after them the ways that the IGP does not use
    servers    : those up
    """

    network: Network
    routers: tuple[Router, ...]
    up: tuple[bool, ...]
    ways: tuple[tuple[Way, ...], ...]
    interfaces: tuple[tuple[Way, ...], ...]
    servers: tuple[Server, ...]
    number: dict[str, int] = field(repr=False)

    def servers_at(self, router: int) -> Iterable[Server]:
        """The servers that are attached to a router."""
        name = self.routers[router].name
        return (server for server in self.servers if server.router == name)


def topology(network: Network, down: Down = NOTHING_DOWN, borders: Sequence[Link] = ()) -> Topology:
    """The network without what is down. O(routers + links).

    borders : links of which one end is a router of this network
    """
    number = {router.name: index for index, router in enumerate(network.routers)}
    up = tuple(router.name not in down.routers for router in network.routers)
    ways: list[list[Way]] = [[] for _ in network.routers]
    others: list[list[Way]] = [[] for _ in network.routers]
    for position, link in enumerate((*network.links, *borders)):
        if link.name in down.links or any(end.router in down.routers for end in link.ends):
            continue
        heard = link.name not in down.silent and not any(end.router in down.mute for end in link.ends)
        spoken = position < len(network.links) and heard
        for out, into in (link.ends, link.ends[::-1]):
            if out.router in number:
                way = Way(position, link, out, into, number.get(into.router, NOT_OURS))
                (ways if spoken else others)[number[out.router]].append(way)
    return Topology(
        network=network,
        routers=network.routers,
        up=up,
        ways=tuple(tuple(leaving) for leaving in ways),
        interfaces=tuple((*leaving, *other) for leaving, other in zip(ways, others, strict=True)),
        servers=tuple(
            server for server in network.servers if server.name not in down.servers and up[number[server.router]]
        ),
        number=number,
    )
