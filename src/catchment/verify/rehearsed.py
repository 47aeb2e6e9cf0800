"""The expectations of a scenario's step against what was recorded: whether each held, and by what one sees that."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from statistics import median

from catchment.model.rehearsal import (
    EVERY_CLIENT,
    Answered,
    AsPredicted,
    AtRest,
    BrokenAtMost,
    Claim,
    Expectation,
    Kept,
    LostAtMost,
    Routed,
)
from catchment.results.lab import Expected, RouteDifference
from catchment.results.timeline import Check, Flow, Question, RouteMove, Stream

NOBODY = "nobody"
NAMED = 4  # things that one line of evidence lists


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """What was seen during one step.

    at_s, end_s : of the step; questions belong to it by when they were sent, streams by when they broke; what was
                  still under way when a step began belongs to that step
    rest_s      : after at_s; None: it did not come to rest
    wait_s      : a question without an answer is lost after so long
    questions   : of the whole scenario up to end_s, any order
    before      : (router, prefix, vias) as things stood when the scenario began
    expected    : who is to answer at the end of the step, by the prediction
    differences : routes that are not as predicted at its end
    unsure      : something of what is failed cannot be predicted: which answers are lost
    """

    flows: Sequence[Flow]
    at_s: float
    end_s: float
    rest_s: float | None
    questions: Sequence[Question]
    wait_s: float = 0.0
    streams: Sequence[Stream] = ()
    moves: Sequence[RouteMove] = ()
    before: Sequence[tuple[str, str, tuple[str, ...]]] = ()
    expected: Sequence[Expected] = ()
    differences: Sequence[RouteDifference] = ()
    unsure: bool = False
    by_flow: dict[int, list[Question]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        for one in sorted(self.questions, key=lambda question: question.sent_s):
            self.by_flow.setdefault(one.flow, []).append(one)

    def flows_of(self, client: str) -> Iterator[tuple[int, Flow]]:
        """The flows of a client, or all."""
        return (pair for pair in enumerate(self.flows) if client in (EVERY_CLIENT, pair[1].client))

    def asked(self, flow: int) -> list[Question]:
        """The questions of a flow in this step, in their order."""
        usual_s = self.usual_s(flow)
        return [one for one in self.by_flow.get(flow, ()) if self.at_s <= one.sent_s + usual_s < self.end_s]

    def usual_s(self, flow: int) -> float:
        """How long a question of a flow is under way: half as long again as the median, for queues."""
        times = [one.rtt_ms for one in self.by_flow.get(flow, ()) if one.rtt_ms is not None]
        return 1.5 * median(times) / 1000 if times else 0.0

    def decided(self, flow: int) -> list[Question]:
        """Of these the ones of which it was known at the end of the step what came: an answer after it is another's."""
        return [one for one in self.asked(flow) if one.sent_s + self._took_s(one) <= self.end_s]

    def _took_s(self, one: Question) -> float:
        return self.wait_s if one.rtt_ms is None else one.rtt_ms / 1000


def checked(expectations: Iterable[Expectation], window: Window) -> tuple[Check, ...]:
    """Each expectation with its verdict, in their order."""
    found = []
    for one in expectations:
        holds, evidence = _verdict(one.claim, window)
        found.append(Check(sentence=one.sentence, holds=holds, evidence=evidence))
    return tuple(found)


Verdict = tuple[bool | None, str]


def _verdict(claim: Claim, window: Window) -> Verdict:
    match claim:
        case Answered():
            found = _answered(claim, window)
        case Kept():
            found = _kept(claim, window)
        case LostAtMost():
            found = _lost(claim, window)
        case BrokenAtMost():
            found = _broken(claim, window)
        case Routed():
            found = _routed(claim, window)
        case AtRest(within_s=within_s):
            found = _at_rest(within_s, window)
        case AsPredicted():
            found = _as_predicted(window)
    return found


def _answered(claim: Answered, window: Window) -> Verdict:
    wrong, latest_s, asked = [], 0.0, 0
    for number, flow in window.flows_of(claim.client):
        questions = window.decided(number)
        asked += len(questions)
        if not questions:
            continue
        since_s = _since(questions, window.at_s, lambda one: _fits(claim.servers, one.server))
        if since_s is None:
            wrong.append(f"{_named(flow)}: at the end {questions[-1].server or NOBODY}")
        elif claim.within_s is not None and since_s > claim.within_s:
            wrong.append(f"{_named(flow)}: from {since_s:.2f} s on")
        else:
            latest_s = max(latest_s, since_s)
    if not asked:
        return None, "no question was decided in this step"
    return (False, _some(wrong)) if wrong else (True, f"from {latest_s:.2f} s on" if latest_s else "all the time")


def _fits(servers: tuple[str, ...], server: str | None) -> bool:
    if servers == (NOBODY,):
        return server is None
    return server is not None and (not servers or server in servers)


