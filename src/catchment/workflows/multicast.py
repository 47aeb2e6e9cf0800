"""Multicast: the tree of every group inside our own networks, copies on each link, also with something down."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from catchment.errors import Problem, UsageError
from catchment.model.design import Design
from catchment.model.multicast import MemberKind, MulticastGroup
from catchment.results.multicast import Multicast
from catchment.simulate.network.multicast.copies import Roads
from catchment.simulate.network.multicast.group import Group
from catchment.simulate.network.tunnels import settled
from catchment.workflows.provenance import provenance
from catchment.workflows.trace import check_names, down_of, down_words, read_inside


def multicast(path: Path, groups: Sequence[str] = (), down: Sequence[str] = ()) -> Multicast:
    """The groups named (all when none is) with `down` down. Raises CatchmentError for anything wrong outside of us."""
    design = read_inside(path)
    if not design.multicast:
        todo = "add multicast: with a group, who sends and who receives (docs/guide/multicast.md)"
        raise UsageError(Problem(where=str(path), what="the design has no multicast group", todo=todo))
    check_names("--group", "multicast group", groups, [group.name for group in design.multicast])
    gone = down_of(design, down)
    now = Roads(settled(design.inside, gone).tables)
    before = Roads(settled(design.inside).tables) if down else None
    found = []
    for group in design.multicast:
        if groups and group.name not in groups:
            continue
        for address in group.addresses:
            was = Group(group, address, before) if before else None
            found.append(Group(group, address, now, was.alive if was else None).result(was))
    options = (*(("group", word) for word in groups), *(("down", word) for word in down))
    return Multicast(
        title=f"{design.name}: multicast{down_words(down)}",
        groups=tuple(found),
        notes=tuple(_notes(design, [one for one in design.multicast if not groups or one.name in groups], down)),
        provenance=provenance(path, (), options),
    )


def _notes(design: Design, groups: Sequence[MulticastGroup], down: Sequence[str]) -> Iterator[str]:
    members = [one for group in groups for one in (*group.senders, *group.receivers)]
    if any(one.kind is not MemberKind.ROUTER for one in members):
        yield "hosts have no unicast address in a design: they send from, and are compared at, their router's loopback"
    if any(group.switches and group.rp for group in groups):
        yield "copies are those after routers have left the shared tree; the first packet is shown where it differs"
    if down:
        yield (
            "after a failure the IGP has to find its new routes, then PIM joins along them at once; packets are lost "
            "until the last join of a branch has arrived, and nothing sends them again"
        )
