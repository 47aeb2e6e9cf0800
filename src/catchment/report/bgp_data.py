"""BGP of routers as plain data for JSON: the facts of the tables on the terminal, and those that have no room there."""

from typing import Any

from catchment.model.speakers import Attributes
from catchment.report.trace import made
from catchment.results.bgp import BgpReport, Choice, Circle, Heard, Line, Message, RouterBgp, Stability, Told


def bgp_data(report: BgpReport) -> dict[str, Any]:
    """The report; `tables` has the routers that are shown in full."""
    history = report.history
    return {
        "title": report.title,
        "order": report.order,
        "messages": report.messages,
        "routers": [{**_line(line), **(_before(line) if report.compared else {})} for line in report.lines],
        "tables": [_table(one) for one in report.full],
        "circles": [_circle(one) for one in report.circles],
        "stability": [_stability(one) for one in report.stability],
        "history": history and {"prefix": str(history.prefix), "events": [_message(one) for one in history.messages]},
        "notes": list(report.notes),
        "provenance": made(report.provenance),
    }


def _line(line: Line) -> dict[str, Any]:
    return {
        "router": line.router,
        "asn": line.asn,
        "prefix": str(line.prefix),
        "best": line.best and _heard(line.best),
        "decided_by": line.decided_by or None,
        "usable": line.usable,
        "refused": line.refused,
        "shares": line.shares,
    }


def _before(line: Line) -> dict[str, Any]:
    return {"before": _choice(line.before), "moved": line.moved}


def _table(one: RouterBgp) -> dict[str, Any]:
    return {
        "router": one.line.router,
        "prefix": str(one.line.prefix),
        "router_id": str(one.router_id),
        "profile": one.profile,
        "heard": [_heard(heard) for heard in one.heard],
        "told": [_told(told) for told in one.told],
    }


def _heard(one: Heard) -> dict[str, Any]:
    return {
        "neighbour": one.neighbour or None,
        "source": one.source,
        "address": None if one.address is None else str(one.address),
        "weight": one.weight,
        "igp_cost": one.igp_cost,
        "standing": one.standing,
        "why": one.why or None,
        "attributes": _attributes(one.attributes),
    }


def _told(one: Told) -> dict[str, Any]:
    return {
        "neighbour": one.neighbour,
        "external": one.external,
        "why": one.why or None,
        "attributes": one.attributes and _attributes(one.attributes),
    }


def _attributes(said: Attributes) -> dict[str, Any]:
    return {
        "as_path": [sorted(one) if isinstance(one, frozenset) else one for one in said.path],
        "next_hop": None if said.next_hop is None else str(said.next_hop),
        "origin": said.origin.name.lower(),
        "local_pref": said.local_pref,
        "med": said.med,
        "communities": sorted(said.communities),
        "originator_id": None if said.originator is None else str(said.originator),
        "cluster_list": [str(one) for one in said.clusters],
    }


def _choice(choice: Choice | None) -> dict[str, Any] | None:
    if choice is None:
        return None
    path = [sorted(one) if isinstance(one, frozenset) else one for one in choice.path]
    return {"neighbour": choice.neighbour or None, "as_path": path}


def _message(one: Message) -> dict[str, Any]:
    return {
        "number": one.number,
        "from": one.sender or None,
        "to": one.receiver,
        "attributes": one.attributes and _attributes(one.attributes),
        "refused": one.refused or None,
        "turned": one.turned,
        "choice": _choice(one.choice),
    }


def _circle(circle: Circle) -> dict[str, Any]:
    finding = circle.finding
    return {
        "prefix": str(circle.prefix),
        "rule": finding.rule,
        "what": finding.what,
        "todo": finding.todo,
        "messages": [_message(one) for one in circle.messages],
    }


def _stability(one: Stability) -> dict[str, Any]:
    why = one.unanswered
    return {
        "prefix": str(one.prefix),
        "unanswered": why and {"rule": why.rule, "what": why.what, "todo": why.todo},
        "reached": one.reached,
        "states": [
            {
                "choices": {router: _choice(choice) for router, choice in state.choices},
                "flaps": [{"session": list(flap.session), "leads_to": list(flap.leads_to)} for flap in state.flaps],
            }
            for state in one.states
        ],
    }
