"""What every router of a design knows: the tables of its network, BGP on top, and tunnels that carry or do not.

networks --> Ribs (connected, static, IGP) --> which sessions are up --> BGP --> Tables
"""

from collections.abc import Iterable, Mapping
from functools import cached_property
from types import MappingProxyType

from catchment.model.address import Address, Prefix
from catchment.model.inside import Inside
from catchment.model.network import Link, Network, Server
from catchment.results.trace import Belief, Entry
from catchment.simulate.network.bgp.outcome import Outcome
from catchment.simulate.network.bgp_routes import BgpRoutes
from catchment.simulate.network.rib import Ribs
from catchment.simulate.network.topology import NOTHING_DOWN, Down, topology

Kept = Mapping[str, "Tables"]
"""Router -> the tables as of which it stands still."""

NOTHING_KEPT: Kept = MappingProxyType({})


class Tables:
    """The tables of all routers of a design with something down; each entry is worked out when it is asked for.

    Tunnels count as carrying unless `down` says that they are silent; `tunnels.settled` finds those that are.

    kept : for routers that are mute, what they knew before: nothing changes their tables any more
    """

    def __init__(self, inside: Inside, down: Down = NOTHING_DOWN, kept: Kept = NOTHING_KEPT) -> None:
        self.inside, self.down, self.kept = inside, down, kept
        self._home: dict[str, Ribs] = {}
        self._order: dict[str, int] = {}
        for network in inside.networks:
            names = {router.name for router in network.routers}
            borders = [link for link in inside.links if any(end.router in names for end in link.ends)]
            ribs = Ribs(topology(network, down, borders))
            self._home |= dict.fromkeys(names, ribs)
            self._order |= {router.name: len(self._order) + index for index, router in enumerate(network.routers)}
        self.links: dict[str, Link] = {link.name: link for link in inside.all_links}
        self._matches: dict[tuple[str, Address], Entry | None] = {}

    @cached_property
    def servers(self) -> tuple[Server, ...]:
        """The servers that are up, of all networks."""
        ribs = dict.fromkeys(self._home.values())
        return tuple(server for one in ribs for server in one.topology.servers)

    @cached_property
    def _bgp(self) -> BgpRoutes | None:
        if not self.inside.bgp.speakers:
            return None
        return BgpRoutes(
            self.inside, self.down, self._home, {server.name for server in self.servers} - self.down.unfit
        )

    @property
    def tunnels(self) -> tuple[Link, ...]:
        """Tunnels that are up and carry, as far as is known."""
        gone = self.down.links | self.down.silent
        return tuple(link for link in self.links.values() if link.tunnel and link.name not in gone)

    @property
    def bgp(self) -> Outcome | None:
        """What BGP came to, with every table and reason; None without BGP."""
        return self._bgp.outcome if self._bgp else None

    def order(self, router: str) -> int:
        """The place of a router in the design."""
        return self._order[router]

    def network(self, router: str) -> Network:
        """The network that a router is in."""
        return self._home[router].topology.network

    def own(self, router: str, address: Address) -> bool:
        """Whether `address` is one of the router's own."""
        ribs = self._home[router]
        return ribs.own(ribs.topology.number[router], address)

    def entry(self, router: str, prefix: Prefix) -> Entry | None:
        """The route that `router` uses for exactly `prefix`: the lowest distance; None when it has none."""
        if router in self.kept:
            return self.kept[router].entry(router, prefix)
        ribs = self._home[router]
        inner = ribs.entry(ribs.topology.number[router], prefix)
        outer = self._bgp.entry(router, prefix) if self._bgp else None
        if inner is None or outer is None:
            return inner or outer
        return outer if outer.distance < inner.distance else inner

    def table(self, router: str) -> tuple[Entry, ...]:
        """Everything that `router` uses, by family, address and length."""
        if router in self.kept:
            return self.kept[router].table(router)
        ribs = self._home[router]
        found = {entry.prefix: entry for entry in ribs.table(ribs.topology.number[router])}
        for prefix in self._bgp.outcome.prefixes if self._bgp else ():
            entry = self.entry(router, prefix)
            if entry is not None:
                found[prefix] = entry
        return tuple(found[prefix] for prefix in sorted(found, key=_by_address))

    def match(self, router: str, address: Address) -> Entry | None:
        """The longest prefix that holds `address` and that `router` has a route for; None when there is none."""
        if router in self.kept:
            return self.kept[router].match(router, address)
        asked = router, address
        if asked not in self._matches:
            ribs = self._home[router]
            prefixes = dict.fromkeys(ribs.covering(address))
            for prefix in self._bgp.outcome.prefixes if self._bgp else ():
                if prefix.version == address.version and address in prefix:
                    prefixes[prefix] = None
            ordered = sorted(prefixes, key=lambda prefix: -prefix.prefixlen)
            found = (self.entry(router, prefix) for prefix in ordered)
            self._matches[asked] = next((entry for entry in found if entry is not None), None)
        return self._matches[asked]

    def beliefs(self, router: str, servers: Iterable[Server]) -> tuple[Belief, ...]:
        """What `router` believes each server costs through its own network; servers of other networks are left out."""
        ribs = self._home[router]
        near = [server for server in servers if server.router in ribs.topology.number]
        return ribs.beliefs(ribs.topology.number[router], near)


def _by_address(prefix: Prefix) -> tuple[int, int, int]:
    return prefix.version, int(prefix.network_address), prefix.prefixlen
