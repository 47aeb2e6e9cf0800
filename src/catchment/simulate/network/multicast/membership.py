"""Membership: which hosts want a group, and what their router hears of it by IGMP or MLD."""

from collections.abc import Iterable

from catchment.model.address import Address
from catchment.model.multicast import Member, MemberKind, MulticastGroup, MulticastMode
from catchment.results.multicast import Membership
from catchment.simulate.network.topology import Down

REPORTS = {4: ("IGMPv3", "224.0.0.22"), 6: ("MLDv2", "ff02::16")}
"""What hosts report with, and where to: RFC 3376 4.2.14, RFC 3810 5.2.14."""


def up(members: Iterable[Member], down: Down) -> tuple[Member, ...]:
    """The members that are up, and whose router is."""
    return tuple(one for one in members if one.router not in down.routers and one.name not in down.servers)


def membership(group: MulticastGroup, address: Address, down: Down) -> tuple[Membership, ...]:
    """For each router with receivers that are up, in the order of the group: who they are and what they report.

    With SSM a report names the senders (RFC 4604 2.1), else it is for any sender. A router that receives itself
    reports to nobody.
    """
    at: dict[str, list[Member]] = {}
    for member in up(group.receivers, down):
        at.setdefault(member.router, []).append(member)
    sources = tuple(
        held for one in group.senders for held in one.addresses if held.version == address.version
    )  # those down too: a receiver does not know
    wanted = tuple(dict.fromkeys(sources)) if group.mode is MulticastMode.SSM else ()
    protocol, to = REPORTS[address.version]
    return tuple(
        Membership(
            router=router,
            members=tuple(one.name for one in members),
            sources=wanted,
            protocol=protocol if any(one.kind is not MemberKind.ROUTER for one in members) else "",
            reports_to=to,
        )
        for router, members in at.items()
    )
