"""What is seen in a lab: its status, who answers whom, and how that compares with the prediction."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from catchment.lab import processes, spaces
from catchment.lab.asking import LIMIT_S, Asked, ask
from catchment.lab.nodes import Kind, space_name
from catchment.lab.spoken import TRANSPORTS, spoken_of
from catchment.lab.watching import hops_seen, routes_of, sessions_of, walk
from catchment.model.address import Address
from catchment.results.lab import (
    Answer,
    Compared,
    Expected,
    LabStatus,
    NodeStatus,
    ObservedHop,
    RouteDifference,
    Transport,
    Verified,
)
from catchment.verify.observed import compared, confusion, fitting, route_differences, timed
from catchment.workflows.lab.expected import Reasons
from catchment.workflows.lab.open import OpenLab, chosen
from catchment.workflows.lab.servers import server_called

WARM_S = 1.0
MANY = 16
"""Flows that fall on every one of two ways but once in 30,000 times."""

MOST_EXPLAINED = 20
"""Routes that differ of which routers are asked why; each costs some commands."""


def status(word: str | None) -> LabStatus:
    """What lives, which sessions are up, which routes stand where."""
    opened = OpenLab(chosen(word))
    state, lab = opened.state, opened.lab
    predicted = opened.predicted.routes
    observed = routes_of(lab.name, [node.name for node in lab.of_kind(Kind.ROUTER)])
    nodes = []
    for node in lab.nodes:
        programs = tuple((one.name, processes.is_alive(one)) for one in state.alive if one.node == node.name)
        found = NodeStatus(node=node.name, kind=node.kind.value, programs=programs)
        if node.kind is Kind.ROUTER:
            one = {node.name: predicted.get(node.name, {})}
            good, total = fitting(one, observed)
            found = replace(
                found,
                sessions=sessions_of(node, state.holder(node.name)),
                routes=len(observed[node.name]),
                as_predicted=good,
                predicted=total,
            )
        nodes.append(found)
    return LabStatus(
        name=state.name,
        design=state.design,
        ready=state.ready,
        down=state.down,
        choices=state.choices,
        nodes=tuple(nodes),
    )


def asked(word: str | None, flows: int, wait_s: float = LIMIT_S) -> tuple[str, tuple[Answer, ...]]:
    """(title, who answered): every client asks every address of every service, as the service is asked."""
    opened = OpenLab(chosen(word))
    return _title(opened), _ask(opened, flows, wait_s)


def verified(word: str | None, flows: int, wait_s: float = LIMIT_S) -> Verified:
    """Answers and routes beside the prediction, with what is failed now down there too."""
    opened = OpenLab(chosen(word))
    prediction = opened.predicted
    answers = _ask(opened, flows, wait_s)
    observed = routes_of(opened.lab.name, prediction.routes)
    explaining = _Explaining(opened, answers)
    rows = tuple(explaining.row(row) for row in compared(prediction.answers, answers))
    different = list(route_differences(prediction.routes, observed))
    return Verified(
        title=_title(opened),
        rows=rows,
        confusion=tuple((one, other, count) for (one, other), count in sorted(confusion(rows).items())),
        differences=tuple(
            explaining.route(one) if number < MOST_EXPLAINED else one for number, one in enumerate(different)
        ),
        routes=sum(map(len, prediction.routes.values())),
        notes=prediction.notes,
    )


def _title(opened: OpenLab) -> str:
    down = opened.state.down
    return f"{opened.state.name}, with {', '.join(down)}" if down else opened.state.name


def _ask(opened: OpenLab, flows: int, wait_s: float) -> tuple[Answer, ...]:
    """Ask, after questions for nothing: then routers know their neighbours, and times are those of links.

    Where several servers may answer, many are asked for nothing: Linux leaves out a next hop of IPv6 whose neighbour it
    does not know yet, and moves flows, streams too, when it does (seen: TCP was reset at the server it was moved to).
    """
    several = {(one.client, one.address) for one in opened.predicted.answers if len(one.servers) > 1}
    warm = [one for one in _questions(opened, MANY) if one.flow == 0 or (one.client, one.address) in several]
    ask([replace(one, transport=Transport.UDP) for one in warm], min(WARM_S, wait_s))
    return tuple(_known(opened, one) for one in ask(tuple(_questions(opened, flows)), wait_s))


def _known(opened: OpenLab, one: Answer) -> Answer:
    return one if one.server is None else replace(one, server=server_called(opened.lab, one.service, one.server))


def _questions(opened: OpenLab, flows: int) -> Iterator[Asked]:
    speaks = {service.name: spoken_of(service.checks) for service in opened.drawn.design.services}
    for one in opened.predicted.answers:
        for spoken in speaks[one.service]:
            for transport in TRANSPORTS[spoken.protocol]:
                for flow in range(flows):
                    yield Asked(
                        client=one.client,
                        space=spaces.NETNS / space_name(opened.lab.name, one.client),
                        service=one.service,
                        address=one.address,
                        transport=transport,
                        flow=flow,
                        port=spoken.port,
                        about=spoken.about,
                    )


class _Explaining:
    """What is not as predicted, with both reasons: each client's way to an address is walked once."""

    def __init__(self, opened: OpenLab, answers: Iterable[Answer]) -> None:
        late = opened.state.delays and opened.means.delays is not None
        self.opened, self.reasons = opened, Reasons(opened.drawn, opened.predicted, late=late)
        self.walked: dict[tuple[str, Address], tuple[str, tuple[ObservedHop, ...]]] = {}
        self.answers: dict[tuple[str, str, Address, Transport], list[Answer]] = {}
        for answer in answers:
            of = answer.client, answer.service, answer.address, answer.transport
            self.answers.setdefault(of, []).append(answer)

    def row(self, row: Compared) -> Compared:
        """With predicted times; with both ways, hop by hop, when it differs."""
        one = row.expected
        own = self.answers[one.client, one.service, one.address, row.transport]
        row = timed(row, own, self.reasons.rtts_ms(one))
        if row.agrees:
            return row
        seen, hops = self._walked(one)
        return replace(row, seen=seen, why_there=tuple(self.reasons.hops(one)), why_seen=hops)

    def _walked(self, one: Expected) -> tuple[str, tuple[ObservedHop, ...]]:
        asked = one.client, one.address
        if asked not in self.walked:
            lab, holder = self.opened.lab, self.opened.state.holder
            router = lab.behind(one.client)["eth0"]
            names = tuple(walk(lab, router, one.address))
            self.walked[asked] = " > ".join(names), tuple(hops_seen(lab, names, one.address, holder))
        return self.walked[asked]

    def route(self, one: RouteDifference) -> RouteDifference:
        """With what decides in the prediction, and what kernel and daemon say of the prefix."""
        seen = next(hops_seen(self.opened.lab, [one.router], one.prefix[0], self.opened.state.holder), None)
        return replace(one, why_there=self.reasons.at(one.router, one.prefix), why_seen=seen)
