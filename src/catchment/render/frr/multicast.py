"""PIM and IGMP as FRR's pimd writes them: PIM on the links that groups may cross, IGMP where receivers hang.

SSM is 232.0.0.0/8 (RFC 4607), which pimd knows by itself. For the rest every router is told the RP of each group; RPs
that share an address tell each other of senders by MSDP (RFC 3618), for pimd of FRR 8.4 passes no Registers on among
them (RFC 4610). It speaks IPv4 only.
"""

from collections.abc import Iterator, Sequence
from ipaddress import IPv4Address

from catchment.model.address import Address
from catchment.model.multicast import Member, MemberKind, MulticastGroup, MulticastMode
from catchment.render.frr.parts import LINE, Part, Section
from catchment.render.view import LOOPBACK, View

HELLO_S, QUERY_S = 5, 10
"""Seconds; a neighbour is given up after 3.5 hellos (RFC 7761 4.11), a receiver that went away after two queries."""

STAYS = "pim-shared-tree"


def multicast(view: View) -> Part:
    """What multicast adds; nothing where the design has no group of IPv4."""
    groups = [(group, address) for group in view.groups if (address := _four(group.addresses)) is not None]
    notes = [
        f"group {group.name}: pimd of FRR 8.4 carries IPv4 only"
        for group in view.groups
        if any(one.version == 6 for one in group.addresses)
    ]
    if not groups:
        return Part(notes=tuple(notes))
    lines: dict[str, list[str]] = {}
    lists: list[Section] = []
    for one in view.interfaces:
        kept = [address for group, address in groups if one.link.name in group.boundary]
        if len(kept) < len(groups):
            lines[one.name] = ["ip pim", f"ip pim hello {HELLO_S}"]
            if kept:
                lists += _closed(f"pim-{one.name}", kept)
                lines[one.name].append(f"ip multicast boundary oil pim-{one.name}")
    for name, joins in _edges(view, groups).items():
        lines[name] = ["ip pim", "ip pim passive", *joins]
    return Part(
        daemons=("pimd",),
        interfaces=lines,
        sections=(*lists, *(Section(line) for line in _general(view, groups))),
        notes=(*notes, *_unheard(view, groups)),
    )


def _four(addresses: Sequence[Address]) -> IPv4Address | None:
    return next((one for one in addresses if isinstance(one, IPv4Address)), None)


def _closed(name: str, groups: Sequence[IPv4Address]) -> Iterator[Section]:
    """A list of what does not cross."""
    for number, group in enumerate(groups, 1):
        yield Section(f"ip prefix-list {name} seq {number * LINE} deny {group}/32")
    yield Section(f"ip prefix-list {name} seq {(len(groups) + 1) * LINE} permit 0.0.0.0/0 le 32")


def _general(view: View, groups: Sequence[tuple[MulticastGroup, IPv4Address]]) -> Iterator[str]:
    stays = [one for group, one in groups if group.mode is MulticastMode.SM and not group.switches]
    for number, address in enumerate(stays, 1):
        yield f"ip prefix-list {STAYS} seq {number * LINE} permit {address}/32"
    if stays:
        yield f"ip pim spt-switchover infinity-and-beyond prefix-list {STAYS}"
    for group, address in groups:
        rp = _four(group.rp.addresses) if group.rp else None
        if rp is not None:
            yield f"ip pim rp {rp} {address}/32"
    yield from dict.fromkeys(line for group, _ in groups for line in _mesh(view, group))


def _mesh(view: View, group: MulticastGroup) -> Iterator[str]:
    """MSDP among the routers of an anycast RP, between their own addresses."""
    if group.rp is None or view.name not in group.rp.routers or len(group.rp.routers) < 2:
        return
    routers = {router.name: router for network in view.inside.networks for router in network.routers}
    own = {name: _four(routers[name].loopbacks) for name in group.rp.routers}
    for name, address in own.items():
        yield f"ip msdp mesh-group {group.rp.name} {'source' if name == view.name else 'member'} {address}"


def _edges(view: View, groups: Sequence[tuple[MulticastGroup, IPv4Address]]) -> dict[str, list[str]]:
    """Interfaces where no router is met: of senders, receivers and RPs; with what is joined there or asked for."""
    found: dict[str, list[str]] = {}
    for group, address in groups:
        if group.rp and view.name in group.rp.routers:
            rp = _four(group.rp.addresses)
            held = [one.name for one in view.services if rp in one.server.addresses]
            found.setdefault(next(iter(held), LOOPBACK), [])
        for member in group.senders:
            if member.router == view.name:
                found.setdefault(_port(view, member) or LOOPBACK, [])
                if _four(member.addresses) in view.router.loopbacks:
                    found.setdefault(LOOPBACK, [])
        for member in group.receivers:
            name = _port(view, member) if member.router == view.name else ""
            if name:
                wanted = ["ip igmp", f"ip igmp query-interval {QUERY_S}"]
                if member.kind is not MemberKind.CLIENT:  # the router is where it listens, so the router joins
                    wanted += _joins(group, address)
                known = found.setdefault(name, [])
                known += [line for line in wanted if line not in known]
    return found


def _joins(group: MulticastGroup, address: IPv4Address) -> list[str]:
    if group.mode is MulticastMode.SM:
        return [f"ip igmp join {address}"]
    sources = [_four(member.addresses) for member in group.senders]
    return [f"ip igmp join {address} {source}" for source in sources if source]


def _port(view: View, member: Member) -> str:
    """The interface where a member of this router is; "" for clients of whom no address is known."""
    if member.kind is MemberKind.ROUTER:
        return LOOPBACK
    if member.kind is MemberKind.SERVER:
        return next((one.name for one in view.services if one.server.name == member.name), LOOPBACK)
    return next((one.name for one in view.ports if one.client.name == member.name), "")


def _unheard(view: View, groups: Sequence[tuple[MulticastGroup, IPv4Address]]) -> Iterator[str]:
    for group, _ in groups:
        for member in group.receivers:
            if member.router == view.name and not _port(view, member):
                yield f"group {group.name}: {member.name} has no address, so there is no port where it could ask for it"
