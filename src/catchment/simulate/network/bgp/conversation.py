"""All that the routers of a network say to each other about one prefix, and what each of them holds of it.

Prefixes do not touch each other in BGP, so each has its conversation. A session carries at most one waiting message:
what the sender wants to say now. A newer wish replaces it (as BIRD and FRR build messages from their table when the
connection takes more), and a wish for what the neighbour has already removes it.
"""

from collections import OrderedDict

from catchment.model.address import Prefix
from catchment.model.speakers import Attributes, Origination
from catchment.simulate.network.bgp.decision import OWN_SESSION, Decision, History
from catchment.simulate.network.bgp.exchange import Withheld
from catchment.simulate.network.bgp.judge import Candidate
from catchment.simulate.network.bgp.kind import Held, Kind, Wishes
from catchment.simulate.network.bgp.sessions import Session


class Conversation:
    """The state of one prefix in all routers.

    heard   : by speaker, by session in order of arrival: a candidate, or why it is none; the own route is OWN_SESSION
    heard_s : by session, when that was, in whole seconds; 0 for every own route
    best    : by speaker, those that have one
    said    : by session, what the receiver heard last
    waiting : by session, what the sender wants it to hear instead, in the order in which they began to differ; None:
              that there is no route any more
    """

    def __init__(self, prefix: Prefix, kind: Kind) -> None:
        self.prefix, self.kind, self.wiring = prefix, kind, kind.wiring
        self.heard: dict[str, dict[int, Held]] = {speaker: {} for speaker in kind.wiring.judges}
        self.heard_s: dict[int, int] = {}
        self.best: dict[str, Candidate] = {}
        self.said: dict[int, Attributes] = {}
        self.waiting: OrderedDict[int, Attributes | None] = OrderedDict()
        self.down: set[int] = set()

    def announce(self, speaker: str, origination: Origination) -> None:
        self._hold(speaker, OWN_SESSION, self.kind.own(speaker, origination))

    def withdraw(self, speaker: str) -> None:
        self._hold(speaker, OWN_SESSION, None)

    def lose(self, session: int) -> None:
        """One direction of a peering is gone, with what it said."""
        self.down.add(session)
        self.said.pop(session, None)
        self.waiting.pop(session, None)
        self._hold(self.wiring.sessions[session].receiver.name, session, None)

    def regain(self, session: int) -> None:
        self.down.discard(session)
        sender = self.wiring.sessions[session].sender.name
        wishes = self.kind.wishes(sender, self.best.get(sender))
        if session in wishes:  # a session of another family says nothing of this prefix
            self._want({session: wishes[session]})

    def deliver(self, session: int, at_s: int) -> Attributes | None:
        """The waiting message of a session arrives; returns it, None for a withdrawal."""
        message = self.waiting.pop(session)
        receiver = self.wiring.sessions[session].receiver.name
        if message is None:
            del self.said[session]
            self._hold(receiver, session, None)
            return None
        self.said[session] = message
        self._hold(receiver, session, self.kind.taken(session, message), at_s)
        return message

    @property
    def beginning(self) -> object:
        """All that the end depends on where nothing was said yet; itself, once something was, for then the order and
        the age of what was heard count too."""
        return self if self.said else (tuple(self.best.items()), tuple(self.waiting))

    def end_as(self, other: "Conversation") -> None:
        """Take over the state that another came to from the same beginning."""
        self.heard = {speaker: dict(heard) for speaker, heard in other.heard.items()}
        self.heard_s, self.best, self.said = dict(other.heard_s), dict(other.best), dict(other.said)
        self.waiting = OrderedDict(other.waiting)

    def decision(self, speaker: str) -> Decision:
        """What the speaker decides about what it holds, with the reasons."""
        width = self.wiring.network.by_name[speaker].width
        return self.wiring.judges[speaker].decide(self.candidates(speaker), self._history(speaker), width)

    def _history(self, speaker: str) -> History:
        best = self.best.get(speaker)
        return History(selected=best.route.session if best else None, heard_s=self.heard_s)

    def candidates(self, speaker: str) -> list[Candidate]:
        return [held for held in self.heard[speaker].values() if isinstance(held, Candidate)]

    def offered(self, session: Session) -> Attributes | Withheld:
        """What the sender would say over a session, or why it says nothing."""
        best = self.best.get(session.sender.name)
        return self.kind.offered(session, best) if best else Withheld.NOTHING

    def _hold(self, speaker: str, session: int, held: Held | None, at_s: int = 0) -> None:
        """Take what was heard into the table, or remove it, and decide anew. What changes keeps its place."""
        heard = self.heard[speaker]
        before = heard.get(session)
        if held is before:
            return
        if held is None:
            del heard[session]
            self.heard_s.pop(session, None)
        else:
            heard[session] = held
            self.heard_s[session] = at_s
        if not isinstance(before, Candidate) and not isinstance(held, Candidate):
            return
        judge = self.wiring.judges[speaker]
        standing = [one for one in heard.values() if isinstance(one, Candidate) and one.usable]
        best = judge.best(standing, self._history(speaker) if judge.needs_history else None)
        last = self.best.get(speaker)
        if best is last:
            return
        if best is None:
            del self.best[speaker]
        else:
            self.best[speaker] = best
        wishes = self.kind.wishes(speaker, best)
        if wishes is not self.kind.wishes(speaker, last):
            self._want(wishes)

    def _want(self, wishes: Wishes) -> None:
        for session, message in wishes.items():
            if session in self.down:
                continue
            if message is self.said.get(session):
                self.waiting.pop(session, None)
            else:
                self.waiting[session] = message
