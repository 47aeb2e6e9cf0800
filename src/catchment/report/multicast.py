"""Multicast for the terminal, a tree drawn as a tree and copies beside unicast's, and as plain data for JSON."""

from collections.abc import Iterator, Sequence
from typing import Any

from rich.console import Group, RenderableType
from rich.markup import escape
from rich.padding import Padding
from rich.table import Table
from rich.text import Text
from rich.tree import Tree as Drawing

from catchment.report.columns import columns
from catchment.report.trace import finding_text, made
from catchment.results.multicast import Branch, GroupResult, LinkUse, Membership, Multicast, Reached, Tree


def multicast_text(multicast: Multicast, *, messages: bool = False) -> RenderableType:
    """All groups; at a second address of a group with the same trees only that they are the same."""
    parts: list[RenderableType] = [Text(multicast.title, style="bold")]
    for number, group in enumerate(multicast.groups):
        before = multicast.groups[number - 1] if number else None
        parts.append(Text(""))
        if before is not None and before.name == group.name and _same(before, group):
            parts.append(Text.assemble((f"{group.name} ", "bold"), _about(group), f"; as at {before.address}"))
        else:
            parts.append(group_text(group, messages=messages))
    return Group(*parts)


def _same(one: GroupResult, other: GroupResult) -> bool:
    """Whether two addresses of a group have the same trees, receivers and copies, and no findings."""
    trees = [
        [(tree.sender, tree.branches, tree.first, tree.receivers) for tree in group.trees] for group in (one, other)
    ]
    return trees[0] == trees[1] and one.links == other.links and not one.findings and not other.findings


def group_text(group: GroupResult, *, messages: bool = False) -> RenderableType:
    """One group: what it is, who listens, the tree of each sender, copies on each link, findings."""
    parts: list[RenderableType] = [Text.assemble((f"{group.name} ", "bold"), _about(group)), _listeners(group)]
    for tree in group.trees:
        parts += [Text(""), _drawing(tree), *_beside(tree)]
        if messages:
            parts += [Text(""), Padding(_messages(tree), (0, 0, 0, 2))]
    if group.links:
        parts += [Text(""), _links(group)]
    parts.append(Text(_saved(group)))
    parts += [Text(line) for line in _changed(group.links)]
    parts += [finding_text(finding) for finding in group.findings]
    return Group(*parts)


def _about(group: GroupResult) -> str:
    rps = f" ({', '.join(group.rps)})" if group.rps and group.rps != (group.rp,) else ""
    how = f"PIM-SM, RP {group.rp}{rps}" if group.rp else "PIM-SSM"
    stays = "" if group.switches or not group.rp else ", receivers stay on the shared tree"
    rate = f", {_rate(group.rate_bps)}" if group.rate_bps is not None else ""
    scope = "" if group.scope.partition("-")[0] in group.what else f", {group.scope}"
    return f"{group.address}: {group.what}{scope}; {how}{stays}; TTL {group.ttl}{rate}"


def _listeners(group: GroupResult) -> Text:
    if not group.memberships:
        return Text("nobody listens", style="red")
    return Text("listening: " + "; ".join(map(_membership, group.memberships)))


def _membership(one: Membership) -> str:
    names = ", ".join(one.members)
    if not one.protocol:
        return names if one.members == (one.router,) else f"{names} at {one.router}"
    wants = "from " + ", ".join(str(source) for source in one.sources) if one.sources else "from anyone"
    return f"{names} at {one.router} ({one.protocol}, {wants})"


def _drawing(tree: Tree) -> RenderableType:
    """The way of one packet after everything has settled."""
    where = "" if tree.sender == tree.router else f" at {tree.router}"
    top = Drawing(Text.assemble((tree.sender, "bold"), f" sends from {tree.source}{where}"), guide_style="dim")
    told = {one.member: one for one in tree.receivers}
    drawn: list[Drawing] = []
    for branch in tree.branches:
        onto = drawn[branch.parent] if branch.parent >= 0 else top
        here = onto.add(_step(branch))
        for leaf in branch.leaves:
            here.add(_leaf(told[leaf]))
        drawn.append(here)
    for one in tree.receivers:
        if not one.copies:
            top.add(Text(f"✗ {one.member} is not reached" + (", and was before" if one.was else ""), style="red"))
    return top


