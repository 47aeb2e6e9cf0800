"""The explanation: walk from a client and tell, at each AS, every route it heard and which step dropped it.

Plain Python on purpose: it looks at one AS after the other, reads as the decision process reads, and is held against
the kernels by the tests (what is chosen here must be what they chose).
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from catchment.errors import Problem, ScenarioError
from catchment.results.catchment import Catchment, DecidedBy, RouteClass
from catchment.results.decision import Decision, Explanation, Fate, Offer
from catchment.simulate.announce import Row
from catchment.simulate.forward import TieBreak
from catchment.simulate.propagate import heard
from catchment.simulate.rtt import EARTH_KM, unit_vectors
from catchment.simulate.situation import Lane, Simulator, Situation
from catchment.simulate.starts import DOWN

DECIDED = (
    (Fate.LATER_SESSION, DecidedBy.SESSION_ORDER),
    (Fate.HIGHER_ASN, DecidedBy.LOWEST_ASN),
    (Fate.FARTHER, DecidedBy.NEAREST_EXIT),
    (Fate.HIGHER_MED, DecidedBy.MED),
    (Fate.LONGER, DecidedBy.LENGTH),
    (Fate.WORSE_CLASS, DecidedBy.CLASS),
)
"""The last step that dropped a route is the one that decided, the latest first."""

LAST_FIRST = (Fate.CHOSEN, *(fate for fate, _ in DECIDED), Fate.INVALID, Fate.LOOP)


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """A route as it stands in the decision: the offer, and what the later steps need.

    gap : squared chord to the exit on the unit sphere, as the kernel compares it; inf when unknown
    """

    offer: Offer
    candidate: int
    gap: float


class Explainer:
    """One situation, ready to be asked about clients."""

    def __init__(self, simulator: Simulator, situation: Situation, catchment: Catchment, tie_break: TieBreak) -> None:
        self.internet, self.graph = simulator.internet, simulator.internet.graph
        self.terrain = simulator.terrain
        self.situation, self.catchment, self.tie_break = situation, catchment, tie_break

    def explain(self, asn: int) -> Explanation:
        """Why a client reaches its site. Raises ScenarioError when the AS is no client here."""
        node, row = self.graph.node(asn), self.catchment.row(asn)
        if node is None or row is None:
            what = f"AS{asn} is not among the client networks" + ("" if node is None else " of this design")
            raise ScenarioError(
                Problem(where=f"--client {asn}", what=what, todo="name an AS that is in this Internet")
            )
        c = self.catchment
        target, best = int(c.target[row]), int(c.best[row])
        return Explanation(
            title=c.title,
            asn=asn,
            decisions=tuple(self._decisions(node)),
            target=c.targets[target].name if target >= 0 else None,
            shares=tuple((c.targets[t].name, p) for t, p in c.shares_of(row)),
            rtt_ms=_known(float(c.rtt_ms[row])),
            best_site=c.targets[best].name if best >= 0 else None,
            best_rtt_ms=_known(float(c.best_rtt_ms[row])),
        )

    def _decisions(self, node: int) -> Iterator[Decision]:
        states = self.situation.states
        state = int(self.terrain.home[node])
        while True:
            yield self._decision(node, state)
            following = int(states.following[state])
            if following < 0:
                return
            node, state = int(states.exit[state]), following

    def _decision(self, node: int, state: int) -> Decision:
        lane = self._lane(node)
        offers = self._decide(node, state, lane)
        chosen = [offer for offer in offers if offer.fate is Fate.CHOSEN]
        return Decision(
            asn=int(self.graph.asn[node]),
            name=self.internet.name(node),
            country=self.internet.country[node].decode(),
            prefix=str(lane.prefix),
            place=self._degrees(state),
            decided_by=_decided_by(offers),
            offers=tuple(offers),
            km=self._leg_km(state) if chosen else None,
        )

    def _lane(self, node: int) -> Lane:
        for lane in self.situation.lanes:
            if lane.routes.words[2 * node] != np.uint64(2**64 - 1):
                return lane
        return self.situation.lanes[-1]

    def _decide(self, node: int, state: int, lane: Lane) -> list[Offer]:
        """The decision process, by elimination, in the order of routing-model's steps."""
        dropped: list[Offer] = []
        left = []
        for route in self._heard(node, state, lane):
            fate = self._refusal(node, route, lane)
            if fate is None:
                left.append(route)
            else:
                dropped.append(replace(route.offer, fate=fate))
        beaten_by_med = set(np.flatnonzero((lane.starts.length != DOWN) & ~heard(lane.starts)).tolist())
        n = len(self.graph)

        def keep(fate: Fate, key: "dict[int, float]") -> None:
            nonlocal left
            if not left:
                return
            best = min(key.values())
            dropped.extend(replace(route.offer, fate=fate) for route in left if key[route.candidate] != best)
            left = [route for route in left if key[route.candidate] == best]

        keep(Fate.WORSE_CLASS, {r.candidate: float(r.offer.route_class) for r in left})
        keep(Fate.LONGER, {r.candidate: float(r.offer.length) for r in left})
        keep(Fate.HIGHER_MED, {r.candidate: float(r.candidate - n in beaten_by_med) for r in left})
        measured = self.tie_break is TieBreak.NEAREST_EXIT and len(left) > 1
        if measured:
            keep(Fate.FARTHER, {r.candidate: r.gap for r in left})
        keep(Fate.HIGHER_ASN, {r.candidate: float(r.offer.neighbour) for r in left})
        keep(Fate.LATER_SESSION, {r.candidate: float(r.candidate) for r in left})
        dropped.extend(replace(route.offer, fate=Fate.CHOSEN) for route in left)
        return sorted(dropped, key=lambda offer: (LAST_FIRST.index(offer.fate), offer.neighbour, offer.session))

    def _refusal(self, node: int, route: Heard, lane: Lane) -> Fate | None:
        if route.offer.route_class is RouteClass.OWN:
            return None  # nobody refuses what they say themselves
        if int(self.graph.asn[node]) in route.offer.path:
            return Fate.LOOP
        validation = self.situation.validation
        start = route.candidate - len(self.graph)
        if start < 0:
            start = int(lane.routes.words[2 * route.candidate] & np.uint64(0xFFFF))
        if validation is None or not lane.starts.invalid[start]:
            return None
        kind = {RouteClass.CUSTOMER: 1, RouteClass.PEER: 2, RouteClass.PROVIDER: 4}[route.offer.route_class]
        return Fate.INVALID if int(validation.kinds[node]) & kind else None

    def _heard(self, node: int, state: int, lane: Lane) -> Iterator[Heard]:
        """Every route that neighbours or sessions tell the node."""
        g, starts, n = self.graph, lane.starts, len(self.graph)
        closed = node in starts.closed.tolist()
        for i in np.flatnonzero((starts.node == node) & (starts.length != DOWN)).tolist():
            row = self.situation.announcement.rows[i]
            length = int(starts.length[i]) - 1
            gap = self._gap(state, starts.point[i])
            yield Heard(
                offer=Offer(
                    neighbour=row.asn,
                    session=_session(row),
                    route_class=RouteClass(int(starts.route_class[i])),
                    path=(row.asn,) * length,
                    length=length,
                    exit_km=_km(gap),
                    sites=((row.target.name, 1.0),),
                    fate=Fate.CHOSEN,
                ),
                candidate=n + i,
                gap=gap,
            )
        if closed:
            return
        for pointer, column, route_class in (
            (g.customer_ptr, g.customer, RouteClass.CUSTOMER),
            (g.peer_ptr, g.peer, RouteClass.PEER),
            (g.provider_ptr, g.provider, RouteClass.PROVIDER),
        ):
            for neighbour in column[pointer[node] : pointer[node + 1]].tolist():
                if self._tells(neighbour, route_class, lane):
                    yield self._route(node, state, neighbour, route_class, lane)

    def _tells(self, neighbour: int, route_class: RouteClass, lane: Lane) -> bool:
        """Whether a neighbour exports its route to us, who call it a route of that class."""
        word = int(lane.routes.words[2 * neighbour])
        if word == 2**64 - 1 or (not word >> 32 & 1 and lane.starts.no_export[word & 0xFFFF]):
            return False
        return route_class is RouteClass.PROVIDER or word >> 62 <= RouteClass.CUSTOMER

    def _route(self, node: int, state: int, neighbour: int, route_class: RouteClass, lane: Lane) -> Heard:
        path = announced_path(self.situation, lane, self.graph.asn, self.graph.by_rank, neighbour)
        gap = self._exit_gap(node, state, neighbour)
        row = self.catchment.row(int(self.graph.asn[neighbour]))
        shares = () if row is None else self.catchment.shares_of(row)
        return Heard(
            offer=Offer(
                neighbour=int(self.graph.asn[neighbour]),
                session="",
                route_class=route_class,
                path=path,
                length=len(path),
                exit_km=_km(gap),
                sites=tuple((self.catchment.targets[t].name, p) for t, p in shares),
                fate=Fate.CHOSEN,
            ),
            candidate=neighbour,
            gap=gap,
        )

    def _exit_gap(self, node: int, state: int, neighbour: int) -> float:
        """From where the traffic is to the nearest exit into a neighbour, as in Heard."""
        t = self.terrain
        key = np.uint64(max(node, neighbour) << 32 | min(node, neighbour))
        i = int(np.searchsorted(t.meet_key, key))
        if i < len(t.meet_key) and t.meet_key[i] == key:
            there = t.meet[t.meet_ptr[i] : t.meet_ptr[i + 1]]
        else:
            there = t.place[t.state_ptr[neighbour] : t.state_ptr[neighbour + 1]]
        return _chord(t.place[state], there)

    def _gap(self, state: int, degrees: "np.ndarray[tuple[int], np.dtype[np.float32]]") -> float:
        return _chord(self.terrain.place[state], unit_vectors(degrees))

    def _leg_km(self, state: int) -> float | None:
        """Kilometres to where the traffic enters the next AS or the site, None when unknown."""
        states, place = self.situation.states, self.terrain.place
        following = int(states.following[state])
        if following >= 0:
            return _km(_chord(place[state], place[following : following + 1]))
        return _km(self._gap(state, self.situation.announcement.starts.point[int(states.start[state])]))

    def _degrees(self, state: int) -> tuple[float, float] | None:
        x, y, z = (float(v) for v in self.terrain.place[state])
        if np.isnan(x):
            return None
        return float(np.rad2deg(np.arcsin(z))), float(np.rad2deg(np.arctan2(y, x)))


