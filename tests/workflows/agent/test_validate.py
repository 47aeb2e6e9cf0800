from pathlib import Path

from click.testing import CliRunner

from catchment.cli.agent import agent
from catchment.workflows.agent.validate import validated

CASE = Path(__file__).parents[2] / "cases" / "render" / "agent" / "expected"
FILE, ROUTER = CASE / "agent" / "seoul" / "agent.yaml", CASE / "bird" / "seoul" / "bird.conf"


def test_what_is_rendered_is_sound_and_needs_no_advice():
    found = validated(FILE, ROUTER)
    assert found.advice == ()
    assert found.config.host == "seoul"


def test_advice_is_shown_and_stops_nothing(tmp_path: Path):
    path = tmp_path / "bird.conf"
    path.write_text(ROUTER.read_text(encoding="utf-8").replace("  disabled;\n", "", 1), encoding="utf-8")
    done = CliRunner().invoke(agent, ["validate", str(FILE), "--router-config", str(path)], standalone_mode=False)
    assert done.return_value == 0
    assert "advice: bird.conf: agent_dns_0_up: L008" in done.output
    assert "is sound: 3 checks, 1 announcements" in done.output
