"""A service: the addresses that clients ask, and how one tells that it works."""

from dataclasses import dataclass
from enum import StrEnum

from catchment.model.address import Address
from catchment.model.network import Told


class Program(StrEnum):
    """What answers DNS on a server."""

    NSD = "nsd"
    KNOT = "knot"


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthCheck:
    """How the service is asked whether it works; run by the agent, only described here.

    kind     : dns, http, tcp, tls, icmp, ntp, grpc or command
    argument : what to ask, e.g. `example.com A` or `https://example.com/health`
    """

    kind: str
    argument: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """One service and the anycast addresses it answers on.

    sites   : names of the sites without a router that serve it, in the order of the design
    routers : names of the routers of our own networks at which a server of it hangs, in the order of its `at`; a site
              with a router that serves it is here by that router
    cost    : what the IGP counts for the route to such a server at its router
    told    : how that router tells the IGP of it
    program : the name server that it runs; None: not said
    """

    name: str
    addresses: tuple[Address, ...]
    checks: tuple[HealthCheck, ...] = ()
    sites: tuple[str, ...] = ()
    routers: tuple[str, ...] = ()
    cost: int = 1
    told: Told = Told.INTERNAL
    program: Program | None = None
