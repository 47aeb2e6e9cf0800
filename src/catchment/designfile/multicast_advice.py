"""Advice on multicast groups: whose address it is, how far it may go, one RP only, anycast senders, flooded frames."""

from collections.abc import Callable, Iterator

from catchment.designfile.rules import Advice
from catchment.model.address import Address, Asn, covers
from catchment.model.design import Design
from catchment.model.multicast import MulticastGroup
from catchment.model.multicast_address import Scope, ethernet_address, glop_asn, is_ssm, range_of, unicast_prefix

Where = Callable[..., str]


def multicast_advice(design: Design, where: Where) -> Iterator[Advice]:
    """What a design that is sound says of its multicast groups; nothing for a design without any."""
    for group in design.multicast:
        for index, address in enumerate(group.addresses):
            at = where("multicast", group.name, "group", *((index,) if len(group.addresses) > 1 else ()))
            yield from _owner(design, address, at)
            yield from _flooded(address, at)
            yield from _scope(design, group, address, at)
        yield from _one_rp(group, where)
        yield from _anycast_source(design, group, where)


def _owner(design: Design, group: Address, at: str) -> Iterator[Advice]:
    known = range_of(group)
    asn, prefix = glop_asn(group), unicast_prefix(group)
    if asn is not None:
        if asn in _asns(design):
            return
        whose = f"belongs to AS{asn} (its middle two bytes)"
    elif prefix is not None:
        if any(covers(own, prefix) for own in design.prefixes) or _is_inside(design, group, prefix.version):
            return
        whose = f"belongs to who holds {prefix}"
    elif known.what == "well-known":
        whose = f"is well-known: IANA assigns those; with ff1{known.scope:x} it would be nobody's"
    elif known.scope is not Scope.GLOBAL or is_ssm(group) or known.what in ("documentation", "transient"):
        return
    else:
        whose = f"is {known.what}"
    yield Advice(
        where=at,
        rule="A030",
        what=f"{group} {whose}",
        reason="others may send to it or listen to it, and routers may treat it in a way of its own",
        todo="take 239.192.0.0/14 or ff18::/16 inside an organisation, or 232.0.0.0/8 or ff3x::/32 with SSM, where "
        "groups need no registration",
        source=known.source,
    )


def _is_inside(design: Design, group: Address, version: int) -> bool:
    prefix = unicast_prefix(group)
    held = [address for network in design.networks for router in network.routers for address in router.loopbacks]
    return prefix is not None and any(one.version == version and one in prefix for one in held)


def _asns(design: Design) -> set[Asn]:
    return {*design.origins, *(network.asn for network in design.networks if network.asn)}


def _flooded(group: Address, at: str) -> Iterator[Advice]:
    """224.0.0.x and 32 groups with the same last 23 bits share an Ethernet address, which snooping switches flood."""
    mac = ethernet_address(group)
    if mac.startswith("01:00:5e:00:00:") or mac in ("33:33:00:00:00:01", "33:33:00:00:00:02"):
        control = "224.0.0.0/24" if group.version == 4 else "ff02::1 or ff02::2"
        yield Advice(
            where=at,
            rule="A033",
            what=f"frames to {group} go to {mac}, as those to {control} do",
            reason="switches that watch IGMP or MLD flood that address to every port, so nothing is saved on the LAN",
            todo="take a group with other last 23 bits, e.g. 239.192.0.53"
            if group.version == 4
            else "take another last part, e.g. ff18::53",
            source="RFC 1112 6.4, RFC 4541 2.1.2" if group.version == 4 else "RFC 2464 7, RFC 4541 3",
        )


def _scope(design: Design, group: MulticastGroup, address: Address, at: str) -> Iterator[Advice]:
    known = range_of(address)
    if known.scope is Scope.GLOBAL:
        return
    homes = {router.name: network.asn for network in design.networks for router in network.routers}
    asns = [asn for one in (*group.senders, *group.receivers) if (asn := homes.get(one.router))]
    apart = list(dict.fromkeys(asns))
    if len(apart) > 1:
        yield Advice(
            where=at,
            rule="A034",
            what=f"{address} is {known.scope.words}, and its members are in {' and '.join(f'AS{n}' for n in apart)}",
            reason="the border of an organisation must not carry it, and filters of a well-run one do not",
            todo="take a global group (SSM, or GLOP of your AS), or be sure that both ASes are one organisation",
            source=known.source,
        )


def _one_rp(group: MulticastGroup, where: Where) -> Iterator[Advice]:
    if group.rp and len(group.rp.routers) == 1:
        path = ("multicast", group.name, "rp")
        yield Advice(
            where=where(*path),
            rule="A031",
            what=f"{group.name} has one RP, {group.rp.routers[0]}",
            reason="when it fails no new sender or receiver is served, and streams on the shared tree end",
            todo="name a service that hangs at two routers (anycast RP), or take a group of SSM, which needs no RP",
            source="RFC 4610",
        )


def _anycast_source(design: Design, group: MulticastGroup, where: Where) -> Iterator[Advice]:
    if not group.as_service:
        return
    shared = [service for service in design.services if len(service.routers) > 1]
    for service in shared:
        if any(member.name.startswith(f"{service.name}@") for member in group.senders):
            yield Advice(
                where=where("multicast", group.name, "source"),
                rule="A032",
                what=f"servers of {service.name} send to {group.name} from their anycast address",
                reason="a router takes a packet only from the side where its own route to the source leads (RPF), and "
                "that is its nearest server and not the one that sent",
                todo="source: own; each server then sends from an address of its own",
                source="RFC 7761 4.2",
            )
