"""Play the multicast groups of a design in its lab, count packets on every link, hold that against the prediction."""

import os
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address

from catchment.errors import Problem, UsageError
from catchment.lab.multicast import Ear, Eye, Heard, Part, Stage, Voice
from catchment.lab.nodes import Kind, Lab, space_name
from catchment.lab.spaces import NETNS
from catchment.model.multicast import Member, MemberKind, MulticastGroup, MulticastMode
from catchment.model.network import Daemon
from catchment.results.lab_multicast import CountedGroup, CountedLink, CountedMulticast, CountedReceiver
from catchment.simulate.network.multicast.copies import Roads
from catchment.simulate.network.multicast.group import Group, Played
from catchment.workflows.lab.open import OpenLab, chosen
from catchment.workflows.trace import check_names, down_words

PACKETS = 50
SETTLE_S = 90.0
"""How long trees may take. FRR prunes a sender off the shared tree with a join that it sends once a minute."""

EVERY_S = 0.25
AFTER_S = 0.3
IN_A_ROW = 3
"""Rounds of one packet that have to be as predicted before it is counted."""

Progress = Callable[[int, int | None], None]
HOST, LOOPBACK = "eth0", "lo"


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """How to count. groups: names, all when empty; packets: of each sender; settle_s: how long trees may take."""

    groups: Sequence[str] = ()
    packets: int = PACKETS
    settle_s: float = SETTLE_S


def count_multicast(word: str | None, count: Count, progress: Progress) -> CountedMulticast:
    """Join, send and count, with what is failed in the lab down in the prediction too, as if nobody had sent before.

    First one packet at a time, until all links are as predicted or the time is over; then `packets` of each sender.
    Raises UsageError when there is nothing to play or routers run no PIM, MachineError when a count would be wrong.
    """
    opened = OpenLab(chosen(word))
    groups, left_out = _groups(opened, count.groups)
    roads = Roads(opened.predicted.settled.tables)
    played = [Group(group, address, roads) for group, address in groups]
    parts = [_part(opened, group) for group in played]
    with Stage(parts, list(_eyes(opened)), os.getpid()) as stage:
        settled_s = _settle(stage, played, count.settle_s, progress)
        heard = stage.play(0, count.packets, AFTER_S)
    return CountedMulticast(
        title=f"{opened.state.name}{down_words(opened.state.down)}: multicast",
        groups=tuple(_counted(number, one, heard, count.packets) for number, one in enumerate(played)),
        settled_s=settled_s,
        left_out=(*left_out, *_deaf(played)),
    )


def _groups(opened: OpenLab, names: Sequence[str]) -> tuple[list[tuple[MulticastGroup, IPv4Address]], list[str]]:
    """(groups that can be played, why others are not). Raises UsageError."""
    design = opened.drawn.design
    if not design.multicast:
        todo = "add multicast: with a group, who sends and who receives (docs/guide/multicast.md)"
        raise UsageError(Problem(where=str(opened.drawn.path), what="the design has no multicast group", todo=todo))
    check_names("--group", "multicast group", names, [group.name for group in design.multicast])
    found: list[tuple[MulticastGroup, IPv4Address]] = []
    left_out = []
    for group in design.multicast:
        if names and group.name not in names:
            continue
        found += [(group, address) for address in group.addresses if isinstance(address, IPv4Address)]
        left_out += [
            f"{group.name} at {address}: pimd of FRR carries IPv4 only"
            for address in group.addresses
            if not isinstance(address, IPv4Address)
        ]
    if not found:
        raise UsageError(Problem(where="lab", what=f"nothing to play: {'; '.join(left_out)}"))
    without = [node.name for node in opened.lab.of_kind(Kind.ROUTER) if node.daemon is not Daemon.FRR]
    if without:
        what = f"no PIM runs on {', '.join(without)}: only FRR has it"
        todo = f"catchment lab down {opened.state.name}; catchment lab up DESIGN --daemon frr"
        raise UsageError(Problem(where="lab", what=what, todo=todo))
    return found, left_out


def _deaf(played: Sequence[Group]) -> Iterator[str]:
    """Routers that receive: pimd joins for them, but hands their packets twice or not at all to a socket on `lo`."""
    for group in played:
        names = [one.name for one in group.receivers if one.kind is MemberKind.ROUTER]
        if names:
            yield f"{group.group.name} at {', '.join(names)}: routers join, and only what comes over links is counted"


