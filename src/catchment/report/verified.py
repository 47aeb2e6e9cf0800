"""What a lab shows beside its prediction, on the terminal: a table, who answered for whom, and both reasons."""

from collections.abc import Iterator
from itertools import zip_longest

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from catchment.report.bgp import path_in_words
from catchment.report.columns import columns
from catchment.report.trace import beliefs_in_words, next_hop_in_words
from catchment.results.bgp import Line
from catchment.results.lab import Compared, ObservedHop, PredictedHop, RouteDifference, Verified

NOBODY = "nobody"
MOST_COLUMNS = 10
"""Of a matrix; with more servers only the pairs that are wrong are told."""


def verified_table(found: Verified) -> Table:
    """A row for each client, address and transport: predicted, seen, how long it took, and whether they agree."""
    heads = ("client", "asked", "over", "predicted", "observed", "ms", "predicted ms", "")
    table = columns(*heads, numbers=["ms", "predicted ms"], title=f"{found.title}: observed and predicted")
    for row in found.rows:
        table.add_row(
            row.expected.client,
            str(row.expected.address),
            row.transport.value,
            predicted_words(row),
            observed_words(row),
            Text(_ms(row.rtt_ms), style="yellow" if row.late else ""),
            _ms(row.predicted_ms),
            _verdict(row),
        )
    return table


def _ms(time_ms: float | None) -> str:
    return "" if time_ms is None else f"{time_ms:.2f}"


def _verdict(row: Compared) -> Text:
    if not row.agrees:
        return Text("DIFFERS", style="bold red")
    if row.torn:
        return Text("TWO NAMES", style="bold red")
    return Text("agrees, but late", style="yellow") if row.late else Text("agrees", style="green")


def predicted_words(row: Compared) -> str:
    """Who is to answer."""
    return " or ".join(row.expected.servers) or f"{NOBODY} ({row.expected.why})"


def observed_words(row: Compared) -> str:
    """Who answered, with the number of flows where there are several."""
    if len(row.answered) == 1:
        return row.answered[0][0] or NOBODY
    return ", ".join(f"{server or NOBODY} ×{count}" for server, count in row.answered)


def matrix(found: Verified) -> Table | None:
    """Predicted server down, the one that answered across, flows in the cells; None without answers or with too many.

    What is not on the diagonal is wrong.
    """
    down = sorted({one for one, _, _ in found.confusion}, key=_nobody_last)
    across = sorted({*down, *(other for _, other, _ in found.confusion)}, key=_nobody_last)
    if not down or len(across) > MOST_COLUMNS:
        return None
    counts = {(one, other): count for one, other, count in found.confusion}
    corner = "flows: predicted ↓ answered by →"
    table = columns(corner, *across, numbers=across, whole=(corner,))
    for one in down:
        cells = [(other, counts.get((one, other), 0)) for other in across]
        table.add_row(one, *(Text(str(n) if n else "·", style=_shade(one == other, n)) for other, n in cells))
    return table


def _nobody_last(name: str) -> tuple[bool, str]:
    return name == NOBODY, name


def _shade(right: bool, count: int) -> str:
    return ("green" if right else "bold red") if count else "dim"


def explanations(found: Verified) -> Iterator[RenderableType]:
    """For each client that is answered otherwise than predicted both ways side by side, then each route that differs.

    A client that differs over several transports is explained once for each way that was seen.
    """
    told: dict[tuple[object, ...], list[Compared]] = {}
    for row in found.rows:
        if not row.agrees:
            told.setdefault((row.expected.client, row.expected.address, row.answered, row.seen), []).append(row)
    for rows in told.values():
        one, over = rows[0].expected, " and ".join(row.transport.value for row in rows)
        title = f"{one.client} to {one.address} over {over}"
        yield _side_by_side(title, _heads(rows[0]), rows[0].why_there, rows[0].why_seen)
    for row in found.rows:
        if row.torn:
            names = " and ".join(f"{name} by {where}" for where, name in row.torn)
            yield Text(f"{row.expected.client} to {row.expected.address} over {row.transport.value}: {names}")
    for other in found.differences:
        if other.why_there is not None and other.why_seen is not None:
            heads = _over(other.predicted), _over(other.observed)
            yield _side_by_side(f"{other.router}, {other.prefix}", heads, (other.why_there,), (other.why_seen,))
        else:
            yield Text(difference_words(other))


