"""The slow twin of a run of BGP: nothing kept, nothing shared; each decision step by step over all that is held.

It walks along a history and says where a message is not what the sender would say now, or a reason is another. What
passes a session is asked of exchange anew each time, which has tests of its own; the steps are written from RFC 4271
9.1.2.2 and from what was measured of daemons (shared/facts/daemons-and-devices.md 4), and not from judge.
"""

from collections.abc import Callable, Mapping

from catchment.model.address import Address, Prefix
from catchment.model.speakers import Attributes, BgpNetwork, Origination, Profile
from catchment.simulate.network.bgp.decision import OWN_SESSION, History, Route, Rules, Source, Step
from catchment.simulate.network.bgp.events import Announced, Delivered, Event, PeeringDown, PeeringUp, Withdrawn
from catchment.simulate.network.bgp.exchange import Heard, Refusal, Withheld, offer, own_route, receive
from catchment.simulate.network.bgp.sessions import sessions_of

Igp = Callable[[str, Address], int | None]
Far = Callable[[Route], int | None]


def chosen(routes: list[Route], rules: Rules, far: Far, history: History) -> tuple[Route | None, dict[int, Step]]:
    """The best and, by session, the step at which each other one lost; routes stand in the order of arrival."""
    lost = {}
    if not rules.unreachable_stays:
        lost = {route.session: Step.REACHABLE for route in routes if far(route) is None}
    left = [route for route in routes if route.session not in lost]
    if rules.deterministic_med:
        left = after_all_steps(left, rules, far, history, lost)
        return (left[0] if left else None), lost
    champion = None
    for challenger in reversed(left) if rules.newest_first else left:
        pair = [challenger] if champion is None else [champion, challenger]
        champion = after_all_steps(pair, rules, far, history, lost)[0]
    if champion is not None:
        lost.pop(champion.session, None)
    return champion, lost


def after_all_steps(
    left: list[Route], rules: Rules, far: Far, history: History, lost: dict[int, Step]
) -> list[Route]:
    for step in rules.steps:
        stays = [route for route in left if not any(beats(step, o, route, left, rules, far, history) for o in left)]
        lost.update({route.session: step for route in left if route not in stays})
        left = stays
    return left


def beats(  # noqa: PLR0911, PLR0912, PLR0917, C901
    step: Step, a: Route, b: Route, left: list[Route], rules: Rules, far: Far, history: History
) -> bool:
    """Whether a is better than b at a step."""
    one, other = a.attributes, b.attributes
    all_external = all(route.source is Source.EXTERNAL for route in left)
    match step:
        case Step.REACHABLE:
            return far(a) is not None and far(b) is None
        case Step.WEIGHT:
            return a.weight > b.weight
        case Step.LOCAL_PREF:
            return (one.local_pref or 0) > (other.local_pref or 0)
        case Step.OWN:
            return a.source is Source.OWN and b.source is not Source.OWN
        case Step.PATH_LENGTH:
            return len(one.path) < len(other.path)
        case Step.ORIGIN:
            return one.origin < other.origin
        case Step.MED:
            missing = 2**32 - 1 if rules.missing_med_is_worst else 0
            mine, theirs = (missing if said.med is None else said.med for said in (one, other))
            return mine < theirs and (rules.always_compare_med or one.path[:1] == other.path[:1])
        case Step.EXTERNAL:
            return a.source is not Source.INTERNAL and b.source is Source.INTERNAL
        case Step.IGP_COST:
            return (far(a) or 0) < (far(b) or 0)
        case Step.SELECTED:
            return all_external and a.session == history.selected != b.session
        case Step.AGE:
            return all_external and history.heard_s[a.session] < history.heard_s[b.session]
        case Step.ROUTER_ID:
            if all_external and not rules.external_router_id:
                return False
            if not rules.originator:
                return a.router_id < b.router_id
            return (one.originator or a.router_id) < (other.originator or b.router_id)
        case Step.CLUSTERS:
            return len(one.clusters) < len(other.clusters)
        case Step.ADDRESS:
            return sort_key(a.address) < sort_key(b.address)


def sort_key(address: Address | None) -> tuple[int, int]:
    return (0, 0) if address is None else (address.version, int(address))


