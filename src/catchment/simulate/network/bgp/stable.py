"""Whether a small network has one quiet state, several, or none, whatever the order of its messages.

A state is quiet (stable) when every router, hearing what its neighbours say of their best routes, keeps its own.
DISAGREE has two, BAD GADGET none, GOOD GADGET one (Griffin, Shepherd and Wilfong 2002, "The Stable Paths Problem and
Interdomain Routing").
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping

from catchment.errors import DesignError, Problem, ScenarioError
from catchment.model.address import Prefix
from catchment.model.speakers import BgpNetwork, Profile, problems_of
from catchment.simulate.network.bgp.decision import OWN_SESSION, History, Route, Rules
from catchment.simulate.network.bgp.judge import Candidate
from catchment.simulate.network.bgp.kind import Kinds
from catchment.simulate.network.bgp.profiles import PROFILES
from catchment.simulate.network.bgp.sessions import Session
from catchment.simulate.network.bgp.wiring import Igp, Wiring

MOST_TRIED = 200_000
"""Partial states looked at before the search gives up: some 10 s, a minute on a mesh of nine ASes."""

State = Mapping[str, Route]
"""The best route of every speaker that has one."""


def stable_states(
    network: BgpNetwork, prefix: Prefix, igp: Igp, rules: Mapping[Profile, Rules] = PROFILES, most: int = MOST_TRIED
) -> tuple[State, ...]:
    """All quiet states of a prefix, by exhaustive search; () when the network can never come to rest.

    First every route that a speaker could ever hear, from whatever its neighbours could ever choose; then every choice
    among these, a speaker after the other, given up as soon as a speaker would choose differently. Exponential in the
    number of speakers that have a choice: for networks of a dozen or two. Where a profile keeps what was selected, a
    state is quiet when it keeps itself; where it asks for ages, all routes are of one age.

    Raises ScenarioError past `most` partial states, and for profiles whose choice needs the order of arrival
    (`deterministic_med=False`): there the quiet states are no property of the network.
    """
    if problems := problems_of(network):
        raise DesignError(*problems)
    wiring = Wiring(network, igp, rules)
    _refuse_arrival_order(network, wiring)
    return tuple(_Search(wiring, prefix, most).states())


def _refuse_arrival_order(network: BgpNetwork, wiring: Wiring) -> None:
    wrong = [speaker for speaker in network.speakers if not wiring.judges[speaker.name].rules.deterministic_med]
    if wrong:
        names = ", ".join(speaker.name for speaker in wrong)
        what = "their choice depends on the order in which routes arrive"
        todo = "ask with rules that have deterministic_med, as we render BIRD and FRR"
        raise ScenarioError(Problem(where=f"speakers {names}", what=what, todo=todo, rule="B105"))


class _Search:
    """Choices of speakers in an order in which neighbours stand close together."""

    def __init__(self, wiring: Wiring, prefix: Prefix, most: int) -> None:
        self.wiring, self.prefix, self.most = wiring, prefix, most
        self.kind = Kinds(wiring).of(prefix)
        self.own = {
            speaker.name: self.kind.own(speaker.name, origination)
            for speaker in wiring.network.speakers
            for origination in speaker.originates
            if origination.prefix == prefix
        }
        self.incoming = defaultdict(list)
        for sessions in (wiring.outgoing[name, prefix.version] for name in wiring.judges):
            for session in sessions:
                self.incoming[session.receiver.name].append(session)
        self.order = self._order()
        self.possible = self._possible()
        self.tried = 0

    def _order(self) -> list[str]:
        """Breadth first from the originators; speakers that no route reaches are left out."""
        order = list(self.own)
        for name in order:
            for session in self.wiring.outgoing[name, self.prefix.version]:
                if session.receiver.name not in order:
                    order.append(session.receiver.name)
        return order

    def _possible(self) -> dict[str, list[Candidate]]:
        """Every route that a speaker may ever have as a candidate. Ends: loops are refused, so paths are short."""
        found: dict[str, dict[Candidate, None]] = {name: {} for name in self.wiring.judges}
        todo = list(self.own.items())
        for name, route in todo:  # grows while we go through it
            if route in found[name]:
                continue
            found[name][route] = None
            for session in self.wiring.outgoing[name, self.prefix.version]:
                if (heard := self._heard(session, route)) is not None:
                    todo.append((session.receiver.name, heard))
            self._count(len(todo))
        return {name: list(routes) for name, routes in found.items()}

    def _heard(self, session: Session, best: Candidate | None) -> Candidate | None:
        """What the receiver of a session has as a candidate when the sender's best route is `best`."""
        message = self.kind.wishes(session.sender.name, best)[session.number] if best else None
        held = self.kind.taken(session.number, message) if message else None
        return held if isinstance(held, Candidate) else None

    def _count(self, tried: int) -> None:
        if tried > self.most:
            what = f"more than {self.most} partial states to look at"
            todo = "ask about a part of the network, or run it under several seeds instead"
            raise ScenarioError(Problem(where=str(self.prefix), what=what, todo=todo, rule="B106"))

    def states(self) -> Iterator[State]:
        yield from self._extend({}, 0)

    def _extend(self, chosen: dict[str, Candidate | None], depth: int) -> Iterator[State]:
        if depth == len(self.order):
            yield {name: best.route for name, best in chosen.items() if best is not None}
            return
        name = self.order[depth]
        for route in [*self.possible[name], None]:
            self.tried += 1
            self._count(self.tried)
            now = {**chosen, name: route}
            if all(self._is_content(who, now) for who in self._complete(now, name)):
                yield from self._extend(now, depth + 1)

    def _complete(self, chosen: Mapping[str, Candidate | None], latest: str) -> list[str]:
        """The speakers about whom the latest choice can tell something: itself and its neighbours, where chosen."""
        near = {latest, *(s.receiver.name for s in self.wiring.outgoing[latest, self.prefix.version])}
        return [name for name in self.order if name in near and name in chosen]

    def _is_content(self, name: str, chosen: Mapping[str, Candidate | None]) -> bool:
        """Whether a speaker may keep its choice: certain when all its neighbours have chosen, else not yet refuted."""
        candidates = [self.own[name]] if name in self.own else []
        open_ends = False
        best = chosen[name]
        for session in self.incoming[name]:
            sender = session.sender.name
            if sender not in chosen and sender in self.order:
                open_ends = True
                continue
            heard = self._heard(session, chosen.get(sender))
            if heard is not None:
                candidates.append(heard)
            elif best is not None and best.route.session == session.number:
                return False
        if best is not None and best.route.session != OWN_SESSION:
            sender = self.wiring.sessions[best.route.session].sender.name
            if sender in chosen and best not in candidates:
                return False
        if open_ends:
            return True
        history = History(selected=None if best is None else best.route.session, heard_s={})
        usable = [one for one in candidates if one.usable]
        return self.wiring.judges[name].best(usable, history) is best
