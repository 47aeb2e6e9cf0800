"""What joins networks: links between them, and tunnels; first their ends, and addresses when routers have theirs."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from ipaddress import IPv4Address
from typing import NamedTuple

from catchment.designfile.bgp_language import BorderKeys, TalkKeys, TunnelKeys
from catchment.designfile.decode import Decoded
from catchment.designfile.links import DEFAULT_COST, DEFAULT_MTU, Wires
from catchment.designfile.telling import Path
from catchment.model.network import Igp, Link, LinkEnd, Network, Router, Tunnel

_NOWHERE = IPv4Address(0)  # of a tunnel whose ends have no loopbacks yet


class Border(NamedTuple):
    """A link between networks or a tunnel as it is written, and where.

    link : without the addresses that it gets from a pool
    """

    at: Path
    keys: BorderKeys | TunnelKeys
    link: Link

    @property
    def talks(self) -> TalkKeys:
        return self.keys


@dataclass(frozen=True, slots=True)
class Joined:
    """The networks with the tunnels that their IGP runs over, and all other links."""

    networks: tuple[Network, ...]
    links: tuple[Link, ...]


class Borders(Wires):
    """The links and tunnels of a design. `homes`: the network of each router."""

    def __init__(self, decoded: Decoded, homes: Mapping[str, str]) -> None:
        super().__init__((), homes, {}, whose="the design", sound=decoded.sound("networks"))
        self.homes = homes
        self.links = tuple(self._links(decoded))
        self.tunnels = tuple(self._tunnels(decoded.keys.tunnels or {}))

    @property
    def all(self) -> tuple[Border, ...]:
        """Links, then tunnels, in the order of the file."""
        return (*self.links, *self.tunnels)

    def beside(self, router: str) -> Iterator[str]:
        """What a static route of `router` may go over: neighbours here, links and tunnels."""
        for border in self.all:
            if any(end.router == router for end in border.link.ends):
                yield border.link.far(router).router
                yield border.link.name

    def within(self, network: str) -> Iterator[tuple[str, str]]:
        """The ends of tunnels that run inside a network."""
        for border in self.tunnels:
            a, b = (end.router for end in border.link.ends)
            if self.homes[a] == self.homes[b] == network:
                yield a, b

    def _links(self, decoded: Decoded) -> Iterator[Border]:
        for position, keys in zip(decoded.indexes["links"], decoded.keys.links or (), strict=False):
            at: Path = ("links", position)
            if not self.ends_fit((*at, "between"), keys.between):
                continue
            a, b = keys.between
            if self.homes[a] == self.homes[b]:
                what = f"{a} and {b} are both in network {self.homes[a]}"
                self.tell((*at, "between"), "D056", what, f"write it in the links of {self.homes[a]}")
            self._sides(at, keys, keys.between)
            yield Border(at, keys, self.link(at, keys, (DEFAULT_COST, DEFAULT_COST)))

    def _tunnels(self, tunnels: Mapping[str, TunnelKeys]) -> Iterator[Border]:
        for name, keys in tunnels.items():
            at: Path = ("tunnels", name)
            if keys.ends and self.ends_fit((*at, "ends"), keys.ends):
                self._sides(at, keys, keys.ends)
                yield Border(at, keys, self._tunnel(at, name, keys))

    def _tunnel(self, at: Path, name: str, keys: TunnelKeys) -> Link:
        """A tunnel without its outer addresses, when these are the loopbacks."""
        inner = self.addresses((*at, "inner"), keys.inner)
        cost = keys.cost or DEFAULT_COST
        first, second = (
            LinkEnd(router=router, cost=cost, addresses=held) for router, held in zip(keys.ends, inner, strict=True)
        )
        outer = keys.outer or []
        if outer and (len(outer) != 2 or outer[0].version != outer[1].version or outer[0] == outer[1]):
            what = "the outer addresses are one of each end, of one family"
            self.tell((*at, "outer"), "D054", what, "write [198.51.100.10, 192.0.2.20]")
            outer = []
        nowhere = (_NOWHERE, _NOWHERE)
        tunnel = Tunnel(
            outer=(outer[0], outer[1]) if outer else nowhere,
            key=keys.key_,
            checksum=bool(keys.checksum),
            sequence=bool(keys.sequence),
            ttl=64 if keys.ttl is None else keys.ttl or None,
        )
        self.names[name] = self.names.get(name, 0) + 1
        if self.names[name] > 1:
            self.tell(at, "D040", f'a link "{name}" is there already', "give one another name", at_key=True)
        mtu = keys.mtu or DEFAULT_MTU - tunnel.overhead
        return Link(name=name, ends=(first, second), mtu=mtu, tunnel=tunnel)

    def _sides(self, at: Path, keys: TalkKeys, ends: Sequence[str]) -> None:
        for name in keys.sides or {}:
            if name not in ends:
                what = f"{name} is no end of this link"
                self.tell((*at, "sides", name), "D051", what, f"write {ends[0]} or {ends[1]}", at_key=True)

    def joined(self, networks: Sequence[Network], links: Sequence[Link]) -> Joined:
        """Tunnels get their outer addresses, and go where they belong. `links` are those of `all`, with addresses."""
        routers = {router.name: router for network in networks for router in network.routers}
        inner: dict[str, list[Link]] = {network.name: [] for network in networks}
        outside: list[Link] = []
        for border, link in zip(self.all, links, strict=True):
            if link.tunnel is None:
                outside.append(link)
                continue
            whole = self._with_outer(border, link, routers)
            home = self.homes[link.ends[0].router]
            if (
                isinstance(border.keys, TunnelKeys)
                and border.keys.cost is not None
                and self._has_igp(border, networks)
            ):
                inner[home].append(whole)
            else:
                outside.append(whole)
        return Joined(
            tuple(replace(network, links=(*network.links, *inner[network.name])) for network in networks),
            tuple(outside),
        )

    def _has_igp(self, border: Border, networks: Sequence[Network]) -> bool:
        homes = {self.homes[end.router] for end in border.link.ends}
        igps = {network.igp for network in networks if network.name in homes}
        if len(homes) == 1 and Igp.STATIC not in igps:
            return True
        what = "a cost, and no IGP runs over this tunnel"
        self.tell((*border.at, "cost"), "D037", what, "remove cost; an IGP runs only inside one network")
        return False

    def _with_outer(self, border: Border, link: Link, routers: Mapping[str, Router]) -> Link:
        assert link.tunnel is not None
        if link.tunnel.outer[0] != _NOWHERE:
            return link
        held = [routers[end.router].loopbacks for end in link.ends]
        for version in (4, 6):
            found = [next((one for one in loopbacks if one.version == version), None) for loopbacks in held]
            if found[0] is not None and found[1] is not None:
                return replace(link, tunnel=replace(link.tunnel, outer=(found[0], found[1])))
        self.tell(border.at, "D054", "its ends have no loopbacks of one family", "write outer: with two addresses")
        return link
