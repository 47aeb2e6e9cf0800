"""The copy of a design that a lab runs: every client has an address to be answered at, every router is Linux."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from ipaddress import ip_interface, ip_network

from catchment.designfile.announcements import of_clients
from catchment.model.address import Prefix
from catchment.model.design import Design
from catchment.model.inside import Announcement, Inside
from catchment.model.multicast import Member, MemberKind, MulticastGroup
from catchment.model.network import ClientSite, Daemon, Device, Interface, Network, Router

POOLS: dict[int, Prefix] = {4: ip_network("100.64.0.0/10"), 6: ip_network("fd64::/48")}
"""Shared address space (RFC 6598) and unique local addresses (RFC 4193): no design's own, and never on the Internet."""

STANDS_IN = {Device.PFSENSE: Daemon.FRR, Device.IOS: Daemon.FRR}
"""What runs in a lab for machines that are not Linux; pfSense's package is FRR."""


def for_lab(design: Design, daemon: Daemon | None = None) -> Design:
    """The copy. daemon: for Linux routers of which the design does not say what runs there; None: the usual.

    Clients without addresses get a /31 and a /127 each, of the families that the services have.

    IGPs tell these subnets and BGP announces them, as those that are written. Repeatable: by the order of the design.
    """
    versions = sorted({address.version for service in design.services for address in service.addresses})
    free: dict[int, Iterator[Interface]] = {version: _subnets(version) for version in versions}
    networks = tuple(
        replace(
            network,
            routers=tuple(_as_linux(router, daemon) for router in network.routers),
            clients=tuple(_addressed(network, client, free) for client in network.clients),
        )
        for network in design.networks
    )
    inside = replace(design.inside, networks=networks)
    groups = tuple(_sending(group, networks) for group in design.multicast)
    return replace(design, inside=replace(inside, announcements=_announcements(inside)), multicast=groups)


def _sending(group: MulticastGroup, networks: Sequence[Network]) -> MulticastGroup:
    """The group with clients at their own addresses: in a lab it is they who send, and not their routers."""
    own = {client.name: client.addresses for network in networks for client in network.clients}

    def at_home(member: Member) -> Member:
        if member.kind is not MemberKind.CLIENT or not own[member.name]:
            return member
        first = {one.version: one.ip for one in reversed(own[member.name])}  # one of each family, the first
        return replace(member, addresses=tuple(first[version] for version in sorted(first)))

    return replace(
        group,
        senders=tuple(at_home(one) for one in group.senders),
        receivers=tuple(at_home(one) for one in group.receivers),
    )


def stand_ins(design: Design) -> Iterator[str]:
    """Routers that are no Linux machines, as sentences."""
    for network in design.networks:
        for router in network.routers:
            if router.device in STANDS_IN:
                yield f"{router.name} is {router.device.value}: Linux with {_as_linux(router).daemon.value} stands in"


def _as_linux(router: Router, otherwise: Daemon | None = None) -> Router:
    usual = STANDS_IN.get(router.device, otherwise or Daemon.OTHER)
    daemon = usual if router.daemon is Daemon.OTHER else router.daemon
    return replace(router, device=Device.LINUX, daemon=daemon)


def _addressed(network: Network, client: ClientSite, free: dict[int, Iterator[Interface]]) -> ClientSite:
    if client.addresses:
        return client
    router = next(one for one in network.routers if one.name == client.router)
    spoken = {one.version for one in router.loopbacks}
    return replace(client, addresses=tuple(next(free[version]) for version in free if version in spoken))


def _subnets(version: int) -> Iterator[Interface]:
    """The host of each subnet of two addresses; the router's is the one before it."""
    pool = POOLS[version]
    first, length = int(pool.network_address), pool.max_prefixlen - 1
    for number in range(1, int(pool.broadcast_address) - first, 2):
        yield ip_interface((first + number, length))


def _announcements(inside: Inside) -> tuple[Announcement, ...]:
    """Those of the design, and then those of clients' subnets at routers that speak BGP."""
    found = list(inside.announcements)
    for network in inside.networks:
        for router in network.routers:
            if router.name in inside.bgp.by_name:
                known = {one.origination.prefix for one in found if one.router == router.name}
                found += of_clients(router.name, network, known)
    return tuple(found)
