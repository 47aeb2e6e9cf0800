"""The design: one anycast service, whole, as read from its design file and checked."""

from dataclasses import dataclass

from catchment.model.address import Asn, Prefix
from catchment.model.clients import EVERYONE, Clients
from catchment.model.inside import NOTHING_INSIDE, Inside
from catchment.model.intent import Intent
from catchment.model.multicast import MulticastGroup
from catchment.model.network import Network
from catchment.model.rpki import Vrp
from catchment.model.service import Service
from catchment.model.site import Site
from catchment.model.watching import Watching


@dataclass(frozen=True, slots=True, kw_only=True)
class Design:
    """One anycast service: announced from sites to the Internet, or served inside networks of our own, or both.

    prefixes : in the order of the file, IPv4 and IPv6
    sites    : in the order of the file; that order is the order of every table and of the last tie-break
    vrps     : what the RPKI holds: as said, else what is announced
    agent    : how services are watched by our agent at their routers; None: by something else
    """

    name: str
    prefixes: tuple[Prefix, ...]
    sites: tuple[Site, ...]
    services: tuple[Service, ...] = ()
    intents: tuple[Intent, ...] = ()
    clients: Clients = EVERYONE
    inside: Inside = NOTHING_INSIDE
    multicast: tuple[MulticastGroup, ...] = ()
    vrps: tuple[Vrp, ...] = ()
    agent: Watching | None = None

    @property
    def networks(self) -> tuple[Network, ...]:
        """Networks of our own."""
        return self.inside.networks

    @property
    def origins(self) -> tuple[Asn, ...]:
        """The origin AS numbers, each once, ascending."""
        return tuple(sorted({site.asn for site in self.sites}))

    @property
    def at_routers(self) -> bool:
        """Whether the Internet's traffic enters networks of the design's own."""
        return any(site.router is not None for site in self.sites)

    def announcing(self, prefix: Prefix) -> tuple[Site, ...]:
        """The sites that announce `prefix`, in the order of the design."""
        return tuple(site for site in self.sites if prefix in site.prefixes)
