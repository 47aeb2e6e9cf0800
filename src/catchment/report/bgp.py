"""BGP of routers for the terminal: a verdict for each route, circles, quiet states, messages."""

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby

from rich.console import Group, RenderableType
from rich.markup import escape
from rich.text import Text

from catchment.model.address import Asn
from catchment.model.speakers import Attributes, Origin
from catchment.report.columns import columns
from catchment.results.bgp import (
    BgpReport,
    Choice,
    Circle,
    Heard,
    History,
    Line,
    Message,
    RouterBgp,
    Stability,
    StableState,
    Told,
)

MOST_MESSAGES = 60
"""Messages shown of a history or of a circle; JSON has all."""

ORIGINS = {Origin.IGP: "IGP", Origin.EGP: "EGP", Origin.INCOMPLETE: "incomplete"}
STYLES = {"best": "green", "shares the traffic": "green", "refused": "yellow", "tied": "yellow"}

Path = Sequence[Asn | frozenset[Asn]]


def bgp_text(report: BgpReport) -> RenderableType:
    """The report: tables in full or a line for each router, then circles, quiet states, messages."""
    parts: list[RenderableType] = [Text(report.title, style="bold")]
    for one in report.full:
        parts += [Text(""), router_text(one, compared=report.compared)]
    if not report.full:
        for _, lines in groupby(report.lines, key=lambda line: line.prefix):
            parts += [Text(""), line_table(tuple(lines), compared=report.compared)]
    for circle in report.circles:
        parts += [Text(""), circle_text(circle)]
    for stability in report.stability:
        parts += [Text(""), stability_text(stability)]
    if report.history is not None:
        parts += [Text(""), history_text(report.history, report.order)]
    return Group(*parts)


def line_table(lines: Sequence[Line], *, compared: bool = False) -> RenderableType:
    """A line for each router: which route it took for the prefix, what decided, and what it took before."""
    heads = [
        "router",
        "AS",
        "takes it from",
        "",
        "AS path",
        *(["before"] * compared),
        "runner-up lost by",
        "routes",
    ]
    table = columns(*heads, numbers=("AS",), whole=("router", "AS", "takes it from", "", "routes"))
    for line in lines:
        best = [Text("nobody", style="red"), "", "-"] if line.best is None else _best(line, line.best)
        decided = line.decided_by or ("" if line.best is None else "the only one")
        heard = f"{line.usable} of {line.usable + line.refused}" if line.refused else str(line.usable)
        was = [Text(before_in_words(line), style="bold" if line.moved else "")] if compared else []
        table.add_row(escape(line.router), str(line.asn), *best, *was, decided, heard)
    return Group(Text(str(lines[0].prefix), style="bold"), table)


def before_in_words(line: Line) -> str:
    """What a router took before; `the same` neighbour and path."""
    return choice_in_words(line.before) if line.moved else "the same"


def _best(line: Line, best: Heard) -> list[str | Text]:
    others = f" and {line.shares - 1} more" if line.shares > 1 else ""
    if not best.neighbour:
        return ["itself", "", "-"]
    return [escape(best.neighbour) + others, best.source, path_in_words(best.attributes.path)]


def router_text(one: RouterBgp, *, compared: bool = False) -> RenderableType:
    """All that a router heard of a prefix, with verdicts, and what it tells its neighbours."""
    line = one.line
    profile = "" if one.profile == "default" else f", decides as {one.profile}"
    title = f"{line.router} (AS{line.asn}, router id {one.router_id}{profile}): {line.prefix}"
    parts: list[RenderableType] = [Text(title, style="bold")]
    if compared:
        parts.append(Text(f"before: {before_in_words(line)}"))
    parts.append(_heard_table(one.heard) if one.heard else Text("heard nothing", style="red"))
    if one.told:
        parts.append(_told_table(one.told))
    return Group(*parts)


