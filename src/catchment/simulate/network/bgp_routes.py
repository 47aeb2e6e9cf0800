"""BGP of a design with something down: which sessions are up, what it comes to, and the routes that routers use of it.

Distances are FRR's: 20 for a route heard over eBGP, 200 over iBGP or of the router itself. BIRD prefers any route of
its IGP to one of BGP (preference 150 against 100), which 200 for both says.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from catchment.model.address import Address, Prefix
from catchment.model.inside import Announcement, Inside
from catchment.model.network import Daemon, Link
from catchment.model.speakers import Peering, Side, Speaker
from catchment.results.trace import Entry, NextHop
from catchment.simulate.network.bgp.decision import Route, Source
from catchment.simulate.network.bgp.outcome import Outcome
from catchment.simulate.network.bgp.propagation import propagate
from catchment.simulate.network.rib import Ribs
from catchment.simulate.network.topology import Down

EXTERNAL, INTERNAL = 20, 200


class BgpRoutes:
    """What BGP adds to the tables; `outcome` has all that was said, and why.

    home    : the tables of the network of each router, by the router's name
    servers : names of those that are up
    """

    def __init__(self, inside: Inside, down: Down, home: Mapping[str, Ribs], servers: Iterable[str]) -> None:
        self._home, self._down = home, down
        self._link_of: dict[Address, Link] = {
            interface.ip: link for link in inside.all_links for end in link.ends for interface in end.addresses
        }
        self._daemon = {
            router.name: network.runs(router) for network in inside.networks for router in network.routers
        }
        up = frozenset(servers)
        said = [one for one in inside.announcements if not one.servers or up.intersection(one.servers)]
        speakers = tuple(self._speaking(speaker, said) for speaker in inside.bgp.speakers)
        peerings = tuple(peering for peering in inside.bgp.peerings if self._is_up(peering))
        self._running = replace(inside.bgp, speakers=speakers, peerings=peerings)
        self.outcome: Outcome = propagate(self._running, self._cost)
        self._entries: dict[tuple[str, Prefix], Entry | None] = {}

    def _speaking(self, speaker: Speaker, said: Iterable[Announcement]) -> Speaker:
        if speaker.name in self._down.routers:
            return speaker
        own = {one.origination.prefix: one.origination for one in said if one.router == speaker.name}
        return replace(speaker, originates=tuple(own.values()))

    def _is_up(self, peering: Peering) -> bool:
        """Whether both ends hear each other: over the link that has their addresses, or by the tables of both."""
        if (self._down.routers | self._down.mute).intersection((peering.a.speaker, peering.b.speaker)):
            return False
        link = self._link_of.get(peering.a.address)
        if link is not None and link is self._link_of.get(peering.b.address):
            return link.name not in self._down.links | self._down.silent
        return self._reaches(peering.a, peering.b) and self._reaches(peering.b, peering.a)

    def _reaches(self, near: Side, far: Side) -> bool:
        return _leads_on(self._below(near.speaker, far.address))

    def _cost(self, speaker: str, next_hop: Address) -> int | None:
        """What a NEXT_HOP costs a router by all but BGP; None: it is nowhere."""
        entry = self._resolved(speaker, next_hop)
        return None if entry is None else entry.metric

    def _resolved(self, router: str, next_hop: Address) -> Entry | None:
        """The route to a NEXT_HOP. A default route is none, but for BIRD (FRR: `ip nht resolve-via-default` is off)."""
        entry = self._below(router, next_hop)
        if not _leads_on(entry):
            return None
        default = entry is not None and entry.prefix.prefixlen == 0
        return None if default and self._daemon.get(router) is not Daemon.BIRD else entry

    def _below(self, router: str, address: Address) -> Entry | None:
        ribs = self._home[router]
        return ribs.match(ribs.topology.number[router], address)

    def entry(self, router: str, prefix: Prefix) -> Entry | None:
        """The route of BGP for exactly `prefix`; None when `router` has none that it could use."""
        asked = router, prefix
        if asked not in self._entries:
            known = router in self._running.by_name and prefix in self.outcome.talks
            best = self.outcome.best(router, prefix) if known else None
            self._entries[asked] = None if best is None else self._of(router, prefix, best)
        return self._entries[asked]

    def _of(self, router: str, prefix: Prefix, best: Route) -> Entry | None:
        external = best.source is Source.EXTERNAL and self._daemon.get(router) is not Daemon.BIRD
        distance = EXTERNAL if external else INTERNAL
        via = best.attributes.next_hop
        if best.source is Source.OWN or via is None:
            # What stands behind an announcement: what is not known more exactly is not sent around in circles.
            return Entry(prefix=prefix, protocol="bgp", distance=distance, metric=0, end="discard")
        used = self.outcome.table(router, prefix).multipath or (best,)
        hops: dict[NextHop, None] = {}
        for route in used:
            below = self._resolved(router, route.attributes.next_hop) if route.attributes.next_hop else None
            if below is not None:
                hops |= dict.fromkeys(below.next_hops)
        if not hops:
            return None
        width = self._home[router].topology.network.ecmp
        return Entry(
            prefix=prefix,
            protocol="bgp",
            distance=distance,
            metric=best.attributes.med or 0,
            next_hops=tuple(hops)[:width],
            via=via,
        )


def _leads_on(entry: Entry | None) -> bool:
    return entry is not None and entry.end != "discard"
