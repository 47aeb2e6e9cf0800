"""Reverse path forwarding: where each router looks for a source or an RP, by its own unicast table.

Joins go there hop by hop, and packets are taken only from there. RFC 7761 takes the next hop of the MRIB and leaves
open which of several equal ones. IOS takes the neighbour with the highest address (unless `ip multicast multipath`),
and so does every router here but those of FRR: its pimd (8.4.4, without `ip pim ecmp`) took the lowest address,
whatever the order of interfaces, and stayed with what it had when a lower one came up later.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import cache

from catchment.model.address import Address
from catchment.model.network import Daemon
from catchment.results.trace import Entry, NextHop
from catchment.simulate.network.tables import Tables

HOSTS = ("server ", "client ")
"""How ends of routes begin that hosts hang on."""


@dataclass(frozen=True, slots=True)
class Upstream:
    """Where a router looks for an address.

    here  : the address is the router's own or of a server or client that hangs on it
    hop   : the neighbour; None when it is here, or when no route leads on
    entry : what stands in the table, None without a route
    equal : how many next hops were equally good
    """

    here: bool = False
    hop: NextHop | None = None
    entry: Entry | None = None
    equal: int = 0


Rpf = Callable[[str, Address], Upstream]
"""(router, address of a source or RP) -> where it looks for it."""


def rpf_of(tables: Tables, closed: Collection[str] = ()) -> Rpf:
    """RPF by the tables of all routers; each answer is worked out once.

    closed : links that do not carry the group; of equal next hops one over such a link is the last choice, because
             there is no PIM neighbour
    """

    frr = {
        router.name for network in tables.inside.networks for router in network.routers if router.daemon is Daemon.FRR
    }

    @cache
    def upstream(router: str, address: Address) -> Upstream:
        entry = tables.match(router, address)
        if tables.own(router, address) or (entry is not None and entry.end.startswith(HOSTS)):
            return Upstream(here=True, entry=entry)
        if entry is None or not entry.next_hops:
            return Upstream(entry=entry)
        able = [hop for hop in entry.next_hops if hop.link not in closed] or entry.next_hops
        best = (min if router in frr else max)(able, key=lambda hop: (*_address(hop), hop.router, hop.link))
        return Upstream(hop=best, entry=entry, equal=len(entry.next_hops))

    return upstream


def _address(hop: NextHop) -> tuple[int, int]:
    return (hop.address.version, int(hop.address)) if hop.address else (0, 0)