def _heads(row: Compared) -> tuple[str, str]:
    one = row.expected
    return (
        f"{one.way or 'nowhere'}, answered by {predicted_words(row)}",
        f"{row.seen or 'nowhere'}, answered by {observed_words(row)}",
    )


def _side_by_side(
    title: str, heads: tuple[str, str], there: tuple[PredictedHop, ...], seen: tuple[ObservedHop, ...]
) -> Table:
    table = columns("predicted", "observed", title=title)
    table.add_row(*(Text(one) for one in heads))
    for predicted, observed in zip_longest(there, seen):
        table.add_row(
            Text("") if predicted is None else _hop(predicted.router, predicted_reasons(predicted)),
            Text("") if observed is None else _hop(observed.router, observed_reasons(observed)),
        )
    return table


def _hop(router: str, reasons: list[str]) -> Text:
    return Text("\n").join([Text(router, style="bold"), *(Text(f"  {one}") for one in reasons)])


def predicted_reasons(hop: PredictedHop) -> list[str]:
    """What matches at a router, by what it is known, and what decided."""
    entry = hop.entry
    if entry is None:
        return ["no route"]
    to = ", ".join(next_hop_in_words(one) for one in entry.next_hops) or entry.end or "own address"
    known = f"{entry.protocol} {entry.kind}".strip()
    found = [f"{entry.prefix} by {known}, {entry.distance}/{entry.metric}, to {to}"]
    found += [_bgp_words(hop.bgp)] if hop.bgp else []
    return found + ([f"believes {beliefs_in_words(hop.beliefs)}"] if hop.beliefs else [])


def _bgp_words(line: Line) -> str:
    if line.best is None:
        return "BGP has no route"
    whence = f"from {line.best.neighbour} by {line.best.source}" if line.best.neighbour else "its own"
    others = f"; the other{'s' * (line.usable > 2)} lost by {line.decided_by}" if line.decided_by else ""
    only = "; the only one" if line.usable == 1 else ""
    return f"BGP: best of {line.usable}, {whence}, AS path {path_in_words(line.best.attributes.path)}{others}{only}"


def observed_reasons(hop: ObservedHop) -> list[str]:
    """What the kernel does, then the daemon's own words."""
    said = f"{hop.program or 'daemon'}: "
    lines = [f"{said if number == 0 else ' ' * len(said)}{one}" for number, one in enumerate(hop.daemon)]
    return [f"kernel: {hop.kernel or 'no route'}", *lines]


def summary(found: Verified) -> list[str]:
    """How much agrees, and how sure that is."""
    lines = []
    if matrix(found) is None:
        wrong_flows = [one for one in found.confusion if one[0] != one[1]]
        lines += [
            f"predicted {one}, answered by {other}: {count} {_flows(count)}" for one, other, count in wrong_flows
        ]
    good, late = sum(row.agrees for row in found.rows), sum(row.late for row in found.rows)
    if found.rows:
        low, high = found.bounds
        sure = f"95 % sure: {low:.1%} to {high:.1%}"
        lines.append(f"{good} of {len(found.rows)} answers agree ({found.agreement:.1%}; {sure})")
    if late:
        lines.append(f"{late} off in time by more than 5 ms and 10 % of what is predicted")
    wrong = len(found.differences)
    lines.append(f"{found.routes} routes predicted, {wrong} {'differs' if wrong == 1 else 'differ'}")
    lines += [f"not predicted: {note}" for note in found.notes]
    return lines


def _flows(count: int) -> str:
    return "flow" if count == 1 else "flows"


def difference_words(one: RouteDifference) -> str:
    """A route that is not as predicted, as a line."""
    return f"{one.router}, {one.prefix}: predicted {_over(one.predicted)}, observed {_over(one.observed)}"


def _over(hops: frozenset[str] | None) -> str:
    if hops is None:
        return "no route"
    return f"over {' and '.join(sorted(hops))}" if hops else "dropped"
