"""The inside of a design: its networks, what joins them, their BGP and what they announce, tied together by name.

keys --> ends of links and tunnels --> networks with addresses --> links with addresses --> BGP --> announcements
"""

from collections.abc import Sequence
from dataclasses import replace

from catchment.designfile.addressing import Free, Wanted, pools
from catchment.designfile.announcements import Announcing
from catchment.designfile.bgp import Bgp
from catchment.designfile.borders import Borders
from catchment.designfile.decode import Decoded
from catchment.designfile.igp import igps
from catchment.designfile.networks import Plan, networks, with_addresses
from catchment.designfile.position import Gazetteer
from catchment.designfile.rules import Finding
from catchment.designfile.telling import Path
from catchment.designfile.values import Broken
from catchment.model.address import Address
from catchment.model.inside import Inside
from catchment.model.network import Link, Network
from catchment.model.service import Service

OF_WORDS = ("D051", "D052", "D055", "D080")
"""Rules of BGP that are about words alone: names that are not there, and what means nothing."""


def inside(decoded: Decoded, services: Sequence[Service], gazetteer: Gazetteer) -> tuple[Inside, list[Finding]]:
    """All that is inside, and the rules that it breaks between its keys; with findings it is good for checks only."""
    written = decoded.keys.networks or {}
    borders = Borders(decoded, {router: name for name, keys in written.items() for router in keys.routers})
    plan = Plan(
        taken={address for service in services for address in service.addresses},
        wanted=Wanted(
            versions=(),
            loopbacks=sum(len(keys.routers) for keys in written.values()),
            links=sum(len(keys.links or ()) for keys in written.values()) + len(borders.all),
        ),
        versions=_versions(services) if borders.all or decoded.keys.sessions else frozenset(),
        beside=borders.beside,
        within=borders.within,
        link_names=borders.names,
    )
    plan.taken |= {one.ip for border in borders.all for end in border.link.ends for one in end.addresses}
    found, findings = networks(decoded, services, gazetteer, plan)
    links = _addressed(tuple(border.link for border in borders.all), found, plan, findings)
    joined = borders.joined(found, links)
    findings += borders.findings
    spoken = joined.networks
    if not findings:
        spoken, wrong = igps(decoded, joined.networks, services)
        findings += wrong
    whole = Inside(networks=spoken, links=joined.links)
    findings += _twice(whole, decoded)
    links_now = {link.name: link for link in whole.all_links}
    bgp = Bgp(decoded, whole.networks, [(border, links_now[border.link.name]) for border in borders.all])
    network = bgp.network()
    announcing = Announcing(decoded, whole.networks)
    said = announcing.announcements(network)
    told = [*bgp.findings, *announcing.findings]
    if findings or decoded.broken:  # the rest might only follow from that
        told = [finding for finding in told if finding.rule in OF_WORDS]
    return replace(whole, bgp=network, announcements=said), [*findings, *told]


def _versions(services: Sequence[Service]) -> frozenset[int]:
    """The families that services at routers have: packets to them cross every network."""
    return frozenset(address.version for service in services if service.routers for address in service.addresses)


def _addressed(
    links: tuple[Link, ...], found: Sequence[Network], plan: Plan, findings: list[Finding]
) -> tuple[Link, ...]:
    """Addresses of the shipped pool for links between networks, in each family that both ends have and the link not."""
    held = {router.name: {one.version for one in router.loopbacks} for one in found for router in one.routers}
    shared = [held[link.ends[0].router] & held[link.ends[1].router] for link in links]
    every = tuple(sorted(frozenset().union(*shared)))
    try:
        for version, (first, second) in pools((), replace(plan.wanted, versions=every)).items():
            free = Free(first, second, plan.taken)
            links = tuple(
                with_addresses((link,), version, free)[0] if version in both else link
                for link, both in zip(links, shared, strict=True)
            )
            plan.taken |= {one.ip for link in links for end in link.ends for one in end.addresses}
    except Broken as broken:
        findings.append(Finding(path=("links",), rule=broken.rule, what=broken.what, todo=broken.todo, at_key=True))
    return links


def _twice(inside_: Inside, decoded: Decoded) -> list[Finding]:
    """Addresses that two interfaces or routers have; a service's may be at many servers and nowhere else."""
    findings: list[Finding] = []
    holders: dict[Address, str] = {}
    for network in inside_.networks:
        for server in network.servers:
            holders |= dict.fromkeys(server.addresses, f"service {server.service}")
    for path, address, holder in _held(inside_):
        other = holders.setdefault(address, holder) if address not in holders else holders[address]
        if other is not holder and decoded.sound(*path[:2]):
            what = f"{address} of {holder} is the address of {other} already"
            findings.append(Finding(path=path, rule="D041", what=what, todo="give one of them another address"))
    return findings


def _held(inside_: Inside) -> list[tuple[Path, Address, str]]:
    """Where each address stands, and what has it."""
    found: list[tuple[Path, Address, str]] = []
    for network in inside_.networks:
        found += [
            (("networks", network.name, "routers", router.name, "loopback"), address, f"router {router.name}")
            for router in network.routers
            for address in router.loopbacks
        ]
        found += [
            (("clients", client.name), one.ip, f"client {client.name}")
            for client in network.clients
            for one in (*client.addresses, *client.gateways)
        ]
        found += _of_links(network.links, ("networks", network.name, "links"))
    return found + _of_links(inside_.links, ("links",))


def _of_links(links: Sequence[Link], part: Path) -> list[tuple[Path, Address, str]]:
    found: list[tuple[Path, Address, str]] = []
    for position, link in enumerate(links):
        path: Path = ("tunnels", link.name, "inner") if link.tunnel else (*part, position, "addresses")
        found += [(path, one.ip, f"link {link.name}") for end in link.ends for one in end.addresses]
    return found
