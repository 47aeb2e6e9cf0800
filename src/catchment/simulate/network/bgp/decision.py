"""Which of several routes a router takes, and at which step each of the others lost.

    routes --> reachable --> weight --> ... --> MED --> eBGP --> IGP cost --> | multipath | --> router id --> ... best

A sequence of eliminations over all candidates (RFC 4271 9.1.2.2), never a comparison of two after two: MED is compared
only inside a neighbour AS, so "better than" is no order, and A beats B beats C beats A happens. Daemons that do compare
two after two by default (BIRD, FRR) are here too, as `Rules.deterministic_med=False`: their answer needs the order of
arrival.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from ipaddress import IPv4Address

from catchment.model.address import Address
from catchment.model.speakers import DEFAULT_LOCAL_PREF, Attributes, PathElement

WORST_MED = 2**32 - 1
NO_ROUTER_ID = IPv4Address(0)

Cost = Callable[[Address], int | None]
"""IGP cost from the deciding router to a NEXT_HOP; None: it cannot be reached."""


class Step(StrEnum):
    """A step of the decision, named as it says of the routes that it puts out why they lost."""

    REACHABLE = "next hop unreachable"
    WEIGHT = "lower weight"
    LOCAL_PREF = "lower local preference"
    OWN = "another route is the router's own"
    PATH_LENGTH = "longer AS path"
    ORIGIN = "worse origin"
    MED = "higher MED"
    EXTERNAL = "heard over iBGP, another over eBGP"
    IGP_COST = "next hop farther by the IGP"
    SELECTED = "another route was selected before"
    AGE = "younger"
    ROUTER_ID = "higher router id"
    CLUSTERS = "longer cluster list"
    ADDRESS = "higher neighbour address"


BEFORE_MULTIPATH = frozenset(list(Step)[: list(Step).index(Step.IGP_COST) + 1])
"""Routes that are equal after these may share the traffic."""


class Source(IntEnum):
    """How the router has the route."""

    OWN = 0
    EXTERNAL = 1
    INTERNAL = 2


class Standing(StrEnum):
    """What became of a route."""

    BEST = "best"
    SHARES = "shares the traffic"
    LOST = "lost"
    TIED = "tied"  # only history decides, and it was not given


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """A candidate: a route as the import policy left it, and where it came from.

    session   : number of the session that it came by, OWN_SESSION for the router's own; differs among candidates
    neighbour : name of the speaker at the other end, "" for the router's own
    address   : the neighbour's address, None for the router's own
    router_id : the neighbour's
    """

    attributes: Attributes
    source: Source
    session: int
    neighbour: str = ""
    address: Address | None = None
    router_id: IPv4Address = NO_ROUTER_ID
    weight: int = 0


OWN_SESSION = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """How a router decides.

    steps                : their order; a step that is absent is not made
    deterministic_med    : False: two after two in the order of arrival, and the winner may depend on that order
    newest_first         : of that order, for rules that are not deterministic
    external_router_id   : whether the router id is asked among eBGP routes
    originator           : whether ORIGINATOR_ID stands in for the router id (RFC 4456 9)
    unreachable_stays    : a route whose next hop is unreachable may be best when there is no other
    relaxed              : eBGP routes of other neighbour ASes, and iBGP routes with other paths, join the multipath set
    graceful_shutdown    : the router itself gives routes with GRACEFUL_SHUTDOWN local preference 0 (RFC 8326)
    enforce_first_as     : eBGP routes begin with the neighbour's AS number, or are refused
    on_link_next_hop     : eBGP routes have a next hop on the subnet of the session, or are refused
    """

    steps: tuple[Step, ...]
    deterministic_med: bool = True
    newest_first: bool = False
    always_compare_med: bool = False
    missing_med_is_worst: bool = False
    external_router_id: bool = True
    originator: bool = True
    unreachable_stays: bool = False
    relaxed: bool = True
    graceful_shutdown: bool = True
    enforce_first_as: bool = False
    on_link_next_hop: bool = True

    @property
    def needs_history(self) -> bool:
        return not self.deterministic_med or Step.SELECTED in self.steps or Step.AGE in self.steps


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """What happened before, for rules that ask.

    selected : session of the route that is best now, None when there is none
    heard_s  : by session, when its route came, in whole seconds; only differences count
    """

    selected: int | None = None
    heard_s: Mapping[int, int]


NO_HISTORY_YET = History(heard_s={})


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What became of one route; `lost_at` is None for the best and for those that are tied."""

    route: Route
    standing: Standing
    lost_at: Step | None = None

    @property
    def words(self) -> str:
        return f"{self.standing}: {self.lost_at}" if self.lost_at else str(self.standing)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """The answer. verdicts : in the order in which the routes were given.

    best      : None without a usable route, and when only an unknown history can tell
    multipath : the routes that share the traffic, the best first; () without a best
    """

    best: Route | None
    multipath: tuple[Route, ...]
    verdicts: tuple[Verdict, ...]

    @property
    def tied(self) -> tuple[Route, ...]:
        return tuple(verdict.route for verdict in self.verdicts if verdict.standing is Standing.TIED)

    @property
    def decided_by(self) -> Step | None:
        """The last step that put a route out; None when there was no choice."""
        lost = {verdict.lost_at for verdict in self.verdicts if verdict.lost_at}
        return max(lost, key=list(Step).index) if lost else None