def _step(branch: Branch) -> Text:
    if branch.link == "register":
        return Text.assemble((branch.router, "bold"), "  out of a Register (unicast)")
    over = f"  over {branch.link}, TTL {branch.ttl}" if branch.link else f"  TTL {branch.ttl}"
    return Text.assemble((branch.router, "bold"), (over, "dim"))


def _leaf(one: Reached) -> Text:
    words = f"● {one.member}"
    if one.delay_ms is not None:
        other = one.unicast_delay_ms
        as_alone = other is None or abs(other - one.delay_ms) < 1e-9
        words += f"  {one.delay_ms:.4g} ms" + ("" if as_alone else f" (unicast {other:.4g} ms)")
    if one.copies > 1:
        words += f"  {one.copies} times"
    if one.was is False:
        words += "  (not before)"
    return Text(words, style="green" if one.copies == 1 else "yellow")


def _beside(tree: Tree) -> Iterator[RenderableType]:
    """What the very first packet does, where that is something else."""
    if not tree.first:
        return
    roots = [branch.router for branch in tree.first if branch.link == "register"]
    how = f"in Registers to {', '.join(roots)}, then down the shared tree" if roots else "another way"
    missing = [one.member for one in tree.receivers if one.member not in tree.first_reached]
    late = f"; it does not reach {', '.join(missing)}" if missing and tree.first_reached else ""
    late = "; it reaches nobody" if not tree.first_reached and missing else late
    yield Padding(Text(f"the first packet goes {how}{late}", style="dim"), (0, 0, 0, 2))


def _messages(tree: Tree) -> Table:
    table = columns("round", "message", "from", "to", "over", numbers=("round",))
    for one in tree.messages:
        over = (one.link or "unicast") + (" (not carried there)" if one.lost else "")
        table.add_row(str(one.round), one.what, escape(one.sender), escape(one.to), escape(over))
    return table


def _links(group: GroupResult) -> Table:
    """Copies on each link and direction when every sender sends one packet."""
    scenario = any(link.was is not None for link in group.links)
    rated = any(link.rate_bps is not None for link in group.links)
    wide = ["multicast", *(["was"] if scenario else []), "unicast", *(["rate"] if rated else [])]
    table = columns("link", "from", "to", *wide, numbers=wide)
    for link in group.links:
        cells = [escape(link.link + (" (tunnel)" if link.kind == "tunnel" else "")), escape(link.sender)]
        cells += [escape(link.receiver), _count(link.copies)]
        cells += [_was(link)] if scenario else []
        cells += [_count(link.unicast), *([_rate_of(link)] if rated else [])]
        table.add_row(*cells)
    return table


def _was(link: LinkUse) -> str:
    return "the same" if link.copies and link.was == link.copies else _count(link.was or 0.0)


def _rate_of(link: LinkUse) -> str:
    if link.rate_bps is None or not link.copies:
        return "-"
    of = f" of {_rate(link.takes_bps)}" if link.takes_bps is not None else ""
    return _rate(link.rate_bps) + of


def _rate(bps: float) -> str:
    for unit, size in (("Tbps", 1e12), ("Gbps", 1e9), ("Mbps", 1e6), ("kbps", 1e3)):
        if bps >= size:
            return f"{bps / size:.4g} {unit}"
    return f"{bps:g} bps"


def _count(copies: float) -> str:
    return "-" if not copies else f"{copies:.4g}"


