"""Holds what failures inside our own networks do against the intents of the design. Pure."""

from collections.abc import Iterable, Mapping, Sequence

from catchment.model.intent import Intent, Rtt, Served, Share, WithinCapacity
from catchment.results.failures import Failure, Reached
from catchment.results.verdict import Held, Verdict

Tried = Mapping[tuple[str, int], Sequence[Failure] | None]
"""By kind and number of things down: every such failure; None when there were too many to try."""


def judge_inside(
    intents: Iterable[Intent], reached: Sequence[Reached], at: Mapping[str, str], tried: Tried
) -> tuple[Verdict, ...]:
    """A verdict for each intent, in their order. Every client counts alike, and so does each address that it asks.

    reached : where clients end with nothing down
    at      : the router of each server, which is what an intent calls a site
    """
    return tuple(_judge(intent, reached, at, tried) for intent in intents)


def needed(intents: Iterable[Intent]) -> tuple[tuple[str, int], ...]:
    """The kinds and numbers of failures that must be tried, each once."""
    return tuple(dict.fromkeys((one.of, one.down) for one in intents if isinstance(one, Served) and one.down))


def _judge(intent: Intent, reached: Sequence[Reached], at: Mapping[str, str], tried: Tried) -> Verdict:
    match intent:
        case Share():
            found = _share(intent.site, reached, at)
            return _verdict(intent, intent.at_least <= found <= intent.at_most, f"{found:.1%}")
        case Rtt():
            return _rtt(intent, reached)
        case Served():
            return _served(intent, reached, tried)
        case WithinCapacity():
            return _unknown(intent, "clients inside have no weights, and servers no capacity")


def _verdict(intent: Intent, held: bool, found: str) -> Verdict:
    return Verdict(intent=intent.text, held=Held.YES if held else Held.NO, found=found)


def _unknown(intent: Intent, why: str) -> Verdict:
    return Verdict(intent=intent.text, held=Held.UNKNOWN, found=why)


def _share(site: str, reached: Sequence[Reached], at: Mapping[str, str]) -> float:
    got = sum(part for one in reached for server, part in one.servers if at[server] == site)
    return got / len(reached) if reached else 0.0


def _rtt(intent: Rtt, reached: Sequence[Reached]) -> Verdict:
    """The percentile by nearest rank: the least RTT that so many of the clients do not pass."""
    known = sorted(2 * one.delay_ms for one in reached if one.delay_ms is not None)
    if len(known) < sum(1 for one in reached if one.servers) or not known:
        return _unknown(intent, "a link on the way states no delay")
    rank = max(1, -int(-intent.percentile * len(known) // 100))
    rtt = known[rank - 1]
    return _verdict(intent, rtt <= intent.at_most_ms, f"{rtt:.4g} ms")


def _served(intent: Served, reached: Sequence[Reached], tried: Tried) -> Verdict:
    if not intent.down:
        missing = [one for one in reached if one.delivered < WHOLE]
        return _verdict(intent, not missing, _clients(missing, "not served") or "every client is served")
    failures = tried[intent.of, intent.down]
    if failures is None:
        return _unknown(intent, "too many sets to try")
    worst = max(failures, key=lambda failure: len(failure.lost), default=None)
    if worst is not None and worst.lost:
        lost = _clients([effect.now for effect in worst.lost], "no longer served")
        return _verdict(intent, False, f"{lost} with {', '.join(worst.down)} down")
    if intent.within_s is not None:
        return _unknown(intent, "every client that is served stays so; how soon it is again, only a lab run measures")
    return _verdict(intent, True, f"every client that is served stays so, in {len(failures):,} failures")


WHOLE = 0.9999


def _clients(missing: Sequence[Reached], what: str) -> str:
    names = list(dict.fromkeys(one.client for one in missing))
    if not names:
        return ""
    few = ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
    return f"{few} {'is' if len(names) == 1 else 'are'} {what}"