NOTHING = Decision(best=None, multipath=(), verdicts=())


KEYS: Mapping[Step, Callable[[Route], int]] = {
    Step.WEIGHT: lambda route: -route.weight,
    Step.LOCAL_PREF: lambda route: -_local_pref(route),
    Step.OWN: lambda route: route.source is not Source.OWN,
    Step.PATH_LENGTH: lambda route: len(route.attributes.path),  # an AS_SET is one element, confederations are none
    Step.ORIGIN: lambda route: route.attributes.origin,
    Step.EXTERNAL: lambda route: route.source is Source.INTERNAL,
    Step.ROUTER_ID: lambda route: int(route.attributes.originator or route.router_id),  # RFC 4456 9
    Step.CLUSTERS: lambda route: len(route.attributes.clusters),
    Step.ADDRESS: lambda route: _address(route.address),
}
"""What a step looks at, the lesser the better."""

ASKS_MORE = frozenset({Step.REACHABLE, Step.MED, Step.IGP_COST, Step.SELECTED, Step.AGE, Step.ROUTER_ID})
"""Steps that need more than the route: costs, the other routes, options, history."""


def _local_pref(route: Route) -> int:
    local_pref = route.attributes.local_pref
    return DEFAULT_LOCAL_PREF if local_pref is None else local_pref


def _address(address: Address | None) -> int:
    """IPv4 before IPv6, as OpenBGPD has it."""
    return 0 if address is None else int(address) + (address.version == 6) * 2**32


def decide(
    routes: Sequence[Route], rules: Rules, cost: Cost, history: History | None = None, width: int = 1
) -> Decision:
    """Decide among `routes`, which stand in order of arrival, the oldest first.

    The order matters only to rules with `deterministic_med=False`, `history` only where `rules.needs_history`:
    without it the routes among which history would choose come back as tied. At most `width` routes share the traffic;
    of more, those that the later steps prefer. O(routes * steps); two after two without a history, O(routes^2 * steps).
    """
    trial = _Trial(routes, rules, cost, history)
    lost: dict[int, Step] = {}
    standing = trial.usable(lost)
    left = trial.left(standing, lost)
    shares = trial.multipath(left[0], standing, lost)[:width] if len(left) == 1 else []
    return Decision(
        best=routes[left[0]] if len(left) == 1 else None,
        multipath=tuple(routes[i] for i in shares),
        verdicts=tuple(_verdict(routes[i], i, left, shares, lost) for i in range(len(routes))),
    )


