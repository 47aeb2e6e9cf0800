"""Tunnels that carry nothing: found by following their outer packets, and what everything is without them.

A tunnel looks up whatever happens to its outer packets (GRE without keepalives), but an IGP or a BGP session over it
comes up only when they arrive. Whether they do is known when the tables are; so the tables are worked out with all
tunnels, the outer packets followed, and everything again without those that carry nothing, until no more is found.
"""

from dataclasses import dataclass, replace

from catchment.model.inside import Inside
from catchment.model.network import Link
from catchment.results.trace import End, Outcome
from catchment.simulate.network.follow import Packet, follow
from catchment.simulate.network.tables import NOTHING_KEPT, Kept, Tables
from catchment.simulate.network.topology import NOTHING_DOWN, Down

INHERITED_TTL = 64  # of the hello inside, as a router sends it


@dataclass(frozen=True, slots=True, kw_only=True)
class Lost:
    """A tunnel that carries nothing: from which router its outer packets went astray, and how they ended."""

    tunnel: str
    start: str
    to: str
    end: End


@dataclass(frozen=True, slots=True)
class Settled:
    """Tables that fit the tunnels, and the tunnels that were lost on the way there, in the order of the design."""

    tables: Tables
    lost: tuple[Lost, ...]


def settled(inside: Inside, down: Down = NOTHING_DOWN, kept: Kept = NOTHING_KEPT) -> Settled:
    """The tables with something down, after every tunnel was tried. Each round takes tunnels away, so it ends."""
    tables = Tables(inside, down, kept)
    lost: list[Lost] = []
    while new := [found for link in tables.tunnels if (found := _tried(tables, link)) is not None]:
        lost += new
        down = replace(down, silent=down.silent.union(one.tunnel for one in new))
        tables = Tables(inside, down, kept)
    return Settled(tables, tuple(lost))


def _tried(tables: Tables, link: Link) -> Lost | None:
    """How a tunnel fails, in one direction or the other; None when the outer packets of both arrive."""
    ttl = (link.tunnel.ttl if link.tunnel else None) or INHERITED_TTL
    for near, far in (link.ends, link.ends[::-1]):
        # One more, for the router that makes the packet takes nothing.
        packet = Packet(to=link.outer(far.router), ttl=ttl + 1, inside=(link.name,))
        for end in follow(tables, near.router, packet).ends:
            if end.outcome is not Outcome.ROUTER or end.where != far.router:
                return Lost(tunnel=link.name, start=near.router, to=far.router, end=end)
    return None
