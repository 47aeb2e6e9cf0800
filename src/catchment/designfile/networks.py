"""Networks of the design: names tied together, costs held to what the protocol carries, addresses given or assigned."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from ipaddress import IPv4Address, ip_address, ip_network

from catchment.designfile.addressing import Free, Wanted, pools
from catchment.designfile.decode import Decoded
from catchment.designfile.links import interface, read_links
from catchment.designfile.network_language import ClientAtKeys, NetworkKeys
from catchment.designfile.position import Gazetteer, look_up
from catchment.designfile.rules import Finding
from catchment.designfile.sentences import named
from catchment.designfile.telling import Path, Telling
from catchment.designfile.values import Broken, did_you_mean, prefix, shown
from catchment.model.address import Address, Prefix
from catchment.model.network import (
    MOST_COST,
    ClientSite,
    Daemon,
    Device,
    Igp,
    Interface,
    Link,
    Network,
    Router,
    Server,
    StaticRoute,
)
from catchment.model.place import Place
from catchment.model.service import Service
from catchment.model.speakers import NextHopSelf

DEFAULT_ECMP = 16  # BIRD's limit when ECMP is on


@dataclass(slots=True, kw_only=True)
class Plan:
    """What the networks of one design share.

    taken      : addresses that are given or assigned
    wanted     : how many loopbacks and links there are
    versions   : families that every network has
    beside     : what leaves a router, by name: neighbours in other networks, links to them, tunnels
    within     : ends of tunnels that run inside a network, by its name
    link_names : how many links are called so
    """

    taken: set[Address]
    wanted: Wanted
    versions: frozenset[int]
    beside: Callable[[str], Iterable[str]]
    within: Callable[[str], Iterable[tuple[str, str]]]
    link_names: dict[str, int]


def networks(
    decoded: Decoded, services: Sequence[Service], gazetteer: Gazetteer, plan: Plan
) -> tuple[tuple[Network, ...], list[Finding]]:
    """The networks of a design, with their servers and clients, and the rules that they break between their keys."""
    findings: list[Finding] = []
    found: list[Network] = []
    homes: dict[str, str] = {}
    for name, keys in (decoded.keys.networks or {}).items():
        tying = _Network(name, keys, decoded, gazetteer, plan)
        network = tying.network(services)
        findings += tying.findings
        for router in network.routers:
            other = homes.setdefault(router.name, f"network {name}")
            if other != f"network {name}":
                what = f'"{router.name}" is a name in {other} already'
                path = ("networks", name, "routers", router.name)
                findings.append(Finding(path=path, rule="D040", what=what, todo="give one another name", at_key=True))
        found.append(network)
    findings += _clients(decoded, homes)
    return tuple(found), findings


def _clients(decoded: Decoded, homes: Mapping[str, str]) -> list[Finding]:
    findings = []
    for name, client_ in decoded.clients.items():
        client = client_.router
        findings += _hosts(name, client_)[1]
        if client not in homes and decoded.sound("networks") and decoded.sound("clients", name):
            todo = did_you_mean(client, list(homes), f"its routers are {named(list(homes))}" if homes else "")
            what = f'the design has no router "{client}"'
            todo = todo or "add a network with that router"
            findings.append(Finding(path=("clients", name, "router"), rule="D039", what=what, todo=todo))
        if name in homes:
            what = f'"{name}" is a router already'
            findings.append(
                Finding(path=("clients", name), rule="D040", what=what, todo="give one another name", at_key=True)
            )
    return findings


def _hosts(name: str, keys: ClientAtKeys) -> tuple[tuple[Interface, ...], list[Finding]]:
    """The addresses of a client's host, and what is wrong with them."""
    found: list[Interface] = []
    findings: list[Finding] = []
    for index, word in enumerate(keys.address or ()):
        path: Path = ("clients", name, "address", index)
        try:
            one = interface(word)
        except Broken as broken:
            findings.append(Finding(path=path, rule="D059", what=broken.what, todo=broken.todo))
            continue
        room = one.network.prefixlen < one.network.max_prefixlen
        edge = one.network.prefixlen < one.network.max_prefixlen - 1 and one.ip in (
            one.network.network_address,
            one.network.broadcast_address,
        )
        if not room or edge or one.version in [other.version for other in found]:
            what = f"{one} is no address of a host beside its router, or the second of its family"
            findings.append(Finding(path=path, rule="D059", what=what, todo="write e.g. 198.51.100.65/31"))
        else:
            found.append(one)
    return tuple(found), findings


