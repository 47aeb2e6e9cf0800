"""Which of several routes a router takes, and at which step each of the others lost.

    routes --> reachable --> weight --> ... --> MED --> eBGP --> IGP cost --> | multipath | --> router id --> ... best

A sequence of eliminations over all candidates (RFC 4271 9.1.2.2), never a comparison of two after two: MED is compared
only inside a neighbour AS, so "better than" is no order, and A beats B beats C beats A happens. Daemons that do compare
two after two by default (BIRD, FRR) are here too, as `Rules.deterministic_med=False`: their answer needs the order of
arrival.

Steps that look at nothing but the route stand together as one stage, and what they look at is one tuple: the least
tuple is what the steps one by one would leave, and where a loser's tuple first differs is the step that it lost at.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter, itemgetter

from catchment.model.address import Address
from catchment.model.speakers import DEFAULT_LOCAL_PREF, Attributes, PathElement
from catchment.simulate.network.bgp.decision import (
    BEFORE_MULTIPATH,
    Cost,
    Decision,
    History,
    Route,
    Rules,
    Source,
    Standing,
    Step,
    Verdict,
)

WORST_MED = 2**32 - 1
LATER = (Step.ROUTER_ID, Step.CLUSTERS, Step.ADDRESS)  # what orders the routes that share the traffic

_all_keys = attrgetter("keys")

Lost = dict["Candidate", Step]
"""At which step a candidate was put out."""


@dataclass(frozen=True, slots=True, eq=False)
class Candidate:
    """A route as one router's rules look at it, worked out once.

    usable : the next hop can be reached, or the rules do not mind
    med    : None when missing
    keys   : a number for each step of the rules, the lesser the better
    """

    route: Route
    usable: bool
    med: int | None
    keys: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Stage:
    """A run of steps that look at nothing but the route, or one that looks at the other routes or at history too.

    keys : where their numbers stand in the keys of a candidate
    """

    steps: tuple[Step, ...]
    keys: slice
    looks_around: bool


def stages_of(rules: Rules) -> tuple[Stage, ...]:
    """The steps of the rules in their order, in as few stages as they allow."""
    around = {Step.SELECTED, Step.AGE}
    if not rules.always_compare_med:
        around.add(Step.MED)
    if not rules.external_router_id:
        around.add(Step.ROUTER_ID)
    stages: list[Stage] = []
    first = 0
    for alone, run in groupby(rules.steps, key=lambda step: step if step in around else None):
        steps = tuple(run)
        stages.append(Stage(steps, slice(first, first + len(steps)), alone is not None))
        first += len(steps)
    return tuple(stages)


def decide(
    routes: Iterable[Route], rules: Rules, cost: Cost, history: History | None = None, width: int = 1
) -> Decision:
    """Decide among `routes`, which stand in order of arrival, the oldest first; `Judge.decide` has the rest."""
    judge = Judge(rules, cost)
    return judge.decide([judge.candidate(route) for route in routes], history, width)


class Judge:
    """Decides for one router by its rules; `cost` is its way to a next hop."""

    def __init__(self, rules: Rules, cost: Cost) -> None:
        self.rules, self.cost, self.stages = rules, cost, stages_of(rules)
        self.needs_history = rules.needs_history
        self._is_order = {stage.steps[0] for stage in self.stages if stage.looks_around} <= {Step.MED}
        self._asked = itemgetter(*(list(Step).index(step) for step in rules.steps))

    def candidate(self, route: Route) -> Candidate:
        """A route with its numbers; two or more steps are taken for granted."""
        said, rules = route.attributes, self.rules
        cost = 0 if said.next_hop is None else self.cost(said.next_hop)
        router_id = said.originator if said.originator and rules.originator else route.router_id  # RFC 4456 9
        numbers = (  # in the order of Step, the lesser the better
            cost is None,
            -route.weight,
            -(DEFAULT_LOCAL_PREF if said.local_pref is None else said.local_pref),
            route.source is not Source.OWN,
            len(said.path),  # an AS_SET is one element, confederations are none
            said.origin,
            (WORST_MED if rules.missing_med_is_worst else 0) if said.med is None else said.med,
            route.source is Source.INTERNAL,
            cost or 0,  # where it is asked, all or none of the candidates are unreachable
            0,  # SELECTED and AGE: history tells
            0,
            int(router_id),
            len(said.clusters),
            _address(route.address),
        )
        usable = cost is not None or rules.unreachable_stays
        return Candidate(route, usable=usable, med=said.med, keys=self._asked(numbers))

    def best(self, standing: list[Candidate], history: History | None = None) -> Candidate | None:
        """The best of `decide`, without the reasons, among candidates that are usable."""
        if len(standing) < 2:
            return standing[0] if standing else None
        if self._is_order and len({one.med for one in standing}) == 1:
            return min(standing, key=_all_keys)  # equal MEDs tell nobody apart, and the rest is an order
        left = self._left(standing, history, None)
        return left[0] if len(left) == 1 else None

    def decide(self, candidates: Sequence[Candidate], history: History | None = None, width: int = 1) -> Decision:
        """Decide among candidates of this judge, which stand in order of arrival, the oldest first.

        The order matters only to rules with `deterministic_med=False`, `history` only where `rules.needs_history`:
        without it the routes among which history would choose come back as tied. At most `width` routes share the
        traffic; of more, those that the later steps prefer. O(routes * steps); two after two without a history,
        O(routes^2 * steps).
        """
        lost: Lost = {one: Step.REACHABLE for one in candidates if not one.usable}
        standing = [one for one in candidates if one.usable]
        left = self._left(standing, history, lost)
        shares = self._multipath(left[0], standing, history, lost)[:width] if len(left) == 1 else []
        return Decision(
            best=left[0].route if len(left) == 1 else None,
            multipath=tuple(one.route for one in shares),
            verdicts=tuple(_verdict(one, left, shares, lost) for one in candidates),
        )

    def _left(self, standing: list[Candidate], history: History | None, lost: Lost | None) -> list[Candidate]:
        """The winner; several when only an unknown history would tell; none when there is no usable route."""
        if len(standing) < 2:
            return standing
        if self.rules.deterministic_med:
            return self._eliminate(standing, history, lost)
        if history is not None:
            return self._one_after_the_other(standing[::-1] if self.rules.newest_first else standing, history, lost)
        left = self._possible_winners(standing)
        # one walk for the reasons of the others: from the winner, or from anywhere when it is not known
        self._one_after_the_other([*left, *(one for one in standing if one not in left)], history, lost)
        return left

    def _eliminate(self, left: list[Candidate], history: History | None, lost: Lost | None) -> list[Candidate]:
        """Who is left after all stages; the others are written into `lost`, if there is one."""
        for stage in self.stages:
            if len(left) < 2:
                break
            if stage.looks_around:
                keep = self._around(stage, left, history)
                if keep is None:
                    break  # history would decide here, and is not known
            else:
                keep = _least(left, stage)
            if lost is not None and len(keep) < len(left):
                lost.update((one, _lost_at(stage, one, keep[0])) for one in left if one not in keep)
            left = keep
        return left

    def _around(self, stage: Stage, left: list[Candidate], history: History | None) -> list[Candidate] | None:
        """Who of `left` stays after a step that looks at the others; None: history would tell, and is not known."""
        step = stage.steps[0]
        if step is Step.MED:
            return _lowest_med(left, stage)
        all_external = all(one.route.source is Source.EXTERNAL for one in left)
        if step is Step.ROUTER_ID:  # GoBGP asks for it among iBGP routes only
            return left if all_external else _least(left, stage)
        if not all_external:
            return left  # FRR's selected flag and GoBGP's age are asked among eBGP routes only
        if history is None:
            return None
        if step is Step.SELECTED:
            return [one for one in left if one.route.session == history.selected] or left
        heard_s = [history.heard_s.get(one.route.session, 0) for one in left]
        return [one for one, at_s in zip(left, heard_s, strict=True) if at_s == min(heard_s)]

    def _one_after_the_other(
        self, order: Sequence[Candidate], history: History | None, lost: Lost | None
    ) -> list[Candidate]:
        """The champion of comparing two after two: whoever is better stays."""
        champion = order[0]
        for challenger in order[1:]:
            left = self._eliminate([champion, challenger], history, lost)
            champion = left[0]
        if lost is not None:
            lost.pop(champion, None)
        return [champion]

    def _possible_winners(self, among: Sequence[Candidate]) -> list[Candidate]:
        """Who may be the champion in some order of arrival: whoever beats all others, directly or through others."""
        beats = {(a, b) for a in among for b in among if a is not b and a in self._eliminate([a, b], None, None)}
        winners = []
        for start in among:
            reached, todo = {start}, [start]
            while todo:
                one = todo.pop()
                new = [other for other in among if (one, other) in beats and other not in reached]
                reached.update(new)
                todo += new
            if len(reached) == len(among):
                winners.append(start)
        return winners

    def _multipath(
        self, best: Candidate, among: Sequence[Candidate], history: History | None, lost: Lost
    ) -> list[Candidate]:
        """Everything as good as the best up to the IGP cost, the best first, then as the later steps prefer.

        Deterministic rules take what the elimination left. BIRD and FRR without them hold each route against the best
        alone, so that the set may have two routes of which one has a worse MED than the other (both measured so).
        """
        equal = [
            one for one in among if one is not best and self._apart(best, one, history, lost) not in BEFORE_MULTIPATH
        ]
        if not self.rules.relaxed:
            equal = [one for one in equal if _alike(best.route, one.route)]
        later = [place for place, step in enumerate(self.rules.steps) if step in LATER]
        equal.sort(key=lambda one: [one.keys[place] for place in later])
        return [best, *equal]

    def _apart(self, best: Candidate, one: Candidate, history: History | None, lost: Lost) -> Step | None:
        """The step that put `one` out; without deterministic MED the step that tells it from the best, if any does."""
        if self.rules.deterministic_med:
            return lost[one]
        pair: Lost = {}
        self._eliminate([best, one], history, pair)
        return next(iter(pair.values()), None)


def _address(address: Address | None) -> int:
    """IPv4 before IPv6, as OpenBGPD has it."""
    return 0 if address is None else int(address) + (address.version == 6) * 2**32


def _least(left: list[Candidate], stage: Stage) -> list[Candidate]:
    least = min([one.keys[stage.keys] for one in left])
    return [one for one in left if one.keys[stage.keys] == least]


def _lowest_med(left: list[Candidate], stage: Stage) -> list[Candidate]:
    """Those that have the lowest MED among the routes of their neighbour AS (RFC 4271 9.1.2.2 c)."""
    if len({one.keys[stage.keys] for one in left}) == 1:
        return left
    lowest: dict[PathElement | None, tuple[int, ...]] = {}
    whose = [first_as(one.route.attributes) for one in left]
    for one, asn in zip(left, whose, strict=True):
        lowest[asn] = min(one.keys[stage.keys], lowest.get(asn, one.keys[stage.keys]))
    return [one for one, asn in zip(left, whose, strict=True) if one.keys[stage.keys] == lowest[asn]]


def first_as(attributes: Attributes) -> PathElement | None:
    """The neighbour AS as MED sees it: the first of AS_PATH; None for an empty path, all of which are comparable.

    An AS_SET in front is comparable with the same set only: RFC 4271 leaves that open, and BIRD and FRR differ.
    """
    return attributes.path[0] if attributes.path else None


def _lost_at(stage: Stage, loser: Candidate, winner: Candidate) -> Step:
    """The step of a stage that put a candidate out: the first at which it is not as good as who stays."""
    if stage.looks_around:
        return stage.steps[0]
    pairs = zip(stage.steps, loser.keys[stage.keys], winner.keys[stage.keys], strict=True)
    return next(step for step, worse, better in pairs if worse != better)


def _verdict(one: Candidate, left: Sequence[Candidate], shares: Sequence[Candidate], lost: Lost) -> Verdict:
    if one in left:
        return Verdict(route=one.route, standing=Standing.BEST if len(left) == 1 else Standing.TIED)
    return Verdict(route=one.route, standing=Standing.SHARES if one in shares else Standing.LOST, lost_at=lost[one])


def _alike(a: Route, b: Route) -> bool:
    """Whether FRR without `multipath-relax` lets the routes share."""
    if a.source is Source.EXTERNAL:
        return first_as(a.attributes) == first_as(b.attributes)
    return a.attributes.path == b.attributes.path
