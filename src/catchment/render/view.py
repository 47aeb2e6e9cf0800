"""What one router needs to be told: interfaces, neighbours, announcements; from it every daemon's file is written.

Nothing here is a daemon's: names of interfaces, who speaks to whom from which address, which policy holds.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from catchment.model.address import Address, Asn
from catchment.model.design import Design
from catchment.model.inside import Announcement, Inside
from catchment.model.multicast import MulticastGroup
from catchment.model.network import ClientSite, Igp, Link, LinkEnd, Network, Router, Server
from catchment.model.service import HealthCheck, Program
from catchment.model.speakers import Peering, Side, Speaker
from catchment.model.watching import Watching
from catchment.render.interfaces import interface_names

LOOPBACK = "lo"


@dataclass(frozen=True, slots=True, kw_only=True)
class Interface:
    """A link as this router has it.

    spoken : whether the network's IGP runs over it
    told   : whether the IGP tells its prefix all the same
    """

    name: str
    link: Link
    own: LinkEnd
    far: LinkEnd
    spoken: bool
    told: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """A server that hangs on this router, as an interface that has its addresses.

    It is up while the service is, and so its route is there; what watches the service switches it.

    checks  : how one tells that the service works
    program : the name server that it runs; None: not said
    """

    name: str
    server: Server
    checks: tuple[HealthCheck, ...] = ()
    program: Program | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Port:
    """The interface towards clients that have addresses; the router's are `client.gateways`."""

    name: str
    client: ClientSite


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbour:
    """A BGP session as this router has it.

    near, far : this side and the other
    interface : the link that it runs over; None for one between loopbacks
    password  : the name of the file that holds its TCP MD5 password; "" without
    """

    name: str
    asn: Asn
    near: Side
    far: Side
    families: frozenset[int]
    external: bool
    multihop: bool
    interface: Interface | None
    password: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """All of one router, in the order of the design.

    area          : of its loopback and services
    speaker       : None when it does not speak BGP
    announcements : what it announces, and while which servers
    inside        : all networks of the design, of which this router is a part
    groups        : all multicast groups of the design
    checks        : of each service, by its name
    agent         : how our agent watches them; None: something else does
    """

    design: str
    network: Network
    router: Router
    area: str
    interfaces: tuple[Interface, ...]
    services: tuple[Service, ...]
    ports: tuple[Port, ...]
    speaker: Speaker | None
    neighbours: tuple[Neighbour, ...]
    announcements: tuple[Announcement, ...]
    inside: Inside
    groups: tuple[MulticastGroup, ...]
    checks: Mapping[str, tuple[HealthCheck, ...]] = field(default_factory=dict)
    agent: Watching | None = None

    @property
    def name(self) -> str:
        return self.router.name

    def interface_to(self, word: str) -> tuple[Interface, ...]:
        """The interfaces that a static route means: those to a neighbour, or one by the name of its link."""
        return tuple(one for one in self.interfaces if word in (one.far.router, one.link.name))


def views(design: Design) -> tuple[View, ...]:
    """What each router needs, in the order of the design."""
    return tuple(_view(design, network, router) for network in design.networks for router in network.routers)


def _view(design: Design, network: Network, router: Router) -> View:
    links = [link for link in (*network.links, *design.inside.links) if router.name in _ends(link)]
    servers = [server for server in network.servers if server.router == router.name]
    wanted = [link.name if link.tunnel else link.far(router.name).router for link in links]
    clients = [client for client in network.clients if client.router == router.name and client.addresses]
    hosts = [*(f"svc-{server.service}" for server in servers), *(client.name for client in clients)]
    names = interface_names([*wanted, *hosts])
    of_servers, of_clients = names[len(links) :][: len(servers)], names[len(links) + len(servers) :]
    interfaces = tuple(
        Interface(
            name=name,
            link=link,
            own=link.end(router.name),
            far=link.far(router.name),
            spoken=link in network.links,
            told=link in network.links or network.tells_borders,
        )
        for name, link in zip(names, links, strict=False)
    )
    bgp = design.inside.bgp
    known = {service.name: service for service in design.services}
    return View(
        design=design.name,
        network=network,
        router=router,
        area=network.home_areas()[router.name] if network.igp is Igp.OSPF else router.area,
        interfaces=interfaces,
        services=tuple(
            Service(
                name=name,
                server=server,
                checks=known[server.service].checks,
                program=known[server.service].program,
            )
            for name, server in zip(of_servers, servers, strict=True)
        ),
        ports=tuple(Port(name=name, client=client) for name, client in zip(of_clients, clients, strict=True)),
        speaker=bgp.by_name.get(router.name),
        neighbours=tuple(
            _neighbour(peering, router.name, interfaces, bgp.by_name)
            for peering in bgp.peerings
            if router.name in (peering.a.speaker, peering.b.speaker)
        ),
        announcements=tuple(one for one in design.inside.announcements if one.router == router.name),
        inside=design.inside,
        groups=design.multicast,
        checks={service.name: service.checks for service in design.services},
        agent=design.agent,
    )


def _ends(link: Link) -> tuple[str, str]:
    return link.ends[0].router, link.ends[1].router


def _neighbour(
    peering: Peering, name: str, interfaces: tuple[Interface, ...], speakers: Mapping[str, Speaker]
) -> Neighbour:
    near, far = (peering.a, peering.b) if peering.a.speaker == name else (peering.b, peering.a)
    return Neighbour(
        name=far.speaker,
        asn=speakers[far.speaker].asn,
        near=near,
        far=far,
        families=peering.families,
        external=speakers[far.speaker].asn != speakers[name].asn,
        multihop=peering.multihop,
        password=peering.password,
        interface=next((one for one in interfaces if _holds(one.own, near.address)), None),
    )


def _holds(end: LinkEnd, address: Address) -> bool:
    return address in [one.ip for one in end.addresses]
