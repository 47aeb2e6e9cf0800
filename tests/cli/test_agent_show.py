import json

import pytest
from tests.workflows.agent.agents import running

from catchment.cli import run


@pytest.fixture
def agent(tmp_path):
    with running(tmp_path) as one:
        yield one


def test_status_is_a_table_and_its_code_says_whether_all_is_as_wanted(agent, capsys):
    agent.up()
    agent.service.kill()
    agent.bird.wait(False, 5)
    assert run(["agent", "status", str(agent.file)]) == 0
    out = capsys.readouterr().out
    assert out.startswith("site seoul, guardian ")
    assert "192.0.2.0/24  withdrawn  down   health  its services are down; held down for" in out
    assert "not healthy" in out


def test_what_is_not_as_wanted_is_loud(agent, capsys):
    agent.up()
    agent.bird.deaf = True
    agent.service.kill()
    agent.tells("anycast: withdrawn, by health: its services are down")
    assert run(["agent", "status", str(agent.file)]) == 2
    assert "plain, WANTED withdrawn (told " in capsys.readouterr().out


def test_status_and_why_are_json_too(agent, capsys):
    agent.up()
    run(["agent", "status", str(agent.file), "-o", "json"])
    assert json.loads(capsys.readouterr().out)["announcements"][0]["name"] == "anycast"
    assert run(["agent", "why", "anycast", str(agent.file), "-o", "json"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["name"] == "anycast"


def test_why_shows_rules_and_evidence(agent, capsys):
    agent.up()
    assert run(["agent", "why", "anycast", str(agent.file)]) == 0
    out = capsys.readouterr().out
    assert "> health    holds  acted on as up" in out
    assert "  resolver  up  weight 1" in out
    assert "nobody tells: this site decides alone" in out


def test_without_an_agent_status_says_so(agent, capsys):
    assert run(["agent", "status", str(agent.file)]) == 64
    assert "no agent answers" in capsys.readouterr().err


def test_explain_shows_the_sums(agent, capsys):
    assert run(["agent", "explain", str(agent.file)]) == 0
    out = capsys.readouterr().out
    assert "anycast  resolver killed" in out
    assert "2 failures x 0.05 s (check web)" in out
    assert run(["agent", "explain", str(agent.file), "-o", "json"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["within_s"] == pytest.approx(0.1)
