"""Who may announce what: the ROAs of a design, said or following from its announcements, and who hands them out."""

from collections.abc import Iterable, Mapping
from ipaddress import ip_address

from catchment.designfile.decode import Decoded
from catchment.designfile.rpki_language import NOBODY, REFRESH_S, RpkiKeys
from catchment.designfile.telling import Path, Telling
from catchment.designfile.values import Broken, did_you_mean, shown
from catchment.model.address import Address, Asn, Prefix
from catchment.model.inside import Inside
from catchment.model.network import Network, Router
from catchment.model.rpki import RTR_PORT, Cache, Vrp
from catchment.model.site import Site


def announced_vrps(sites: Iterable[Site], inside: Inside) -> tuple[Vrp, ...]:
    """A VRP for each prefix and each AS that announces it, sites and routers, no longer than announced (RFC 9319 5).

    Sorted by family, address, length and AS number, each once.
    """
    found = {(prefix, site.asn) for site in sites for prefix in site.prefixes}
    speakers = inside.bgp.by_name
    found |= {(one.origination.prefix, speakers[one.router].asn) for one in inside.announcements}
    rows = sorted(found, key=lambda row: _order(*row))
    return tuple(Vrp(prefix=prefix, max_length=prefix.prefixlen, asn=asn) for prefix, asn in rows)


def _order(prefix: Prefix, asn: Asn) -> tuple[int, int, int, int]:
    return prefix.version, int(prefix.network_address), prefix.prefixlen, asn


class Roas(Telling):
    """Reads `roas`."""

    def __init__(self, decoded: Decoded) -> None:
        super().__init__("roas")
        self.written = decoded.keys.roas
        self.indexes = decoded.indexes["roas"]

    def stated(self) -> tuple[Vrp, ...] | None:
        """What the design says, in its order; None when it says nothing."""
        if self.written is None:
            return None
        found = []
        for index, one in zip(self.indexes, self.written, strict=False):
            longest = one.prefix.prefixlen if one.max_length is None else one.max_length
            if not one.prefix.prefixlen <= longest <= one.prefix.max_prefixlen:
                what = f"{one.prefix} has no more specific prefixes of length {longest}"
                todo = f"write a length from {one.prefix.prefixlen} to {one.prefix.max_prefixlen}, or leave it out"
                self.tell((index, "max-length"), "D080", what, todo)
            found.append(Vrp(prefix=one.prefix, max_length=longest, asn=one.asn))
        return tuple(dict.fromkeys(found))


class Caches(Telling):
    """Reads `rpki` of networks and routers, when loopbacks have their addresses."""

    def __init__(self, networks: Iterable[Network]) -> None:
        super().__init__()
        networks = tuple(networks)
        self.routers: Mapping[str, Router] = {router.name: router for one in networks for router in one.routers}
        self.holders: dict[Address, str] = {
            address: router.name for router in self.routers.values() for address in router.loopbacks
        }
        for network in networks:
            for link in network.links:
                self.holders |= {held.ip: end.router for end in link.ends for held in end.addresses}

    def cache(self, path: Path, keys: RpkiKeys | None) -> Cache | None:
        """The server that is meant; None when none is, or it is unknown, which is told."""
        if keys is None or keys.server in NOBODY:
            return None
        address = self.attempt((*path, "server"), lambda: self._address(keys.server))
        if address is None:
            return None
        return Cache(
            address=address,
            port=keys.port or RTR_PORT,
            router=self.holders.get(address, ""),
            refresh_s=keys.refresh or REFRESH_S,
        )

    def _address(self, word: str) -> Address:
        if word in self.routers:
            loopbacks = self.routers[word].loopbacks
            if not loopbacks:
                raise Broken("D080", f"{word} has no loopback to be asked at", "write an address of it")
            return loopbacks[0]
        try:
            return ip_address(word)
        except ValueError as error:
            todo = did_you_mean(word, list(self.routers), "write an address, the name of a router, or off")
            raise Broken("D080", f"{shown(word)} is no address and no router", todo) from error