def _heard_table(heard: Sequence[Heard]) -> RenderableType:
    """A line for each route; what none of them has is no column."""
    cells: dict[str, Callable[[Heard], str]] = {
        "from": lambda one: escape(one.neighbour) or "itself",
        "": lambda one: one.source if one.neighbour else "",
        "AS path": lambda one: path_in_words(one.attributes.path),
        "weight": lambda one: str(one.weight),
        "local-pref": lambda one: _number(one.attributes.local_pref),
        "MED": lambda one: _number(one.attributes.med),
        "origin": lambda one: ORIGINS[one.attributes.origin],
        "next hop": lambda one: _next_hop(one.attributes),
        "IGP": _cost,
        "communities": lambda one: _communities(one.attributes),
        "originator, clusters": lambda one: _reflected(one.attributes),
    }
    idle = {
        "weight": not any(one.weight for one in heard if one.neighbour),
        "MED": all(one.attributes.med is None for one in heard),
        "origin": all(one.attributes.origin is Origin.IGP for one in heard),
        "communities": not any(one.attributes.communities for one in heard),
        "originator, clusters": not any(one.attributes.originator for one in heard),
    }
    heads = [column for column in cells if not idle.get(column)]
    table = columns(*heads, "verdict", numbers=("weight", "local-pref", "MED", "IGP"), whole=("", "from", "next hop"))
    for one in heard:
        verdict = Text(one.verdict, style=STYLES.get(one.standing, ""))
        table.add_row(*(cells[column](one) for column in heads), verdict)
    return table


def _told_table(told: Sequence[Told]) -> RenderableType:
    """Neighbours that are told the same stand in one line."""
    same: dict[tuple[Attributes | None, str], list[str]] = {}
    for one in told:
        same.setdefault((one.attributes, one.why), []).append(one.neighbour)
    table = columns("tells", "what")
    for (attributes, why), names in same.items():
        words = f"nothing: {why}" if attributes is None else attributes_in_words(attributes)
        words += f" (until its withdrawal arrives: {why})" if attributes is not None and why else ""
        table.add_row(escape(", ".join(names)), Text(words))
    return table


def attributes_in_words(said: Attributes) -> str:
    """A message: its path, next hop, and whatever else it carries."""
    words = [f"path {path_in_words(said.path)}" if said.path else "empty path"]
    words += [f"next hop {said.next_hop}"] if said.next_hop else []
    words += [f"local-pref {said.local_pref}"] if said.local_pref is not None else []
    words += [f"MED {said.med}"] if said.med is not None else []
    words += [f"origin {ORIGINS[said.origin]}"] if said.origin is not Origin.IGP else []
    words += [f"communities {_communities(said)}"] if said.communities else []
    words += [f"originator {said.originator}"] if said.originator else []
    words += [f"clusters {_clusters(said)}"] if said.clusters else []
    return ", ".join(words)


def path_in_words(path: Path) -> str:
    """`64501 64500`, an AS_SET in braces; `-` when it is empty."""
    words = ["{" + " ".join(map(str, sorted(one))) + "}" if isinstance(one, frozenset) else str(one) for one in path]
    return " ".join(words) or "-"


def _number(value: int | None) -> str:
    return "-" if value is None else str(value)


def _next_hop(said: Attributes) -> str:
    return "-" if said.next_hop is None else str(said.next_hop)


def _cost(one: Heard) -> str:
    if one.attributes.next_hop is None:
        return "-"
    return "none" if one.igp_cost is None else str(one.igp_cost)


def _communities(said: Attributes) -> str:
    return " ".join(sorted(said.communities))


def _reflected(said: Attributes) -> str:
    return f"{said.originator}, {_clusters(said)}" if said.originator else ""


def _clusters(said: Attributes) -> str:
    return " ".join(map(str, said.clusters))


def circle_text(circle: Circle) -> RenderableType:
    """A finding that BGP never settles, with one round of its messages."""
    finding = circle.finding
    lines = [f"{finding.rule} {finding.where}: {finding.what}", f"    {finding.todo}"]
    said: list[RenderableType] = [Text("\n".join(lines), style="red")]
    return Group(*said, *_messages(circle.messages, "one round, after which everything is as before"))


def history_text(history: History, order: str) -> RenderableType:
    """The messages of a prefix, one by one."""
    count = len(history.messages)
    title = f"{history.prefix}: {count} event{'s' if count != 1 else ''}, {order}"
    return Group(*_messages(history.messages, title))


