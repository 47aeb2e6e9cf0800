"""A situation: everything that is worked out for one prefix of a design under one scenario, ready for questions.

announce -> disturb -> lanes -> propagate -> choices -> states
"""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from catchment.internet.graph import Graph
from catchment.internet.internet import Internet
from catchment.model.address import Prefix
from catchment.model.design import Design
from catchment.model.rpki import Validity, Vrp, validity
from catchment.results.catchment import NOWHERE
from catchment.simulate.announce import Announcement, announce, disturb, with_hijackers
from catchment.simulate.forward import Choices, States, Terrain, TieBreak, choices, chosen_only, states
from catchment.simulate.propagate import Entering, Propagator, Routes, Validation, entering
from catchment.simulate.rtt import ORDINARY, RttModel
from catchment.simulate.scenario import Hijack, Scenario
from catchment.simulate.starts import DOWN, Starts


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How to predict.

    validating : AS numbers that drop origin-invalid routes (RFC 6811)
    vrps       : validated ROA payloads; None assumes one for each prefix and origin of the design, exactly as announced
    """

    tie_break: TieBreak = TieBreak.NEAREST_EXIT
    rtt: RttModel = ORDINARY
    validating: frozenset[int] = frozenset()
    vrps: tuple[Vrp, ...] | None = None


PLAIN = Options()


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """The routes for one prefix among those that compete for the same addresses.

    starts : rows of all lanes, those of other prefixes down, so that start numbers mean the same in every lane
    """

    prefix: Prefix
    starts: Starts
    columns: Entering
    routes: Routes


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """Lanes by prefix, the longest first; choices lay them over each other; states walk the choices."""

    announcement: Announcement
    lanes: tuple[Lane, ...]
    validation: Validation | None
    choices: Choices
    states: States


class Simulator:
    """An Internet made ready once, for many situations one after the other; not for two threads at once."""

    def __init__(self, internet: Internet) -> None:
        self.internet = internet
        self.terrain = Terrain(internet.geography)
        self._propagate = Propagator(internet.graph)

    def __call__(self, design: Design, prefix: Prefix, scenario: Scenario, options: Options) -> Situation:
        """Routes and walks of all ASes. Raises ScenarioError when design, scenario and Internet do not fit."""
        return self.work_out(
            self.announcement(design, prefix, scenario), scenario.hijacks, vrps_of(design, options), options
        )

    def announcement(self, design: Design, prefix: Prefix, scenario: Scenario) -> Announcement:
        """What enters the Internet where. Raises ScenarioError as above."""
        graph, geography = self.internet.graph, self.internet.geography
        announcement = disturb(announce(design, prefix, graph), scenario)
        return with_hijackers(announcement, scenario.hijacks, graph, geography)

    def work_out(
        self, announcement: Announcement, hijacks: tuple[Hijack, ...], vrps: tuple[Vrp, ...], options: Options
    ) -> Situation:
        """The situation that an announcement, hijackers included, leads to."""
        graph = self.internet.graph
        validation = _validation(graph, options.validating)
        lanes = []
        for lane_prefix, starts in _lanes(announcement, hijacks, vrps):
            words = self._propagate(starts, validation).words.copy()
            lane = Lane(prefix=lane_prefix, starts=starts, columns=entering(starts), routes=Routes(words=words))
            lanes.append(lane)
        found = choices(graph, [(lane.columns, lane.routes) for lane in lanes], validation)
        walked = found
        if options.tie_break is TieBreak.LOWEST_ASN:
            walked = chosen_only(graph, found)
        return Situation(
            announcement=announcement,
            lanes=tuple(lanes),
            validation=validation,
            choices=found,
            states=states(graph, self.terrain, walked, announcement.starts),
        )

    def targets(self, situation: Situation) -> npt.NDArray[np.int32]:
        """int32[n]: the target that each node reaches from home, NOWHERE; in the graph's order."""
        starts, start = situation.announcement.starts, situation.states.start[self.terrain.home]
        target = np.append(starts.target.astype(np.int32), np.int32(NOWHERE))
        return target[np.minimum(start, len(starts))]


def vrps_of(design: Design, options: Options) -> tuple[Vrp, ...]:
    """The VRPs that count: those given, or one for each prefix and origin, exactly as announced."""
    if options.vrps is not None:
        return options.vrps
    return tuple(
        Vrp(prefix=prefix, max_length=prefix.prefixlen, asn=site.asn)
        for site in design.sites
        for prefix in site.prefixes
    )


def _validation(graph: Graph, validating: frozenset[int]) -> Validation | None:
    if not validating:
        return None
    listed = np.isin(graph.asn, np.fromiter(validating, np.uint32, len(validating)))
    return Validation(kinds=np.where(listed, 7, 0).astype(np.uint8))


def _lanes(
    announcement: Announcement, hijacks: tuple[Hijack, ...], vrps: tuple[Vrp, ...]
) -> list[tuple[Prefix, Starts]]:
    """(prefix, starts), the longest prefix first."""
    sites = sum(not target.hijacker for target in announcement.targets)  # hijackers come behind, in their order
    prefixes = [announcement.prefix] * sites + [hijack.prefix or announcement.prefix for hijack in hijacks]
    mine = [prefixes[row.site] for row in announcement.rows]
    states = {
        (prefix, row.asn): validity(prefix, row.asn, vrps)
        for prefix, row in {(p, r.asn): (p, r) for p, r in zip(mine, announcement.rows, strict=True)}.values()
    }
    answer = []
    for prefix in sorted(set(mine), key=lambda prefix: -prefix.prefixlen):
        here = np.array([other == prefix for other in mine], bool)
        invalid = [
            states[other, row.asn] is Validity.INVALID for other, row in zip(mine, announcement.rows, strict=True)
        ]
        length = np.where(here, announcement.starts.length, DOWN).astype(np.uint16)
        answer.append((prefix, replace(announcement.starts, length=length, invalid=here & np.array(invalid, bool))))
    return answer
