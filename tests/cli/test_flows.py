"""catchment flows as a user meets it; examples/datagrams-and-streams shows the whole."""

import csv
import json
import time
from pathlib import Path

import pytest

from catchment.cli import run

EXAMPLES = Path(__file__).parents[2] / "examples"
RACK = str(EXAMPLES / "ecmp-servers" / "design.yaml")
EVENTS = ["--event", "down dns@s2", "--event", "up dns@s2"]


@pytest.fixture(autouse=True)
def _columns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "132")


def test_the_forms_of_output_agree(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["flows", RACK, *EVENTS, "--flows", "3000"]) == 0
    shown = capsys.readouterr()
    assert run(["flows", RACK, *EVENTS, "--flows", "3000", "-o", "json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert run(["flows", RACK, *EVENTS, "--flows", "3000", "-o", "csv"]) == 0
    rows = list(csv.DictReader(capsys.readouterr().out.splitlines()))
    assert len(rows) == 2 * len(data["effects"]) == 12
    for effect, udp, tcp in zip(data["effects"], rows[::2], rows[1::2], strict=True):
        assert int(udp["kept"]) == effect["udp"]["kept"]
        kept = effect["udp"]["kept"] + effect["tcp"]["kept"]
        assert int(udp["kept"]) + int(tcp["kept"]) == kept
        assert f"{kept:,}" in shown.out
    assert "stand-in" in shown.err


def test_slips_are_told_and_nothing_is_computed(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["flows", RACK, "--event", "up dns@s2"]) == 64
    assert "dns@s2 is up already" in capsys.readouterr().err
    assert run(["flows", RACK]) == 64
    assert "no event was named" in capsys.readouterr().err
    assert run(["flows", RACK, "--event", "down dns@s22"]) == 64
    assert 'did you mean "dns@s2"?' in capsys.readouterr().err
    assert run(["flows", RACK, *EVENTS, "--pause", "0"]) == 64


def test_timers_are_given_in_seconds(capsys: pytest.CaptureFixture[str]) -> None:
    forced = ["--unbalanced-timer", "300", "--apart", "400", "--idle-timer", "30", "--buckets", "64"]
    assert run(["flows", RACK, *EVENTS, *forced, "-o", "json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert data["settings"]["resilient groups"] == "64 buckets, idle after 30 s, forced after: 300 s"
    assert data["effects"][-1]["load"]["dns@s2"] > 2000
    assert [effect["at_s"] for effect in data["effects"]] == [400.0] * 3 + [800.0] * 3


def test_every_flow_is_written_with_its_servers(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "flows.csv"
    assert run(["flows", RACK, *EVENTS, "--flows", "500", "--each", str(path), "-o", "json"]) == 0
    shown = capsys.readouterr()
    assert f"{path}: 500 flows" in shown.err
    rows = list(csv.DictReader(path.read_text().splitlines()))
    assert len(rows) == 500
    assert {row["destination"] for row in rows} == {"203.0.113.53", "2001:db8:53::53"}
    assert {(row["router"], row["destination_port"]) for row in rows} == {("edge", "53")}
    moments = ["0 start", "1 down dns@s2", "2 up dns@s2"]
    for place, effect in enumerate(json.loads(shown.out)["effects"]):
        was, now = (f"{effect['mechanism']}, {moments[place // 3 + step]}" for step in (0, 1))
        for protocol in ("udp", "tcp"):
            kept = sum(row[was] == row[now] for row in rows if row["protocol"] == protocol)
            assert kept == effect[protocol]["kept"]
        assert sum(row[now] == "dns@s3" for row in rows) == effect["load"]["dns@s3"]


def test_a_hundred_thousand_flows_take_seconds(capsys: pytest.CaptureFixture[str]) -> None:
    """0.4 s of CPU on the machine that it was written on; with room for a slow one."""
    began = time.process_time()
    assert run(["flows", RACK, *EVENTS, "--flows", "100000", "-o", "json"]) == 0
    assert time.process_time() - began < 5
    assert sum(json.loads(capsys.readouterr().out)["effects"][0]["load"].values()) == 100_000
