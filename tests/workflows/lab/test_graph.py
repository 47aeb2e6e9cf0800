"""What is drawn of a design, and of a lab in which something is failed."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from catchment.cli.app import app
from catchment.errors import UsageError
from catchment.lab import state as states
from catchment.lab.state import Keeper, State, boot_id
from catchment.workflows.lab.graph import graph
from catchment.workflows.lab.open import digest

EXAMPLES = Path(__file__).parents[3] / "examples"
DESIGN = EXAMPLES / "seoul-busan" / "design.yaml"


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(states, "home", lambda: tmp_path / "labs")


def test_a_design_is_drawn_without_a_lab() -> None:
    drawn = graph(str(DESIGN))
    assert not drawn.up
    assert [(one.name, one.kind) for one in drawn.nodes[3:5]] == [("daegu", "router"), ("resolver@seoul", "server")]
    assert {one.network for one in drawn.nodes} == {"corp"}
    link = next(one for one in drawn.edges if one.name == "seoul-busan")
    assert [end.cost for end in link.ends] == [30, 30]
    assert link.delay_ms == 2
    assert [one.kind for one in drawn.edges].count("host") == 4


def test_a_tunnel_is_one() -> None:
    drawn = graph(str(EXAMPLES / "gre-announce" / "design.yaml"))
    assert [(one.name, one.mtu) for one in drawn.edges if one.kind == "tunnel"] == [("office-gre", 1476)]


def test_what_is_failed_in_a_lab_is_marked_where_it_is(tmp_path: Path) -> None:
    down = ("busan", "loss:seoul-suwon=25%", "killed:resolver@seoul")
    state = State(name="x", design=str(DESIGN), digest=digest(DESIGN), daemon="", boot=boot_id(), down=down)
    Keeper("x").claim(state)
    for word in (None, "x", str(DESIGN)):
        drawn = graph(word)
        assert drawn.up
        failed = {one.name: one.failed for one in (*drawn.nodes, *drawn.edges) if one.failed}
        assert failed == {
            "busan": "failed",
            "resolver@seoul": "killed:resolver@seoul",
            "seoul-suwon": "loss:seoul-suwon=25%",
            "daegu-busan": "busan failed",
            "seoul-busan": "busan failed",
            "resolver@busan": "busan failed",
        }
    Keeper("x").write(replace(state, digest="another"))
    with pytest.raises(UsageError, match="not what the lab x was made from"):
        graph("x")


@pytest.mark.parametrize("form", ["text", "dot", "mermaid", "json"])
def test_every_form_comes_out(form: str) -> None:
    done = CliRunner().invoke(app, ["lab", "graph", str(DESIGN), "-o", form])
    assert done.exit_code == 0, done.output
    assert "resolver@busan" in done.output
    if form == "json":
        assert json.loads(done.output)["name"]
