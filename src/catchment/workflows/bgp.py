"""BGP of our own routers: what each heard, took and tells, whether it settles, and how else it could."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from ipaddress import ip_network
from pathlib import Path

import numpy as np

from catchment.errors import CatchmentError, Problem, UsageError
from catchment.model.address import Address, Prefix
from catchment.model.design import Design
from catchment.model.speakers import BgpNetwork
from catchment.results.bgp import (
    BgpReport,
    Choice,
    Circle,
    Flap,
    Heard,
    History,
    Line,
    Message,
    RouterBgp,
    Stability,
    StableState,
    Told,
)
from catchment.simulate.network.bgp.decision import Route, Source
from catchment.simulate.network.bgp.flaps import Ends, settling
from catchment.simulate.network.bgp.oscillation import Oscillation
from catchment.simulate.network.bgp.outcome import Entry, Outcome, Table
from catchment.simulate.network.bgp.propagation import by_chance, propagate
from catchment.simulate.network.bgp.stable import State, stable_states
from catchment.simulate.network.bgp.story import story
from catchment.simulate.network.topology import Down
from catchment.simulate.network.tunnels import settled
from catchment.workflows.provenance import provenance
from catchment.workflows.trace import check_names, down_of, down_words, read_inside

MOST_FULL = 6
"""Tables shown in full when no router is named; of more, a line each."""

MOST_TRIED = 30_000
"""Partial states that the search for quiet ones looks at, for all prefixes together: some 10 s in dense networks."""

SOURCES = {Source.OWN: "own", Source.EXTERNAL: "eBGP", Source.INTERNAL: "iBGP"}

Igp = Callable[[str, Address], int | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Options of the command line as they were typed; seed None: first come, first served."""

    routers: Sequence[str] = ()
    prefixes: Sequence[str] = ()
    down: Sequence[str] = ()
    seed: int | None = None
    stable: bool = False
    history: bool = False


def bgp(path: Path, asked: Asked, most_tried: int = MOST_TRIED) -> BgpReport:
    """BGP of the routers and prefixes asked for (of all, when none is named). Raises CatchmentError."""
    design = read_inside(path)
    configured = design.inside.bgp
    if not configured.speakers:
        todo = "add bgp: mesh to a network with an asn, or a link to another AS (docs/guide/bgp-inside.md)"
        raise UsageError(Problem(where=str(path), what="nothing in the design speaks BGP", todo=todo))
    check_names("--router", "router that speaks BGP", asked.routers, [one.name for one in configured.speakers])
    prefixes = _prefixes(design, asked.prefixes)
    if asked.history and len(prefixes) > 1:
        todo = f"name one with --prefix: {', '.join(map(str, prefixes))}"
        raise UsageError(Problem(where="--history", what="a history is of one prefix", todo=todo))
    gone = down_of(design, asked.down)
    outcome = settled(design.inside, gone).tables.bgp
    assert outcome is not None  # there are speakers
    if asked.seed is not None:
        schedule = by_chance(np.random.default_rng(asked.seed))
        outcome = propagate(outcome.wiring.network, _igp(outcome), schedule=schedule)
    there = [prefix for prefix in prefixes if prefix in outcome.talks]
    view = _View(outcome)
    shown = [
        one.name
        for one in configured.speakers
        if (not asked.routers or one.name in asked.routers) and one.name not in gone.routers
    ]
    lines = [view.line(outcome.table(name, prefix)) for prefix in there for name in shown]
    full = [(name, prefix) for name in shown for prefix in there]
    if not asked.routers and len(full) > MOST_FULL:
        full = []
    return BgpReport(
        title=f"{design.name}: BGP{down_words(asked.down)}",
        order="first come, first served" if asked.seed is None else f"by chance, seed {asked.seed}",
        lines=tuple(lines),
        full=tuple(view.full(outcome.table(name, prefix)) for name, prefix in full),
        circles=tuple(view.circle(one) for one in outcome.oscillations if one.prefix in there),
        stability=tuple(_stabilities(outcome, there, most_tried)) if asked.stable else (),
        history=view.history(there[0]) if asked.history and there else None,
        messages=outcome.messages,
        notes=tuple(_notes(design, outcome, gone, [prefix for prefix in prefixes if prefix not in there])),
        provenance=provenance(path, (), tuple(_options(asked))),
    )


