"""Holds a predicted catchment against the intents of its design. Pure."""

from collections.abc import Mapping, Sequence
from typing import TypeGuard

from catchment.model.intent import Intent, Rtt, Served, Share, WithinCapacity
from catchment.results.catchment import Catchment
from catchment.results.summary import Summary, percentile
from catchment.results.verdict import Held, Outcome, Verdict

Outcomes = Mapping[int | tuple[str, int], Sequence[Outcome] | None]
"""By number of sites down, or (router, link or server of our own networks, how many of them): the outcome of every such
set; None when there were too many sets to try."""


def judge(
    intents: Sequence[Intent], catchment: Catchment, summary: Summary, outcomes: Outcomes
) -> tuple[Verdict, ...]:
    """A verdict for each intent, in their order. `outcomes` has every number of sites down that an intent names."""
    return tuple(_judge(intent, catchment, summary, outcomes) for intent in intents)


def sites_down(intents: Sequence[Intent]) -> tuple[int, ...]:
    """The numbers of sites down for which outcomes are needed, ascending."""
    return tuple(sorted({i.down for i in intents if isinstance(i, WithinCapacity) or _of_sites(i)}))


def _of_sites(intent: Intent) -> TypeGuard[Served]:
    return isinstance(intent, Served) and intent.of == "site"


def _judge(intent: Intent, catchment: Catchment, summary: Summary, outcomes: Outcomes) -> Verdict:
    match intent:
        case Share():
            share = next((row.share for row in summary.rows if row.name == intent.site), 0.0)
            return _verdict(intent, intent.at_least <= share <= intent.at_most, f"{share:.1%}")
        case Rtt():
            return _rtt(intent, percentile(catchment.rtt_ms.astype(float), catchment.weight, intent.percentile))
        case Served() if (intent.of, intent.down) in outcomes:
            return _served(intent, outcomes[intent.of, intent.down])
        case Served() if intent.of != "site":
            found = f"a {intent.of} fails inside networks of our own: `catchment failures` tries it"
            return Verdict(intent=intent.text, held=Held.UNKNOWN, found=found)
        case Served():
            return _served(intent, outcomes[intent.down])
        case WithinCapacity():
            return _within_capacity(intent, outcomes[intent.down], summary)


def _verdict(intent: Intent, held: bool, found: str) -> Verdict:
    return Verdict(intent=intent.text, held=Held.YES if held else Held.NO, found=found)


def _rtt(intent: Rtt, rtt_ms: float) -> Verdict:
    if rtt_ms != rtt_ms:  # noqa: PLR0124  NaN: no client's place is known
        return Verdict(intent=intent.text, held=Held.UNKNOWN, found="no RTT is known")
    return _verdict(intent, rtt_ms <= intent.at_most_ms, f"{rtt_ms:.0f} ms")


def _served(intent: Served, outcomes: Sequence[Outcome] | None) -> Verdict:
    if outcomes is None:
        more = "; `catchment sweep` tries them" if intent.of == "site" else ""
        return Verdict(intent=intent.text, held=Held.UNKNOWN, found=f"too many sets of {intent.of}s{more}")
    worst = max(outcomes, key=lambda outcome: outcome.unserved_clients)
    where = f" are no longer served with {', '.join(worst.down)} down" if worst.down else " are not served"
    if worst.unserved_clients:
        found = f"{worst.unserved_clients:,} networks ({worst.unserved:.2%} of weight){where}"
        return _verdict(intent, False, found)
    if intent.within_s is not None:
        found = "every client that is served stays so; how soon it is again, only a lab run measures"
        return Verdict(intent=intent.text, held=Held.UNKNOWN, found=found)
    return _verdict(
        intent, True, "every client is served" if not worst.down else "every client that is served stays so"
    )


def _within_capacity(intent: WithinCapacity, outcomes: Sequence[Outcome] | None, summary: Summary) -> Verdict:
    if outcomes is None:
        return Verdict(
            intent=intent.text, held=Held.UNKNOWN, found="too many sets of sites; `catchment sweep` tries them"
        )
    capacity = {row.name: row.capacity for row in summary.rows if row.capacity}
    loads = [
        (weight / capacity[site], site, outcome.down)
        for outcome in outcomes
        for site, weight in outcome.weight
        if site in capacity
    ]
    if not loads:
        return Verdict(intent=intent.text, held=Held.UNKNOWN, found="no site states a capacity")
    load, site, down = max(loads)
    where = f" with {', '.join(down)} down" if down else ""
    return _verdict(intent, load <= 1, f"{site} at {load:.0%} of its capacity{where}")
