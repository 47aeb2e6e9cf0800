"""What routers announce by BGP: prefixes that are written at them, and those of the design whose service is there."""

from collections.abc import Iterator, Sequence

from catchment.designfile.bgp_language import AnnounceKeys
from catchment.designfile.decode import Decoded
from catchment.designfile.telling import Path, Telling
from catchment.designfile.values import did_you_mean
from catchment.model.address import Prefix
from catchment.model.inside import Announcement
from catchment.model.network import Network
from catchment.model.speakers import BgpNetwork, Origination


class Announcing(Telling):
    """Reads the announcements of a design whose networks are there."""

    def __init__(self, decoded: Decoded, networks: Sequence[Network]) -> None:
        super().__init__()
        self.decoded, self.networks = decoded, networks
        self.prefixes: Sequence[Prefix] = decoded.keys.prefixes or ()

    def announcements(self, bgp: BgpNetwork) -> tuple[Announcement, ...]:
        """For each speaker, in the order of the networks: what is written at it, then what follows from services."""
        written = self.decoded.keys.networks or {}
        found: list[Announcement] = []
        for network in self.networks:
            for router in network.routers:
                if router.name in bgp.by_name:
                    keys = written[network.name].routers[router.name].announce or []
                    path: Path = ("networks", network.name, "routers", router.name, "announce")
                    own = tuple(self.written(path, keys, router.name, network))
                    found += own
                    known = {one.origination.prefix for one in own}
                    found += self.of_services(router.name, network, known)
                    found += of_clients(router.name, network, known)
        return tuple(found)

    def written(
        self, path: Path, keys: Sequence[AnnounceKeys], router: str, network: Network
    ) -> Iterator[Announcement]:
        for position, one in enumerate(keys):
            if one.prefix in [other.prefix for other in keys[:position]]:
                self.tell((*path, position), "D055", f"{one.prefix} is here for the second time", "remove one")
            servers = tuple(
                name
                for index, word in enumerate(one.while_ or ())
                for name in self.servers((*path, position, "while", index), word, network)
            )
            origination = Origination(prefix=one.prefix, med=one.med, communities=frozenset(one.communities or ()))
            yield Announcement(router=router, origination=origination, servers=servers)

    def servers(self, path: Path, word: str, network: Network) -> tuple[str, ...]:
        """The servers that `while` means: all of a service in this network, or one by name."""
        names = [server.name for server in network.servers]
        of_service = [server.name for server in network.servers if server.service == word]
        if of_service:
            return tuple(of_service)
        if word not in names and self.decoded.sound("services") and self.decoded.sound("networks"):
            known = [*dict.fromkeys(server.service for server in network.servers), *names]
            todo = did_you_mean(word, known, "name a service that has a server in this network")
            self.tell(path, "D055", f'{network.name} has no server "{word}"', todo)
        return (word,)

    def of_services(self, router: str, network: Network, known: set[Prefix]) -> Iterator[Announcement]:
        """The design's prefixes that hold an address of a server here, while one such server is up."""
        for prefix in self.prefixes:
            holding = tuple(
                server.name
                for server in network.servers
                if server.router == router and any(address in prefix for address in server.addresses)
            )
            if holding and prefix not in known:
                yield Announcement(router=router, origination=Origination(prefix=prefix), servers=holding)


def of_clients(router: str, network: Network, known: set[Prefix]) -> Iterator[Announcement]:
    """The subnets of clients at a router, always; without those in `known`, which are announced already."""
    held = [one.network for client in network.clients if client.router == router for one in client.addresses]
    for prefix in dict.fromkeys(held):
        if prefix not in known:
            yield Announcement(router=router, origination=Origination(prefix=prefix))