def _saved(group: GroupResult) -> str:
    """`copies on wires: 4 by multicast, 6 by unicast: 33 % saved`."""
    packets = "one packet" if len(group.trees) == 1 else f"one packet of each of {len(group.trees)} senders"
    line = f"{packets}: {group.copies:.4g} {'copy' if group.copies == 1 else 'copies'} on wires"
    if not group.unicast:
        return line
    part = 1 - group.copies / group.unicast
    if not all(tree.delivered for tree in group.trees):
        return f"{line}, {group.unicast:.4g} by unicast as far as either goes"
    saved = f"{part:.0%} saved" if part > 0.004 else "nothing saved" if part > -0.004 else f"{-part:.0%} more"
    return f"{line}, {group.unicast:.4g} by unicast: {saved}"


def _changed(links: Sequence[LinkUse]) -> Iterator[str]:
    """Which links the trees have left, and which are new."""
    if all(link.was is None for link in links):
        return
    left = [f"{link.link} to {link.receiver}" for link in links if link.was and not link.copies]
    new = [f"{link.link} to {link.receiver}" for link in links if link.copies and not link.was]
    words = [f"{what}: {', '.join(names)}" for what, names in (("links left", left), ("links new", new)) if names]
    yield "; ".join(words) or "the trees are as before"


def multicast_data(multicast: Multicast) -> dict[str, Any]:
    """All groups as data for JSON."""
    return {
        "title": multicast.title,
        "groups": [_group(group) for group in multicast.groups],
        "notes": list(multicast.notes),
        "provenance": made(multicast.provenance),
    }


def _group(group: GroupResult) -> dict[str, Any]:
    return {
        "name": group.name,
        "address": str(group.address),
        "what": group.what,
        "scope": group.scope,
        "mode": group.mode,
        "rp": group.rp or None,
        "rp_routers": list(group.rps),
        "ttl": group.ttl,
        "rate_bps": group.rate_bps,
        "delivered": group.delivered,
        "copies": group.copies,
        "unicast": group.unicast,
        "memberships": [
            {
                "router": one.router,
                "members": list(one.members),
                "sources": [str(source) for source in one.sources],
                "protocol": one.protocol or None,
                "reports_to": one.reports_to if one.protocol else None,
            }
            for one in group.memberships
        ],
        "trees": [_tree(tree) for tree in group.trees],
        "links": [
            {
                "link": link.link, "from": link.sender, "to": link.receiver, "kind": link.kind, "copies": link.copies,
                "unicast": link.unicast, "was": link.was, "rate_bps": link.rate_bps, "takes_bps": link.takes_bps,
            }
            for link in group.links
        ],
        "findings": [
            {"rule": one.rule, "what": one.what, "evidence": list(one.evidence), "todo": one.todo}
            for one in group.findings
        ],
    }  # fmt: skip


def _tree(tree: Tree) -> dict[str, Any]:
    return {
        "sender": tree.sender,
        "router": tree.router,
        "source": str(tree.source),
        "delivered": tree.delivered,
        "copies": tree.copies,
        "unicast": tree.unicast,
        "branches": [_branch(branch) for branch in tree.branches],
        "first_packet": [_branch(branch) for branch in tree.first or tree.branches],
        "first_reached": list(tree.first_reached),
        "receivers": [
            {
                "member": one.member, "router": one.router, "copies": one.copies, "path": list(one.path),
                "ttl": one.ttl, "delay_ms": one.delay_ms, "unicast_delay_ms": one.unicast_delay_ms, "was": one.was,
            }
            for one in tree.receivers
        ],
        "messages": [
            {
                "round": one.round, "what": one.what, "from": one.sender, "to": one.to, "link": one.link or None,
                "lost": one.lost,
            }
            for one in tree.messages
        ],
        "asked": [
            {"router": router, "what": what, "of": neighbour, "link": link}
            for router, what, neighbour, link in tree.asked
        ],
    }  # fmt: skip


def _branch(branch: Branch) -> dict[str, Any]:
    return {
        "router": branch.router,
        "parent": branch.parent,
        "link": branch.link or None,
        "ttl": branch.ttl,
        "leaves": list(branch.leaves),
    }
