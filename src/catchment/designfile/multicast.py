"""Multicast groups of the design: names tied to senders and receivers, modes that fit the address, and RPs."""

from collections.abc import Mapping, Sequence

from catchment.designfile.decode import Decoded
from catchment.designfile.multicast_language import MulticastKeys
from catchment.designfile.rules import Finding
from catchment.designfile.sentences import named
from catchment.designfile.telling import Telling
from catchment.designfile.values import did_you_mean
from catchment.model.address import Address
from catchment.model.inside import Inside
from catchment.model.multicast import DEFAULT_TTL, Member, MemberKind, MulticastGroup, MulticastMode, RendezvousPoint
from catchment.model.multicast_address import embedded_rp, is_ssm
from catchment.model.network import Router, Server
from catchment.model.service import Service


def multicast(
    decoded: Decoded, inside: Inside, services: Sequence[Service]
) -> tuple[tuple[MulticastGroup, ...], list[Finding]]:
    """The groups of a design, in the order of the file, and the rules that they break between their keys."""
    tables = decoded.keys.multicast or {}
    if not tables:
        return (), []
    names = _Names(decoded, inside, services)
    findings: list[Finding] = []
    groups: list[MulticastGroup] = []
    for name, keys in tables.items():
        reading = _Group(name, keys, decoded, names)
        groups.append(reading.group())
        reading.twice(groups[:-1])
        findings += reading.findings
    return tuple(groups), findings


def one_of_each_family(addresses: Sequence[Address]) -> tuple[Address, ...]:
    """The first address of each family, in the order given."""
    first: dict[int, Address] = {}
    for address in addresses:
        first.setdefault(address.version, address)
    return tuple(first.values())


class _Names:
    """What senders, receivers, RPs and boundaries may be called."""

    def __init__(self, decoded: Decoded, inside: Inside, services: Sequence[Service]) -> None:
        self.sound = all(decoded.sound(part) for part in ("networks", "clients", "services"))
        self.routers: dict[str, Router] = {
            router.name: router for network in inside.networks for router in network.routers
        }
        self.servers: dict[str, Server] = {
            server.name: server for network in inside.networks for server in network.servers
        }
        self.clients = {client.name: client.router for network in inside.networks for client in network.clients}
        self.services = {service.name: service for service in services if service.routers}
        self.links = [link.name for link in inside.all_links]
        self.routed: Mapping[Address, str] = {
            address: router.name for router in self.routers.values() for address in router.loopbacks
        }

    def known(self) -> list[str]:
        return list(dict.fromkeys((*self.clients, *self.services, *self.servers, *self.routers)))

    def members(self, name: str, *, from_service: bool) -> tuple[Member, ...]:
        """Who is called `name`: one client, router or server, or all servers of a service; () when nobody is."""
        if name in self.clients:
            return (self._host(name, MemberKind.CLIENT, self.clients[name]),)
        if name in self.routers:
            return (self._host(name, MemberKind.ROUTER, name),)
        servers = [one for one in self.servers.values() if name in (one.name, one.service)]
        return tuple(
            Member(
                name=server.name,
                kind=MemberKind.SERVER,
                router=server.router,
                addresses=one_of_each_family(server.addresses if from_service else self._loopbacks(server.router)),
            )
            for server in servers
        )

    def _host(self, name: str, kind: MemberKind, router: str) -> Member:
        return Member(name=name, kind=kind, router=router, addresses=self._loopbacks(router))

    def _loopbacks(self, router: str) -> tuple[Address, ...]:
        return self.routers[router].loopbacks if router in self.routers else ()

    def rendezvous(self, name: str) -> RendezvousPoint | None:
        """The RP called `name`: a router, or the routers of a service's servers; None when there is neither."""
        if name in self.routers:
            return RendezvousPoint(name=name, routers=(name,), addresses=self.routers[name].loopbacks)
        if name in self.services:
            service = self.services[name]
            return RendezvousPoint(
                name=name, routers=service.routers, addresses=one_of_each_family(service.addresses)
            )
        return None


