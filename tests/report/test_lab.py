"""A lab on the terminal."""

import json
from dataclasses import replace
from ipaddress import ip_address

from rich.console import Console
from rich.table import Table

from catchment.report.lab import (
    answers_data,
    answers_table,
    status_data,
    status_table,
)
from catchment.results.lab import (
    Answer,
    LabStatus,
    NodeStatus,
    Session,
    Transport,
)

ADDRESS = ip_address("192.0.2.53")


def text(table: Table) -> str:
    wide = Console(width=120, no_color=True)
    with wide.capture() as got:
        wide.print(table)
    return got.get()


def answer(server: str | None, flow: int) -> Answer:
    return Answer(
        client="office", service="dns", address=ADDRESS, transport=Transport.TCP, flow=flow, server=server,
        rtt_ms=None if server is None else 1.5, words="" if server else "no answer",
        said=(("nsid", server),) if server else (),
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
    assert json.loads(json.dumps(status_data(STATUS)))["nodes"][0]["sessions"][0]["up"] is False
    (one,) = json.loads(json.dumps(answers_data([answer("a", 0)])))
    assert (one["rtt_ms"], one["said"]) == (1.5, {"nsid": "a"})