class _Network(Telling):
    def __init__(self, name: str, keys: NetworkKeys, decoded: Decoded, gazetteer: Gazetteer, plan: Plan) -> None:
        super().__init__("networks", name)
        self.name, self.keys, self.decoded, self.gazetteer, self.plan = name, keys, decoded, gazetteer, plan
        self.links_are_sound = self.igp_told = False

    def network(self, services: Sequence[Service]) -> Network:
        """The network; with findings it is only good for the checks that follow."""
        servers = tuple(
            Server(
                service=service.name,
                router=router,
                addresses=service.addresses,
                cost=service.cost,
                told=service.told,
            )
            for service in services
            for router in service.routers
            if router in self.keys.routers
        )
        links, wrong = read_links(self.name, self.keys, self.decoded, self.plan.link_names)
        self.links_are_sound = not wrong
        self.findings += wrong
        self.parts(links)
        routers = tuple(
            Router(
                name=name,
                place=self.place(name),
                loopbacks=self.loopbacks(name),
                router_id=self.router_id(name),
                daemon=self.keys.routers[name].daemon or Daemon.OTHER,
                device=self.device(name),
                provider=self.keys.routers[name].provider,
            )
            for name in self.keys.routers
        )
        routers, links = self.addressed(routers, links, servers)
        self.server_costs(servers)
        return Network(
            name=self.name,
            igp=self.igp(),
            routers=tuple(
                replace(router, statics=self.statics(router.name, links, services, servers)) for router in routers
            ),
            links=links,
            servers=servers,
            clients=tuple(
                ClientSite(name=name, router=client.router, addresses=_hosts(name, client)[0])
                for name, client in self.decoded.clients.items()
                if client.router in self.keys.routers
            ),
            asn=self.keys.asn or self.decoded.keys.asn,
            ecmp=self.keys.ecmp or DEFAULT_ECMP,
            tells_borders=self.keys.bgp is not None and self.keys.bgp.next_hop_self is NextHopSelf.NO,
            password=self.password(),
        )

    def password(self) -> str:
        if self.keys.password_file and self.igp() not in (Igp.OSPF, Igp.ISIS):
            what = f"{self.igp().value} routes here take no password"
            self.tell(("password-file",), "D081", what, "remove it; a BGP session has one of its own", at_key=True)
        return self.keys.password_file or ""

    def igp(self) -> Igp:
        written = not self.decoded.sound("networks", self.name, "igp")
        if self.keys.igp is None and len(self.keys.routers) > 1 and not written and not self.igp_told:
            self.igp_told = True
            what = f"{self.name} has several routers and no igp"
            self.tell((), "D035", what, "add igp: ospf, isis, eigrp or static", at_key=True)
        return self.keys.igp or Igp.STATIC

    def place(self, name: str) -> Place | None:
        at = self.keys.routers[name].at
        if at is None or at.place is not None:
            return at.place if at else None
        return self.attempt(("routers", name, "at"), lambda: look_up(at.word, name, self.gazetteer))

    def loopbacks(self, name: str) -> tuple[Address, ...]:
        given = tuple(self.keys.routers[name].loopback or ())
        if len({address.version for address in given}) < len(given):
            what = f"router {shown(name)} has two loopbacks of one family"
            self.tell(("routers", name, "loopback"), "D041", what, "keep one of each family")
        return given

    def router_id(self, name: str) -> IPv4Address | None:
        given = self.keys.routers[name].router_id
        if given is None or isinstance(given, IPv4Address):
            return given
        todo = "write four bytes such as 192.0.2.1 (RFC 6286)"
        self.tell(("routers", name, "router-id"), "D057", f"{given} is no IPv4 address", todo)
        return None

    def device(self, name: str) -> Device:
        keys, igp = self.keys.routers[name], self.igp()
        device, daemon = keys.device or Device.LINUX, keys.daemon or Daemon.OTHER
        runs = {Device.PFSENSE: (Daemon.FRR, Daemon.OTHER), Device.IOS: (Daemon.OTHER,)}.get(device, tuple(Daemon))
        if daemon not in runs:
            todo = f"write {' or '.join(runs)}, or leave it out"
            self.tell(("routers", name, "daemon"), "D076", f"{device} does not run {daemon}", todo)
        if device is Device.PFSENSE and igp not in (Igp.OSPF, Igp.STATIC):
            what = f"the FRR package of pfSense has no {igp.value}"
            self.tell(("routers", name, "device"), "D076", what, "use ospf or static, or another machine")
        return device

    def server_costs(self, servers: Sequence[Server]) -> None:
        most = MOST_COST.get(self.igp())
        for server in {one.service: one for one in servers}.values():
            if most is not None and server.cost > most:
                what = f"{self.igp().value} has no cost {server.cost}"
                path = ("services", server.service, "cost")
                todo = f"write a cost from 1 to {most}"
                self.findings.append(Finding(path=path, rule="D037", what=what, todo=todo))

    def parts(self, links: Sequence[Link]) -> None:
        """A network is in one piece; an island would be a mistake, or another network."""
        if not self.decoded.sound("networks", self.name) or self.findings or not self.keys.routers:
            return
        near: dict[str, set[str]] = {name: set() for name in self.keys.routers}
        ends = [(link.ends[0].router, link.ends[1].router) for link in links]
        for a, b in (*ends, *self.plan.within(self.name)):
            near[a].add(b)
            near[b].add(a)
        first = next(iter(near))
        seen, edge = {first}, [first]
        while edge:
            edge = [far for name in edge for far in near[name] if far not in seen and not seen.add(far)]  # type: ignore[func-returns-value]
        left = [name for name in near if name not in seen]
        if left:
            few = named(left[:3]) + (f" and {len(left) - 3} more" if len(left) > 3 else "")
            what = f"{self.name} is in several parts: no link leads from {first} to {few}"
            self.tell(("links",) if self.keys.links else (), "D038", what, "add a link, or make it another network",
                      at_key=True)  # fmt: skip

    def addressed(
        self, routers: tuple[Router, ...], links: tuple[Link, ...], servers: Sequence[Server]
    ) -> tuple[tuple[Router, ...], tuple[Link, ...]]:
        """Addresses from the pool for what has none, in each family that the network has."""
        given = [address for server in servers for address in server.addresses]
        given += [address for router in routers for address in router.loopbacks]
        given += [one.ip for link in links for end in link.ends for one in end.addresses]
        pool = self.keys.pool or []
        versions = {address.version for address in given} | {prefix.version for prefix in pool} | self.plan.versions
        wanted = replace(self.plan.wanted, versions=tuple(sorted(versions or {4})))
        pools_ = self.attempt(("pool",), lambda: pools(pool, wanted))
        for version, (first, second) in (pools_ or {}).items():
            free = Free(first, second, (*given, *self.plan.taken))
            filled = self.attempt(
                ("pool",),
                lambda: (with_loopbacks(routers, version, free), with_addresses(links, version, free)),  # noqa: B023
            )
            if filled is None:
                break
            routers, links = filled
        self.plan.taken |= {address for router in routers for address in router.loopbacks}
        self.plan.taken |= {one.ip for link in links for end in link.ends for one in end.addresses}
        return routers, links

    def statics(
        self, name: str, links: Sequence[Link], services: Sequence[Service], servers: Sequence[Server]
    ) -> tuple[StaticRoute, ...]:
        if not self.keys.routers[name].static:  # of most routers, and looking at every link for each would add up
            return ()
        found: list[StaticRoute] = []
        versions: set[int] = {address.version for server in servers for address in server.addresses} or {4}
        own = [link for link in links if name in (link.ends[0].router, link.ends[1].router)]
        near = [
            *sorted({link.far(name).router for link in own}),
            *self.plan.beside(name),
            *(link.name for link in own),
        ]
        for position, keys in enumerate(self.keys.routers[name].static or ()):
            path = ("routers", name, "static", position)
            to = self.attempt((*path, "to"), lambda keys=keys: destinations(keys.to, services, versions))  # type: ignore[misc]
            if keys.via != "discard" and keys.via not in near and self.links_are_sound:
                todo = did_you_mean(keys.via, near, f"its neighbours are {named(near)}")
                self.tell((*path, "via"), "D042", f"{keys.via} is no neighbour of {name}", todo)
            via = "" if keys.via == "discard" else keys.via
            found += [StaticRoute(to=one, via=via, distance=keys.distance or 1) for one in to or ()]
        return tuple(found)


