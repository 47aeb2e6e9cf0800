"""Predict: who will reach which site, how surely, at what latency, and what a scenario changes."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from catchment.designfile.load import read_design
from catchment.internet.internet import Internet
from catchment.model.design import Design
from catchment.results.catchment import Catchment
from catchment.results.comparison import Comparison, compare
from catchment.results.summary import Summary, summarise
from catchment.results.verdict import Verdict
from catchment.simulate.predict import Question, describe
from catchment.simulate.scenario import UNDISTURBED
from catchment.simulate.situation import Options, Simulator, Situation
from catchment.verify.intents import judge
from catchment.workflows.internet import Choice, Say, open_internet
from catchment.workflows.outcomes import outcomes
from catchment.workflows.provenance import provenance
from catchment.workflows.scenario import (
    Asked,
    check_hijacks,
    options_of,
    prefix_of,
    scenario_for,
)

if TYPE_CHECKING:
    from catchment.results.served import Served

EVIDENCE = (
    "evidence level 0: predicted from topology alone, which was right for about two networks in three "
    "in real experiments; not a forecast"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Prediction:
    """What `catchment predict` found.

    undisturbed, change : the same without the scenario, and the comparison; None when the scenario is empty
    verdicts            : on the intents of the design, under the scenario
    served, served_before : what the design's own networks do with the clients, under the scenario and without; None
                          for a design whose sites are at no router
    """

    catchment: Catchment
    summary: Summary
    undisturbed: Catchment | None
    change: Comparison | None
    verdicts: tuple[Verdict, ...]
    internet: Internet
    served: "Served | None" = None
    served_before: "Served | None" = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """A design on an Internet with the words of the command line worked out; what predict, explain and sweep share."""

    design: Design
    simulator: Simulator
    question: Question
    situation: Situation
    catchment: Catchment


def ask(path: Path, choice: Choice, asked: Asked, say: Say) -> Asking:
    """Read the design, open the Internet, and answer. Raises CatchmentError for anything wrong outside this program."""
    design = read_design(path)
    scenario, prefix = scenario_for(design, asked), prefix_of(design, asked)
    check_hijacks(scenario, prefix)
    internet = open_internet(choice, say)
    options = options_of(asked, design, internet.graph)
    question = Question(design=design, prefix=prefix, scenario=scenario, options=options)
    simulator = Simulator(internet)
    say_if_cold(say)
    situation = simulator(design, prefix, scenario, options)
    made = provenance(path, internet.sources, options_given(asked, options))
    catchment = describe(simulator, question, situation, made)
    return Asking(design=design, simulator=simulator, question=question, situation=situation, catchment=catchment)


def predict(path: Path, choice: Choice, asked: Asked, say: Say) -> Prediction:
    """The catchment of a design under a scenario, with its table, the change and the intents."""
    asking = ask(path, choice, asked, say)
    question, catchment = asking.question, asking.catchment
    undisturbed = change = served_before = None
    served = _served(asking.simulator, question, asking.situation, catchment)
    catchment = replace(
        catchment, notes=(*catchment.notes, *_apart(question.design), *(served.notes if served else ()))
    )
    if question.scenario != UNDISTURBED:
        plain = Question(
            design=question.design, prefix=question.prefix, scenario=UNDISTURBED, options=question.options
        )
        situation = asking.simulator(plain.design, plain.prefix, plain.scenario, plain.options)
        undisturbed = describe(asking.simulator, plain, situation, catchment.provenance)
        served_before = _served(asking.simulator, plain, situation, undisturbed)
        change = compare(undisturbed, catchment)
    summary = summarise(catchment)
    return Prediction(
        catchment=catchment,
        summary=summary,
        undisturbed=undisturbed,
        change=change,
        verdicts=_verdicts(asking, summary, served),
        internet=asking.simulator.internet,
        served=served,
        served_before=served_before,
    )


def _served(simulator: Simulator, question: Question, situation: Situation, catchment: Catchment) -> "Served | None":
    """The inside of a design whose sites are at routers; None for any other, which then needs nothing of it."""
    if not question.design.at_routers:
        return None
    from catchment.workflows.served import served  # noqa: PLC0415

    return served(simulator, question, situation, catchment)


def _apart(design: Design) -> tuple[str, ...]:
    if not design.networks or design.at_routers:
        return ()
    return ("its sites and its networks are predicted apart: no site is at a router (`router:` at a site ties them)",)


def say_if_cold(say: Say) -> None:
    """Tell the user what the first run waits for: numba compiles the kernels once and keeps them."""
    from numba import config  # noqa: PLC0415  numba is slow to import

    from catchment.simulate.kernels import propagate as kernel  # noqa: PLC0415

    if not config.DISABLE_JIT and not any(Path(kernel.run._cache.cache_path).glob("propagate.run-*.nbi")):
        say("compiling the kernels (once; some seconds)")


def options_given(asked: Asked, options: Options) -> tuple[tuple[str, str], ...]:
    """The options that changed the answer, for the provenance: (name, value)."""
    given = [("tie-break", str(options.tie_break))]
    given += [("rtt", f"{options.rtt.base_ms:g} ms + {options.rtt.stretch:g} x 2 km / 200")]
    for name, words in (("down", asked.down), ("prepend", asked.prepend), ("hijack", asked.hijack)):
        given += [(name, word) for word in words]
    if asked.rov is not None:
        given += [("rov", Path(asked.rov).name), ("validating ASes", str(len(options.validating)))]
    if asked.roas is not None:
        given += [("roas", asked.roas.name)]
    return tuple(given)


def _verdicts(asking: Asking, summary: Summary, served: "Served | None") -> tuple[Verdict, ...]:
    """The intents held against the prediction; with networks of our own the way inside counts too."""
    intents = asking.design.intents
    if not intents:
        return ()
    catchment = asking.catchment
    if served is not None:
        catchment = replace(catchment, rtt_ms=(catchment.rtt_ms + served.inside_rtt_ms()).astype(np.float32))
    return judge(intents, catchment, summary, outcomes(asking.simulator, asking.question, asking.situation))