def announced_path(
    situation: Situation,
    lane: Lane,
    asn: "np.ndarray[tuple[int], np.dtype[np.uint32]]",
    by_rank: "np.ndarray[tuple[int], np.dtype[np.uint32]]",
    node: int,
) -> tuple[int, ...]:
    """The AS path that a node announces: itself first, then the next hops chosen by AS number, prepends at the origin.

    An AS announces one path to everybody, whatever exit its own traffic takes.
    """
    path = []
    while True:
        word = int(lane.routes.words[2 * node])
        path.append(int(asn[node]))
        rank, start = word >> 32 & 0xFFFFF, word & 0xFFFF
        if not rank & 1:
            repeats = int(lane.starts.length[start]) - 1
            return tuple(path + [int(lane.starts.asn[start])] * repeats)
        node = int(by_rank[rank >> 1])


def _session(row: Row) -> str:
    relation = f", {row.session.relation}" if row.session else ""
    return f"{'' if row.target.hijacker else 'site '}{row.target.name}{relation}"


def _decided_by(offers: list[Offer]) -> DecidedBy:
    fates = {offer.fate for offer in offers}
    if Fate.CHOSEN not in fates:
        return DecidedBy.NO_ROUTE
    if next(offer for offer in offers if offer.fate is Fate.CHOSEN).route_class is RouteClass.OWN:
        return DecidedBy.OWN
    for fate, decided in DECIDED:
        if fate in fates:
            return decided
    return DecidedBy.ONLY_ROUTE


def _chord(
    here: "np.ndarray[tuple[int], np.dtype[np.float32]]", there: "np.ndarray[tuple[int, int], np.dtype[np.float32]]"
) -> float:
    """The least squared chord from a point to one of others, float32 as in the kernel; inf when no place is known."""
    if not len(there) or np.isnan(here[0]) or np.isnan(there).all():
        return math.inf
    apart = there - here
    return float(np.nanmin(apart[:, 0] * apart[:, 0] + apart[:, 1] * apart[:, 1] + apart[:, 2] * apart[:, 2]))


def _km(chord: float) -> float | None:
    """The great circle over a squared chord."""
    return None if math.isinf(chord) else 2 * EARTH_KM * math.asin(min(math.sqrt(chord) / 2, 1.0))


def _known(value: float) -> float | None:
    return None if np.isnan(value) else value
