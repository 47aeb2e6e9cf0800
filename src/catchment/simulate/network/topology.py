"""A network with what is down taken away, as routers with numbers and the links that leave each of them."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from catchment.model.network import Link, LinkEnd, Network, Router, Server


@dataclass(frozen=True, slots=True, kw_only=True)
class Down:
    """Names of what is down."""

    routers: frozenset[str] = frozenset()
    links: frozenset[str] = frozenset()
    servers: frozenset[str] = frozenset()


NOTHING_DOWN = Down()


@dataclass(frozen=True, slots=True)
class Way:
    """A link as seen from one end: `out` is the near end, `into` the far one, `to` the far router's number."""

    position: int
    link: Link
    out: LinkEnd
    into: LinkEnd
    to: int


@dataclass(frozen=True, slots=True)
class Topology:
    """What is up of a network.

    routers : of the whole network, in the order of the design; a router that is down keeps its number
    number  : name -> number
    ways    : for each router the ways that leave it, in the order of the design's links
    servers : those up
    """

    network: Network
    routers: tuple[Router, ...]
    up: tuple[bool, ...]
    ways: tuple[tuple[Way, ...], ...]
    servers: tuple[Server, ...]
    number: dict[str, int] = field(repr=False)

    def servers_at(self, router: int) -> Iterable[Server]:
        """The servers that are attached to a router."""
        name = self.routers[router].name
        return (server for server in self.servers if server.router == name)


def topology(network: Network, down: Down = NOTHING_DOWN) -> Topology:
    """The network without what is down. O(routers + links)."""
    number = {router.name: index for index, router in enumerate(network.routers)}
    up = tuple(router.name not in down.routers for router in network.routers)
    ways: list[list[Way]] = [[] for _ in network.routers]
    for position, link in enumerate(network.links):
        first, second = link.ends
        a, b = number[first.router], number[second.router]
        if link.name in down.links or not up[a] or not up[b]:
            continue
        ways[a].append(Way(position, link, first, second, b))
        ways[b].append(Way(position, link, second, first, a))
    return Topology(
        network=network,
        routers=network.routers,
        up=up,
        ways=tuple(tuple(leaving) for leaving in ways),
        servers=tuple(
            server for server in network.servers if server.name not in down.servers and up[number[server.router]]
        ),
        number=number,
    )
