"""All that the routers of a network say to each other about one prefix, and what each of them holds of it.

Prefixes do not touch each other in BGP, so each has its conversation. A session carries at most one waiting message:
what the sender wants to say now. A newer wish replaces it (as BIRD and FRR build messages from their table when the
connection takes more), and a wish for what the neighbour has already removes it.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence

from catchment.model.address import Address, Prefix
from catchment.model.speakers import Attributes, BgpNetwork, Origination, Profile, Speaker
from catchment.simulate.network.bgp.decision import (
    OWN_SESSION,
    Cost,
    Decision,
    History,
    Route,
    Rules,
    best_of,
    decide,
)
from catchment.simulate.network.bgp.exchange import Heard, Refusal, Withheld, offer, own_route, receive
from catchment.simulate.network.bgp.sessions import Session, sessions_of

Igp = Callable[[str, Address], int | None]
"""IGP cost from a speaker, by name, to a NEXT_HOP; None: it cannot be reached. Asked once for each pair."""


class Wiring:
    """A network made ready for conversations: sessions by sender, rules and costs of each speaker."""

    def __init__(self, network: BgpNetwork, igp: Igp, rules: Mapping[Profile, Rules]) -> None:
        self.network = network
        self.sessions = sessions_of(network)
        self.rules = {speaker.name: rules[speaker.profile] for speaker in network.speakers}
        self.costs = {speaker.name: self._cost(speaker, igp) for speaker in network.speakers}
        self.outgoing: dict[tuple[str, int], list[Session]] = {
            (speaker.name, version): [] for speaker in network.speakers for version in (4, 6)
        }
        for session in self.sessions:
            for version in session.families:
                self.outgoing[session.sender.name, version].append(session)

    def _cost(self, speaker: Speaker, igp: Igp) -> Cost:
        connected = {
            address
            for session in self.sessions
            if session.external and session.sender is speaker
            for address in session.on_link
        }
        known: dict[Address, int | None] = {}

        def cost(next_hop: Address) -> int | None:
            if next_hop not in known:
                answer = igp(speaker.name, next_hop)
                known[next_hop] = 0 if answer is None and next_hop in connected else answer
            return known[next_hop]

        return cost

    def heard(self, route: Route) -> Heard:
        return Heard(route=route, by=None if route.session == OWN_SESSION else self.sessions[route.session])

    def decide(self, speaker: str, routes: Iterable[Route], history: History) -> Decision:
        width = self.network.by_name[speaker].width
        return decide(tuple(routes), self.rules[speaker], self.costs[speaker], history, width)

    def best(self, speaker: str, routes: Sequence[Route], history: History) -> Route | None:
        return best_of(routes, self.rules[speaker], self.costs[speaker], history)


class Conversation:
    """The state of one prefix in all routers.

    heard   : by speaker, by session in order of arrival: a candidate, or why it is none; the own route is OWN_SESSION
    best    : by speaker, those that have one
    said    : by session, what the receiver heard last
    wanted  : by session, what the sender wants it to have heard
    waiting : sessions on which these differ, in the order in which they began to
    """

    def __init__(self, prefix: Prefix, wiring: Wiring) -> None:
        self.prefix, self.wiring = prefix, wiring
        self.heard: dict[str, dict[int, Route | Refusal]] = {speaker: {} for speaker in wiring.rules}
        self.heard_s: dict[str, dict[int, int]] = {speaker: {} for speaker in wiring.rules}
        self.best: dict[str, Route] = {}
        self.said: dict[int, Attributes] = {}
        self.wanted: dict[int, Attributes] = {}
        self.waiting: OrderedDict[int, None] = OrderedDict()
        self.down: set[int] = set()

    def announce(self, speaker: str, origination: Origination) -> None:
        self._hold(speaker, OWN_SESSION, own_route(self.wiring.network.by_name[speaker], origination), 0)

    def withdraw(self, speaker: str) -> None:
        self._hold(speaker, OWN_SESSION, None, 0)

    def lose(self, session: int) -> None:
        """One direction of a peering is gone, with what it said."""
        self.down.add(session)
        for state in (self.said, self.wanted, self.waiting):
            state.pop(session, None)
        self._hold(self.wiring.sessions[session].receiver.name, session, None, 0)

    def regain(self, session: int) -> None:
        self.down.discard(session)
        self._offer(self.wiring.sessions[session])

    def deliver(self, number: int, at_s: int) -> Attributes | None:
        """The waiting message of a session arrives; returns it, None for a withdrawal."""
        del self.waiting[number]
        session, message = self.wiring.sessions[number], self.wanted.get(number)
        receiver = session.receiver.name
        if message is None:
            del self.said[number]
            self._hold(receiver, number, None, at_s)
        else:
            self.said[number] = message
            self._hold(receiver, number, receive(session, self.prefix, message, self.wiring.rules[receiver]), at_s)
        return message

    def decision(self, speaker: str) -> Decision:
        """What the speaker decides about what it holds, with the reasons."""
        return self.wiring.decide(speaker, self.candidates(speaker), self._history(speaker))

    def _history(self, speaker: str) -> History:
        best = self.best.get(speaker)
        return History(selected=best.session if best else None, heard_s=self.heard_s[speaker])

    def candidates(self, speaker: str) -> list[Route]:
        return [route for route in self.heard[speaker].values() if isinstance(route, Route)]

    def offered(self, session: Session) -> Attributes | Withheld:
        """What the sender would say over a session, or why it says nothing."""
        best = self.best.get(session.sender.name)
        return offer(session, self.prefix, self.wiring.heard(best)) if best else Withheld.NOTHING

    def _hold(self, speaker: str, session: int, route: Route | Refusal | None, at_s: int) -> None:
        """Take a new candidate into the table, or remove one, and decide anew. A changed route keeps its place."""
        heard = self.heard[speaker]
        before = heard.get(session)
        if route == before:
            return
        if route is None:
            del heard[session]
            self.heard_s[speaker].pop(session, None)
        else:
            heard[session] = route
            self.heard_s[speaker][session] = at_s
        if not isinstance(before, Route) and not isinstance(route, Route):
            return
        best = self.wiring.best(speaker, self.candidates(speaker), self._history(speaker))
        if best == self.best.get(speaker):
            return
        if best is None:
            del self.best[speaker]
        else:
            self.best[speaker] = best
        for out in self.wiring.outgoing[speaker, self.prefix.version]:
            self._offer(out)

    def _offer(self, session: Session) -> None:
        number = session.number
        if number in self.down:
            return
        wish = self.offered(session)
        if isinstance(wish, Withheld):
            self.wanted.pop(number, None)
        else:
            self.wanted[number] = wish
        if self.wanted.get(number) == self.said.get(number):
            self.waiting.pop(number, None)
        else:
            self.waiting.setdefault(number)
