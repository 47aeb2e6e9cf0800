"""BGP as JSON: everything that the report has, as plain data."""

import json
from dataclasses import replace

from tests.report.bgp_sample import REPORT

from catchment.errors import Problem
from catchment.report.bgp_data import bgp_data


def test_the_report_survives_json() -> None:
    data = bgp_data(REPORT)
    assert json.loads(json.dumps(data)) == data
    assert data["routers"][0]["best"] == data["tables"][0]["heard"][0]
    assert data["routers"][0]["decided_by"] == "longer AS path"


def test_a_heard_route_has_all_its_attributes() -> None:
    busan = bgp_data(REPORT)["tables"][0]["heard"][2]
    assert busan == {
        "neighbour": "busan",
        "source": "iBGP",
        "address": "198.51.100.1",
        "weight": 0,
        "igp_cost": None,
        "standing": "lost",
        "why": "longer AS path",
        "attributes": {
            "as_path": [64502, 64503],
            "next_hop": "192.0.2.9",
            "origin": "incomplete",
            "local_pref": 100,
            "med": None,
            "communities": [],
            "originator_id": "192.0.2.3",
            "cluster_list": ["192.0.2.4"],
        },
    }


def test_what_is_told_circles_states_and_messages_are_there() -> None:
    data = bgp_data(REPORT)
    assert next((one["neighbour"], one["why"]) for one in data["tables"][0]["told"]) == (
        "kt",
        "the route came from there",
    )
    assert data["circles"][0]["rule"] == "B101"
    assert data["circles"][0]["messages"][1]["choice"] is None
    first, second = data["stability"][0]["states"]
    assert first["flaps"][0] == {"session": ["seoul", "kt"], "leads_to": [2]}
    assert second["choices"] == {"kt": {"neighbour": None, "as_path": []}, "seoul": None}
    assert data["history"]["events"][1]["choice"] == {"neighbour": "kt", "as_path": [64501, [64503, 64505]]}


def test_what_was_not_asked_for_or_not_answered_is_null() -> None:
    why = Problem(where="w", what="what", todo="todo", rule="B106")
    data = bgp_data(
        replace(REPORT, history=None, stability=(replace(REPORT.stability[0], states=(), unanswered=why),))
    )
    assert data["history"] is None
    assert data["stability"][0]["unanswered"] == {"rule": "B106", "what": "what", "todo": "todo"}


def test_what_was_before_is_there_when_something_is_down() -> None:
    (line,) = bgp_data(replace(REPORT, compared=True))["routers"]
    assert (line["before"], line["moved"]) == (None, False)
    assert "before" not in bgp_data(REPORT)["routers"][0]
