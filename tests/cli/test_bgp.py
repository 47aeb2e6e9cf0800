"""catchment bgp as a user meets it: tables, circles with exit code 2, JSON, slips."""

import json
import re
from pathlib import Path

import pytest

from catchment.cli import run
from catchment.workflows.bgp import Asked, bgp

EXAMPLES = Path(__file__).parents[2] / "examples"
GLOBAL = EXAMPLES / "global-anycast" / "design.yaml"
BAD = EXAMPLES / "bad-gadget" / "design.yaml"


def test_a_network_that_settles_ends_with_0_and_one_that_does_not_with_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["bgp", str(GLOBAL)]) == 0
    assert "203.0.113.0/24" in capsys.readouterr().out
    assert run(["bgp", str(BAD), "--router", "one"]) == 2
    said = capsys.readouterr()
    assert "B101 203.0.113.0/24: BGP never settles" in said.out
    assert "one moment of the circle" in said.err


def test_json_has_the_facts_of_the_tables(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["bgp", str(GLOBAL), "--router", "lumen-fra", "--prefix", "2001:db8:53::/48", "-o", "json"]) == 0
    data = json.loads(capsys.readouterr().out)
    (table,) = data["tables"]
    (line,) = data["routers"]
    assert (table["router"], table["prefix"]) == (line["router"], line["prefix"]) == ("lumen-fra", "2001:db8:53::/48")
    assert sorted(one["standing"] for one in table["heard"]).count("best") == 1
    assert data["provenance"]["options"] == [["router", "lumen-fra"], ["prefix", "2001:db8:53::/48"]]


def test_every_router_and_every_message_can_be_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["bgp", str(GLOBAL), "--prefix", "203.0.113.0/24", "--history", "--seed", "4", "--stable"]
    assert run(words) == 0
    out = capsys.readouterr().out
    assert "by chance, seed 4" in out
    assert "stable state" in out


def test_slips_of_the_user_are_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["bgp", str(GLOBAL), "--router", "soul"]) == 64
    assert 'did you mean "seoul"?' in capsys.readouterr().err
    assert run(["bgp", str(EXAMPLES / "two-cities" / "design.yaml")]) == 64
    assert "nothing in the design speaks BGP" in capsys.readouterr().err


GUIDE = Path(__file__).parents[2] / "docs" / "guide" / "bgp-inside.md"
BLOCKS = re.findall(r"^```yaml\n(.+?)^```", GUIDE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("block", range(len(BLOCKS)))
def test_every_design_of_the_guide_runs_and_reaches_somebody(block: int, tmp_path: Path) -> None:
    path = tmp_path / "design.yaml"
    path.write_text(BLOCKS[block], encoding="utf-8")
    report = bgp(path, Asked(stable=True))
    assert report.circles == ()
    assert any(line.best is not None and line.best.neighbour for line in report.lines)
