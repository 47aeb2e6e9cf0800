"""Which routers of a lab have an agent of their own, and what is predicted of it: a dead service is not announced."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from catchment.agent.control import ask
from catchment.errors import CatchmentError
from catchment.lab.agents import why_not
from catchment.lab.state import Keeper
from catchment.model.agent import Fallback
from catchment.model.agent_config import Control, Records
from catchment.model.design import Design
from catchment.model.watching import Watching
from catchment.render.agent.gated import gated, ungated
from catchment.render.view import View, views

RECORDS = Records(journal="/run/catchment-agent/journal.jsonl", drains="/run/catchment-agent/drains.json")
"""In the folder that a node has for itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Agents:
    """Of one lab.

    views   : of all routers; those without an agent in the lab have none, and announce by what the lab tells them
    spaces  : router -> the node in whose network its agent runs
    watched : the servers that agents watch
    without : (router, why no agent runs there), where the design wants one
    """

    views: tuple[View, ...]
    spaces: tuple[tuple[str, str], ...]
    watched: frozenset[str]
    without: tuple[tuple[str, str], ...]


def agents_of(seen: Iterable[View]) -> Agents:
    """What a lab can run of the agents of a design."""
    found: list[View] = []
    spaces, without = [], []
    watched: set[str] = set()
    for view in seen:
        groups = gated(view)
        if view.agent is None or not groups:
            found.append(view)
            continue
        wanted = {server for one in groups for said in one.stands_for for server in said.servers}
        here = sorted(wanted & {one.server.name for one in view.services})
        why = why_not([check.probe for one in groups for check in one.checks], here)
        if why:
            without.append((view.name, why))
            found.append(replace(view, agent=None))
        else:
            spaces.append((view.name, here[0] if here else view.name))
            watched |= set(here)
            found.append(replace(view, agent=_alone(view.agent)))
    return Agents(views=tuple(found), spaces=tuple(spaces), watched=frozenset(watched), without=tuple(without))


def _alone(agent: Watching) -> Watching:
    """Without what a lab does not have: secrets, stores, groups and folders of a machine."""
    return replace(agent, gossip=None, store=None, control=Control(), records=RECORDS)


def watched_servers(design: Design) -> frozenset[str]:
    """The servers whose death an agent of the lab notices."""
    return agents_of(views(design)).watched if design.agent is not None else frozenset()


def drainable(design: Design, router: str) -> bool:
    """Whether all that a router announces of the service is its agent's, who then takes it back when it is asked to."""
    if design.agent is None:
        return False
    found = agents_of(views(design))
    view = next(view for view in found.views if view.name == router)
    return router in dict(found.spaces) and not any(one.servers for one in ungated(view))


def withdraws(agent: Watching) -> bool:
    """Whether agents withdraw when a service is dead and nobody tells them anything."""
    return agent.forms.down is None and (not agent.guard.asks or agent.guard.unknown is Fallback.WITHDRAW)


def sentences(design: Design) -> Iterator[str]:
    """Where agents run, and where not and why."""
    if design.agent is None:
        return
    found = agents_of(views(design))
    yield f"on {', '.join(router for router, _ in found.spaces)}" if found.spaces else "on no router"
    for router, why in found.without:
        yield f"not on {router}: {why}; what it announces is switched by the lab"
    if found.spaces and not withdraws(design.agent):
        yield "what they do when a service dies is not predicted, for they do not withdraw"


def settles_s(design: Design, lab: str, routers: Iterable[str]) -> float:
    """How long agents may stand still before they announce: their checks have to pass, and holds to end."""
    if design.agent is None:
        return 0.0
    pace = design.agent.pace
    return max(pace.rise * pace.interval_s, *(held_s(lab, one) for one in routers), 0.0) + STARTS_S


def held_s(lab: str, router: str) -> float:
    """How long the agent of a router holds down what it withdrew, by its own word; 0 when it does not answer."""
    socket = Keeper(lab).folder / "nodes" / router / Control().socket.lstrip("/")
    if not socket.exists():
        return 0.0
    try:
        said = ask(Control(socket=str(socket)), {"ask": "status"})["status"]["announcements"]
    except (CatchmentError, OSError, KeyError):  # it has just ended, or is about to begin
        return 0.0
    return max((float(one["held_s"]) for one in said), default=0.0)


STARTS_S = 6.0
"""For the program to start on a busy machine, and for the daemon to say what it has done."""
