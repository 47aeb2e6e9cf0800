"""Counts what happens to an agent, for its metrics: transitions, failures, durations, guards, the lease's answers."""

from bisect import bisect_left
from collections.abc import Callable

from catchment.agent.events import Result, Tick
from catchment.agent.loop import Sink, Turn
from catchment.agent.metrics import BUCKETS_S, Counts, Durations, Moved, form_name
from catchment.model.agent import Policy


class Counting(Sink):
    """A sink that counts.

    answered : gives the number of the last renewal that the guardian answered; None: there is no guardian
    lease_s  : when that number was last another
    """

    def __init__(self, answered: Callable[[], int | None]) -> None:
        self.answered = answered
        self.counts = Counts()
        self.lease_s: float | None = None
        self._number: int | None = None

    def note(self, turn: Turn, policy: Policy) -> None:
        """See Sink."""
        self.counts.decisions += 1
        if isinstance(turn.event, Result):
            self._result(turn.event)
        elif isinstance(turn.event, Tick):
            self._lease(turn.event.at_s)
        if turn.before.announcements is not turn.after.announcements:
            self._moves(turn, policy)

    def _result(self, event: Result) -> None:
        took = self.counts.durations.setdefault(event.check, Durations())
        took.count += 1
        took.sum_s += event.took_s
        bucket = bisect_left(BUCKETS_S, event.took_s)
        if bucket < len(BUCKETS_S):
            took.buckets[bucket] += 1
        if event.passed:
            self.counts.pass_s[event.check] = event.at_s
        else:
            self.counts.failures[event.check] = self.counts.failures.get(event.check, 0) + 1

    def _lease(self, at_s: float) -> None:
        number = self.answered()
        if number is not None and number != self._number:
            self.lease_s = at_s
        self._number = number

    def _moves(self, turn: Turn, policy: Policy) -> None:
        for one in policy.announcements:
            before, after = turn.before.announcements.get(one.name), turn.after.announcements[one.name]
            if before is None:
                continue
            if before.wish.form != after.wish.form:
                was, now = form_name(one, before.wish.form), form_name(one, after.wish.form)
                moved = Moved(one.name, was, now, after.wish.rule)
                self.counts.moved[moved] = self.counts.moved.get(moved, 0) + 1
            if after.guarded and not before.guarded:
                self.counts.guarded[one.name] = self.counts.guarded.get(one.name, 0) + 1
