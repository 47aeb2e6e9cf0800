"""A lab on the terminal."""

import json
from dataclasses import replace
from ipaddress import ip_address, ip_network

from rich.console import Console
from rich.table import Table

from catchment.report.lab import (
    answers_data,
    answers_table,
    explained,
    status_data,
    status_table,
    verified_data,
    verified_table,
)
from catchment.results.lab import (
    Answer,
    Compared,
    Expected,
    LabStatus,
    NodeStatus,
    RouteDifference,
    Session,
    Transport,
    Verified,
)

ADDRESS = ip_address("192.0.2.53")
EXPECTED = Expected(client="office", service="dns", address=ADDRESS, servers=("dns@r1",), way="r2 > r1")
ROW = Compared(expected=EXPECTED, transport=Transport.UDP, answered=(("dns@r1", 4),), rtt_ms=0.25, agrees=True)
WRONG = replace(ROW, answered=((None, 3), ("dns@r3", 1)), agrees=False, seen="r2 > r3")
DIFFERENCE = RouteDifference(
    router="r2", prefix=ip_network("192.0.2.53/32"), predicted=frozenset({"r1"}), observed=frozenset({"r3", "r4"})
)


def text(table: Table) -> str:
    wide = Console(width=120, no_color=True)
    with wide.capture() as got:
        wide.print(table)
    return got.get()


def answer(server: str | None, flow: int) -> Answer:
    return Answer(
        client="office", service="dns", address=ADDRESS, transport=Transport.TCP, flow=flow, server=server,
        rtt_ms=None if server is None else 1.5, words="" if server else "no answer",
    )  # fmt: skip


def test_flows_that_are_answered_alike_are_one_row() -> None:
    shown = text(answers_table("x", [answer("dns@r1", 0), answer("dns@r1", 1)]))
    assert shown.count("office") == 1
    assert "dns@r1 " in shown
    assert "×" not in shown
    assert "1.50" in shown


def test_flows_that_are_answered_differently_are_counted() -> None:
    shown = text(answers_table("x", [answer("dns@r1", 0), answer(None, 1), answer("dns@r1", 2)]))
    assert "dns@r1 ×2, nobody (no answer) ×1" in shown


def test_a_mismatch_has_both_explanations_side_by_side() -> None:
    flows = (("dns@r1", "dns@r1", 4), ("dns@r1", "nobody", 3), ("dns@r1", "dns@r3", 1))
    found = Verified(title="x", rows=(ROW, WRONG), differences=(DIFFERENCE,), routes=7, confusion=flows)
    assert "DIFFERS" in text(verified_table(found))
    assert explained(found) == [
        "office to 192.0.2.53 over udp:",
        "    predicted: r2 > r1, answered by dns@r1",
        "    observed:  r2 > r3, answered by nobody ×3, dns@r3 ×1",
        "predicted dns@r1, answered by nobody: 3 flows",
        "predicted dns@r1, answered by dns@r3: 1 flow",
        "r2, 192.0.2.53/32: predicted over r1, observed over r3 and r4",
        "1 of 2 answers agree (50.0%)",
        "7 routes predicted, 1 differs",
    ]


def test_routes_that_drop_or_are_missing_are_said_so() -> None:
    gone = replace(DIFFERENCE, predicted=None, observed=frozenset())
    found = Verified(title="x", rows=(), differences=(gone,), routes=1)
    assert explained(found)[0] == "r2, 192.0.2.53/32: predicted no route, observed dropped"


STATUS = LabStatus(
    name="x", design="design.yaml", ready=True, down=("r3",), choices=(("delays", "not played"),),
    nodes=(
        NodeStatus(
            node="r1", kind="router", programs=(("bird", False),), routes=3, as_predicted=2, predicted=4,
            sessions=(Session(name="p_r2", protocol="bgp", up=False, words="Active"),
                      Session(name="p_r4", protocol="bgp", up=True)),
        ),
        NodeStatus(node="office", kind="client", programs=()),
    ),
)  # fmt: skip


def test_status_names_what_is_dead_and_which_session_is_not_up() -> None:
    shown = text(status_table(STATUS))
    assert "bird DEAD" in shown
    assert "1 of 2 up: p_r2 Active" in shown
    assert "2 of 4" in shown


def test_what_was_made_to_fail_is_not_called_dead() -> None:
    shown = text(status_table(replace(STATUS, down=("r1",))))
    assert "failed, as asked for" in shown
    assert "DEAD" not in shown


def test_everything_goes_into_json() -> None:
    found = Verified(title="x", rows=(WRONG,), differences=(DIFFERENCE,), routes=7, confusion=(("a", "b", 2),))
    data = json.loads(json.dumps(verified_data(found)))
    assert data["rows"][0]["observed"] == [{"server": None, "flows": 3}, {"server": "dns@r3", "flows": 1}]
    assert data["confusion"] == [{"predicted": "a", "observed": "b", "flows": 2}]
    assert data["differences"][0]["observed"] == ["r3", "r4"]
    assert json.loads(json.dumps(status_data(STATUS)))["nodes"][0]["sessions"][0]["up"] is False
    assert json.loads(json.dumps(answers_data([answer("a", 0)])))[0]["rtt_ms"] == 1.5
