"""Outcomes: what is left of a prediction with one set of things after another down, for intents to be held against.

Sites; and where sites are at routers of our own networks also routers, links and servers inside.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import combinations
from math import comb

import numpy as np
import numpy.typing as npt

from catchment.model.design import Design
from catchment.model.intent import Served
from catchment.results.verdict import Outcome
from catchment.simulate.clients import client_weights
from catchment.simulate.predict import Question
from catchment.simulate.scenario import Scenario
from catchment.simulate.situation import Simulator, Situation
from catchment.verify.intents import Outcomes, sites_down
from catchment.workflows.scenario import routers_alone

MOST_SETS = 200
"""Sets of things down that a prediction tries for an intent by itself; 200 of sites alone take about a second."""

Nodes = npt.NDArray[np.bool_]


def outcomes(simulator: Simulator, question: Question, situation: Situation) -> Outcomes:
    """Every outcome that the design's intents need, on top of the scenario of the question."""
    trying = _Trying(simulator, question, situation)
    found: dict[int | tuple[str, int], Sequence[Outcome] | None] = {
        count: trying.every("site", count) for count in sites_down(question.design.intents)
    }
    for intent in question.design.intents if question.design.at_routers else ():
        if isinstance(intent, Served) and intent.of != "site":
            found[intent.of, intent.down] = trying.every(intent.of, intent.down)
    return found


class _Trying:
    def __init__(self, simulator: Simulator, question: Question, situation: Situation) -> None:
        self.simulator, self.question, self.situation = simulator, question, situation
        self.weight, self.kept = client_weights(simulator.internet, question.design.clients)
        self.before = self.reached(question.scenario, situation)

    def every(self, kind: str, count: int) -> Sequence[Outcome] | None:
        """The outcome of every set of `count` more things of a kind down; None when there are too many."""
        up = list(self.up(kind))
        if comb(len(up), count) > MOST_SETS:
            return None
        return [self.one(kind, down) for down in combinations(up, min(count, len(up)))]

    def up(self, kind: str) -> Iterator[str]:
        if kind == "site":
            yield from (t.name for t in self.situation.announcement.targets if t.up and not t.hijacker)
        else:
            gone = self.question.scenario.inside
            yield from (name for name in _inside(self.question.design, kind) if name not in gone)

    def one(self, kind: str, down: tuple[str, ...]) -> Outcome:
        scenario, situation = self.question.scenario, self.situation
        if down and kind == "site":
            alone = routers_alone(self.question.design, down)
            sites = tuple((site, None) for site in down)
            scenario = replace(scenario, down=(*scenario.down, *sites), inside=(*scenario.inside, *alone))
        elif down:
            scenario = replace(scenario, inside=(*scenario.inside, *down))
        if down and kind in ("site", "router"):  # a link or server inside is nothing that the Internet sees
            asked = self.question
            situation = self.simulator(asked.design, asked.prefix, scenario, asked.options)
        return self.outcome(down, scenario, situation)

    def outcome(self, down: tuple[str, ...], scenario: Scenario, situation: Situation) -> Outcome:
        targets, target = situation.announcement.targets, self.simulator.targets(situation)
        lost = self.kept & ~(self.reached(scenario, situation) if down else self.before)
        if down:  # who is not served with everything up does not lose it
            lost &= self.before
        whole = float(self.weight[self.kept].sum()) or 1.0
        weights = self.weight[self.kept]
        loads = np.bincount(target[self.kept] + 1, weights=weights, minlength=len(targets) + 1)[1:]
        return Outcome(
            down=down,
            weight=tuple((t.name, float(load)) for t, load in zip(targets, loads, strict=True) if not t.hijacker),
            unserved=float(self.weight[lost].sum()) / whole,
            unserved_clients=int(lost.sum()),
        )

    def reached(self, scenario: Scenario, situation: Situation) -> Nodes:
        """bool[n]: which nodes reach a site, and not a hijacker, and are served there."""
        design = self.question.design
        if not design.at_routers:
            site = np.array([*(not t.hijacker for t in situation.announcement.targets), False])  # the last: NOWHERE
            reached: Nodes = site[self.simulator.targets(situation)]
            return reached
        from catchment.workflows.served import serving  # noqa: PLC0415  only designs with networks need the inside

        good = serving(design, self.question.prefix, scenario, situation)
        start = situation.states.start[self.simulator.terrain.home]
        served: Nodes = good[np.minimum(start, len(good) - 1)]
        return served


def _inside(design: Design, kind: str) -> Iterator[str]:
    """The names of what can fail inside, in the order of the design."""
    if kind == "link":
        yield from (link.name for link in design.inside.all_links)
    elif kind == "router":
        yield from (router.name for network in design.networks for router in network.routers)
    else:
        yield from (server.name for network in design.networks for server in network.servers)
