"""Explain: why a client reaches its site, decision by decision."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from catchment.errors import Problem, ScenarioError, UsageError
from catchment.results.catchment import NOWHERE
from catchment.results.decision import Explanation
from catchment.simulate.explain import Explainer
from catchment.workflows.internet import Choice, Say
from catchment.workflows.predict import Asking, ask
from catchment.workflows.scenario import Asked, asn_of


def explain(path: Path, clients: Sequence[str], choice: Choice, asked: Asked, say: Say) -> tuple[Explanation, ...]:
    """The explanations for some clients. Raises CatchmentError for anything wrong outside this program."""
    numbers = []
    for word in clients:
        try:
            numbers.append(asn_of(word))
        except ValueError as error:
            raise UsageError(Problem(where="--client", what=str(error), todo="write --client AS64500")) from error
    asking = ask(path, choice, asked, say)
    explainer = Explainer(asking.simulator, asking.situation, asking.catchment, asked.tie_break)
    told: list[Explanation] = []
    problems: list[Problem] = []
    for number in numbers:
        try:
            told.append(_continued(path, asking, explainer.explain(number)))
        except ScenarioError as error:
            problems += error.problems
    if problems:
        raise ScenarioError(*problems)
    return tuple(told)


def _continued(path: Path, asking: Asking, told: Explanation) -> Explanation:
    """The same with the way on inside our own networks, where the client enters any."""
    design, row = asking.design, asking.catchment.row(told.asn)
    if not design.at_routers or row is None:
        return told
    from catchment.workflows.served import enter  # noqa: PLC0415  only designs with networks need the inside
    from catchment.workflows.trace import Asked as Wanted  # noqa: PLC0415
    from catchment.workflows.trace import trace_in  # noqa: PLC0415

    entrances, entrance = enter(asking.simulator, asking.situation, asking.catchment)
    if entrance[row] == NOWHERE:
        return told
    door, prefix = entrances[int(entrance[row])], asking.question.prefix
    targets = [
        str(address)
        for service in design.services
        for address in service.addresses
        if address.version == prefix.version and address in prefix
    ]
    if door.router is None or not targets:
        return replace(told, entrance=door)
    wanted = Wanted(sources=(door.router,), targets=tuple(targets), down=asking.question.scenario.inside)
    return replace(told, entrance=door, inside=trace_in(design, path, wanted))
