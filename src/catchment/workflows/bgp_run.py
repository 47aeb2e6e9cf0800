"""A run of BGP as results: a line or all that a router has of a prefix, messages, a circle."""

from collections.abc import Callable

from catchment.model.address import Address, Prefix
from catchment.results.bgp import Choice, Circle, Heard, History, Line, Message, RouterBgp, Told
from catchment.simulate.network.bgp.decision import Route, Source
from catchment.simulate.network.bgp.oscillation import Oscillation
from catchment.simulate.network.bgp.outcome import Entry, Outcome, Table
from catchment.simulate.network.bgp.story import story

SOURCES = {Source.OWN: "own", Source.EXTERNAL: "eBGP", Source.INTERNAL: "iBGP"}

Igp = Callable[[str, Address], int | None]


def igp_of(outcome: Outcome) -> Igp:
    """The IGP of a run, by what its routers were told of it."""
    judges = outcome.wiring.judges
    return lambda router, next_hop: judges[router].cost(next_hop)


class Run:
    """What a run came to."""

    def __init__(self, outcome: Outcome) -> None:
        self.outcome, self.cost = outcome, igp_of(outcome)

    def line(self, router: str, prefix: Prefix, before: "Run | None" = None) -> Line:
        """What a router took; `before`: the run to compare with."""
        table = self._table(router, prefix)
        heard = [self._heard(router, entry) for entry in table.heard] if table else []
        refused = sum(one.standing == "refused" for one in heard)
        return Line(
            router=router,
            asn=self.outcome.wiring.network.by_name[router].asn,
            prefix=prefix,
            best=next((one for one in heard if one.standing == "best"), None),
            decided_by=self._decided_by(table) if table else "",
            usable=len(heard) - refused,
            refused=refused,
            shares=len({route.attributes.next_hop for route in table.multipath}) if table else 0,
            before=before.choice(router, prefix) if before else None,
            moved=before is not None and before.choice(router, prefix) != self.choice(router, prefix),
        )

    def _decided_by(self, table: Table) -> str:
        """The last step that put a route out, in the order of this router's own steps."""
        steps = self.outcome.wiring.judges[table.speaker].rules.steps
        lost = {verdict.lost_at for verdict in table.decision.verdicts if verdict.lost_at}
        last = max(lost, key=lambda step: steps.index(step) if step in steps else -1, default=None)
        return "" if last is None else str(last)

    def choice(self, router: str, prefix: Prefix) -> Choice | None:
        """What a router took, in short."""
        there = prefix in self.outcome.talks
        return choice_of(self.outcome.best(router, prefix)) if there else None

    def _table(self, router: str, prefix: Prefix) -> Table | None:
        return self.outcome.table(router, prefix) if prefix in self.outcome.talks else None

    def full(self, router: str, prefix: Prefix, before: "Run | None" = None) -> RouterBgp:
        """All that a router has of a prefix that somebody announces."""
        table = self.outcome.table(router, prefix)
        speaker = self.outcome.wiring.network.by_name[router]
        sessions = self.outcome.wiring.sessions
        return RouterBgp(
            line=self.line(router, prefix, before),
            router_id=speaker.router_id,
            profile=str(speaker.profile),
            heard=tuple(self._heard(router, entry) for entry in table.heard),
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

    def _heard(self, router: str, entry: Entry) -> Heard:
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
        """Every message about a prefix, and what it did."""
        messages = [
            Message(
                number=number,
                sender=told.sender,
                receiver=told.receiver,
                attributes=told.attributes,
                refused=_after_colon(told.refusal),
                turned=told.turned,
                choice=choice_of(told.after),
            )
            for number, told in enumerate(story(self.outcome, prefix), 1)
        ]
        return History(prefix=prefix, messages=tuple(messages))

    def circle(self, oscillation: Oscillation) -> Circle:
        """A prefix that never settles, with one round of its messages."""
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
                    choice=choice_of(turns[number].route) if number in turns else None,
                )
                for number, one in enumerate(oscillation.circle)
            ),
        )


def choice_of(route: Route | None) -> Choice | None:
    """A route as what a router takes; None: it has none."""
    return None if route is None else Choice(neighbour=route.neighbour, path=route.attributes.path)


def _after_colon(words: object) -> str:
    """`own AS in the path` of `refused: own AS in the path`; "" of None."""
    return "" if words is None else str(words).partition(": ")[2]