def _prefixes(design: Design, words: Sequence[str]) -> list[Prefix]:
    """The announced prefixes that are meant, in the order of the design; all without words."""
    known = list(dict.fromkeys(one.origination.prefix for one in design.inside.announcements))
    if not words:
        return known
    plain = [_plain(word) for word in words]
    check_names("--prefix", "prefix that a router announces", plain, [str(one) for one in known])
    return [one for one in known if str(one) in plain]


def _plain(word: str) -> str:
    try:
        return str(ip_network(word.strip(), strict=False))
    except ValueError:
        return word


def _igp(outcome: Outcome) -> Igp:
    """The IGP of a run, by what its routers were told of it."""
    judges = outcome.wiring.judges
    return lambda router, next_hop: judges[router].cost(next_hop)


class _View:
    """What a run came to, as results."""

    def __init__(self, outcome: Outcome) -> None:
        self.outcome, self.cost = outcome, _igp(outcome)

    def line(self, table: Table) -> Line:
        heard = [self.heard(table.speaker, entry) for entry in table.heard]
        refused = sum(one.standing == "refused" for one in heard)
        return Line(
            router=table.speaker,
            asn=self.outcome.wiring.network.by_name[table.speaker].asn,
            prefix=table.prefix,
            best=next((one for one in heard if one.standing == "best"), None),
            decided_by=str(table.decision.decided_by or ""),
            usable=len(heard) - refused,
            refused=refused,
            shares=len({route.attributes.next_hop for route in table.multipath}),
        )

    def full(self, table: Table) -> RouterBgp:
        speaker = self.outcome.wiring.network.by_name[table.speaker]
        sessions = self.outcome.wiring.sessions
        return RouterBgp(
            line=self.line(table),
            router_id=speaker.router_id,
            profile=str(speaker.profile),
            heard=tuple(self.heard(table.speaker, entry) for entry in table.heard),
            told=tuple(
                Told(
                    neighbour=one.neighbour,
                    external=sessions[one.session].external,
                    attributes=one.attributes,
                    why=_after_colon(one.withheld) or ("" if one.attributes else "its message is on the way"),
                )
                for one in table.said
            ),
        )

    def heard(self, router: str, entry: Entry) -> Heard:
        if entry.route is None:
            session = self.outcome.wiring.sessions[entry.session]
            assert entry.said is not None
            hop = entry.said.next_hop
            return Heard(
                neighbour=entry.neighbour,
                source="eBGP" if session.external else "iBGP",
                address=session.out.address,
                attributes=entry.said,
                weight=0,
                igp_cost=None if hop is None else self.cost(router, hop),
                standing="refused",
                why=_after_colon(entry.refusal),
            )
        route, verdict = entry.route, entry.verdict
        hop = route.attributes.next_hop
        return Heard(
            neighbour=entry.neighbour,
            source=SOURCES[route.source],
            address=route.address,
            attributes=route.attributes,
            weight=route.weight,
            igp_cost=0 if hop is None else self.cost(router, hop),
            standing=str(verdict.standing) if verdict else "",
            why=str(verdict.lost_at or "") if verdict else "",
        )

    def history(self, prefix: Prefix) -> History:
        messages = [
            Message(
                number=number,
                sender=told.sender,
                receiver=told.receiver,
                attributes=told.attributes,
                refused=_after_colon(told.refusal),
                turned=told.turned,
                choice=_choice(told.after),
            )
            for number, told in enumerate(story(self.outcome, prefix), 1)
        ]
        return History(prefix=prefix, messages=tuple(messages))

    def circle(self, oscillation: Oscillation) -> Circle:
        turns = {turn.message: turn for turn in oscillation.turns}
        return Circle(
            prefix=oscillation.prefix,
            finding=oscillation.finding,
            messages=tuple(
                Message(
                    number=number + 1,
                    sender=one.sender,
                    receiver=one.receiver,
                    attributes=one.attributes,
                    refused="",
                    turned=number in turns,
                    choice=_choice(turns[number].route) if number in turns else None,
                )
                for number, one in enumerate(oscillation.circle)
            ),
        )


