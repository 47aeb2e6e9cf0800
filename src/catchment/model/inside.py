"""All that is our own inside: networks, the links between them, their BGP, and what is announced while what is up."""

from dataclasses import dataclass

from catchment.model.network import Link, Network
from catchment.model.speakers import BgpNetwork, Origination

NO_BGP = BgpNetwork(speakers=(), peerings=())


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    """A prefix that a router announces by BGP.

    servers : names of servers; it is announced while one of them is up. (): always
    """

    router: str
    origination: Origination
    servers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Inside:
    """Networks and what joins them, each in the order of the design file.

    links         : between routers of different networks, wires and tunnels; no IGP runs over them
    bgp           : speakers are routers, by name, and originate nothing of themselves; `announcements` say what
    announcements : in the order in which they are first said
    """

    networks: tuple[Network, ...] = ()
    links: tuple[Link, ...] = ()
    bgp: BgpNetwork = NO_BGP
    announcements: tuple[Announcement, ...] = ()

    @property
    def all_links(self) -> tuple[Link, ...]:
        """The links of all networks, and then those between them."""
        return (*(link for network in self.networks for link in network.links), *self.links)


NOTHING_INSIDE = Inside()
