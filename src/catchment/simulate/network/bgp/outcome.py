"""The tables of every router after a run: what it heard, what it took and why, what it says to whom."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from catchment.errors import Problem
from catchment.model.address import Prefix
from catchment.model.speakers import Attributes
from catchment.simulate.network.bgp.conversation import Conversation
from catchment.simulate.network.bgp.decision import OWN_SESSION, Decision, Route, Verdict
from catchment.simulate.network.bgp.events import Event
from catchment.simulate.network.bgp.exchange import Refusal, Withheld
from catchment.simulate.network.bgp.log import Log
from catchment.simulate.network.bgp.oscillation import Oscillation
from catchment.simulate.network.bgp.wiring import Wiring


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A line of Adj-RIB-In, or the router's own route.

    said : the message as it came, None for the own route;  route : after the import policy, None when refused
    """

    session: int
    neighbour: str
    said: Attributes | None
    route: Route | None
    refusal: Refusal | None
    verdict: Verdict | None

    @property
    def words(self) -> str:
        return str(self.refusal) if self.refusal else self.verdict.words if self.verdict else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A line of Adj-RIB-Out: what was said to a neighbour, or why nothing is."""

    session: int
    neighbour: str
    attributes: Attributes | None
    withheld: Withheld | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """All that a speaker knows of a prefix; `heard` in order of arrival, `said` in order of the peerings."""

    speaker: str
    prefix: Prefix
    heard: tuple[Entry, ...]
    decision: Decision
    said: tuple[Said, ...]

    @property
    def best(self) -> Route | None:
        return self.decision.best

    @property
    def multipath(self) -> tuple[Route, ...]:
        return self.decision.multipath


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Outcome:
    """Where a run ended."""

    oscillations: tuple[Oscillation, ...]
    log: Log = field(repr=False)
    wiring: Wiring = field(repr=False)
    talks: Mapping[Prefix, Conversation] = field(repr=False)

    @property
    def history(self) -> tuple[Event, ...]:
        """All events, for propagation.replay; made when first asked for."""
        return self.log.events

    @property
    def messages(self) -> int:
        """How many were delivered."""
        return self.log.messages

    @property
    def prefixes(self) -> tuple[Prefix, ...]:
        """In the order in which they were first announced."""
        return tuple(self.talks)

    @property
    def findings(self) -> tuple[Problem, ...]:
        return tuple(oscillation.finding for oscillation in self.oscillations)

    def best(self, speaker: str, prefix: Prefix) -> Route | None:
        best = self.talks[prefix].best.get(speaker)
        return best.route if best else None

    def choices(self) -> dict[tuple[str, Prefix], Route]:
        """Every best route; two runs that end alike give equal ones."""
        return {(name, prefix): best.route for prefix, talk in self.talks.items() for name, best in talk.best.items()}

    def table(self, speaker: str, prefix: Prefix) -> Table:
        talk = self.talks[prefix]
        decision = talk.decision(speaker)
        verdicts = {verdict.route.session: verdict for verdict in decision.verdicts}
        return Table(
            speaker=speaker,
            prefix=prefix,
            heard=tuple(self._entry(talk, speaker, session, verdicts) for session in talk.heard[speaker]),
            decision=decision,
            said=tuple(self._said(talk, speaker)),
        )

    def _entry(self, talk: Conversation, speaker: str, session: int, verdicts: Mapping[int, Verdict]) -> Entry:
        held = talk.heard[speaker][session]
        return Entry(
            session=session,
            neighbour="" if session == OWN_SESSION else self.wiring.sessions[session].sender.name,
            said=talk.said.get(session),
            route=None if isinstance(held, Refusal) else held.route,
            refusal=held if isinstance(held, Refusal) else None,
            verdict=verdicts.get(session),
        )

    def _said(self, talk: Conversation, speaker: str) -> list[Said]:
        lines = []
        for session in self.wiring.outgoing[speaker, talk.prefix.version]:
            if session.number in talk.down:
                continue
            offered = talk.offered(session)
            line = Said(
                session=session.number,
                neighbour=session.receiver.name,
                attributes=talk.said.get(session.number),
                withheld=offered if isinstance(offered, Withheld) else None,
            )
            lines.append(line)
        return lines
