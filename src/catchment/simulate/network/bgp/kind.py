"""Prefixes that no policy of the network tells apart, and all that routers say and take of them, each worked out once.

What a router says of a route and what its neighbour makes of it depend on the session, the attributes, the
conditions of policies on prefixes and the VRPs that cover the prefix, and on nothing else. So prefixes of a kind share
the answers. Attributes that are equal are one object here, and so are candidates: conversations compare them by
identity.
"""

from collections.abc import Mapping

from catchment.model.address import Prefix, covers
from catchment.model.speakers import Attributes, Origination
from catchment.simulate.network.bgp.decision import OWN_SESSION, Route
from catchment.simulate.network.bgp.exchange import Heard, Refusal, Withheld, offer, own_route, receive
from catchment.simulate.network.bgp.judge import Candidate
from catchment.simulate.network.bgp.sessions import Session
from catchment.simulate.network.bgp.wiring import Wiring

Held = Candidate | Refusal
"""What a router has of a message that it heard."""

Wishes = Mapping[int, Attributes | None]
"""What a speaker wants to have said, by session in the order of the peerings; None: nothing."""


class Kind:
    """What is said and taken of prefixes like `prefix` in a network."""

    def __init__(self, wiring: Wiring, prefix: Prefix) -> None:
        self.wiring, self._prefix = wiring, prefix
        self._equal: dict[Attributes, Attributes] = {}
        self._first: set[int] = set()
        self._wishes: dict[Candidate, Wishes] = {}
        self._taken: dict[tuple[int, int], Held] = {}
        self._candidates: dict[tuple[str, int, int, int], Candidate] = {}

    def own(self, speaker: str, origination: Origination) -> Candidate:
        """The route of a speaker to what it originates."""
        return self._candidate(speaker, own_route(self.wiring.network.by_name[speaker], origination))

    def wishes(self, speaker: str, best: Candidate | None) -> Wishes:
        """What a speaker with this best route wants to have said to its neighbours; one object for all silence."""
        if best is None:
            return self.wiring.silence[speaker, self._prefix.version]
        known = self._wishes.get(best)
        if known is None:
            known = self._worked_out(speaker, best)
            if not any(known.values()):
                known = self.wiring.silence[speaker, self._prefix.version]
            self._wishes[best] = known
        return known

    def _worked_out(self, speaker: str, best: Candidate) -> Wishes:
        wishes: dict[int, Attributes | None] = {}
        alike: dict[int, Attributes | None] = {}
        for session in self.wiring.outgoing[speaker, self._prefix.version]:
            if session.back == best.route.session:
                wishes[session.number] = None  # split horizon is what sessions that are alike do not share
                continue
            if session.alike not in alike:
                offered = self.offered(session, best)
                alike[session.alike] = None if isinstance(offered, Withheld) else self._one(offered)
            wishes[session.number] = alike[session.alike]
        return wishes

    def offered(self, session: Session, best: Candidate) -> Attributes | Withheld:
        """What the sender of a session says of its best route, or why it says nothing."""
        route = best.route
        by = None if route.session == OWN_SESSION else self.wiring.sessions[route.session]
        return offer(session, self._prefix, Heard(route=route, by=by))

    def taken(self, number: int, message: Attributes) -> Held:
        """What the receiver of a session makes of a message, which is one of `wishes`."""
        held = self._taken.get((number, id(message)))
        if held is None:
            session = self.wiring.sessions[number]
            me = session.receiver.name
            route = receive(session, self._prefix, message, self.wiring.judges[me].rules)
            held = route if isinstance(route, Refusal) else self._candidate(me, route)
            self._taken[number, id(message)] = held
        return held

    def _candidate(self, speaker: str, route: Route) -> Candidate:
        key = speaker, route.session, id(self._one(route.attributes)), route.weight
        known = self._candidates.get(key)
        if known is None:
            known = self._candidates[key] = self.wiring.judges[speaker].candidate(route)
        return known

    def _one(self, attributes: Attributes) -> Attributes:
        """The one object that stands for all equal attributes."""
        if id(attributes) not in self._first:
            attributes = self._equal.setdefault(attributes, attributes)
            self._first.add(id(attributes))
        return attributes


class Kinds:
    """The kinds of prefixes that there are in a network."""

    def __init__(self, wiring: Wiring) -> None:
        self.wiring = wiring
        sides = [side for peering in wiring.network.peerings for side in (peering.a, peering.b)]
        policies = {
            id(one): one for side in sides for one in (side.imports, side.exports) if one
        }  # often one for many
        terms = [term for policy in policies.values() for term in policy.terms]
        self._ranges = tuple(dict.fromkeys(prefixes for term in terms for prefixes in term.match.prefixes))
        self._vrps = wiring.network.vrps if any(one.validates for one in wiring.network.speakers) else ()
        self._known: dict[object, Kind] = {}

    def of(self, prefix: Prefix) -> Kind:
        """Prefixes are of a kind when they are of one family, in the same of all ranges that policies ask for, and the
        same origins are valid for them."""
        covering = [one for one in self._vrps if covers(one.prefix, prefix)]
        valid = frozenset(one.asn for one in covering if prefix.prefixlen <= one.max_length)
        tells = prefix.version, tuple([one.holds(prefix) for one in self._ranges]), bool(covering), valid
        if tells not in self._known:
            self._known[tells] = Kind(self.wiring, prefix)
        return self._known[tells]