class _Group(Telling):
    def __init__(self, name: str, keys: MulticastKeys, decoded: Decoded, names: _Names) -> None:
        super().__init__("multicast", name)
        self.name, self.keys, self.names = name, keys, names
        self.decoded = decoded

    def group(self) -> MulticastGroup:
        """The group; with findings it is only good for the checks that follow."""
        addresses = self.addresses()
        senders, receivers = self.members("from", self.keys.from_), self.members("to", self.keys.to)
        mode = self.mode(addresses)
        rp = self.rp(addresses, mode)
        if not self.findings and self.names.sound:
            self.reaches(senders, receivers)
            self.families(addresses, senders, rp)
        self.boundary()
        return MulticastGroup(
            name=self.name,
            addresses=addresses,
            senders=senders,
            receivers=receivers,
            mode=mode,
            rp=rp,
            ttl=self.keys.ttl or DEFAULT_TTL,
            rate_bps=self.keys.rate,
            size=self.keys.size,
            switches=self.keys.spt_switch is not False,
            as_service=self.keys.source == "service",
            boundary=tuple(self.keys.boundary or ()),
        )

    def sound(self, key: str) -> bool:
        return self.decoded.sound("multicast", self.name, key)

    def addresses(self) -> tuple[Address, ...]:
        seen: dict[int, Address] = {}
        for index, address in enumerate(self.keys.group):
            other = seen.setdefault(address.version, address)
            if index and other is not address:
                what = f"{address} is a second IPv{address.version} address of the group"
                self.tell(("group", index), "D065", what, "make it another group, or remove it")
        return tuple(seen.values())

    def members(self, key: str, written: Sequence[str]) -> tuple[Member, ...]:
        found: dict[str, Member] = {}
        for index, name in enumerate(written):
            members = self.names.members(name, from_service=self.keys.source == "service")
            if name in self.names.services and (name in self.names.clients or name in self.names.routers):
                what = f'"{name}" is a service and a router or client too'
                self.tell((key, index), "D062", what, f"write the servers, e.g. {name}@ROUTER, or rename one of them")
            elif not members and self.names.sound:
                known = self.names.known()
                todo = did_you_mean(name, known, f"there are {named(known)}" if known else "add networks")
                kinds = "client, router, server or service at routers"
                self.tell((key, index), "D062", f'the design has no {kinds} "{name}"', todo)
            found |= {member.name: member for member in members}
        return tuple(found.values())

    def mode(self, addresses: Sequence[Address]) -> MulticastMode:
        single = [is_ssm(address) for address in addresses]
        if len(set(single)) > 1:
            what = "one address of the group is for SSM and the other is not"
            self.tell(("group",), "D063", what, "take both from 232.0.0.0/8 and ff3x::/32, or neither")
            return MulticastMode.SM
        mode = self.keys.mode or (MulticastMode.SSM if any(single) else MulticastMode.SM)
        if mode is MulticastMode.SM and any(single):
            what = f"{addresses[single.index(True)]} is for SSM (RFC 4607): routers send no joins to an RP for it"
            self.tell(("mode",), "D063", what, "leave out mode and rp, or take another group, e.g. 239.192.0.53")
        elif mode is MulticastMode.SSM and not all(single):
            what = f"{addresses[single.index(False)]} is no address for SSM"
            todo = "take one of 232.0.0.0/8 or ff3x::/32, or write rp: for PIM-SM"
            self.tell(("mode",), "D063", what, todo)
        return mode

    def rp(self, addresses: Sequence[Address], mode: MulticastMode) -> RendezvousPoint | None:
        if mode is MulticastMode.SSM:
            for key, given in (("rp", self.keys.rp), ("spt-switch", self.keys.spt_switch)):
                if given is not None and not self.findings:
                    what = f"{key}, and SSM has no shared tree: receivers name the sender"
                    self.tell((key,), "D069", what, f"remove {key}, or take a group for PIM-SM, e.g. 239.192.0.53",
                              at_key=True)  # fmt: skip
            return None
        inside = [carried for address in addresses if (carried := embedded_rp(address))]
        carrier = next((self.names.routed[one] for one in inside if one in self.names.routed), None)
        if self.keys.rp is None:
            if not (inside or self.findings) and all(self.sound(key) for key in ("rp", "group", "mode")):
                todo = "add rp: with a router or an anycast service, or take a group of SSM, e.g. 232.1.1.1"
                self.tell((), "D064", f"{self.name} is for PIM-SM and has no RP", todo, at_key=True)
            elif inside and carrier is None and self.names.sound:
                what = f"the group carries the RP {inside[0]} (RFC 3956), which is no router's loopback"
                self.tell(("group",), "D064", what, "give a router this loopback, or correct the group")
            return self.names.rendezvous(carrier) if carrier else None
        found = self.names.rendezvous(self.keys.rp)
        if found is None and self.names.sound:
            known = [*self.names.routers, *self.names.services]
            what = f'the design has no router, or service at routers, "{self.keys.rp}"'
            self.tell(("rp",), "D064", what, did_you_mean(self.keys.rp, known, f"there are {named(known)}"))
        elif found and inside and inside[0] not in found.addresses:
            what = f"the group carries the RP {inside[0]} (RFC 3956), and {self.keys.rp} has not that address"
            self.tell(("rp",), "D064", what, "remove rp, or take a group without an RP inside")
        return found

    def reaches(self, senders: Sequence[Member], receivers: Sequence[Member]) -> None:
        if len(senders) == 1 and [one.name for one in receivers] == [senders[0].name]:
            what = f"{senders[0].name} sends and nobody else receives"
            self.tell(("to",), "D068", what, "name receivers; who sends does not hear itself")

    def families(self, addresses: Sequence[Address], senders: Sequence[Member], rp: RendezvousPoint | None) -> None:
        for address in addresses:
            family = address.version
            without = [one.name for one in senders if family not in {held.version for held in one.addresses}]
            if rp and family not in {held.version for held in rp.addresses}:
                without.append(rp.name)
            if without:
                has = "has" if len(without) == 1 else "have"
                what = f"{address} needs an IPv{family} address, and {named(without)} {has} none"
                todo = "give the network a pool of that family, or the group an address of the other one"
                self.tell(("group",), "D066", what, todo)

    def boundary(self) -> None:
        for index, link in enumerate(self.keys.boundary or ()):
            if link not in self.names.links and self.names.sound:
                todo = did_you_mean(link, self.names.links, f"its links are {named(self.names.links)}")
                self.tell(("boundary", index), "D067", f'the design has no link "{link}"', todo)

    def twice(self, others: Sequence[MulticastGroup]) -> None:
        """One address is one group; SSM groups may share it when their senders differ (RFC 4607: channels)."""
        for other in others:
            same = set(other.addresses) & set(self.keys.group)
            heard = {one.router for one in other.senders} & {
                member.router for name in self.keys.from_ for member in self.names.members(name, from_service=False)
            }
            if same and (heard or not all(is_ssm(address) for address in same)):
                what = f"{min(same, key=str)} is the address of {other.name} already"
                self.tell(("group",), "D065", what, "give one of them another address")
