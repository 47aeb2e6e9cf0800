"""The prediction: a situation, told as the catchment of every client AS, ascending by AS number."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from catchment.internet.internet import Internet
from catchment.model.address import Prefix
from catchment.model.design import Design
from catchment.results.catchment import Catchment, Known, RouteClass
from catchment.results.provenance import Provenance
from catchment.results.rows import Index, pointers, positions, sizes
from catchment.simulate.clients import client_weights
from catchment.simulate.decided import decided_by
from catchment.simulate.forward import NO_START, Walks, shares, walks
from catchment.simulate.propagate import Routes
from catchment.simulate.rtt import nearest_site
from catchment.simulate.scenario import UNDISTURBED, Scenario
from catchment.simulate.situation import PLAIN, Options, Simulator, Situation
from catchment.simulate.starts import Starts


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked: a prefix of a design, under a scenario, by these options."""

    design: Design
    prefix: Prefix
    scenario: Scenario = UNDISTURBED
    options: Options = PLAIN

    @property
    def title(self) -> str:
        """The question in words."""
        return f"{self.design.name}: {self.prefix}, {self.scenario}"


def predict(simulator: Simulator, question: Question, provenance: Provenance) -> Catchment:
    """The catchment that answers a question. Raises ScenarioError when it does not fit the Internet.

    Some 10 ms for 77,000 ASes and eight sites.
    """
    situation = simulator(question.design, question.prefix, question.scenario, question.options)
    return describe(simulator, question, situation, provenance)


def describe(simulator: Simulator, question: Question, situation: Situation, provenance: Provenance) -> Catchment:
    """A situation that is worked out already, as a catchment."""
    internet, graph, terrain = simulator.internet, simulator.internet.graph, simulator.terrain
    targets, starts = situation.announcement.targets, situation.announcement.starts
    weight, kept = client_weights(internet, question.design.clients)
    rows = graph.by_rank[kept[graph.by_rank]]
    way = walks(terrain, situation.states)
    routes = Routes(words=situation.choices.words)
    share_ptr, share_target, share = shares(situation.choices, starts, len(targets))
    path_ptr, path = _with_origin(graph.asn[way.path], way, starts)
    best, best_km = nearest_site(terrain.place[terrain.home], targets)
    home = internet.geography.home_deg
    shared, passed = positions(share_ptr, rows), positions(path_ptr, rows)
    rtt = question.options.rtt
    return Catchment(
        title=question.title,
        targets=targets,
        asn=graph.asn[rows],
        weight=weight[rows],
        target=simulator.targets(situation)[rows].astype(np.int16),
        route_class=routes.route_class[rows],
        length=_heard_length(routes)[rows],
        tied=routes.tied[rows],
        decided_by=decided_by(graph, situation, question.options.tie_break, way.how)[rows],
        share_ptr=pointers(sizes(share_ptr)[rows]),
        share_target=share_target[shared],
        share=share[shared],
        path_ptr=pointers(sizes(path_ptr)[rows]),
        path=path[passed],
        latitude_deg=home[rows, 0],
        longitude_deg=home[rows, 1],
        known=internet.geography.known[rows],
        rtt_ms=rtt.of(way.km)[rows],
        best_rtt_ms=rtt.of(best_km)[rows],
        best=best[rows],
        country=internet.country[rows],
        provenance=provenance,
        notes=(*situation.announcement.notes, *_notes(internet, situation)),
    )


def _heard_length(routes: Routes) -> npt.NDArray[np.uint16]:
    """uint16[n]: ASes of the path as the node hears it, itself not counted; 0 for own routes and none."""
    heard = routes.reached & (routes.route_class != RouteClass.OWN)
    return np.where(heard, routes.length - np.uint16(1), np.uint16(0)).astype(np.uint16)


def _with_origin(asn: npt.NDArray[np.uint32], way: Walks, starts: Starts) -> tuple[Index, npt.NDArray[np.uint32]]:
    """Paths with the origin's AS number behind them, unless the walk ends in the origin's own node."""
    longer = np.zeros(len(way.start), bool)
    ends = way.start != NO_START
    longer[ends] = starts.route_class[way.start[ends]] != RouteClass.OWN
    pointer = pointers(sizes(way.path_ptr) + longer)
    path = np.empty(int(pointer[-1]), np.uint32)
    last = np.zeros(len(path), bool)
    last[pointer[1:][longer] - 1] = True
    path[last] = starts.asn[way.start[longer]]
    path[~last] = asn
    return pointer, path


def _notes(internet: Internet, situation: Situation) -> list[str]:
    """What the reader must know of how sure this is."""
    known = np.bincount(internet.geography.known, minlength=len(Known)) / max(len(internet.graph), 1)
    notes = [
        f"places of networks: {known[Known.GIVEN]:.0%} given, {known[Known.NEIGHBOURS]:.0%} from their neighbours, "
        f"{known[Known.COUNTRY]:.0%} from their country, {known[Known.UNKNOWN]:.0%} unknown"
    ]
    if len(situation.lanes) > 1:
        longest, *others = (str(lane.prefix) for lane in situation.lanes)
        notes.append(
            f"this is where packets to {longest} go: each AS uses the longest prefix that it has a route for; "
            f"other addresses of {', '.join(others)} go as without that announcement"
        )
    if internet.graph.cycles:
        cycle = " > ".join(f"AS{asn}" for asn in (*internet.graph.cycles[0], internet.graph.cycles[0][0]))
        notes.append(f"this Internet has provider cycles, for example {cycle} (each is a provider of the next)")
    invalid = any(lane.starts.invalid.any() for lane in situation.lanes)
    if situation.validation is not None and invalid:
        notes.append(
            "where networks validate origins, what their customers hear depends on which of two equal routes "
            "a neighbour chose; certainty does not count that"
        )
    elif situation.validation is not None:
        notes.append("no announcement is origin-invalid, so --rov changes nothing")
    return notes
