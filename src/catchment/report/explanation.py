"""An explanation as text: the way of a client, and at each AS the routes it heard and what became of them."""

from collections.abc import Iterator

from rich import box
from rich.console import Group, RenderableType
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from catchment.report.tables import milliseconds, share
from catchment.report.trace import trace_text
from catchment.results.catchment import DecidedBy
from catchment.results.decision import Decision, Explanation, Fate, Offer
from catchment.results.served import Entrance
from catchment.results.trace import Outcome

MOST_OFFERS = 12
"""Routes shown at each AS; a large network hears thousands."""

WORDS = {
    DecidedBy.NO_ROUTE: "it hears no route",
    DecidedBy.OWN: "it is the origin",
    DecidedBy.ONLY_ROUTE: "it hears one route only",
    DecidedBy.CLASS: "the preference class decided (customer before peer before provider)",
    DecidedBy.LENGTH: "the shortest AS path decided",
    DecidedBy.MED: "the lowest MED decided (among our sessions with it)",
    DecidedBy.NEAREST_EXIT: "the nearest exit decided, among equally good routes",
    DecidedBy.LOWEST_ASN: "the lowest AS number decided, among equally good routes: close to a guess",
    DecidedBy.SESSION_ORDER: "the order of sessions in the design decided, among equal routes: a guess",
}


def explanation(told: Explanation) -> RenderableType:
    """The whole explanation for the terminal."""
    parts: list[RenderableType] = [Text(told.title), _summary(told)]
    for number, decision in enumerate(told.decisions, 1):
        parts += [Text(""), _heading(number, decision), _offers(decision)]
    if told.entrance is not None:
        parts += [Text(""), Text(_door(told.entrance), style="bold")]
    for trace in told.inside:
        parts.append(trace_text(trace))
    parts += [Text(line) for line in _round_trips(told)]
    return Group(*parts)


def _round_trips(told: Explanation) -> Iterator[str]:
    """For each way inside that arrives, the round trip up to it and the whole; nothing where one is not known."""
    for trace in told.inside:
        reached = [end for end in trace.ends if end.outcome is Outcome.SERVER]
        delays = [end.share * end.delay_ms for end in reached if end.delay_ms is not None]
        if told.rtt_ms is not None and reached and len(delays) == len(reached):
            inside = 2 * sum(delays) / sum(end.share for end in reached)
            whole = f"{milliseconds(told.rtt_ms)} to {trace.start} and {inside:.3g} ms inside"
            yield f"RTT to {trace.service} {trace.to}: {whole}, {milliseconds(told.rtt_ms + inside)} together"


def _door(entrance: Entrance) -> str:
    session = ""
    if entrance.neighbour is not None:
        session = f" over the {entrance.relation} session with AS{entrance.neighbour}"
    if entrance.router is None:
        return f"inside: it enters at {entrance.site}{session}; the site is at no router and serves what is at it"
    return f"inside: it enters at {entrance.site}{session}, router {entrance.router}"


def _summary(told: Explanation) -> Text:
    path = " > ".join(f"AS{decision.asn}" for decision in told.decisions)
    if told.target is None:
        return Text(f"AS{told.asn} reaches no site")
    lines = [
        f"AS{told.asn} reaches {told.target}  RTT {milliseconds(told.rtt_ms)}  by {path}",
        "how surely: " + ", ".join(f"{name} {share(p)}" for name, p in told.shares),
    ]
    if told.best_site is not None and told.best_site != told.target:
        lines.append(f"nearest on the Earth would be {told.best_site}, {milliseconds(told.best_rtt_ms)}")
    return Text("\n".join(lines))


def _heading(number: int, decision: Decision) -> Text:
    name = f" {decision.name}" if decision.name else ""
    country = f" {decision.country}" if decision.country else ""
    place = "at an unknown place" if decision.place is None else f"at {_degrees(*decision.place)}"
    text = Text(f"{number}. AS{decision.asn}{name}{country}, {place}, for {decision.prefix}: ", style="bold")
    text.append(WORDS[decision.decided_by], style="not bold")
    return text


def _degrees(latitude: float, longitude: float) -> str:
    return f"{abs(latitude):.1f}{'N' if latitude >= 0 else 'S'} {abs(longitude):.1f}{'E' if longitude >= 0 else 'W'}"


def _offers(decision: Decision) -> RenderableType:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for column, justify in (
        ("from", "left"), ("as", "left"), ("length", "right"), ("AS path", "left"),
        ("exit", "right"), ("leads to", "left"), ("", "left"),
    ):  # fmt: skip
        table.add_column(column, justify=justify, overflow="fold")  # type: ignore[arg-type]
    for offer in decision.offers[:MOST_OFFERS]:
        table.add_row(*_cells(offer), style="bold" if offer.fate is Fate.CHOSEN else "dim")
    left_out = decision.offers[MOST_OFFERS:]
    if not left_out:
        return table
    fates = {fate: sum(offer.fate is fate for offer in left_out) for fate in Fate}
    rest = ", ".join(f"{count:,} {fate}" for fate, count in fates.items() if count)
    return Group(table, Text(f"   and {len(left_out):,} more: {rest}", style="dim"))


def _cells(offer: Offer) -> list[str]:
    path = " ".join(map(str, offer.path))
    sites = ", ".join(f"{name} {share(p)}" if p < 1 else name for name, p in offer.sites[:3])
    more = f", {len(offer.sites) - 3} more" if len(offer.sites) > 3 else ""
    return [
        escape(offer.session or f"AS{offer.neighbour}"),
        offer.route_class.name.lower(),
        str(offer.length),
        path,
        "-" if offer.exit_km is None else f"{offer.exit_km:,.0f} km",
        escape(sites + more),
        str(offer.fate),
    ]
