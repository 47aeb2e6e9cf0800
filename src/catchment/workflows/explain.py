"""Explain: why a client reaches its site, decision by decision."""

from collections.abc import Sequence
from pathlib import Path

from catchment.errors import Problem, ScenarioError, UsageError
from catchment.results.decision import Explanation
from catchment.simulate.explain import Explainer
from catchment.workflows.internet import Choice, Say
from catchment.workflows.predict import ask
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
            told.append(explainer.explain(number))
        except ScenarioError as error:
            problems += error.problems
    if problems:
        raise ScenarioError(*problems)
    return tuple(told)
