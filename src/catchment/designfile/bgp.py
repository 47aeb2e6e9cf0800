"""BGP of a design: who speaks, and the sessions that follow from networks and links or are listed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from ipaddress import IPv4Address

from catchment.designfile.bgp_language import OPPOSITE, BgpKeys, SideKeys, TalkKeys
from catchment.designfile.borders import Border
from catchment.designfile.decode import Decoded
from catchment.designfile.network_language import NetworkKeys
from catchment.designfile.origins import Caches
from catchment.designfile.policies import Policies, Terms, role_export, role_import
from catchment.designfile.sentences import named
from catchment.designfile.telling import Path, Telling
from catchment.designfile.values import did_you_mean
from catchment.model.address import Address, Asn
from catchment.model.inside import NO_BGP
from catchment.model.network import Link, Network, Router
from catchment.model.rpki import Cache
from catchment.model.speakers import (
    BgpNetwork,
    NextHopSelf,
    Peering,
    Policy,
    Profile,
    Role,
    Side,
    Speaker,
)

NOTHING_SAID, NO_SIDE = BgpKeys(), SideKeys()
EVERY = frozenset({4, 6})

Ends = tuple[tuple[str, tuple[Address, ...]], tuple[str, tuple[Address, ...]]]
"""Two routers, each with the addresses that it may speak from."""


class Bgp(Telling):
    """Reads what a design says of BGP, when its networks and links have their addresses."""

    def __init__(self, decoded: Decoded, networks: Sequence[Network], borders: Sequence[tuple[Border, Link]]) -> None:
        super().__init__()
        self.keys, self.sound = decoded.keys, decoded.sound("networks") and decoded.sound("policies")
        self.written: Mapping[str, NetworkKeys] = decoded.keys.networks or {}
        self.listed = list(zip(decoded.indexes["sessions"], decoded.keys.sessions or (), strict=False))
        self.networks, self.borders = networks, borders
        self.routers: dict[str, Router] = {router.name: router for one in networks for router in one.routers}
        self.home: dict[str, Network] = {router.name: one for one in networks for router in one.routers}
        self.policies = Policies(decoded.keys.policies or {})
        self.caches = Caches(networks)

    def network(self) -> BgpNetwork:
        """Speakers and peerings; NO_BGP when nothing in the design speaks BGP."""
        for name, terms in (self.keys.policies or {}).items():
            self.policy(("policies", name), terms)
        if not self.spoken():
            return NO_BGP
        speaking = [one for one in self.networks if self.speaks(one)]
        speakers = tuple(self.speaker(router) for one in speaking for router in one.routers)
        self.findings += dict.fromkeys(self.caches.findings) if self.sound else ()
        self.identifiers(speakers)
        inside = [peering for one in speaking for peering in self.inside(one)]
        return BgpNetwork(speakers=speakers, peerings=(*self.over_links(), *inside, *self.of_list()))

    def spoken(self) -> bool:
        """Whether anything in the design asks for BGP; tells of networks that cannot have it."""
        asked = False
        for network in self.networks:
            keys = self.written[network.name]
            wants = (keys.bgp is not None and keys.bgp.inside != "off") or any(
                router.announce for router in keys.routers.values()
            )
            if wants and network.asn is None:
                todo = "add asn to the network, or to the design"
                self.tell(("networks", network.name), "D050", f"{network.name} has BGP and no AS", todo, at_key=True)
            asked = asked or wants
        return asked or bool(self.listed) or any(self.talks(border, link) for border, link in self.borders)

    def speaks(self, network: Network) -> bool:
        return network.asn is not None and self.of(network).inside != "off"

    def of(self, network: Network) -> BgpKeys:
        """What is written of BGP in a network."""
        return self.written[network.name].bgp or NOTHING_SAID

    def speaker(self, router: Router) -> Speaker:
        network = self.home[router.name]
        keys = self.written[network.name].routers[router.name]
        bgp = self.of(network)
        assert network.asn is not None
        own = router.router_id or next((one for one in router.loopbacks if isinstance(one, IPv4Address)), None)
        cluster = self.identifier(router.name, "cluster-id", keys.cluster_id)
        return Speaker(
            name=router.name,
            asn=network.asn,
            router_id=own or IPv4Address(1 + list(self.routers).index(router.name)),
            cluster_id=cluster,
            profile=keys.decision or bgp.decision or Profile.DEFAULT,
            default_local_pref=100 if bgp.local_pref is None else bgp.local_pref,
            width=network.ecmp,
            always_compare_med="always-compare" in (bgp.med or ()),
            missing_med_is_worst="missing-is-worst" in (bgp.med or ()),
            validates=self.cache(network, router.name),
        )

    def cache(self, network: Network, router: str) -> Cache | None:
        """Where a router gets VRPs: what it says itself, else what its network says."""
        keys, path = self.written[network.name], ("networks", network.name)
        own = keys.routers[router].rpki
        if own is not None:
            return self.caches.cache((*path, "routers", router, "rpki"), own)
        return self.caches.cache((*path, "rpki"), keys.rpki)

    def identifier(self, router: str, key: str, given: Address | None) -> IPv4Address | None:
        """An identifier that must be written as an IPv4 address."""
        if given is None or isinstance(given, IPv4Address):
            return given
        path = ("networks", self.home[router].name, "routers", router, key)
        self.tell(path, "D057", f"{given} is no IPv4 address", "write four bytes such as 192.0.2.1 (RFC 6286)")
        return None

    def identifiers(self, speakers: Sequence[Speaker]) -> None:
        """D057 for every router whose id another one of its AS has."""
        holders: dict[tuple[Asn, IPv4Address], str] = {}
        for one in speakers:
            other = holders.setdefault((one.asn, one.router_id), one.name)
            if other != one.name and self.sound:
                path = ("networks", self.home[one.name].name, "routers", one.name, "router-id")
                what = f"router id {one.router_id} of {one.name} is that of {other} in the same AS{one.asn}"
                self.tell(path, "D057", what, "router ids differ inside an AS (RFC 6286)")

    def inside(self, network: Network) -> Iterator[Peering]:
        """The sessions of a network: reflectors with their clients, then the mesh."""
        keys = self.of(network)
        names = [router.name for router in network.routers]
        path: Path = ("networks", network.name, "bgp")
        reflectors = keys.reflectors or {}
        for key, written in (("reflectors", reflectors), ("mesh", keys.mesh or ())):
            self.known((*path, key), written, names)
        pairs: dict[tuple[str, str], bool] = {}  # -> whether the second is a client of the first
        for reflector, clients in reflectors.items():
            self.known((*path, "reflectors", reflector), clients or (), names)
            mine = [name for name in names if name not in reflectors] if clients is None else clients
            pairs |= {(reflector, client): True for client in mine}
        meshed = list(reflectors) + [name for name in keys.mesh or () if name not in reflectors]
        if not reflectors and keys.mesh is None and keys.inside != "none":
            meshed = names
        for position, first in enumerate(meshed):
            for second in meshed[position + 1 :]:
                if (first, second) not in pairs and (second, first) not in pairs:
                    pairs[first, second] = False
        for (first, second), client in pairs.items():
            if first in names and second in names:
                talk = TalkKeys.model_construct(password_file=keys.password_file)
                yield from self.peering(path, talk, self.loopbacks(first, second), client=client)

    def known(self, path: Path, words: Sequence[str] | Mapping[str, object], names: list[str]) -> None:
        for word in words:
            if word not in names and self.sound:
                todo = did_you_mean(word, names, f"its routers are {named(names)}")
                self.tell(path, "D051", f'the network has no router "{word}"', todo)

    def loopbacks(self, first: str, second: str) -> Ends:
        return (first, self.routers[first].loopbacks), (second, self.routers[second].loopbacks)

    def talks(self, border: Border, link: Link) -> frozenset[int]:
        """The families that BGP speaks about over a link: as said, or all because its ends are in two ASes."""
        first, second = (self.home[end.router] for end in link.ends)
        if border.keys.bgp is not None:
            return border.keys.bgp
        return EVERY if self.speaks(first) and self.speaks(second) and first.asn != second.asn else frozenset()

    def over_links(self) -> Iterator[Peering]:
        for border, link in self.borders:
            families = self.talks(border, link)
            if families:
                a, b = (
                    (end.router, tuple(one.ip for one in end.addresses if one.version in families))
                    for end in link.ends
                )
                yield from self.peering(border.at, border.talks, (a, b))

    def of_list(self) -> Iterator[Peering]:
        for position, keys in self.listed:
            path: Path = ("sessions", position)
            if len(keys.between) != 2 or keys.between[0] == keys.between[1]:
                self.tell((*path, "between"), "D053", "a session has two ends", "name two routers")
                continue
            unknown = [name for name in keys.between if name not in self.routers]
            if unknown:
                self.known((*path, "between"), unknown, list(self.routers))
                continue
            first, second = keys.between
            ends = self.loopbacks(first, second)
            if keys.addresses:
                ends = (first, tuple(keys.addresses[::2])), (second, tuple(keys.addresses[1::2]))
            for name in keys.sides or {}:
                if name not in keys.between:
                    what, todo = f"{name} is no end of this session", f"write {first} or {second}"
                    self.tell((*path, "sides", name), "D051", what, todo, at_key=True)
            yield from self.peering(path, keys, ends, multihop=True)

    def peering(
        self, path: Path, keys: TalkKeys, ends: Ends, *, client: bool = False, multihop: bool = False
    ) -> Iterator[Peering]:
        """The session between two routers, in each family that both have an address of; nothing when it cannot be."""
        (first, one), (second, two) = ends
        silent = [name for name in (first, second) if not self.speaks(self.home[name])]
        if silent:
            what = f"{silent[0]} is in a network without AS or BGP"
            self.tell(path, "D053", what, "give the network an asn, or leave the session out")
            return
        pairs = {a.version: (a, b) for a in reversed(one) for b in reversed(two) if a.version == b.version and a != b}
        if not pairs:
            what = f"{first} and {second} have no addresses of one family to speak from"
            if self.sound:
                self.tell(path, "D053", what, "give both a loopback of one family, or write addresses")
            return
        families = sorted(pairs)
        roles = (OPPOSITE[keys.role], keys.role) if keys.role else ("", "")
        sides = []
        for end, (name, neighbour) in enumerate(((first, second), (second, first))):
            plain = Side(
                speaker=name,
                address=pairs[families[0]][end],
                other_address=pairs[families[1]][end] if len(families) > 1 else None,
                client=client and end == 0,
            )
            sides.append(self.side(path, keys, plain, (neighbour, roles[end])))
        external = self.home[first].asn != self.home[second].asn
        if keys.role and not external:
            what = f"both ends are in AS{self.home[first].asn}"
            self.tell((*path, "role"), "D058", what, "roles are of two ASes; remove role")
        yield Peering(
            a=sides[0],
            b=sides[1],
            families=frozenset(families),
            multihop=multihop and external,
            password=keys.password_file or "",
        )

    def side(self, path: Path, keys: TalkKeys, plain: Side, neighbour: tuple[str, str]) -> Side:
        """One end with its policies: those of the session, else of the neighbour's role, else of the network."""
        name, (other, role) = plain.speaker, neighbour
        own, bgp = (keys.sides or {}).get(name, NO_SIDE), self.of(self.home[name])
        asn = self.home[name].asn
        assert asn is not None
        into = self.policy((*path, "sides", name, "import"), own.import_)
        out = self.policy((*path, "sides", name, "export"), own.export)
        mine = None
        if asn != self.home[other].asn:
            if role and not (into or out):
                mine = Role(OPPOSITE[role])
            network: Path = ("networks", self.home[name].name, "bgp")
            if role:
                into, out = into or role_import(asn, role), out or role_export(asn, role)
            into = into or self.policy((*network, "import"), bgp.import_)
            out = out or self.policy((*network, "export"), bgp.export)
        return replace(
            plain,
            client=plain.client or bool(own.client),
            next_hop_self=own.next_hop_self or bgp.next_hop_self or NextHopSelf.EXTERNAL,
            imports=into,
            exports=out,
            role=mine,
        )

    def policy(self, path: Path, terms: Terms | None) -> Policy | None:
        return self.attempt(path, lambda: self.policies.policy(terms))