def with_loopbacks(routers: tuple[Router, ...], version: int, free: Free) -> tuple[Router, ...]:
    """Each router with a loopback of this family, its own or the next free one. Raises Broken when none is left."""

    def filled(one: Router) -> Router:
        if any(address.version == version for address in one.loopbacks):
            return one
        return replace(one, loopbacks=(*one.loopbacks, free.loopback()))

    return tuple(map(filled, routers))


def with_addresses(links: tuple[Link, ...], version: int, free: Free) -> tuple[Link, ...]:
    """Each link with addresses of this family at both ends. Raises Broken when none are left."""

    def filled(one: Link) -> Link:
        if any(held.version == version for end in one.ends for held in end.addresses):
            return one
        new = free.link()
        first, second = (
            replace(end, addresses=(*end.addresses, held)) for end, held in zip(one.ends, new, strict=True)
        )
        return replace(one, ends=(first, second))

    return tuple(map(filled, links))


def destinations(word: str, services: Sequence[Service], versions: Collection[int]) -> tuple[Prefix, ...]:
    """What a word means: `default`, a service's addresses, one address, or a prefix. Raises Broken."""
    if word == "default":
        return tuple(ip_network(everything) for everything, version in (("0.0.0.0/0", 4), ("::/0", 6))
                     if version in versions)  # fmt: skip
    for service in services:
        if service.name == word:
            return tuple(ip_network(f"{one}/{one.max_prefixlen}") for one in service.addresses)
    try:
        return (prefix(word),) if "/" in word else (ip_network(f"{ip_address(word)}"),)
    except Broken:
        raise
    except ValueError as error:
        known = [service.name for service in services]
        todo = did_you_mean(word, known, "write a prefix such as 10.0.0.0/24, an address, a service, or default")
        raise Broken("D042", f"{shown(word)} is no destination", todo) from error
