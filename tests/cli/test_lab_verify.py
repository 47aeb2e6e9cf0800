"""catchment lab ask and verify on the command line, in a lab whose services speak DNS, HTTP and plain TCP."""

import json
import os
from collections.abc import Iterator

import pytest
from tests.lab.small import lacking, left_of
from tests.workflows.lab.test_up import STILL

from catchment.cli import run
from catchment.lab import spaces
from catchment.workflows.lab.up import down

pytestmark = pytest.mark.skipif(bool(why := lacking("bird", "birdc", "nft", "sysctl")), reason=why or "labs run here")
NAME = f"cli-verify-{os.getpid()}"
ALL = "{dns: example.com A, http: 'http://www.example.com:8080/', tcp: '7'}"
DESIGN = STILL.replace("at: [r1]}", f"at: [r1], check: {ALL}}}")


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    path = tmp_path_factory.mktemp("lab") / "design.yaml"
    path.write_text(DESIGN)
    try:
        assert run(["lab", "up", str(path), "--name", NAME, "--daemon", "bird", "--no-delays"]) == 0
        yield NAME
    finally:
        down(NAME)
    assert left_of(NAME) == []


def test_a_service_is_asked_in_every_way_and_names_its_server_twice(
    lab: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["lab", "ask", lab, "--flows", "1", "-o", "json"]) == 0
    answers = json.loads(capsys.readouterr().out)
    assert {one["transport"]: one["said"] for one in answers} == {
        "udp": {"nsid": "dns@r1", "id.server": "dns@r1"},
        "tcp": {"nsid": "dns@r1", "id.server": "dns@r1"},
        "http": {"header": "dns@r1", "body": "dns@r1"},
        "stream": {"greeting": "dns@r1"},
    }


def test_agreement_is_told_with_its_bounds_and_its_matrix(lab: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["lab", "verify", lab, "--flows", "1"]) == 0
    said = capsys.readouterr().out
    assert "4 of 4 answers agree (100.0%; 95 % sure: 51.0% to 100.0%)" in said
    assert "flows: predicted ↓ answered by →" in said


def test_a_route_by_hand_is_explained_from_both_sides(lab: str, capsys: pytest.CaptureFixture[str]) -> None:
    spaces.batch("ip", f"cm-{lab}-r2", ["route add blackhole 10.0.0.1/32 proto static"])
    try:
        code = run(["lab", "verify", lab, "--flows", "1", "--wait", "0.3"])
    finally:
        spaces.batch("ip", f"cm-{lab}-r2", ["route del blackhole 10.0.0.1/32 proto static"])
    said = capsys.readouterr().out
    assert code == 2
    assert "office to 10.0.0.1 over udp and tcp and http and stream" in said
    assert "10.0.0.1/32 by static" in said
    assert "kernel: blackhole 10.0.0.1 proto static" in said
    assert "bird: 10.0.0.1/32 unicast" in said
