"""What is seen in a lab against what was predicted: answers of servers, and routes in tables."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from statistics import median

from catchment.results.lab import Answer, Compared, Expected, RouteDifference, Routes, Transport


def compared(expected: Iterable[Expected], answers: Iterable[Answer]) -> Iterator[Compared]:
    """Each client and address over each transport that was asked, in the order of `expected`.

    They agree when every flow was answered by a server that was predicted, or none when nobody was. A server that was
    predicted and got no flow is no disagreement: few flows need not fall on all. Where some ways lead to nobody who
    answers, no answer is none either.
    """
    held: dict[tuple[str, str, object, Transport], list[Answer]] = {}
    for answer in answers:
        held.setdefault((answer.client, answer.service, answer.address, answer.transport), []).append(answer)
    for one in expected:
        for transport in Transport:
            got = held.get((one.client, one.service, one.address, transport), [])
            if got:
                yield _row(one, transport, got)


def _row(one: Expected, transport: Transport, got: list[Answer]) -> Compared:
    counts = Counter(answer.server for answer in got)
    times = [answer.rtt_ms for answer in got if answer.rtt_ms is not None]
    allowed: set[str | None] = {*one.servers} or {None}
    if one.why:  # on some ways nobody answers
        allowed.add(None)
    return Compared(
        expected=one,
        transport=transport,
        answered=tuple(sorted(counts.items(), key=lambda item: (-item[1], item[0] or ""))),
        rtt_ms=median(times) if times else None,
        agrees=set(counts) <= allowed,
        torn=next((answer.said for answer in got if answer.torn), ()),
    )


NOISE_MS, NOISE_SHARE = 5.0, 0.1
"""How far a time may be off: a busy machine and the programs that hold frames cost some milliseconds in all."""

ROUND_TRIPS = {Transport.UDP: 1, Transport.TCP: 2, Transport.HTTP: 2, Transport.STREAM: 2}
"""Until the answer is there: a stream is opened in one more (RFC 9293 3.5), also where the server speaks first."""


def timed(row: Compared, answers: Iterable[Answer], rtts_ms: Mapping[str, float | None]) -> Compared:
    """The row with what is predicted for its answers; `rtts_ms`: of each server the round trip to the client.

    It is late when the median of the differences is more than 5 ms and 10 % of the prediction, either way.
    """
    turns = ROUND_TRIPS[row.transport]
    pairs = [
        (one.rtt_ms, turns * known)
        for one in answers
        if one.rtt_ms is not None and (known := rtts_ms.get(one.server or "")) is not None
    ]
    if not pairs:
        return row
    predicted = median(wanted for _, wanted in pairs)
    off = abs(median(seen - wanted for seen, wanted in pairs))
    return replace(row, predicted_ms=predicted, late=off > NOISE_MS + NOISE_SHARE * predicted)


def route_differences(predicted: Mapping[str, Routes], observed: Mapping[str, Routes]) -> Iterator[RouteDifference]:
    """Routes that lead elsewhere than predicted, are missing, or are there and lead somewhere without being predicted.

    By router, then by family and prefix. A route that drops, where none is predicted, is the blackhole behind an
    announcement and no difference.
    """
    for router, wanted in predicted.items():
        seen = observed.get(router, {})
        if seen == wanted:  # of most routers, and prefixes are slow to sort: 500 routers have half a million
            continue
        for prefix in sorted(
            {*wanted, *seen}, key=lambda one: (one.version, int(one.network_address), one.prefixlen)
        ):
            one, other = wanted.get(prefix), seen.get(prefix)
            if one != other and (one is not None or other):
                yield RouteDifference(router=router, prefix=prefix, predicted=one, observed=other)


def fitting(predicted: Mapping[str, Routes], observed: Mapping[str, Routes]) -> tuple[int, int]:
    """(how many routes are as predicted, how many are predicted or too many)."""
    wrong = list(route_differences(predicted, observed))
    known = sum(len(wanted) for wanted in predicted.values())
    missing = sum(one.predicted is None for one in wrong)  # too many: not among the known
    return known + missing - len(wrong), known + missing


def confusion(rows: Iterable[Compared]) -> dict[tuple[str, str], int]:
    """(predicted, observed) -> how many flows; `nobody` where there is no server."""
    found: Counter[tuple[str, str]] = Counter()
    for row in rows:
        for server, count in row.answered:
            likely = row.expected.servers
            name = server if server in likely else (likely[0] if likely else "nobody")
            found[name or "nobody", server or "nobody"] += count
    return dict(found)