def best_of(routes: Sequence[Route], rules: Rules, cost: Cost, history: History | None = None) -> Route | None:
    """`decide(...).best` without the reasons, in half the time."""
    trial = _Trial(routes, rules, cost, history)
    lost: dict[int, Step] = {}
    left = trial.left(trial.usable(lost), lost)
    return routes[left[0]] if len(left) == 1 else None


def _verdict(route: Route, i: int, left: Sequence[int], shares: Sequence[int], lost: Mapping[int, Step]) -> Verdict:
    if i in left:
        return Verdict(route=route, standing=Standing.BEST if len(left) == 1 else Standing.TIED)
    return Verdict(route=route, standing=Standing.SHARES if i in shares else Standing.LOST, lost_at=lost[i])


class _Trial:
    """The candidates of one decision by their place in the list, with what is asked of them more than once."""

    def __init__(self, routes: Sequence[Route], rules: Rules, cost: Cost, history: History | None) -> None:
        self.routes, self.rules, self.history = routes, rules, history
        hops = [route.attributes.next_hop for route in routes]
        self.costs = [0 if hop is None else cost(hop) for hop in hops]

    def usable(self, lost: dict[int, Step]) -> list[int]:
        """The candidates at the start of the elimination."""
        everybody = list(range(len(self.routes)))
        if self.rules.unreachable_stays or None not in self.costs:
            return everybody
        lost.update((i, Step.REACHABLE) for i in everybody if self.costs[i] is None)
        return [i for i in everybody if i not in lost]

    def left(self, standing: list[int], lost: dict[int, Step]) -> list[int]:
        """The winner; several when only an unknown history would tell; none when there is no usable route."""
        if len(standing) < 2:
            return standing
        if self.rules.deterministic_med:
            return self.eliminate(standing, self.rules.steps, lost)
        if self.history is not None:
            return self.one_after_the_other(standing[::-1] if self.rules.newest_first else standing, lost)
        left = self.possible_winners(standing)
        # one walk for the reasons of the others: from the winner, or from anywhere when it is not known
        self.one_after_the_other([*left, *(i for i in standing if i not in left)], lost)
        return left

    def eliminate(self, among: Iterable[int], steps: Iterable[Step], lost: dict[int, Step]) -> list[int]:
        """Who is left after all steps; the others are written into `lost`."""
        left = list(among)
        for step in steps:
            if len(left) < 2:
                break
            keep = self._keep(step, left)
            if keep is None:
                break  # history would decide here, and is not known
            if len(keep) < len(left):
                lost.update((i, step) for i in left if i not in keep)
                left = keep
        return left

    def _keep(self, step: Step, left: list[int]) -> list[int] | None:
        """Who of `left` stays after a step; None: history would tell, and is not known."""
        routes = self.routes
        if step not in ASKS_MORE:
            key = KEYS[step]
            keys = [key(routes[i]) for i in left]
        elif step is Step.MED:
            return self._lowest_med(left)
        elif step in (Step.SELECTED, Step.AGE):
            return self._by_history(step, left)
        elif step is Step.ROUTER_ID and not self.rules.external_router_id and self._all_external(left):
            return left
        else:
            keys = [self._key(step, i) for i in left]
        best = min(keys)
        return [i for i, value in zip(left, keys, strict=True) if value == best]

    def _by_history(self, step: Step, left: list[int]) -> list[int] | None:
        """FRR's selected flag and GoBGP's age, which both ask among eBGP routes only."""
        if not self._all_external(left):
            return left
        if self.history is None:
            return None
        sessions = [self.routes[i].session for i in left]
        if step is Step.SELECTED:
            return [i for i, session in zip(left, sessions, strict=True) if session == self.history.selected] or left
        heard_s = [self.history.heard_s.get(session, 0) for session in sessions]
        return [i for i, at_s in zip(left, heard_s, strict=True) if at_s == min(heard_s)]

    def _all_external(self, left: list[int]) -> bool:
        return all(self.routes[i].source is Source.EXTERNAL for i in left)

    def _key(self, step: Step, i: int) -> int:
        """What the step compares, the lesser the better."""
        match step:
            case Step.REACHABLE:
                return self.costs[i] is None
            case Step.IGP_COST:
                return self.costs[i] or 0  # all or none of them are unreachable here
            case Step.ROUTER_ID if not self.rules.originator:
                return int(self.routes[i].router_id)
        return KEYS[step](self.routes[i])

    def _lowest_med(self, left: list[int]) -> list[int]:
        """Those that have the lowest MED among the routes that they may be compared with (RFC 4271 9.1.2.2 c)."""
        group: dict[PathElement | None, int] = {}
        meds = [self._med(i) for i in left]
        if len(set(meds)) == 1:
            return left
        whose = [None if self.rules.always_compare_med else first_as(self.routes[i].attributes) for i in left]
        for med, asn in zip(meds, whose, strict=True):
            group[asn] = min(med, group.get(asn, med))
        return [i for i, med, asn in zip(left, meds, whose, strict=True) if med == group[asn]]

    def _med(self, i: int) -> int:
        med = self.routes[i].attributes.med
        if med is None:
            return WORST_MED if self.rules.missing_med_is_worst else 0
        return med

    def one_after_the_other(self, order: Sequence[int], lost: dict[int, Step]) -> list[int]:
        """The champion of comparing two after two: whoever is better stays."""
        champion = list(order[:1])
        for challenger in order[1:]:
            left = self.eliminate([champion[0], challenger], self.rules.steps, lost)
            champion = left if len(left) == 1 else [champion[0]]
        for i in champion:
            lost.pop(i, None)
        return champion

    def possible_winners(self, among: Sequence[int]) -> list[int]:
        """Who may be the champion in some order of arrival: whoever beats all others, directly or through others."""
        beats = {(i, j) for i in among for j in among if i != j and i in self.eliminate([i, j], self.rules.steps, {})}
        winners = []
        for start in among:
            reached, todo = {start}, [start]
            while todo:
                i = todo.pop()
                new = [j for j in among if (i, j) in beats and j not in reached]
                reached.update(new)
                todo += new
            if len(reached) == len(among):
                winners.append(start)
        return winners

    def multipath(self, best: int, among: Sequence[int], lost: Mapping[int, Step]) -> list[int]:
        """Everything as good as the best up to the IGP cost, the best first, then as the later steps prefer.

        Deterministic rules take what the elimination left. BIRD and FRR without them hold each route against the best
        alone, so that the set may have two routes of which one has a worse MED than the other (both measured so).
        """
        steps = [step for step in self.rules.steps if step in BEFORE_MULTIPATH]
        if self.rules.deterministic_med:
            equal = [i for i in among if i != best and lost[i] not in BEFORE_MULTIPATH]
        else:
            equal = [i for i in among if i != best and len(self.eliminate([best, i], steps, {})) == 2]
        if not self.rules.relaxed:
            equal = [i for i in equal if self._alike(best, i)]
        later = [step for step in (Step.ROUTER_ID, Step.CLUSTERS, Step.ADDRESS) if step in self.rules.steps]
        equal.sort(key=lambda i: [self._key(step, i) for step in later])
        return [best, *equal]

    def _alike(self, best: int, i: int) -> bool:
        a, b = self.routes[best], self.routes[i]
        if a.source is Source.EXTERNAL:
            return first_as(a.attributes) == first_as(b.attributes)
        return a.attributes.path == b.attributes.path


def first_as(attributes: Attributes) -> PathElement | None:
    """The neighbour AS as MED sees it: the first of AS_PATH; None for an empty path, all of which are comparable.

    An AS_SET in front is comparable with the same set only: RFC 4271 leaves that open, and BIRD and FRR differ.
    """
    return attributes.path[0] if attributes.path else None
