"""Where the traffic of each client comes in: over which session of which site, and so at which router of ours."""

import numpy as np
import numpy.typing as npt

from catchment.results.catchment import NOWHERE
from catchment.results.served import Entrance
from catchment.simulate.announce import Announcement
from catchment.simulate.situation import Simulator, Situation
from catchment.simulate.starts import DOWN

Integers = npt.NDArray[np.int32]


def entrances(announcement: Announcement) -> tuple[tuple[Entrance, ...], Integers]:
    """The sessions that are up, and which of them each start is.

    A site without sessions, or the clients of the origin's own AS, come in at the site itself. Members of a route
    server share its session. Hijackers have no entrance.

    returns : in the order of sites and of their sessions; int32[s], NOWHERE for what is down or a hijacker's
    """
    found: dict[tuple[int, int | None], Entrance] = {}
    keys: list[tuple[int, int | None] | None] = []
    for row, length in zip(announcement.rows, announcement.starts.length.tolist(), strict=True):
        if row.target.hijacker or length == DOWN:
            keys.append(None)
            continue
        key = row.site, id(row.session) if row.session else None
        keys.append(key)
        relation = str(row.session.relation) if row.session else ""
        found[key] = Entrance(site=row.target.name, neighbour=row.neighbour, relation=relation, router=row.router)
    ordered = sorted(found, key=lambda key: key[0])  # rows of one site keep the order of its sessions
    number = {key: index for index, key in enumerate(ordered)}
    start = np.array([NOWHERE if key is None else number[key] for key in keys], np.int32)
    return tuple(found[key] for key in ordered), start


def entered(simulator: Simulator, situation: Situation, start: Integers) -> Integers:
    """int32[n]: the entrance of each node of the graph, NOWHERE when it reaches no site of ours.

    start : of each start, as `entrances` says
    """
    home = situation.states.start[simulator.terrain.home]
    answer: Integers = np.append(start, np.int32(NOWHERE))[np.minimum(home, len(start))]
    return answer