class Twin:
    """One prefix in all routers. held : by speaker and session, in order of arrival."""

    def __init__(self, network: BgpNetwork, prefix: Prefix, igp: Igp, rules: Mapping[Profile, Rules]) -> None:
        self.network, self.prefix, self.igp = network, prefix, igp
        self.sessions = [one for one in sessions_of(network) if prefix.version in one.families]
        self.rules = {one.name: rules[one.profile] for one in network.speakers}
        self.held: dict[str, dict[int, Route | Refusal]] = {one.name: {} for one in network.speakers}
        self.heard_s: dict[str, dict[int, int]] = {one.name: {} for one in network.speakers}
        self.best: dict[str, Route] = {}
        self.said: dict[int, Attributes] = {}
        self.waiting: list[int] = []
        self.down: set[int] = set()

    def far(self, name: str) -> Far:
        near = {
            address
            for one in sessions_of(self.network)
            if one.external and one.sender.name == name
            for address in one.on_link
        }

        def far(route: Route) -> int | None:
            hop = route.attributes.next_hop
            if hop is None:
                return 0
            cost = self.igp(name, hop)
            return 0 if cost is None and hop in near else cost

        return far

    def decision(self, name: str) -> tuple[Route | None, dict[int, Step]]:
        selected = self.best[name].session if name in self.best else None
        history = History(selected=selected, heard_s=self.heard_s[name])
        routes = [route for route in self.held[name].values() if isinstance(route, Route)]
        return chosen(routes, self.rules[name], self.far(name), history)

    def message(self, number: int) -> Attributes | None:
        """What the sender of a session would say now."""
        session = next(one for one in self.sessions if one.number == number)
        best = self.best.get(session.sender.name)
        if best is None:
            return None
        by = None
        if best.session != OWN_SESSION:
            by = next(one for one in self.sessions if one.number == best.session)
        offered = offer(session, self.prefix, Heard(route=best, by=by))
        return None if isinstance(offered, Withheld) else offered

    def take(self, name: str, number: int, route: Route | Refusal | None, at_s: int = 0) -> None:
        if route == self.held[name].get(number):
            return
        if route is None:
            del self.held[name][number]
        else:
            self.held[name][number] = route
            self.heard_s[name][number] = at_s
        best, _ = self.decision(name)
        if best is None:
            self.best.pop(name, None)
        else:
            self.best[name] = best
        self.look_what_waits()

    def look_what_waits(self) -> None:
        apart = [
            one.number
            for one in self.sessions
            if one.number not in self.down and self.message(one.number) != self.said.get(one.number)
        ]
        self.waiting = [number for number in self.waiting if number in apart]
        self.waiting += [number for number in apart if number not in self.waiting]

    def deliver(self, event: Delivered, turn: int) -> None:
        assert event.session == self.waiting[turn]
        message = self.message(event.session)
        assert event.attributes == message
        session = next(one for one in self.sessions if one.number == event.session)
        self.waiting.remove(event.session)
        taken = None
        if message is None:
            del self.said[event.session]
        else:
            self.said[event.session] = message
            taken = receive(session, self.prefix, message, self.rules[event.receiver])
        self.take(event.receiver, event.session, taken, event.at_s)

    def cut(self, peering: int) -> None:
        for session in [one for one in self.sessions if one.number // 2 == peering]:
            self.down.add(session.number)
            self.said.pop(session.number, None)
            self.waiting = [number for number in self.waiting if number != session.number]
            self.take(session.receiver.name, session.number, None)

    def mend(self, peering: int) -> None:
        for session in [one for one in self.sessions if one.number // 2 == peering]:
            self.down.discard(session.number)
            self.look_what_waits()

    def originate(self, name: str, origination: Origination | None) -> None:
        own = own_route(self.network.by_name[name], origination) if origination else None
        self.take(name, OWN_SESSION, own)


def walked(
    network: BgpNetwork,
    igp: Igp,
    rules: Mapping[Profile, Rules],
    history: tuple[Event, ...],
    schedule: Callable[[int], int],
) -> dict[Prefix, Twin]:
    """The twins of all prefixes after a history; each message is asserted to be the one whose turn it is."""
    twins: dict[Prefix, Twin] = {}
    down: set[int] = set()
    for event in history:
        if isinstance(event, PeeringDown | PeeringUp):
            both = {2 * event.peering, 2 * event.peering + 1}
            down = down | both if isinstance(event, PeeringDown) else down - both
            for one in twins.values():
                one.cut(event.peering) if isinstance(event, PeeringDown) else one.mend(event.peering)
            continue
        prefix = event.origination.prefix if isinstance(event, Announced) else event.prefix
        if prefix not in twins:
            twins[prefix] = Twin(network, prefix, igp, rules)
            twins[prefix].down = set(down)
        one = twins[prefix]
        match event:
            case Announced():
                one.originate(event.speaker, event.origination)
            case Withdrawn():
                one.originate(event.speaker, None)
            case Delivered():
                one.deliver(event, schedule(len(one.waiting)))
    return twins