def _choice(route: Route | None) -> Choice | None:
    return None if route is None else Choice(neighbour=route.neighbour, path=route.attributes.path)


def _after_colon(words: object) -> str:
    """`own AS in the path` of `refused: own AS in the path`; "" of None."""
    return "" if words is None else str(words).partition(": ")[2]


def _stabilities(outcome: Outcome, prefixes: Sequence[Prefix], most_tried: int) -> Iterator[Stability]:
    """The quiet states of each prefix."""
    network, igp = outcome.wiring.network, _igp(outcome)
    for prefix in prefixes:
        try:
            states = stable_states(network, prefix, igp, most=most_tried // len(prefixes))
        except CatchmentError as error:
            yield Stability(prefix=prefix, states=(), reached=None, unanswered=_unanswered(error.problems[0]))
            continue
        found = settling(network, prefix, igp, states)
        yield Stability(
            prefix=prefix,
            states=tuple(
                StableState(choices=_choices(network, state), flaps=tuple(_flaps(network, after)))
                for state, after in zip(states, found.after, strict=True)
            ),
            reached=None if found.reached is None else found.reached + 1,
        )


def _unanswered(problem: Problem) -> Problem:
    """The problem in the words of a design, for whom rules and seeds are a decision: and a --seed."""
    if problem.rule != "B105":
        return replace(problem, todo="ask about a part of the network, or compare runs with --seed 1, --seed 2 ...")
    what = f"{problem.where} choose by the order in which routes arrive"
    return replace(problem, what=what, todo="it is known for decision: default, gobgp and openbgpd")


def _choices(network: BgpNetwork, state: State) -> tuple[tuple[str, Choice | None], ...]:
    return tuple((one.name, _choice(state.get(one.name))) for one in network.speakers)


def _flaps(network: BgpNetwork, after: Sequence[Ends]) -> Iterator[Flap]:
    for peering, ends in zip(network.peerings, after, strict=False):  # none where the state was not reached
        numbers = sorted(one + 1 for one in ends if one is not None)
        circle = [None] if None in ends else []
        yield Flap(session=(peering.a.speaker, peering.b.speaker), leads_to=(*numbers, *circle))


def _notes(design: Design, outcome: Outcome, gone: Down, missing: Sequence[Prefix]) -> Iterator[str]:
    for name in sorted(gone.routers):
        yield f"{name} is down and has no table"
    for prefix in missing:
        yield f"nobody announces {prefix}: no server that it is announced for is up"
    if outcome.oscillations:
        yield "tables are of one moment of the circle"
    up = {(one.a.address, one.b.address) for one in outcome.wiring.network.peerings}
    for one in design.inside.bgp.peerings:
        ends = one.a.speaker, one.b.speaker
        if (one.a.address, one.b.address) not in up and not gone.routers.intersection(ends):
            yield f"no session {ends[0]} - {ends[1]}: its link is down, or one end has no way to the other's address"


def _options(asked: Asked) -> Iterator[tuple[str, str]]:
    for name, words in (("router", asked.routers), ("prefix", asked.prefixes), ("down", asked.down)):
        yield from ((name, word) for word in words)
    if asked.seed is not None:
        yield "seed", str(asked.seed)