def _part(opened: OpenLab, played: Group) -> Part:
    group, lab = played.group, opened.lab
    assert isinstance(played.address, IPv4Address)
    known = [one for sender in group.senders for one in sender.addresses if isinstance(one, IPv4Address)]
    sources = tuple(dict.fromkeys(known)) if group.mode is MulticastMode.SSM else ()
    ears = [
        Ear(name=one.name, space=NETNS / space_name(lab.name, one.name), interface=HOST, sources=sources)
        for one in played.receivers
        if one.kind is not MemberKind.ROUTER
    ]
    return Part(
        address=played.address,
        ttl=group.ttl,
        size=group.size,
        voices=tuple(_voice(lab, group, one.sender) for one in played.played),
        ears=tuple(ears),
    )


def _voice(lab: Lab, group: MulticastGroup, member: Member) -> Voice:
    """A server sends from its router, whose address it has of its own; from its anycast address it sends itself."""
    own = member.kind is MemberKind.CLIENT or (member.kind is MemberKind.SERVER and group.as_service)
    node, interface = (member.name, HOST) if own else (member.router, LOOPBACK)
    source = next(one for one in member.addresses if isinstance(one, IPv4Address))
    return Voice(name=member.name, space=NETNS / space_name(lab.name, node), interface=interface, source=source)


def _eyes(opened: OpenLab) -> Iterator[Eye]:
    lab = opened.lab
    routers = {node.name for node in lab.of_kind(Kind.ROUTER)}
    for router in routers:
        links = {near.interface: (name, far.node) for name, near, far in lab.plugs(router) if far.node in routers}
        yield Eye(router=router, space=NETNS / space_name(lab.name, router), links=links)


def _settle(stage: Stage, played: Sequence[Group], limit_s: float, progress: Progress) -> float | None:
    """Send one packet after the other until links and receivers are as predicted, some times in a row."""
    start = time.monotonic()
    good, number, first = 0, 0, 0.0
    while (now_s := time.monotonic() - start) < limit_s:
        number += 1
        heard = stage.play(number, 1, EVERY_S)
        counted = [_counted(place, one, heard, 1) for place, one in enumerate(played)]
        rows = [row for group in counted for row in group.rows]
        progress(sum(row.agrees for row in rows), len(rows))
        if not all(row.agrees for row in rows):
            good = 0
            continue
        first = first if good else now_s
        good += 1
        if good == IN_A_ROW:
            return first
    return None


def _counted(number: int, group: Group, heard: Heard, packets: int) -> CountedGroup:
    links, receivers = [], []
    for place, one in enumerate(group.played):
        links += list(_links(group, one, (number, place), heard, packets))
        for member in group.others(one.sender):
            if member.kind is MemberKind.ROUTER:
                continue
            copies = sum(arrival.member == member.name for arrival in one.flow.arrivals)
            receivers.append(
                CountedReceiver(
                    sender=one.sender.name,
                    receiver=member.name,
                    predicted=copies * packets,
                    observed=heard.arrivals[number, place, member.name],
                )
            )
    return CountedGroup(
        name=group.group.name,
        address=group.address,
        mode=group.group.mode.value,
        sent=packets,
        links=tuple(links),
        receivers=tuple(receivers),
        unicast=packets * sum(group.roads.wires(one.alone) for one in group.played),
    )


def _links(group: Group, played: Played, place: tuple[int, int], heard: Heard, packets: int) -> Iterator[CountedLink]:
    """Every link and direction where packets are predicted or were seen, in the order of the design."""
    seen = {
        (link, near, far): count for (*at, link, near, far), count in heard.crossings.items() if tuple(at) == place
    }
    order = {name: position for position, name in enumerate(group.tables.links)}
    for crossing in sorted({*seen, *played.loads}, key=lambda one: (order[one[0]], one)):
        link, near, far = crossing
        yield CountedLink(
            sender=played.sender.name,
            link=link,
            near=near,
            far=far,
            kind="tunnel" if group.tables.links[link].tunnel else "wire",
            predicted=played.loads.get(crossing, 0.0) * packets,
            observed=seen.get(crossing, 0),
        )