def _messages(messages: Sequence[Message], title: str) -> Iterator[RenderableType]:
    if not messages:
        return
    yield Text(title, style="bold")
    table = columns("", "from", "to", "message", "then", numbers=("",))
    for one in messages[:MOST_MESSAGES]:
        said = "withdrawn" if one.attributes is None else attributes_in_words(one.attributes)
        who = (one.sender, one.receiver) if one.sender else (one.receiver, "")
        words = said if one.sender else f"{'withdraws' if one.attributes is None else 'announces'} it"
        table.add_row(str(one.number), *map(escape, who), Text(words), Text(_then(one), style=_style(one)))
    yield table
    if len(messages) > MOST_MESSAGES:
        yield Text(f"and {len(messages) - MOST_MESSAGES} more: -o json has all", style="yellow")


def _then(one: Message) -> str:
    if one.refused:
        return f"refused: {one.refused}" + (f"; {_takes(one)}" if one.turned else "")
    return _takes(one) if one.turned else "keeps what it has"


def _takes(one: Message) -> str:
    return f"{one.receiver} takes {choice_in_words(one.choice)}" if one.choice else f"{one.receiver} has no route"


def _style(one: Message) -> str:
    return "bold" if one.turned else "yellow" if one.refused else ""


def choice_in_words(choice: Choice | None) -> str:
    """`kt-seoul: 64501 64500`, `its own`, or `no route`."""
    if choice is None:
        return "no route"
    return f"{choice.neighbour}: {path_in_words(choice.path)}" if choice.neighbour else "its own"


def stability_text(stability: Stability) -> RenderableType:
    """The quiet states of a prefix side by side, and where they are left."""
    head = f"{stability.prefix}: "
    if stability.unanswered is not None:
        problem = stability.unanswered
        words = f"{head}whether there are other stable states is not known: {problem.rule} {problem.what}"
        return Text(f"{words}\n    {problem.todo}", style="yellow")
    count = len(stability.states)
    if not count:
        return Text(f"{head}no stable state: whatever the order of messages, BGP never settles", style="red")
    if count == 1:
        end = ". First come, first served does not find it" if stability.reached is None else ""
        return Text(f"{head}one stable state, whatever the order of messages{end}")
    reached = "goes in a circle" if stability.reached is None else f"leads to state {stability.reached}"
    said = f"{head}{count} stable states: the order of messages decides. First come, first served {reached}"
    return Group(Text(said, style="yellow"), _states(stability), *map(Text, _flaps(stability)))


def _states(stability: Stability) -> RenderableType:
    """Routers that choose differently; the others need no line."""
    table = columns("router", *(f"state {number}" for number, _ in enumerate(stability.states, 1)))
    rows = [[state.choices[at] for state in stability.states] for at in range(len(stability.states[0].choices))]
    for row in rows:
        if len({choice for _, choice in row}) > 1:
            table.add_row(escape(row[0][0]), *(Text(choice_in_words(choice)) for _, choice in row))
    return table


def _flaps(stability: Stability) -> Iterator[str]:
    for number, state in enumerate(stability.states, 1):
        yield f"state {number}: {_flaps_of(number, state)}"


def _flaps_of(number: int, state: StableState) -> str:
    if not state.flaps:
        return "not reached from nothing in any order that was tried"
    leaves: dict[tuple[int | None, ...], list[str]] = {}
    for flap in state.flaps:
        if flap.leads_to != (number,):
            leaves.setdefault(flap.leads_to, []).append(" - ".join(flap.session))
    if not leaves:
        return "no session that is lost and comes back leads out of it"
    return "; ".join(f"{_or(names)}, lost and back, {_where(number, ends)}" for ends, names in leaves.items())


def _where(number: int, ends: Sequence[int | None]) -> str:
    """Where one comes from a state when the order of messages decides between `ends`."""
    others = ["into a circle" if one is None else f"to state {one}" for one in ends if one != number]
    return f"{'may lead' if number in ends else 'leads'} {_or(others)}"


def _or(names: Sequence[str]) -> str:
    return " or ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
