"""A timeline as text: what was done, what clients and routers saw of it, what held. And as data."""

from collections.abc import Iterable, Iterator
from typing import Any

from catchment.report.timeline_events import NOBODY, names, sentences
from catchment.results.timeline import Check, Played, Timeline, records

VERDICTS = {True: "holds", False: "BROKEN", None: "not told"}


def timeline_lines(timeline: Timeline, *, every: bool = False) -> Iterator[str]:
    """The whole timeline, line by line. every: each route that moved, not only those to services."""
    yield title(timeline)
    yield from _indented(f"as it was: {words}" for words in before_words(timeline))
    for number, step in enumerate(timeline.steps):
        yield f"{step.at_s:8.2f} s  {step.name}"
        yield from _indented(f"{words}" for words in step.did)
        yield from _indented(f"not predicted: {words}" for words in step.notes)
        last = number + 1 == len(timeline.steps)
        until_s = timeline.to_s if last else timeline.steps[number + 1].at_s
        for at_s, words in sentences(timeline, step.at_s, until_s, every=every):
            yield f"{at_s:8.2f} s    {words}"
        yield from _indented([moves_words(timeline, step, until_s)])
        for check in step.checks:
            yield from _indented([check_words(check)])
    yield summary(timeline)


def _indented(lines: Iterable[str]) -> Iterator[str]:
    return (f"{'':14}{line}" for line in lines if line)


def title(timeline: Timeline) -> str:
    """What was played, and how clients asked."""
    asking, clients = timeline.asking, {flow.client for flow in timeline.flows}
    ports = "always from the same port" if asking.ports == 1 else f"from {asking.ports} ports in turn"
    addresses = len({flow.address for flow in timeline.flows})
    return (
        f"{timeline.name}: {timeline.design}, {_count(len(clients), 'client')} ask "
        f"{_count(addresses, 'address', 'addresses')} each {asking.every_s * 1000:g} ms, {ports}; "
        f"no answer in {asking.wait_s:g} s is a lost one"
    )


def _count(number: int, one: str, many: str = "") -> str:
    return f"{number} {one if number == 1 else many or one + 's'}"


def before_words(timeline: Timeline) -> Iterator[str]:
    """Who answers whom before the first step: a line for each server."""
    held: dict[str, list[int]] = {}
    for number in range(len(timeline.flows)):
        spans = [one for one in timeline.spans if one.flow == number and one.from_s < 0]
        if spans:
            last = {one.port: one.server for one in spans if one.server is not None}
            held.setdefault(" or ".join(sorted(set(last.values()))) or NOBODY, []).append(number)
    for server, numbers in held.items():
        yield f"{server} answers {', '.join(names(numbers, timeline.flows))}"


def moves_words(timeline: Timeline, step: Played, until_s: float) -> str:
    """How many routes moved in a step, and how it came to rest."""
    moved = [one for one in timeline.moves if step.at_s <= one.at_s < until_s]
    if not moved and step.rest_s is not None and step.as_predicted:
        return "no route moved; all are as predicted" if step.did else ""
    routers = len({one.router for one in moved})
    count = f"{_count(len(moved), 'route')} moved at {_count(routers, 'router')}"
    if step.rest_s is None:
        return f"{count}; not at rest when the step ended"
    rest = "all as predicted" if step.as_predicted else "but not all as predicted"
    return f"{count}, the last after {step.rest_s:.2f} s; then at rest, {rest}"


def check_words(check: Check) -> str:
    """An expectation with its verdict."""
    return f"{VERDICTS[check.holds]:8}  {check.sentence} ({check.evidence})"


def summary(timeline: Timeline) -> str:
    """How it came out, in a line."""
    checks = [check for step in timeline.steps for check in step.checks]
    held = sum(check.holds is True for check in checks)
    asked = sum(one.count for one in timeline.spans)
    lost = sum(one.count for one in timeline.spans if one.server is None)
    broken = sum(one.to_s is not None for one in timeline.streams)
    parts = [f"{held} of {_count(len(checks), 'expectation')} held"] if checks else []
    parts += [f"{lost} of {asked} answers lost", f"{broken} of {_count(len(timeline.streams), 'TCP stream')} broke"]
    if timeline.ended:
        parts.append(f"ended early: {timeline.ended}")
    return f"{timeline.to_s:8.2f} s  {', '.join(parts)}"


def timeline_data(timeline: Timeline) -> dict[str, Any]:
    """A timeline as it goes into JSON: the head, and the records of each kind as a list."""
    head, *rest = records(timeline)
    found: dict[str, Any] = dict(head)
    for record in rest:
        kind = record.pop("kind")
        found.setdefault(f"{kind}s", []).append(record)
    return found
