"""Routers that never come to rest: found by a state that comes back, and told with the circle of messages.

Under a fair order without chance (the message that waits longest is next) the next state follows from this one. A state
that comes back therefore comes back for ever. Brent's method keeps one state to compare with and doubles the distance
after which it takes a newer one; it needs no more than three times the steps to the end of the first round.
"""

from dataclasses import dataclass

from catchment.errors import Problem
from catchment.model.address import Prefix
from catchment.simulate.network.bgp.conversation import Conversation
from catchment.simulate.network.bgp.decision import Route
from catchment.simulate.network.bgp.events import Delivered

State = tuple[object, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """A speaker took another route (None: it has none) after a message of the circle; `message` counts from 0."""

    message: int
    speaker: str
    route: Route | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Oscillation:
    """A prefix on which the routers do not agree.

    circle : the messages of one round, after which everything is as before; () when the messages ran out before a state
             came back, which says "not settled", not "never settles"
    turns  : who took which route in one round
    """

    prefix: Prefix
    circle: tuple[Delivered, ...]
    turns: tuple[Turn, ...]
    messages: int

    @property
    def finding(self) -> Problem:
        if not self.circle:
            what = f"BGP has not settled after {self.messages} messages, and no state came back"
            return Problem(where=str(self.prefix), what=what, todo="allow more messages", rule="B102")
        who = ", ".join(dict.fromkeys(turn.speaker for turn in self.turns))
        what = f"BGP never settles: {who} change their routes in a circle of {len(self.circle)} messages"
        todo = "see what each prefers in the circle: policies that contradict, or MED behind route reflectors"
        return Problem(where=str(self.prefix), what=what, todo=todo, rule="B101")


def state_of(talk: Conversation) -> State:
    """All that the future depends on, comparable: what was said, what waits, who chose what, in which order it came."""
    chosen = {speaker: best.route.session for speaker, best in talk.best.items()}
    order = {speaker: tuple(heard) for speaker, heard in talk.heard.items() if len(heard) > 1}
    return tuple(talk.waiting), chosen, dict(talk.said), order


class Recurrence:
    """Watches a conversation, message by message, for a state that it had before (Brent 1980)."""

    def __init__(self, talk: Conversation) -> None:
        self._talk = talk
        self._kept = state_of(talk)
        self._distance, self._reach = 0, 1

    def came_back(self) -> int:
        """To be asked after each message: how many messages ago the state was the same, 0 when not known to be."""
        self._distance += 1
        if tuple(self._talk.waiting) == self._kept[0] and state_of(self._talk) == self._kept:
            return self._distance
        if self._distance == self._reach:
            self._kept = state_of(self._talk)
            self._distance, self._reach = 0, 2 * self._reach
        return 0