def _since(questions: Sequence[Question], at_s: float, good: Callable[[Question], bool]) -> float | None:
    """From which moment after at_s on every question is good; 0: all are; None: the last one is not."""
    last_bad = next((place for place in reversed(range(len(questions))) if not good(questions[place])), None)
    if last_bad is None:
        return 0.0
    return None if last_bad + 1 == len(questions) else max(0.0, questions[last_bad + 1].sent_s - at_s)


def _kept(claim: Kept, window: Window) -> Verdict:
    wrong = []
    for number, flow in window.flows_of(claim.client):
        held = {
            one.port: one.server
            for one in window.by_flow.get(number, ())
            if one.sent_s < window.at_s and one.server is not None
        }
        if not held:
            return None, f"{_named(flow)}: nobody had answered before"
        others = [one for one in window.asked(number) if one.server and one.server != held.get(one.port, one.server)]
        if others:
            wrong.append(f"{_named(flow)}: {held[others[0].port]}, then {others[0].server}")
    return (False, _some(wrong)) if wrong else (True, "no answer by another one")


def _lost(claim: LostAtMost, window: Window) -> Verdict:
    lost: Counter[str] = Counter()
    asked = 0
    for number, flow in window.flows_of(claim.client):
        questions = window.asked(number)
        asked += len(questions)
        lost[flow.client] += sum(one.server is None for one in questions)
    count = lost.total()
    by_client = [f"{client} {number}" for client, number in lost.most_common() if number]
    return count <= claim.count, f"{count} of {asked} lost{': ' if by_client else ''}{_some(by_client)}"


def _broken(claim: BrokenAtMost, window: Window) -> Verdict:
    numbers = {number for number, _ in window.flows_of(claim.client)}
    broken = [
        one
        for one in window.streams
        if one.flow in numbers and one.to_s is not None and window.at_s <= _broke_s(one, window) < window.end_s
    ]
    told = [f"{_named(window.flows[one.flow])} ({one.how})" for one in broken]
    return len(broken) <= claim.count, f"{len(broken)} broke{': ' if told else ''}{_some(told)}"


def _broke_s(one: Stream, window: Window) -> float:
    """When a stream broke; a silent one while its first question without an answer was under way."""
    assert one.to_s is not None
    return one.to_s + (window.usual_s(one.flow) if one.how == "silent" else 0.0)


def _routed(claim: Routed, window: Window) -> Verdict:
    prefix = str(claim.prefix)
    here = [vias for router, of, vias in window.before if (router, of) == (claim.router, prefix)]
    now: tuple[str, ...] | None = here[0] if here else None
    since_s = 0.0
    for move in sorted(window.moves, key=lambda one: one.at_s):
        if (move.router, move.prefix) == (claim.router, prefix) and move.at_s < window.end_s:
            was, now = _leads(claim.vias, now), move.vias
            if _leads(claim.vias, now) and not was:
                since_s = max(0.0, move.at_s - window.at_s)
    words = "no route" if now is None else f"via {', '.join(now)}" if now else "dropped"
    if not _leads(claim.vias, now):
        return False, f"at the end {words}"
    late = claim.within_s is not None and since_s > claim.within_s
    return not late, f"{words} from {since_s:.2f} s on" if since_s else f"{words} all the time"


def _leads(wanted: tuple[str, ...], vias: tuple[str, ...] | None) -> bool:
    return not vias if not wanted else bool(vias and set(vias) & set(wanted))


def _at_rest(within_s: float, window: Window) -> Verdict:
    if window.rest_s is None:
        return False, "routes still moved when the step ended"
    return window.rest_s <= within_s, f"the last route moved after {window.rest_s:.2f} s"


def _as_predicted(window: Window) -> Verdict:
    wrong, compared = [], 0
    for number, flow in enumerate(window.flows):
        questions = window.decided(number)
        expected = next((one for one in window.expected if _is_of(one, flow)), None)
        if expected is None or not questions:
            continue
        compared += 1
        last = {one.port: one.server for one in questions}
        allowed: set[str | None] = {*expected.servers} or {None}
        if window.unsure or expected.why:  # why: some of its packets are lost by the prediction too
            allowed.add(None)
        others = set(last.values()) - allowed
        if others:
            predicted, seen = " or ".join(expected.servers) or NOBODY, sorted(one or NOBODY for one in others)
            wrong.append(f"{_named(flow)}: predicted {predicted}, observed {' and '.join(seen)}")
    wrong += [f"{one.router}, {one.prefix} is routed otherwise" for one in window.differences]
    unsure = "; which answers are lost is not predicted" if window.unsure else ""
    return (False, _some(wrong)) if wrong else (True, f"{compared} answers and all routes{unsure}")


def _is_of(expected: Expected, flow: Flow) -> bool:
    return (expected.client, expected.service, str(expected.address)) == (flow.client, flow.service, flow.address)


def _named(flow: Flow) -> str:
    return f"{flow.client} to {flow.address}"


def _some(words: Sequence[str]) -> str:
    more = len(words) - NAMED
    return ", ".join(words[:NAMED]) + (f" and {more} more" if more > 0 else "")
